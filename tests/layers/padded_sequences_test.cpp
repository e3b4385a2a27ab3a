#include "gril/layers/padded_sequences.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// Rows (0, 1, 2, 3) and (4, 5, 6, 7) as tokens (2, 4, 1).
at::Tensor counting_tokens() { return at::arange(8, at::kFloat).view({2, 4, 1}); }

at::Tensor lengths(int64_t first, int64_t second) { return at::tensor({first, second}); }

std::string refusal(const PaddedSequences& sequences) {
  const std::string text = error_text<c10::ValueError>([&] { clear_padding(sequences); });
  return text.substr(0, text.find('\n'));
}

void expect_numbers(const at::Tensor& actual, const std::vector<float>& expected) {
  EXPECT_TRUE(at::equal(actual.flatten(), at::tensor(expected))) << actual;
}

TEST(PaddedSequences, ClearedPaddingIsZeroWhateverStoodThere) {
  at::Tensor tokens = counting_tokens();
  tokens[0][3].fill_(std::numeric_limits<float>::quiet_NaN());
  expect_numbers(clear_padding({tokens, lengths(3, 1)}).tokens, {0, 1, 2, 0, 4, 0, 0, 0});
  const PaddedSequences symbols =
      clear_padding({counting_tokens().to(at::kLong) - 6, lengths(2, 4)});
  EXPECT_EQ(symbols.tokens.scalar_type(), at::kLong);
  expect_numbers(symbols.tokens.to(at::kFloat), {-6, -5, 0, 0, -2, -1, 0, 1});
  EXPECT_TRUE(testing::has_same_bits("tokens", clear_padding({counting_tokens(), {}}).tokens,
                                     counting_tokens()));
}

TEST(PaddedSequences, SequencesSideBySideAreClearedEachBehindItsEnd) {
  const at::Tensor tokens = at::arange(1, 13, at::kFloat).view({1, 3, 4});
  const at::Tensor pair = at::tensor({int64_t{1}, int64_t{2}}).view({1, 2});
  expect_numbers(clear_padding({tokens, pair}).tokens, {1, 2, 3, 4, 0, 0, 7, 8, 0, 0, 0, 0});
}

TEST(PaddedSequences, SequencesSideBySideAreTakenApart) {
  const at::Tensor tokens = at::arange(8, at::kFloat).view({2, 2, 2});
  const at::Tensor pairs = at::tensor({1, 2, 1, 1}, at::kLong).view({2, 2});
  const PaddedSequences apart = taken_apart({tokens, pairs}, 2);
  EXPECT_EQ(apart.tokens.sizes().vec(), (std::vector<int64_t>{4, 2, 1}));
  expect_numbers(apart.tokens, {0, 2, 4, 6, 1, 3, 5, 7});
  expect_numbers(apart.lengths.to(at::kFloat), {1, 1, 2, 1});
}

TEST(PaddedSequences, ReversedTokensKeepPaddingBehindTheEndAndComeBack) {
  const PaddedSequences sequences{counting_tokens(), lengths(3, 1)};
  const at::Tensor reversed = reversed_tokens(sequences);
  expect_numbers(reversed, {2, 1, 0, 3, 4, 5, 6, 7});
  EXPECT_TRUE(at::equal(reversed_tokens({reversed, sequences.lengths}), sequences.tokens));
  expect_numbers(reversed_tokens({counting_tokens(), {}}), {3, 2, 1, 0, 7, 6, 5, 4});
}

TEST(PaddedSequences, LastTokensStandWhereTheLengthsSay) {
  expect_numbers(last_tokens({counting_tokens(), lengths(3, 1)}), {2, 4});
  expect_numbers(last_tokens({counting_tokens(), {}}), {3, 7});
  EXPECT_EQ(last_tokens({counting_tokens(), lengths(3, 1)}).sizes().vec(),
            (std::vector<int64_t>{2, 1}));
}

TEST(PaddedSequences, EmptyBatchesStayEmpty) {
  const PaddedSequences none{at::zeros({0, 4, 3}), at::zeros({0}, at::kLong)};
  EXPECT_EQ(clear_padding(none).tokens.sizes().vec(), (std::vector<int64_t>{0, 4, 3}));
  EXPECT_EQ(reversed_tokens(none).sizes().vec(), (std::vector<int64_t>{0, 4, 3}));
  EXPECT_EQ(last_tokens(none).sizes().vec(), (std::vector<int64_t>{0, 3}));
}

TEST(PaddedSequences, RefuseLengthsThatDoNotFit) {
  const std::string shape =
      "[padding] lengths must have shape (B), or (B, P) where a token holds P tokens side by side; "
      "got ";
  EXPECT_EQ(refusal({counting_tokens(), at::ones({3}, at::kLong)}),
            shape + "(3) for tokens (2, 4, 1).");
  EXPECT_EQ(refusal({counting_tokens(), at::ones({2, 2}, at::kLong)}),
            shape + "(2, 2) for tokens (2, 4, 1).");
  EXPECT_EQ(refusal({counting_tokens(), at::ones({2})}),
            "[padding] lengths must be int64 on the device of the tokens, cpu; got float32 on "
            "cpu.");
  EXPECT_EQ(refusal({counting_tokens(), lengths(0, 4)}),
            "[padding] lengths must lie in 1 to T = 4; got 0 to 4.");
  EXPECT_EQ(refusal({counting_tokens(), lengths(5, 4)}),
            "[padding] lengths must lie in 1 to T = 4; got 4 to 5.");
  EXPECT_EQ(refusal({at::zeros({2, 4}), lengths(1, 1)}),
            "[padding] tokens must have shape (B, T, features); got (2, 4).");
}

}  // namespace
}  // namespace gril
