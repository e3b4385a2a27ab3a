#include "gril/report/feature_names.h"

#include <gtest/gtest.h>

namespace gril {
namespace {

using Names = std::vector<std::string>;

JsonValue task(const Json& tree) { return {tree, "report", "summary.json", ""}; }

TEST(FeatureNames, CallLabelsOfPairsY) {
  const Json pairs = {{"kind", "linear_regression"}, {"layout", "pairs"}, {"inputs", 2}};
  EXPECT_EQ(feature_names(task(pairs), 3), (Names{"x1", "x2", "y1"}));
  EXPECT_EQ(feature_names(task({{"kind", "teacher_student"}}), 3), (Names{"x1", "x2", "x3"}));
  EXPECT_EQ(feature_names(task(nullptr), 1), Names{"x1"});
}

TEST(FeatureNames, ListPairsInTheOrderOfTheKernels) {
  EXPECT_EQ(pair_names({"x1", "y1"}), (Names{"x1x1", "x1y1", "y1y1"}));
  EXPECT_EQ(augmented_pair_names({"x1", "y1"}), (Names{"x1x1", "x1y1", "x1", "y1y1", "y1", "1"}));
}

}  // namespace
}  // namespace gril
