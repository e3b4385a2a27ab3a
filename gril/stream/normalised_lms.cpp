#include "gril/stream/normalised_lms.h"

#include <numeric>

#include "gril/base/check.h"

namespace gril::stream {

NormalisedLms::NormalisedLms(std::size_t features, const NormalisedLmsOptions& options)
    : options_(options), weights_(features, 0.0) {
  require(features > 0, "normalised_lms", "features must be at least 1; got 0. Give one.");
  require(options.step_size > 0.0 && options.step_size < 2.0, "normalised_lms",
          "step size must lie in (0, 2); got ", options.step_size, ". Larger ones diverge.");
  require(options.regularisation >= 0.0, "normalised_lms",
          "regularisation must not be negative; got ", options.regularisation, ". Use 1.");
}

double NormalisedLms::predict(std::span<const double> x) const {
  return std::inner_product(x.begin(), x.end(), weights_.begin(), 0.0);
}

void NormalisedLms::observe(std::span<const double> x, double y) {
  const double power =
      options_.regularisation + std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
  if (power == 0.0) return;
  const double step = options_.step_size * (y - predict(x)) / power;
  for (std::size_t i = 0; i < x.size(); ++i) weights_[i] += step * x[i];
}

}  // namespace gril::stream
