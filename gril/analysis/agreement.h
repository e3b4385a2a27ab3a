#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gril/analysis/prediction_comparison.h"
#include "gril/base/json.h"

namespace gril {

/// When a model may be called an algorithm: all four measures, on prompts that neither training nor
/// tuning saw, lie within their limits. Each alone can be met by something else.

/// |mean loss over the algorithm's − 1|. A loss is flat at its minimum: 1 % of it allows for 10 %
/// of the predictions, so this says least.
inline constexpr double kMostLossDistance = 0.01;
/// rms(ŷ − ŷ_A) / rms(ŷ_A). Networks that training brought to the construction are 2 to 3 % off; a
/// step that is 5 % too long is another step.
inline constexpr double kMostPredictionDifference = 0.05;
/// The spread of the ratio of the losses over prompts (loss_ratio_spread). Predictions 5 % off move
/// the loss of single prompts by up to about 10 %; losses that are equal only in the mean spread
/// by about 100 %.
inline constexpr double kMostRatioSpread = 0.1;
/// Mean cosine of the derivatives by the query: at an angle of 2.6 degrees they differ by 4.5 %.
inline constexpr double kLeastSensitivityCosine = 0.999;

/// "Close to" allows predictions and spread twice these limits; loss and cosine, which are squares
/// of such a distance, four times.
inline constexpr double kCloseFactor = 2.0;

/// With fewer prompts a spread is known to no better than a quarter, and there is no verdict.
inline constexpr int64_t kFewestPrompts = 10;

enum class Verdict { kNone, kDiffers, kClose, kAgrees };

/// "none", "differs", "close" or "agrees": the verdict of a summary.
std::string verdict_name(Verdict verdict);

/// One number beside its limit.
struct Check {
  std::string name = {};  ///< as in the metrics of a summary
  double value = 0.0;
  double limit = 0.0;
  /// Distance from perfect agreement over that of the limit, as a distance of predictions.
  double excess = 0.0;
  std::string found = {};   ///< "its predictions differ from the step's by 7 % (rms)"
  std::string wanted = {};  ///< "at most 5 %"

  bool holds() const { return excess <= 1.0; }
};

/// Every measure of a comparison, judged.
struct Agreement {
  int64_t prompts = 0;
  std::vector<Check> checks = {};  ///< loss, predictions, spread, sensitivities
  std::string unit = "prompt";

  /// Why nothing can be said: too few prompts, or a number that is not finite.
  std::optional<std::string> obstacle() const;
  Verdict verdict() const;
  /// All measures in words; those that do not hold, each with its limit. `first` 1 leaves out the
  /// loss, for a sentence that has named it.
  std::string found(std::size_t first = 0) const;
  std::string failures(std::size_t first = 0) const;
};

/// whose  names the algorithm: "tuned gradient descent's"
Agreement agreement_with(const PredictionComparison& comparison, const std::string& whose);

/// A share that is 0 for perfect agreement, within `limit`. found: in words.
Check share_check(const std::string& name, double share, double limit, const std::string& found);

/// A list of {"name", "value", "limit", "holds"}.
Json to_json(const std::vector<Check>& checks);

/// A share in percent with three digits: "7 %".
std::string percent_text(double share);

/// "0.06 % above", "0.02 % below" or "equal to", for the ratio of two losses; more digits where a
/// percentage would read 0.00.
std::string distance_text(double ratio);

}  // namespace gril
