#include "gril/layers/gated_activation.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/ops/gated_head_norm/gated_head_norm.h"

namespace gril {
namespace {

constexpr const char* kWhere = "gated_activation";

const std::vector<std::string>& forms() {
  static const std::vector<std::string> names = {"half_glu1", "half_glu2", "full_glu"};
  return names;
}

/// x ⊙ σ(z): the operator without its norm, a token as one head.
at::Tensor gated(const at::Tensor& x, const at::Tensor& z) {
  return gated_head_norm(x.unsqueeze(2), z, {c10::nullopt, PointwiseActivation::kSigmoid});
}

}  // namespace

GatedActivation::GatedActivation(const GatedActivationOptions& options) : options_(options) {
  check_size(options.input_size, "input_size", kWhere);
  require(std::find(forms().begin(), forms().end(), options.form) != forms().end(), kWhere,
          "form must be one of ", join_words(forms()), "; got \"", options.form, "\".",
          suggestion(options.form, forms()));
  const int64_t size = options.input_size;
  gate_map_ = register_parameter("gate_map", parameter_zeros({size, size}));
  gate_bias_ = register_parameter("gate_bias", parameter_zeros({size}));
  if (is_full()) {
    linear_map_ = register_parameter("linear_map", parameter_zeros({size, size}));
    linear_bias_ = register_parameter("linear_bias", parameter_zeros({size}));
  }
  GatedActivation::initialize(0);
}

void GatedActivation::initialize(uint64_t seed) {
  draw_map(gate_map_, seed, "gate_map");
  set_constant(gate_bias_, 0.0);
  if (is_full()) {
    draw_map(linear_map_, seed, "linear_map");
    set_constant(linear_bias_, 0.0);
  }
}

double GatedActivation::operations_per_token() const {
  const double size = static_cast<double>(options_.input_size);
  const double maps = is_full() ? 2.0 : 1.0;
  return 2.0 * maps * size * size + 3.0 * size;
}

SequenceOutput GatedActivation::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, gate_map_, kWhere);
  check_layer_state(state, {}, kWhere);
  const at::Tensor activated = at::gelu(input);
  const at::Tensor gate = at::linear(activated, gate_map_, gate_bias_);
  if (is_full()) return {gated(at::linear(activated, linear_map_, linear_bias_), gate), {}};
  return {gated(options_.form == "half_glu1" ? activated : input, gate), {}};
}

GatedActivationOptions read_gated_activation_options(ConfigSection& section) {
  GatedActivationOptions options;
  section.need("input_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.form = section.choice("form", options.form, forms());
  section.finish();
  return options;
}

Json to_json(const GatedActivationOptions& options) {
  return {{"input_size", options.input_size}, {"form", options.form}};
}

}  // namespace gril
