#include "gril/ops/outer_product_scan/outer_product_scan.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"
#include "tests/support/operator_suite.h"

namespace gril::testing {
namespace {

enum class Decay { kPerHead, kElementwise, kPerStep };

struct Variant {
  const char* name;
  Decay decay;
  bool initial_state;
  bool strict;
  bool reverse;
};

constexpr Variant kVariants[] = {
    {"decay_per_head", Decay::kPerHead, true, false, false},
    {"decay_per_head_reversed", Decay::kPerHead, true, false, true},
    {"decay_per_head_strict", Decay::kPerHead, true, true, false},
    {"decay_per_head_strict_reversed", Decay::kPerHead, true, true, true},
    {"elementwise_decay", Decay::kElementwise, true, false, false},
    {"elementwise_decay_reversed", Decay::kElementwise, true, false, true},
    {"elementwise_decay_strict", Decay::kElementwise, true, true, false},
    {"elementwise_decay_strict_reversed", Decay::kElementwise, true, true, true},
    {"decay_per_step", Decay::kPerStep, true, false, false},
    {"decay_per_step_reversed", Decay::kPerStep, true, false, true},
    {"decay_per_step_strict", Decay::kPerStep, true, true, false},
    {"decay_per_step_strict_reversed", Decay::kPerStep, true, true, true},
    {"decay_per_head_from_zero", Decay::kPerHead, false, false, false},
    {"elementwise_decay_from_zero_strict", Decay::kElementwise, false, true, false},
    {"decay_per_step_from_zero_reversed", Decay::kPerStep, false, false, true},
};

/// Keys are wider than values, so that a transposed state shows.
constexpr int64_t kHeads = 2;
constexpr int64_t kWiderBy = 2;

c10::optional<at::Tensor> state_of(const Tensors& inputs) {
  return inputs.size() > 4 ? c10::optional<at::Tensor>(inputs[4]) : c10::nullopt;
}

/// Decays of 0 to 1 with some exact zeros, the rest normal; keys have norm one on average.
Tensors make_inputs(const Variant& variant, const SuiteSize& size, at::ScalarType type) {
  const at::TensorOptions options = at::TensorOptions(type);
  const int64_t key_size = size.features + kWiderBy;
  const auto sequence = [&](int64_t width) {
    return at::randn({size.batch, size.length, kHeads, width}, options);
  };
  std::vector<int64_t> shape = {kHeads};
  if (variant.decay == Decay::kElementwise) shape = {kHeads, size.features, key_size};
  if (variant.decay == Decay::kPerStep) shape = {size.batch, size.length, kHeads};
  const at::Tensor decay = at::threshold(at::rand(shape, options), 0.05, 0.0);
  Tensors inputs = {sequence(size.features),
                    sequence(key_size) / std::sqrt(static_cast<double>(key_size)),
                    sequence(key_size), decay};
  if (variant.initial_state) {
    inputs.push_back(at::randn({size.batch, kHeads, size.features, key_size}, options));
  }
  return inputs;
}

Tensors to_vector(const std::tuple<at::Tensor, at::Tensor>& results) {
  return {std::get<0>(results), std::get<1>(results)};
}

/// Both parts of a sequence, the earlier one in running order first.
Tensors in_two_parts(const Variant& variant, const Tensors& inputs, int64_t first) {
  const int64_t length = inputs[0].size(1);
  const auto part = [&](int64_t begin, int64_t end, const c10::optional<at::Tensor>& state) {
    const auto cut = [&](const at::Tensor& sequence) { return sequence.slice(1, begin, end); };
    const at::Tensor decay = variant.decay == Decay::kPerStep ? cut(inputs[3]) : inputs[3];
    return to_vector(outer_product_scan(cut(inputs[0]), cut(inputs[1]), cut(inputs[2]), decay,
                                        state, variant.strict, variant.reverse));
  };
  if (variant.reverse) {
    const Tensors late = part(first, length, state_of(inputs));
    const Tensors early = part(0, first, late[1]);
    return {at::cat({early[0], late[0]}, 1), early[1]};
  }
  const Tensors early = part(0, first, state_of(inputs));
  const Tensors late = part(first, length, early[1]);
  return {at::cat({early[0], late[0]}, 1), late[1]};
}

/// The right arguments of a small call, B 2, T 5, H 3, V 4, K 6.
struct Call {
  at::Tensor values = at::zeros({2, 5, 3, 4});
  at::Tensor keys = at::zeros({2, 5, 3, 6});
  at::Tensor queries = at::zeros({2, 5, 3, 6});
  at::Tensor decay = at::zeros({3});
  c10::optional<at::Tensor> initial_state = c10::nullopt;

  void run() const { outer_product_scan(values, keys, queries, decay, initial_state); }
};

DocumentedError error_of(const std::function<void(Call&)>& change, const std::string& text) {
  return {[change] {
            Call call;
            change(call);
            call.run();
          },
          "[outer_product_scan] " + text};
}

std::vector<DocumentedError> sequence_errors() {
  return {
      error_of(
          [](Call& call) {
            call.values = at::zeros({2, 5, 3, 4}, at::kBFloat16);
          },
          "values must be float32 or float64; got bfloat16. Convert it first."),
      error_of(
          [](Call& call) {
            call.values = at::zeros({2, 5, 4});
          },
          "values must have shape (B, T, H, V); got (2, 5, 4)."),
      error_of(
          [](Call& call) {
            call.keys = at::zeros({2, 5, 6});
          },
          "keys must have shape (B, T, H, K); got (2, 5, 6)."),
      error_of(
          [](Call& call) {
            call.keys = at::zeros({2, 5, 4, 6});
          },
          "keys must have shape (B, T, H, K) = (2, 5, 3, 6); got (2, 5, 4, 6)."),
      error_of(
          [](Call& call) {
            call.queries = at::zeros({2, 5, 3, 7});
          },
          "queries must have shape (B, T, H, K) = (2, 5, 3, 6); got (2, 5, 3, 7)."),
      error_of([](Call& call) { call.keys = call.keys.to(at::kDouble); },
               "keys must have the dtype of values, float32; got float64. Convert one of them."),
      error_of([](Call& call) { call.queries = call.queries.to(at::kDouble); },
               "queries must have the dtype of values, float32; got float64. Convert one of them."),
  };
}

std::vector<DocumentedError> decay_and_state_errors() {
  const std::string decay_rule =
      "decay must have shape (H) = (3), (H, V, K) = (3, 4, 6) or (B, T, H) = (2, 5, 3); got ";
  return {
      error_of([](Call& call) { call.decay = at::zeros({3}, at::Device("meta")); },
               "decay must be on the device of values, cpu; got meta. Move one of them."),
      error_of([](Call& call) { call.decay = at::zeros({1}); },
               decay_rule + "(1). Expand it to one of these."),
      error_of(
          [](Call& call) {
            call.decay = at::zeros({2, 5, 1});
          },
          decay_rule + "(2, 5, 1). Expand it to one of these."),
      error_of(
          [](Call& call) {
            call.initial_state = at::zeros({2, 3, 6, 4});
          },
          "initial_state must have shape (B, H, V, K) = (2, 3, 4, 6); got (2, 3, 6, 4)."),
      error_of(
          [](Call& call) {
            call.initial_state = at::zeros({2, 3, 4, 6}, at::kDouble);
          },
          "initial_state must have the dtype of values, float32; got float64. Convert one of "
          "them."),
      {[] {
         const c10::InferenceMode inference;
         Call call;
         call.decay = at::zeros({4});
         call.run();
       },
       "[outer_product_scan] " + decay_rule + "(4). Expand it to one of these."},
  };
}

std::vector<DocumentedError> documented_errors() {
  std::vector<DocumentedError> errors = sequence_errors();
  for (const DocumentedError& error : decay_and_state_errors()) errors.push_back(error);
  const auto backward = [](const at::Tensor& outputs_gradient, const at::Tensor& state_gradient) {
    const Call call;
    outer_product_scan_backward(outputs_gradient, state_gradient, call.values, call.keys,
                                call.queries, call.decay, c10::nullopt, false, false);
  };
  errors.push_back({[=] {
                      backward(at::zeros({2, 5, 3, 6}), at::zeros({2, 3, 4, 6}));
                    },
                    "[outer_product_scan] outputs_gradient must have shape (B, T, H, V) = "
                    "(2, 5, 3, 4); got (2, 5, 3, 6)."});
  errors.push_back({[=] {
                      backward(at::zeros({2, 5, 3, 4}), at::zeros({2, 3, 6, 4}));
                    },
                    "[outer_product_scan] final_state_gradient must have shape (B, H, V, K) = "
                    "(2, 3, 4, 6); got (2, 3, 6, 4)."});
  return errors;
}

OperatorDescription description_of(const Variant& variant) {
  OperatorDescription op;
  op.variant = variant.name;
  op.input_names = {"values", "keys", "queries", "decay"};
  if (variant.initial_state) op.input_names.emplace_back("initial_state");
  op.output_names = {"outputs", "final_state"};
  op.dtypes = {at::kFloat, at::kDouble};
  op.call = [variant](const Tensors& inputs) {
    return to_vector(outer_product_scan(inputs[0], inputs[1], inputs[2], inputs[3],
                                        state_of(inputs), variant.strict, variant.reverse));
  };
  op.reference = [variant](const Tensors& inputs) {
    return to_vector(outer_product_scan_reference(inputs[0], inputs[1], inputs[2], inputs[3],
                                                  state_of(inputs), variant.strict,
                                                  variant.reverse));
  };
  op.make_inputs = [variant](const SuiteSize& size, at::ScalarType type) {
    return make_inputs(variant, size, type);
  };
  op.call_in_two_parts = [variant](const Tensors& inputs, int64_t first) {
    return in_two_parts(variant, inputs, first);
  };
  op.errors = documented_errors();
  return op;
}

std::vector<OperatorDescription> variants() {
  std::vector<OperatorDescription> descriptions;
  for (const Variant& variant : kVariants) descriptions.push_back(description_of(variant));
  return descriptions;
}

INSTANTIATE_TEST_SUITE_P(OuterProductScan, OperatorSuite, ::testing::ValuesIn(variants()),
                         variant_name);

}  // namespace
}  // namespace gril::testing
