#include "gril/layers/normalization.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "normalization";

const std::vector<std::string>& forms() {
  static const std::vector<std::string> names = {"rms", "layer"};
  return names;
}

void check(const NormalizationOptions& options) {
  check_size(options.input_size, "input_size", kWhere);
  require(std::find(forms().begin(), forms().end(), options.form) != forms().end(), kWhere,
          "form must be one of ", join_words(forms()), "; got \"", options.form, "\".",
          suggestion(options.form, forms()));
  require(options.epsilon > 0.0, kWhere, "epsilon must be above 0; got ", options.epsilon, ".");
}

}  // namespace

Normalization::Normalization(const NormalizationOptions& options) : options_(options) {
  check(options);
  scale_ = register_parameter("scale", parameter_zeros({options.input_size}));
  if (centres()) shift_ = register_parameter("shift", parameter_zeros({options.input_size}));
  Normalization::initialize(0);
}

void Normalization::initialize(uint64_t /*seed*/) {
  set_constant(scale_, 1.0);
  if (centres()) set_constant(shift_, 0.0);
}

double Normalization::operations_per_token() const {
  const double per_feature = centres() ? 7.0 : 4.0;
  return per_feature * static_cast<double>(options_.input_size) + 2.0;
}

SequenceOutput Normalization::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, scale_, kWhere);
  check_layer_state(state, {}, kWhere);
  if (centres()) {
    return {at::layer_norm(input, {options_.input_size}, scale_, shift_, options_.epsilon), {}};
  }
  const at::Tensor mean_square = input.square().mean({-1}, /*keepdim=*/true);
  return {input * (mean_square + options_.epsilon).rsqrt() * scale_, {}};
}

NormalizationOptions read_normalization_options(ConfigSection& section) {
  NormalizationOptions options;
  section.need("input_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.form = section.choice("form", options.form, forms());
  options.epsilon = section.number("epsilon", options.epsilon);
  section.finish();
  check(options);
  return options;
}

Json to_json(const NormalizationOptions& options) {
  return {{"input_size", options.input_size}, {"form", options.form}, {"epsilon", options.epsilon}};
}

}  // namespace gril
