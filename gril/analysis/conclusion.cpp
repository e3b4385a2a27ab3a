#include "gril/analysis/conclusion.h"

#include <cmath>
#include <iomanip>
#include <sstream>

namespace gril {
namespace {

constexpr double kLossTolerance = 0.01;
constexpr double kLeastCosine = 0.999;

std::string digits(double value, int places) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(places) << value;
  return text.str();
}

/// "0.06 % above" or "0.02 % below"; more digits where a percentage would read 0.00.
std::string distance_from(double ratio) {
  const double percent = 100.0 * std::abs(ratio - 1.0);
  if (percent < 1e-9) return "equal to";
  std::ostringstream text;
  if (percent >= 0.01) {
    text << std::fixed << std::setprecision(2) << percent;
  } else {
    text << std::setprecision(1) << std::scientific << percent;
  }
  return text.str() + (ratio > 1.0 ? " % above" : " % below");
}

std::string weights_clause(const Findings& findings) {
  if (!findings.weights_apply) return "";
  return ", and its weights are those of the construction (cosine of the updates " +
         digits(findings.update_cosine, 4) + ", at most " +
         digits(100.0 * findings.window_off_target, 1) + " % off target in the window)";
}

}  // namespace

Conclusion conclude(const Findings& findings) {
  const double ratio = findings.loss_ratio.value;
  const std::string loss = "its loss is " + distance_from(ratio) + " tuned gradient descent's";
  const std::string cosine =
      "its predictions answer to the query with cosine " + digits(findings.sensitivity_cosine, 5);
  const bool close = std::abs(ratio - 1.0) <= kLossTolerance;
  if (close && findings.sensitivity_cosine >= kLeastCosine) {
    return {true, "This network does one gradient-descent step: " + loss +
                      " on the same prompts, " + cosine + weights_clause(findings) + "."};
  }
  if (findings.null_ratio > 0.98) {
    return {false, "This network has not learned from its context: its loss is " +
                       digits(100.0 * findings.null_ratio, 1) +
                       " % of the loss of always predicting 0."};
  }
  if (close) {
    return {false, "This network reaches the loss of one gradient-descent step by other means: " +
                       loss + ", but " + cosine + "."};
  }
  if (ratio < 1.0) {
    return {false, "This network does better than one gradient-descent step: " + loss +
                       " on the same prompts, and " + cosine + "."};
  }
  return {false, "This network does not reach one gradient-descent step: " + loss + ", and " +
                     cosine + "."};
}

}  // namespace gril
