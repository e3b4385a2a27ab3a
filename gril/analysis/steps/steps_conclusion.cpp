#include "gril/analysis/steps/steps_conclusion.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>
#include <vector>

#include "gril/base/check.h"

namespace gril {
namespace {

std::string digits(double value, int significant) {
  std::ostringstream text;
  text.precision(significant);
  text << value;
  return text.str();
}

/// "1.3 % above" or "0.7 % below".
std::string distance_from(double ratio) {
  return digits(100.0 * std::abs(ratio - 1.0), 2) + (ratio > 1.0 ? " % above" : " % below");
}

/// "4", "4 and 11.57" or "3 + 2i and 3 - 2i".
std::string sizes_text(const DescentPolynomial& polynomial) {
  constexpr int kDigits = 4;
  constexpr double kRounding = 1e-6;
  std::string text;
  const auto sizes = step_sizes(polynomial);
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (k > 0) text += k + 1 == sizes.size() ? " and " : ", ";
    text += digits(sizes[k].real(), kDigits);
    const double imaginary = sizes[k].imag();
    if (std::abs(imaginary) > kRounding * std::abs(sizes[k])) {
      text += (imaginary > 0 ? " + " : " - ") + digits(std::abs(imaginary), kDigits) + "i";
    }
  }
  return text;
}

std::string paths_sentence(const StackPaths& paths) {
  const auto degrees = static_cast<int64_t>(paths.degrees.size());
  double steps = 0.0;
  std::string cosines;
  for (int64_t n = 1; n <= degrees; ++n) {
    steps += paths.shares.shares[n].sum().item<double>();
    cosines += (n > 1 ? ", " : "") +
               digits(paths.degrees[static_cast<std::size_t>(n - 1)].newest.cosine, 4);
  }
  const torch::Tensor others = paths.shares.sizes.narrow(0, degrees + 1, 3);
  const auto names = path_kinds(degrees);
  const auto largest = static_cast<std::size_t>(degrees + 1 + others.argmax().item<int64_t>());
  return concatenate(" By its weights ", digits(100.0 * steps, 3),
                     " % of its answers take paths of gradient descent, of sizes ",
                     sizes_text(paths.polynomial), " and cosines ", cosines,
                     "; the largest other path, by ", names[largest],
                     " from an earlier layer, has ", digits(100.0 * others.max().item<double>(), 2),
                     " % of their size (rms).");
}

/// Both comparisons, judged, and the intervals of their loss ratios.
struct Judged {
  Agreement free;
  Agreement shared;
  Estimate free_ratio;
  Estimate shared_ratio;

  /// That of the nearer one.
  const Agreement& nearer() const { return shared.verdict() > free.verdict() ? shared : free; }
};

Judged judged(const SeveralSteps& found, const BootstrapOptions& bootstrap) {
  const auto ratio = [&](const PredictionComparison& comparison) {
    return bootstrap_ratio(comparison.model_losses, comparison.gradient_descent_losses, bootstrap);
  };
  return {agreement_with(found.free, "the best sizes'"),
          agreement_with(found.shared, "the best common size's"), ratio(found.free),
          ratio(found.shared)};
}

/// What a network does that is not near K steps; compared only where the intervals allow it.
std::string difference_of(const Judged& found, const std::string& steps) {
  if (found.free.checks.front().holds()) {
    return concatenate("reaches the loss of ", steps, " by other means");
  }
  if (found.free_ratio.high < 1.0) return "does better than " + steps;
  if (found.shared_ratio.high < 1.0) return "does better than a common size of " + steps;
  return (found.free_ratio.low > 1.0 ? "does not reach " : "does not do ") + steps;
}

}  // namespace

Conclusion conclude_steps(const StepSizes& sizes, const SeveralSteps& found,
                          const BootstrapOptions& bootstrap) {
  const Judged both = judged(found, bootstrap);
  const Agreement& nearer = both.nearer();
  const std::string steps = concatenate(sizes.steps, " gradient-descent steps");
  const std::string distances = concatenate(
      "its loss is ", distance_from(both.free_ratio.value), " that of their best sizes (",
      sizes_text(sizes.free.polynomial), "), ", distance_from(both.shared_ratio.value),
      " that of their best common size, same prompts");
  switch (nearer.verdict()) {
    case Verdict::kAgrees:
      return {Verdict::kAgrees, steps,
              concatenate("This network does ", steps, ": ", distances, "; ", nearer.found(1), '.'),
              nearer.checks};
    case Verdict::kClose:
      return {Verdict::kClose, "Close to " + steps,
              concatenate("This network is close to, but not, ", steps, ": ", nearer.failures(),
                          "; ", distances, '.'),
              nearer.checks};
    case Verdict::kDiffers: {
      const std::string failures = both.free.failures(1);
      return {Verdict::kDiffers, "Not " + steps,
              concatenate("This network ", difference_of(both, steps), ": ", distances,
                          failures.empty() ? "" : "; ", failures, '.'),
              both.free.checks};
    }
    case Verdict::kNone:
      break;
  }
  return {Verdict::kNone, "No verdict",
          concatenate("No verdict on ", steps, ": ", *both.free.obstacle(), '.'), both.free.checks};
}

std::string steps_sentence(const StepSizes& sizes, const std::optional<StackPaths>& paths) {
  if (!std::isfinite(sizes.behaviour.explained)) {
    return "Its answers are all 0 or not finite: they have no step sizes.";
  }
  std::string text = concatenate("As ", sizes.steps, sizes.steps == 1 ? " step" : " steps",
                                 " of gradient descent its answers have sizes ",
                                 sizes_text(sizes.behaviour.polynomial), ", which explain ",
                                 digits(100.0 * sizes.behaviour.explained, 5), " % of them.");
  if (paths) text += paths_sentence(*paths);
  return text;
}

}  // namespace gril
