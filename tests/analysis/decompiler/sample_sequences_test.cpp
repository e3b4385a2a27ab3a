#include "gril/analysis/decompiler/sample_sequences.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

Json pairs_task() {
  return {{"kind", "linear_regression"},
          {"inputs", 3},
          {"outputs", 2},
          {"examples", 4},
          {"layout", "pairs"}};
}

TEST(SampleSequences, AreStandardNormalWhereNoTaskIsNamed) {
  const SampleSequences found = task_sequences(nullptr, 5, {.sequences = 2000, .length = 4}, "m");
  EXPECT_EQ(found.tokens.sizes(), (std::vector<int64_t>{2000, 4, 5}));
  EXPECT_NEAR(found.tokens.mean().item<double>(), 0.0, 0.02);
  EXPECT_NEAR(found.tokens.square().mean().item<double>(), 1.0, 0.03);
  EXPECT_EQ(found.positions, Positions::kEvery);
  EXPECT_TRUE(at::equal(found.read_features, at::ones({6}, at::kDouble)));
  EXPECT_EQ(found.source, "2000 sequences of 4 independent standard normal tokens");
  const SampleSequences again = task_sequences(nullptr, 5, {.sequences = 2000, .length = 4}, "m");
  EXPECT_TRUE(testing::has_same_bits("tokens", again.tokens, found.tokens));
}

TEST(SampleSequences, KnowWhatTheQueryOfATaskShows) {
  const SampleSequences found = task_sequences(pairs_task(), 5, {.sequences = 20}, "m");
  EXPECT_EQ(found.tokens.sizes(), (std::vector<int64_t>{20, 5, 5}));
  EXPECT_EQ(found.positions, Positions::kLast);
  EXPECT_TRUE(at::equal(found.read_features, at::tensor({1.0, 1.0, 1.0, 0.0, 0.0, 1.0})));
  EXPECT_EQ(counted(found, found.tokens).sizes(), (std::vector<int64_t>{20, 5}));
}

TEST(SampleSequences, CountMarkedOutputs) {
  SampleSequences sequences = given_sequences(random_numbers({2, 3, 1}, 1), "given");
  sequences.positions = Positions::kMarked;
  sequences.marked = at::tensor({0, 1, 0, 1, 0, 1}, at::kLong).reshape({2, 3}).to(at::kBool);
  const torch::Tensor tokens = sequences.tokens;
  EXPECT_TRUE(testing::has_same_bits("marked", counted(sequences, tokens),
                                     at::stack({tokens[0][1], tokens[1][0], tokens[1][2]})));
}

TEST(SampleSequences, RefuseATaskOfAnotherWidth) {
  EXPECT_EQ(error_text<InvalidArgument>([] { task_sequences(pairs_task(), 4, {}, "a.bin"); }),
            "[sample_sequences] a.bin: tokens of its task must have 4 features, as its model "
            "expects; got 5.");
  EXPECT_EQ(error_text<InvalidArgument>([] { standard_normal_sequences(3, {.sequences = 0}); }),
            "[sample_sequences] there must be at least 1 sequence of at least 1 token; got 0 of "
            "32.");
}

TEST(SampleSequences, MeanSquaresAreRelativeToWhatIsExpected) {
  const torch::Tensor ones = at::ones({2, 2}, at::kDouble);
  EXPECT_EQ(relative_mean_square(3.0 * ones, 2.0 * ones), 0.25);
  EXPECT_EQ(relative_mean_square(0.0 * ones, 0.0 * ones), 0.0);
  EXPECT_EQ(relative_mean_square(ones, 0.0 * ones), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace gril
