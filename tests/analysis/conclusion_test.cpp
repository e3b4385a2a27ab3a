#include "gril/analysis/conclusion.h"

#include <gtest/gtest.h>

#include <limits>

namespace gril {
namespace {

/// What conclusions are made of, set by the four measures themselves.
struct Measures {
  double loss_ratio = 1.0006;
  double difference = 0.021;
  /// Of the losses of even and of odd prompts: the spread of their ratio.
  double spread = 0.02;
  double cosine = 0.99987;
  double null_ratio = 0.5;
  int prompts = 20;
};

Findings findings_of(const Measures& measures) {
  PredictionComparison comparison;
  for (int i = 0; i < measures.prompts; ++i) {
    comparison.gradient_descent_losses.push_back(1.0);
    const double deviation = i % 2 == 0 ? measures.spread : -measures.spread;
    comparison.model_losses.push_back(measures.loss_ratio + deviation);
  }
  comparison.prediction_difference = measures.difference;
  comparison.sensitivity_cosine = measures.cosine;
  const double ratio = measures.loss_ratio;
  return {.agreement = agreement_with(comparison, "tuned gradient descent's"),
          .loss_ratio = {ratio, ratio - 0.05, ratio + 0.05},
          .null_ratio = measures.null_ratio,
          .weights_apply = true,
          .window_off_target = 0.012,
          .update_cosine = 0.9998};
}

Conclusion concluded(const Measures& measures) { return conclude(findings_of(measures)); }

void expect_in(const std::string& part, const std::string& text) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Conclusion, RecognisesOneGradientDescentStep) {
  const Conclusion conclusion = concluded({});
  EXPECT_EQ(conclusion.verdict, Verdict::kAgrees);
  EXPECT_EQ(conclusion.label, "One gradient-descent step");
  EXPECT_EQ(conclusion.sentence,
            "This network does one gradient-descent step: its loss is 0.06 % above tuned gradient "
            "descent's on the same prompts, its predictions differ from tuned gradient descent's "
            "by 2.1 % (rms), the ratio of the losses spreads by 2 % over prompts and its "
            "predictions answer to the query with cosine 0.99987; its weights are those of the "
            "construction (cosine of the updates 0.9998, at most 1.2 % off target in the window).");
}

TEST(Conclusion, NeedsEveryMeasure) {
  EXPECT_NE(concluded({.loss_ratio = 1.011}).verdict, Verdict::kAgrees);
  EXPECT_NE(concluded({.loss_ratio = 0.989}).verdict, Verdict::kAgrees);
  EXPECT_NE(concluded({.difference = 0.051}).verdict, Verdict::kAgrees);
  EXPECT_NE(concluded({.spread = 0.101}).verdict, Verdict::kAgrees);
  EXPECT_NE(concluded({.cosine = 0.9989}).verdict, Verdict::kAgrees);
}

TEST(Conclusion, SaysOfWhatIsCloseWhichMeasureFailed) {
  const Conclusion conclusion = concluded({.difference = 0.07, .cosine = 0.997});
  EXPECT_EQ(conclusion.verdict, Verdict::kClose);
  EXPECT_EQ(conclusion.label, "Close to one gradient-descent step");
  EXPECT_EQ(conclusion.sentence,
            "This network is close to, but not, one gradient-descent step: its predictions differ "
            "from tuned gradient descent's by 7 % (rms), where at most 5 % would do and its "
            "predictions answer to the query with cosine 0.997, where at least 0.999 would do.");
  EXPECT_EQ(concluded({.difference = 0.11}).verdict, Verdict::kDiffers);
  EXPECT_EQ(concluded({.spread = 0.21}).verdict, Verdict::kDiffers);
  EXPECT_EQ(concluded({.cosine = 0.995}).verdict, Verdict::kDiffers);
  EXPECT_EQ(concluded({.loss_ratio = 1.05}).verdict, Verdict::kDiffers);
}

TEST(Conclusion, NamesWhatElseANetworkMayDo) {
  const auto sentence = [](const Measures& measures) {
    const Conclusion conclusion = concluded(measures);
    EXPECT_EQ(conclusion.verdict, Verdict::kDiffers);
    EXPECT_EQ(conclusion.label, "Not one gradient-descent step");
    return conclusion.sentence;
  };
  expect_in("hardly better than always predicting 0: its loss is 99.5 % of that",
            sentence({.loss_ratio = 2.0, .null_ratio = 0.995}));
  expect_in("no better than always predicting 0: its loss is 250.0 % of that",
            sentence({.loss_ratio = 5.0, .null_ratio = 2.5}));
  expect_in("does not reach one gradient-descent step", sentence({.loss_ratio = 1.3}));
  expect_in("does better than one gradient-descent step", sentence({.loss_ratio = 0.7}));
  expect_in("by other means: its predictions differ", sentence({.difference = 0.4}));
  expect_in("does not do one gradient-descent step",
            sentence({.loss_ratio = 0.97, .difference = 0.4}));
}

TEST(Conclusion, DoesNotCallOtherWeightsThoseOfTheConstruction) {
  const std::string claim = "its weights are those of the construction";
  const auto sentence = [](double cosine, double off_target) {
    Findings findings = findings_of({});
    findings.update_cosine = cosine;
    findings.window_off_target = off_target;
    return conclude(findings).sentence;
  };
  expect_in(claim, sentence(0.991, 0.049));
  for (const std::string& other : {sentence(0.98, 0.01), sentence(0.9999, 0.06),
                                   sentence(std::numeric_limits<double>::quiet_NaN(), 0.01)}) {
    EXPECT_EQ(other.find(claim), std::string::npos) << other;
    expect_in("its weights are not those of the construction", other);
  }
}

TEST(Conclusion, GivesNoVerdictOnNumbersThatAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Measures& measures :
       {Measures{.loss_ratio = nan}, Measures{.loss_ratio = infinity}, Measures{.difference = nan},
        Measures{.difference = infinity}, Measures{.cosine = nan}}) {
    const Conclusion conclusion = concluded(measures);
    EXPECT_EQ(conclusion.verdict, Verdict::kNone);
    EXPECT_EQ(conclusion.label, "No verdict");
    expect_in("not finite, as where a network has diverged or targets are all 0",
              conclusion.sentence);
  }
}

TEST(Conclusion, GivesNoVerdictOnFewPrompts) {
  EXPECT_EQ(concluded({.spread = 0.0, .prompts = 1}).sentence,
            "No verdict on one gradient-descent step: 1 prompt is too few to judge by; at least 10 "
            "are needed.");
  EXPECT_EQ(concluded({.prompts = 10}).verdict, Verdict::kAgrees);
}

TEST(Conclusion, TellsItsNumbersAndLimitsAsJson) {
  const Json tree = to_json(concluded({.difference = 0.07}));
  EXPECT_EQ(tree["agrees"], false);
  EXPECT_EQ(tree["verdict"], "close");
  ASSERT_EQ(tree["checks"].size(), 4U);
  EXPECT_EQ(
      tree["checks"][1],
      (Json{
          {"name", "prediction_difference"}, {"value", 0.07}, {"limit", 0.05}, {"holds", false}}));
}

}  // namespace
}  // namespace gril
