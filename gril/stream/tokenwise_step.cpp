#include "gril/stream/tokenwise_step.h"

#include <algorithm>

namespace gril::stream {
namespace {

/// A hidden layer counts as a whole: a softmax mixes its units.
bool all_within(const AffineMap& map, const TokenTrace& input) {
  const std::vector<bool> within = map.map.rows_within(input.from_token);
  return std::all_of(within.begin(), within.end(), [](bool row) { return row; });
}

}  // namespace

void LinearStep::step(const double* input, double*, double*, double* output) const {
  map_.apply(input, output);
}

void MultilayerPerceptronStep::step(const double* input, double*, double* scratch,
                                    double* output) const {
  hidden_.apply(input, scratch);
  activation_({scratch, hidden_.map.rows()});
  output_.apply(scratch, output);
}

void GatedLinearUnitStep::step(const double* input, double*, double* scratch,
                               double* output) const {
  const std::size_t products = gate_.map.rows();
  gate_.apply(input, scratch);
  if (activation_ != nullptr) activation_({scratch, products});
  linear_.apply(input, output);
  for (std::size_t i = 0; i < products; ++i) output[i] *= scratch[i];
}

TokenTrace LinearStep::trace(const TokenTrace& input) const {
  return {map_.map.rows_within(input.from_token), input.additive};
}

TokenTrace MultilayerPerceptronStep::trace(const TokenTrace& input) const {
  return {std::vector<bool>(output_size(), all_within(hidden_, input)), input.additive};
}

TokenTrace GatedLinearUnitStep::trace(const TokenTrace& input) const {
  const bool within = all_within(gate_, input) && all_within(linear_, input);
  return {std::vector<bool>(output_size(), within), input.additive};
}

}  // namespace gril::stream
