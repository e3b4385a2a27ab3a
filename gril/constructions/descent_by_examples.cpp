#include "gril/constructions/descent_by_examples.h"

namespace gril {

SizedNumbers weights_at_start(const GradientDescentClaim& claim) {
  if (claim.starts_from_zero()) return SizedNumbers(claim.outputs * claim.weight_columns());
  return SizedNumbers(claim.initial_weights);
}

SizedNumbers prediction_error(DescentLoss loss, const SizedNumbers& weights,
                              const SizedNumbers& input, std::span<const double> target) {
  SizedNumbers predicted = product(weights, input, static_cast<int64_t>(input.value.size()));
  if (loss == DescentLoss::kCrossEntropy) apply_softmax(predicted);
  SizedNumbers error(target);
  add_scaled(error, -1, predicted);
  return error;
}

DescentByExamples::DescentByExamples(const GradientDescentClaim& claim)
    : claim_(claim),
      begin_(weights_at_start(claim)),
      change_(claim.outputs * claim.weight_columns()) {}

void DescentByExamples::begin_step(long double rate) {
  add_scaled(begin_, 1, change_);
  scale(change_, 0);
  rate_ = rate;
}

void DescentByExamples::add(const SizedNumbers& input, std::span<const double> target) {
  const SizedNumbers error = prediction_error(claim_.loss, begin_, input, target);
  scale(change_, claim_.decay);
  add_scaled(change_, rate_, product(error, input, 1));
}

SizedNumbers DescentByExamples::predict(const SizedNumbers& input) const {
  SizedNumbers weights = begin_;
  add_scaled(weights, 1, change_);
  return product(weights, input, claim_.weight_columns());
}

}  // namespace gril
