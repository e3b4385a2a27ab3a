#include "gril/layers/dropout.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/layers/dropout_factors.h"
#include "gril/layers/floating_input.h"

namespace gril {
namespace {

constexpr const char* kWhere = "dropout";

void check(const DropoutOptions& options) {
  check_size(options.input_size, "input_size", kWhere);
  require(options.share >= 0.0 && options.share < 1.0, kWhere, "share must lie in [0, 1); got ",
          options.share, ".");
}

}  // namespace

Dropout::Dropout(const DropoutOptions& options) : options_(options) { check(options); }

SequenceOutput Dropout::forward(const torch::Tensor& input, const LayerState& state) const {
  check_floating_input(input, options_.input_size, kWhere);
  check_layer_state(state, {}, kWhere);
  if (!noise_seed_.has_value() || options_.share == 0.0) return {input, {}};
  const torch::Tensor factors = dropout_factors(input.sizes(), child_seed(*noise_seed_, kWhere),
                                                1.0 - options_.share, input.options());
  return {input * factors, {}};
}

DropoutOptions read_dropout_options(ConfigSection& section) {
  DropoutOptions options;
  section.need("input_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.share = section.number("share", options.share);
  section.finish();
  check(options);
  return options;
}

Json to_json(const DropoutOptions& options) {
  return {{"input_size", options.input_size}, {"share", options.share}};
}

}  // namespace gril
