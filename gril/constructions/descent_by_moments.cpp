#include "gril/constructions/descent_by_moments.h"

#include <numeric>

#include "gril/constructions/descent_by_examples.h"

namespace gril {

DescentByMoments::DescentByMoments(const GradientDescentClaim& claim)
    : claim_(claim),
      divisor_(claim.normalisation == "none" ? claim.examples : 0),
      start_(weights_at_start(claim)),
      errors_(claim.outputs * claim.weight_columns()),
      moments_(claim.weight_columns() * claim.weight_columns()),
      change_(claim.outputs * claim.weight_columns()) {}

void DescentByMoments::add(const SizedNumbers& input, std::span<const double> target) {
  add_to_divisor(input);
  scale(errors_, claim_.decay);
  add_scaled(errors_, 1, product(prediction_error(claim_.loss, start_, input, target), input, 1));
  if (claim_.steps() > 1) {
    scale(moments_, claim_.decay);
    add_scaled(moments_, 1, product(input, input, 1));
  }
  scale(change_, 0);
  for (int64_t k = 0; k < claim_.steps(); ++k) take_step(k);
}

void DescentByMoments::add_to_divisor(const SizedNumbers& input) {
  if (claim_.normalisation == "none") return;
  const bool power = claim_.normalisation == "power";
  const long double more =
      power ? std::inner_product(input.value.begin(), input.value.end(), input.value.begin(), 0.0L)
            : 1.0L;
  divisor_ = claim_.decay * divisor_ + more;
}

/// W_k - W_0 from W_{k-1} - W_0; the first step starts at zero and needs no moments.
void DescentByMoments::take_step(int64_t step) {
  const long double rate =
      static_cast<long double>(claim_.learning_rates[static_cast<std::size_t>(step)]) / divisor_;
  SizedNumbers descent = errors_;
  if (step > 0) add_scaled(descent, -1, product(change_, moments_, claim_.weight_columns()));
  add_scaled(change_, rate, descent);
}

SizedNumbers DescentByMoments::predict(const SizedNumbers& input) const {
  SizedNumbers weights = start_;
  add_scaled(weights, 1, change_);
  return product(weights, input, claim_.weight_columns());
}

}  // namespace gril
