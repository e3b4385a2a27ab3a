#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/constructions/example_stream.h"

namespace gril {

/// The channels behind a stream in which every token carries what the weights W_k of the latest
/// step predict, and those that a step fills for itself alone. Selectors are (rows, width).
struct PredictionChannels {
  ExampleWindow window;  ///< of the stream with the channels
  int64_t width = 0;     ///< of the stream with the channels
  torch::Tensor own;     ///< W_k x of the input x that the token holds, m channels
  torch::Tensor next;    ///< W_k x of the next query where a token holds two inputs: windowed
  torch::Tensor probabilities;  ///< cross-entropy: softmax(W_k x), m channels, 0 between the steps
  torch::Tensor gated;          ///< minibatches: x in the step's segment, P channels, 0 between

  /// What W_k predicts for the token's own input: W_k x or its softmax.
  const torch::Tensor& predicted() const { return probabilities.defined() ? probabilities : own; }
  /// The channels that hold the model's answer at a token.
  const torch::Tensor& answer() const { return next.defined() ? next : own; }
};

/// Where the channels lie.
PredictionChannels prediction_channels(const GradientDescentClaim& claim,
                                       const ExampleStream& stream);

/// The linear layer that makes them: the stream, W_0 x, and zeros.
ExactLayer first_predictions(const GradientDescentClaim& claim, const ExampleStream& stream,
                             const PredictionChannels& channels);

/// The maps of one step: S = Σ (y - predicted) keyᵀ, read with the token's input and, where it
/// holds one, the next query; adds rate S x to the predictions. key  selects P channels of the
/// token that holds x.
WindowMaps prediction_step(const PredictionChannels& channels, const torch::Tensor& key,
                           double rate);

}  // namespace gril
