#include "gril/analysis/conclusion.h"

#include <iomanip>
#include <sstream>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kStep = "one gradient-descent step";

std::string digits(double value, int places) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(places) << value;
  return text.str();
}

/// Of networks that answer like the step, those whose weights the construction explains have an
/// update at an angle of at most 8 degrees to its own, and hardly anything beside it in the window.
constexpr double kLeastUpdateCosine = 0.99;
constexpr double kMostOffTarget = 0.05;

std::string weights_clause(const Findings& findings) {
  if (!findings.weights_apply) return "";
  const bool construction =
      findings.update_cosine >= kLeastUpdateCosine && findings.window_off_target <= kMostOffTarget;
  return concatenate("; its weights are ", construction ? "" : "not ",
                     "those of the construction (cosine of the updates ",
                     digits(findings.update_cosine, 4), ", at most ",
                     digits(100.0 * findings.window_off_target, 1), " % off target in the window)");
}

/// What a network does that is not near the step. The loss is compared in words only where its
/// interval allows it.
std::string difference_of(const Findings& findings) {
  constexpr double kHardlyLearned = 0.98;
  const Estimate& ratio = findings.loss_ratio;
  if (findings.null_ratio > kHardlyLearned) {
    return concatenate("does ", findings.null_ratio < 1.0 ? "hardly" : "no",
                       " better than always predicting 0: its loss is ",
                       digits(100.0 * findings.null_ratio, 1), " % of that; ");
  }
  if (findings.agreement.checks.front().holds()) {
    return concatenate("reaches the loss of ", kStep, " by other means: ");
  }
  if (ratio.high < 1.0) return concatenate("does better than ", kStep, ": ");
  if (ratio.low > 1.0) return concatenate("does not reach ", kStep, ": ");
  return concatenate("does not do ", kStep, ": ");
}

}  // namespace

Conclusion conclude(const Findings& findings) {
  const Agreement& agreement = findings.agreement;
  const auto concluded = [&](Verdict verdict, const std::string& label, const std::string& text) {
    return Conclusion{verdict, label, text + '.', agreement.checks};
  };
  switch (agreement.verdict()) {
    case Verdict::kAgrees:
      return concluded(Verdict::kAgrees, "One gradient-descent step",
                       concatenate("This network does ", kStep, ": ", agreement.found(),
                                   weights_clause(findings)));
    case Verdict::kClose:
      return concluded(
          Verdict::kClose, concatenate("Close to ", kStep),
          concatenate("This network is close to, but not, ", kStep, ": ", agreement.failures()));
    case Verdict::kDiffers:
      return concluded(Verdict::kDiffers, concatenate("Not ", kStep),
                       concatenate("This network ", difference_of(findings), agreement.failures()));
    case Verdict::kNone:
      break;
  }
  return concluded(Verdict::kNone, "No verdict",
                   concatenate("No verdict on ", kStep, ": ", *agreement.obstacle()));
}

Json to_json(const Conclusion& conclusion) {
  return {{"agrees", conclusion.verdict == Verdict::kAgrees},
          {"verdict", verdict_name(conclusion.verdict)},
          {"label", conclusion.label},
          {"sentence", conclusion.sentence},
          {"checks", to_json(conclusion.checks)}};
}

}  // namespace gril
