#include "tests/support/sequence_layer_suite.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>

#include "tests/support/tensor_compare.h"
#include "tests/support/tolerance.h"

namespace gril::testing {
namespace {

constexpr int64_t kBatch = 2;

/// What a pass through the layer gives, in one list of real tensors.
struct Pass {
  Tensors results;
  std::vector<std::string> names;
};

Pass collect(const at::Tensor& output, const LayerState& state) {
  Pass pass{{output}, {"output"}};
  for (std::size_t i = 0; i < state.size(); ++i) {
    pass.results.push_back(state[i]);
    pass.names.push_back("final state " + std::to_string(i));
  }
  return pass;
}

Pass run_in_pieces(const SequenceLayer& layer, const at::Tensor& input, LayerState state,
                   const std::vector<int64_t>& lengths) {
  Tensors outputs;
  int64_t start = 0;
  for (const int64_t length : lengths) {
    SequenceOutput part = layer.forward(input.narrow(1, start, length), state);
    outputs.push_back(part.output);
    state = std::move(part.state);
    start += length;
  }
  return collect(at::cat(outputs, 1), state);
}

/// Random in its real tensors; a phase or counter stays what initial_state says.
LayerState random_state(const SequenceLayer& layer) {
  LayerState state = layer.initial_state(kBatch);
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (state[i].is_floating_point()) {
      state[i] = random_normal(state[i].sizes().vec(), 100 + i).requires_grad_();
    }
  }
  return state;
}

/// Everything a gradient can be asked for.
struct Variables {
  Tensors tensors;
  std::vector<std::string> names;
};

Variables variables_of(const SequenceLayer& layer, const at::Tensor& input,
                       const LayerState& state) {
  Variables variables;
  if (input.requires_grad()) variables = {{input}, {"gradient of input"}};
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (!state[i].requires_grad()) continue;
    variables.tensors.push_back(state[i]);
    variables.names.push_back("gradient of initial state " + std::to_string(i));
  }
  for (const auto& item : layer.named_parameters()) {
    variables.tensors.push_back(item.value());
    variables.names.push_back("gradient of " + item.key());
  }
  return variables;
}

/// Σ <random weights, results> over the real results.
at::Tensor weighted_sum(const Pass& pass) {
  at::Tensor sum = at::zeros({}, at::kDouble);
  for (std::size_t i = 0; i < pass.results.size(); ++i) {
    if (!pass.results[i].is_floating_point()) continue;
    sum = sum + (pass.results[i] * random_normal(pass.results[i].sizes().vec(), 200 + i)).sum();
  }
  return sum;
}

/// Gradients of weighted_sum; zeros where it does not depend on a variable.
Tensors gradients(const Pass& pass, const Variables& variables) {
  Tensors result = torch::autograd::grad({weighted_sum(pass)}, variables.tensors, {},
                                         /*retain_graph=*/false, /*create_graph=*/false,
                                         /*allow_unused=*/true);
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!result[i].defined()) result[i] = at::zeros_like(variables.tensors[i]);
  }
  return result;
}

/// All parameters after initialize(seed), in one flat copy.
at::Tensor parameters_from(SequenceLayer& layer, uint64_t seed) {
  layer.initialize(seed);
  Tensors copies;
  for (const auto& parameter : layer.parameters()) {
    copies.push_back(parameter.detach().flatten().clone());
  }
  return copies.empty() ? at::Tensor(at::empty({0}, at::kDouble)) : at::cat(copies);
}

/// Tokens whose gradient is asked for where they are numbers.
at::Tensor random_input(const SequenceLayer& layer, int64_t length) {
  const at::Tensor tokens = random_tokens(layer, length, 7);
  return tokens.is_floating_point() ? tokens.requires_grad_() : tokens;
}

}  // namespace

torch::Tensor random_normal(const std::vector<int64_t>& shape, uint64_t seed) {
  return at::empty(shape, at::kDouble).normal_(0.0, 1.0, at::detail::createCPUGenerator(seed));
}

torch::Tensor random_tokens(const SequenceLayer& layer, int64_t length, uint64_t seed) {
  const std::vector<int64_t> shape = {kBatch, length, layer.input_size()};
  if (layer.input_symbols() == 0) return random_normal(shape, seed);
  return at::empty(shape, at::kLong)
      .random_(0, layer.input_symbols(), at::detail::createCPUGenerator(seed));
}

void expect_pieces_equal_whole(const SequenceLayer& layer, const std::vector<int64_t>& lengths) {
  int64_t total = 0;
  for (const int64_t length : lengths) total += length;
  const at::Tensor input = random_input(layer, total);
  const LayerState state = random_state(layer);
  const Variables variables = variables_of(layer, input, state);
  const double tolerance = tolerance_of(at::kDouble);

  const Pass whole = run_in_pieces(layer, input, state, {total});
  const Pass pieces = run_in_pieces(layer, input, state, lengths);
  expect_agreement(whole.names, pieces.results, whole.results, tolerance);
  expect_agreement(variables.names, gradients(pieces, variables), gradients(whole, variables),
                   tolerance);
}

void expect_steps_equal_whole(const SequenceLayer& layer, int64_t length) {
  const c10::AutoGradMode no_grad(false);
  const at::Tensor input = random_input(layer, length);
  const Pass whole = run_in_pieces(layer, input, {}, {length});
  Tensors outputs;
  LayerState state;
  for (int64_t t = 0; t < length; ++t) {
    SequenceOutput part = layer.step(input.select(1, t), state);
    outputs.push_back(part.output);
    state = std::move(part.state);
  }
  for (const at::Tensor& part : layer.forward(input, {}).state) {
    EXPECT_EQ(part.storage().nbytes(), part.nbytes())
        << "a state must not keep a whole piece alive";
  }
  const Pass steps = collect(at::stack(outputs, 1), state);
  expect_agreement(whole.names, steps.results, whole.results, tolerance_of(at::kDouble));
}

void expect_layer_gradients_equal_central_differences(const SequenceLayer& layer, int64_t length) {
  const at::Tensor input = random_input(layer, length);
  const LayerState state = random_state(layer);
  const Variables variables = variables_of(layer, input, state);
  const Tensors exact = gradients(run_in_pieces(layer, input, state, {length}), variables);

  constexpr double kStep = 1e-5;
  const c10::AutoGradMode no_grad(false);
  const auto loss = [&] {
    return weighted_sum(run_in_pieces(layer, input, state, {length})).item<double>();
  };
  Tensors differences;
  for (const at::Tensor& variable : variables.tensors) {
    at::Tensor numbers = variable.flatten();
    ASSERT_TRUE(numbers.is_alias_of(variable)) << "variables are changed in place";
    at::Tensor difference = at::empty_like(numbers);
    for (int64_t i = 0; i < numbers.numel(); ++i) {
      const auto centre = numbers[i].item<double>();
      numbers[i] = centre + kStep;
      const double above = loss();
      numbers[i] = centre - kStep;
      const double below = loss();
      numbers[i] = centre;
      difference[i] = (above - below) / (2.0 * kStep);
    }
    differences.push_back(difference.view(variable.sizes()));
  }
  expect_agreement(variables.names, exact, differences, kGradientCheckTolerance);
}

void expect_empty_state_is_initial_state(const SequenceLayer& layer) {
  const at::Tensor input = random_input(layer, 9);
  const Pass empty = run_in_pieces(layer, input, {}, {9});
  const Pass initial = run_in_pieces(layer, input, layer.initial_state(kBatch), {9});
  ASSERT_EQ(empty.results.size(), initial.results.size());
  for (std::size_t i = 0; i < empty.results.size(); ++i) {
    EXPECT_TRUE(
        agrees(empty.names[i], empty.results[i], initial.results[i], tolerance_of(at::kDouble)));
  }
}

void expect_float32_agrees_with_float64(SequenceLayer& layer) {
  const c10::AutoGradMode no_grad(false);
  layer.to(at::kFloat);
  const at::Tensor tokens = random_input(layer, 21);
  const auto in_dtype = [&](at::ScalarType dtype) {
    return tokens.is_floating_point() ? tokens.to(at::kFloat).to(dtype) : tokens;
  };
  const Pass single = run_in_pieces(layer, in_dtype(at::kFloat), {}, {21});
  layer.to(at::kDouble);
  const Pass expected = run_in_pieces(layer, in_dtype(at::kDouble), {}, {21});
  layer.to(at::kFloat);
  EXPECT_EQ(single.results.front().scalar_type(), at::kFloat);
  expect_agreement(single.names, single.results, expected.results, tolerance_of(at::kFloat));
}

void expect_empty_batch_works(const SequenceLayer& layer) {
  const at::Tensor single = random_tokens(layer, 5, 7).narrow(0, 0, 1);
  const at::Tensor input = single.narrow(0, 0, 0);
  const SequenceOutput result = layer.forward(input, {});
  EXPECT_EQ(result.output.sizes().vec(), (std::vector<int64_t>{0, 5, layer.output_size()}));
  const LayerState expected = layer.forward(single, {}).state;
  ASSERT_EQ(result.state.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::vector<int64_t> shape = expected[i].sizes().vec();
    shape[0] = 0;
    EXPECT_EQ(result.state[i].sizes().vec(), shape);
  }
  EXPECT_EQ(layer.forward(input, result.state).output.sizes(), result.output.sizes());
}

void expect_initialization_depends_on_seed_alone(SequenceLayer& layer) {
  const at::Tensor first = parameters_from(layer, 1);
  const at::Tensor other = parameters_from(layer, 2);
  EXPECT_TRUE(has_same_bits("parameters", parameters_from(layer, 1), first));
  EXPECT_FALSE(at::equal(first, other));
}

void expect_initialization_is_the_same_for_every_seed(SequenceLayer& layer) {
  const at::Tensor first = parameters_from(layer, 1);
  const c10::AutoGradMode no_grad(false);
  for (auto& parameter : layer.parameters()) parameter.add_(1.0);
  EXPECT_TRUE(has_same_bits("parameters", parameters_from(layer, 2), first));
}

void expect_recurrence_parameters_exist(const SequenceLayer& layer) {
  const auto parameters = layer.named_parameters();
  for (const std::string& name : layer.recurrence_parameters()) {
    EXPECT_NE(parameters.find(name), nullptr) << name;
  }
}

void expect_cuda_agrees_with_cpu(SequenceLayer& layer, int64_t length) {
  const at::Tensor input = random_input(layer, length);
  const LayerState state = random_state(layer);
  const Variables variables = variables_of(layer, input, state);
  const Pass expected = run_in_pieces(layer, input, state, {length});
  const Tensors expected_gradients = gradients(expected, variables);

  layer.to(at::kCUDA);
  const auto moved = [](const at::Tensor& tensor) {
    return tensor.detach().to(at::kCUDA).requires_grad_(tensor.requires_grad());
  };
  LayerState moved_state;
  for (const at::Tensor& part : state) moved_state.push_back(moved(part));
  const at::Tensor moved_input = moved(input);
  const Variables moved_variables = variables_of(layer, moved_input, moved_state);
  Pass actual = run_in_pieces(layer, moved_input, moved_state, {length});
  for (at::Tensor& result : actual.results) {
    EXPECT_TRUE(result.is_cuda());
    result = result.cpu();
  }
  Tensors actual_gradients = gradients(actual, moved_variables);
  for (at::Tensor& gradient : actual_gradients) gradient = gradient.cpu();
  const double tolerance = tolerance_of(at::kDouble);
  expect_agreement(expected.names, actual.results, expected.results, tolerance);
  expect_agreement(variables.names, actual_gradients, expected_gradients, tolerance);
}

}  // namespace gril::testing
