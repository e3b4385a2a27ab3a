#pragma once

#include <cstdint>
#include <vector>

#include "gril/layers/sequence_layer.h"

/// The laws of gril/layers/sequence_layer.h, once, for every layer and model. Each function
/// draws its own inputs and reports failures through GoogleTest.
namespace gril::testing {

/// Normal random numbers from `seed` alone, in float64.
torch::Tensor random_normal(const std::vector<int64_t>& shape, uint64_t seed);

/// Tokens (2, length, input_size) that the layer takes, from `seed` alone: normal random numbers in
/// float64, or symbols.
torch::Tensor random_tokens(const SequenceLayer& layer, int64_t length, uint64_t seed);

/// The sequence in pieces of these lengths, with the state carried over, gives the outputs, the
/// final state and every gradient (input, initial state, parameters) of the whole. The initial
/// state is random where it is real; the layer must be float64.
void expect_pieces_equal_whole(const SequenceLayer& layer, const std::vector<int64_t>& lengths);

/// Single steps give the outputs and the final state of the whole sequence, and this state is no
/// view of something larger.
void expect_steps_equal_whole(const SequenceLayer& layer, int64_t length);

/// The gradients of a random weighted sum of outputs and final state with respect to input,
/// initial state and parameters equal central differences. The layer must be float64.
void expect_layer_gradients_equal_central_differences(const SequenceLayer& layer, int64_t length);

/// An empty state gives the bits of initial_state(batch).
void expect_empty_state_is_initial_state(const SequenceLayer& layer);

/// The layer in float32 agrees with itself in float64 and keeps the dtype. Changes its dtype to
/// float32.
void expect_float32_agrees_with_float64(SequenceLayer& layer);

/// B = 0 gives outputs and states of the shapes that B = 1 gives, but for the batch.
void expect_empty_batch_works(const SequenceLayer& layer);

/// One seed gives the same parameters every time, another one gives others.
void expect_initialization_depends_on_seed_alone(SequenceLayer& layer);

/// Every seed gives the same parameters, whatever they were before: of a layer that draws none.
void expect_initialization_is_the_same_for_every_seed(SequenceLayer& layer);

/// recurrence_parameters() names parameters that exist.
void expect_recurrence_parameters_exist(const SequenceLayer& layer);

/// On CUDA the layer gives the outputs, the final state and every gradient that it gives on the
/// CPU; the layer must be float64. Leaves it on CUDA.
void expect_cuda_agrees_with_cpu(SequenceLayer& layer, int64_t length);

}  // namespace gril::testing
