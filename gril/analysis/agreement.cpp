#include "gril/analysis/agreement.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <sstream>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::string digits(double value, int significant) {
  std::ostringstream text;
  text << std::setprecision(significant) << value;
  return text.str();
}

Check loss_check(double ratio, const std::string& whose) {
  const double distance = std::abs(ratio - 1.0);
  return {.name = "loss_ratio",
          .value = ratio,
          .limit = kMostLossDistance,
          .excess = std::sqrt(distance / kMostLossDistance),
          .found =
              concatenate("its loss is ", distance_text(ratio), ' ', whose, " on the same prompts"),
          .wanted = concatenate("at most ", percent_text(kMostLossDistance), " away")};
}

Check cosine_check(double cosine) {
  const double distance = std::max(1.0 - cosine, 0.0);
  return {
      .name = "sensitivity_cosine",
      .value = cosine,
      .limit = kLeastSensitivityCosine,
      .excess = std::sqrt(distance / (1.0 - kLeastSensitivityCosine)),
      .found = concatenate("its predictions answer to the query with cosine ", digits(cosine, 5)),
      .wanted = concatenate("at least ", kLeastSensitivityCosine)};
}

/// "a, b and c"
std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

}  // namespace

std::string verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAgrees:
      return "agrees";
    case Verdict::kClose:
      return "close";
    case Verdict::kDiffers:
      return "differs";
    case Verdict::kNone:
      break;
  }
  return "none";
}

Check share_check(const std::string& name, double share, double limit, const std::string& found) {
  return {.name = name,
          .value = share,
          .limit = limit,
          .excess = share / limit,
          .found = found,
          .wanted = "at most " + percent_text(limit)};
}

std::string percent_text(double share) { return digits(100.0 * share, 3) + " %"; }

std::string distance_text(double ratio) {
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

Agreement agreement_with(const PredictionComparison& comparison, const std::string& whose) {
  const double ratio = sum_of(comparison.model_losses) / sum_of(comparison.gradient_descent_losses);
  const double difference = comparison.prediction_difference;
  const double spread = loss_ratio_spread(comparison);
  return {.prompts = static_cast<int64_t>(comparison.model_losses.size()),
          .checks = {loss_check(ratio, whose),
                     share_check("prediction_difference", difference, kMostPredictionDifference,
                                 concatenate("its predictions differ from ", whose, " by ",
                                             percent_text(difference), " (rms)")),
                     share_check("loss_ratio_spread", spread, kMostRatioSpread,
                                 concatenate("the ratio of the losses spreads by ",
                                             percent_text(spread), " over prompts")),
                     cosine_check(comparison.sensitivity_cosine)}};
}

std::optional<std::string> Agreement::obstacle() const {
  if (prompts < kFewestPrompts) {
    return concatenate(prompts, ' ', unit, prompts == 1 ? " is" : "s are",
                       " too few to judge by; at least ", kFewestPrompts, " are needed");
  }
  std::vector<std::string> broken;
  for (const Check& check : checks) {
    if (!std::isfinite(check.value)) broken.push_back(check.name);
  }
  if (broken.empty()) return std::nullopt;
  return concatenate(join_words(broken), broken.size() == 1 ? " is" : " are",
                     " not finite, as where a network has diverged or targets are all 0");
}

Verdict Agreement::verdict() const {
  if (obstacle()) return Verdict::kNone;
  double largest = 0.0;
  for (const Check& check : checks) largest = std::max(largest, check.excess);
  if (largest <= 1.0) return Verdict::kAgrees;
  return largest <= kCloseFactor ? Verdict::kClose : Verdict::kDiffers;
}

std::string Agreement::found(std::size_t first) const {
  std::vector<std::string> parts;
  for (std::size_t i = first; i < checks.size(); ++i) parts.push_back(checks[i].found);
  return listed(parts);
}

std::string Agreement::failures(std::size_t first) const {
  std::vector<std::string> parts;
  for (std::size_t i = first; i < checks.size(); ++i) {
    const Check& check = checks[i];
    if (!check.holds()) {
      parts.push_back(concatenate(check.found, ", where ", check.wanted, " would do"));
    }
  }
  return listed(parts);
}

Json to_json(const std::vector<Check>& checks) {
  Json list = Json::array();
  for (const Check& check : checks) {
    list.push_back({{"name", check.name},
                    {"value", check.value},
                    {"limit", check.limit},
                    {"holds", check.holds()}});
  }
  return list;
}

}  // namespace gril
