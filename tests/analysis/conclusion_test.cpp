#include "gril/analysis/conclusion.h"

#include <gtest/gtest.h>

namespace gril {
namespace {

Findings descent_findings() {
  return {.loss_ratio = {1.0006, 1.0001, 1.0011},
          .null_ratio = 0.5,
          .sensitivity_cosine = 0.99987,
          .weights_apply = true,
          .window_off_target = 0.012,
          .update_cosine = 0.9998};
}

TEST(Conclusion, RecognisesOneGradientDescentStep) {
  const Conclusion conclusion = conclude(descent_findings());
  EXPECT_TRUE(conclusion.agrees);
  EXPECT_EQ(conclusion.sentence,
            "This network does one gradient-descent step: its loss is 0.06 % above tuned gradient "
            "descent's on the same prompts, its predictions answer to the query with cosine "
            "0.99987, and its weights are those of the construction (cosine of the updates "
            "0.9998, at most 1.2 % off target in the window).");
}

TEST(Conclusion, NamesWhatElseANetworkMayDo) {
  const auto sentence = [](double ratio, double null_ratio, double cosine) {
    Findings findings = descent_findings();
    findings.loss_ratio.value = ratio;
    findings.null_ratio = null_ratio;
    findings.sensitivity_cosine = cosine;
    const Conclusion conclusion = conclude(findings);
    EXPECT_FALSE(conclusion.agrees);
    return conclusion.sentence;
  };
  EXPECT_NE(sentence(2.0, 0.995, 0.1).find("has not learned from its context"), std::string::npos);
  EXPECT_NE(sentence(1.3, 0.7, 0.9).find("does not reach one gradient-descent step"),
            std::string::npos);
  EXPECT_NE(sentence(0.7, 0.4, 0.9).find("better than one gradient-descent step"),
            std::string::npos);
  EXPECT_NE(sentence(1.001, 0.5, 0.9).find("by other means"), std::string::npos);
}

}  // namespace
}  // namespace gril
