#include "gril/tasks/sequence_classification/labelled_sequences.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "gril/tasks/sequence_classification/symbol_sequences.h"
#include "gril/tasks/sequence_classification/training_order.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 7;

/// Sequence i, from 0: 1 + i mod 3 symbols 10 i + 1, 10 i + 2, …, of class i.
LabelledSequences numbered(int64_t sequences, int64_t documents = 1) {
  SymbolSequences made(documents);
  for (int64_t i = 0; i < sequences; ++i) {
    for (int64_t t = 0; t <= i % 3; ++t) made.add(10 * i + t + 1);
    made.end_sequence();
    if ((i + 1) % documents == 0) made.end_item(i / documents);
  }
  return std::move(made).sequences();
}

TEST(LabelledSequences, ArePaddedAtTheEndWithZero) {
  const PaddedItems padded = padded_items(numbered(6), {4, 0, 5}, at::kLong);
  const torch::Tensor expected =
      at::tensor({41, 42, 0, 1, 0, 0, 51, 52, 53}, at::kLong).reshape({3, 3, 1});
  EXPECT_TRUE(at::equal(padded.values, expected));
  EXPECT_TRUE(at::equal(padded.lengths, at::tensor({2, 1, 3}, at::kLong)));
  EXPECT_TRUE(at::equal(padded.labels, at::tensor({4, 0, 5}, at::kLong)));
}

TEST(LabelledSequences, HaveNoLengthsWhereAllAreEqual) {
  const PaddedItems padded = padded_items(numbered(6), {1, 4}, at::kFloat);
  EXPECT_FALSE(padded.lengths.defined());
  EXPECT_TRUE(
      at::equal(padded.values, at::tensor({11.0F, 12.0F, 41.0F, 42.0F}).reshape({2, 2, 1})));
}

TEST(LabelledSequences, DocumentsOfAPairStandSideBySide) {
  const PaddedItems padded = padded_items(numbered(6, 2), {2, 0}, at::kLong);
  const torch::Tensor expected =
      at::tensor({41, 51, 42, 52, 0, 53, 1, 11, 0, 12, 0, 0}, at::kLong).reshape({2, 3, 2});
  EXPECT_TRUE(at::equal(padded.values, expected));
  EXPECT_TRUE(at::equal(padded.lengths, at::tensor({2, 3, 1, 2}, at::kLong).reshape({2, 2})));
  EXPECT_TRUE(at::equal(padded.labels, at::tensor({2, 0}, at::kLong)));
}

TEST(LabelledSequences, SplitPutsEveryNumberIntoOnePart) {
  const NumberSplit split = split_numbers(1000, 0.1, 42);
  EXPECT_EQ(split.taken.size(), 100U);
  EXPECT_TRUE(std::is_sorted(split.kept.begin(), split.kept.end()));
  EXPECT_TRUE(std::is_sorted(split.taken.begin(), split.taken.end()));
  std::set<int64_t> all(split.kept.begin(), split.kept.end());
  all.insert(split.taken.begin(), split.taken.end());
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_NE(split_numbers(1000, 0.1, 43).taken, split.taken);
  EXPECT_TRUE(split_numbers(10, 0, 42).taken.empty());
}

/// Every item of the epoch, batch by batch.
std::vector<int64_t> epoch(const std::vector<int64_t>& lengths, int64_t batch, int64_t number) {
  const int64_t batches = static_cast<int64_t>(lengths.size()) / batch;
  std::vector<int64_t> items;
  for (int64_t step = number * batches; step < (number + 1) * batches; ++step) {
    const std::vector<int64_t> part = training_items(lengths, batch, step, kSeed);
    EXPECT_EQ(static_cast<int64_t>(part.size()), batch);
    items.insert(items.end(), part.begin(), part.end());
  }
  return items;
}

TEST(TrainingOrder, AnEpochShowsNoItemTwice) {
  for (const bool equal : {true, false}) {
    std::vector<int64_t> lengths(1003);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      lengths[i] = equal ? 5 : static_cast<int64_t>(i * 37 % 101);
    }
    const std::vector<int64_t> first = epoch(lengths, 4, 0);
    const std::vector<int64_t> second = epoch(lengths, 4, 1);
    EXPECT_EQ(first.size(), 1000U);
    const std::set<int64_t> seen(first.begin(), first.end());
    EXPECT_EQ(seen.size(), first.size());
    EXPECT_EQ(std::set<int64_t>(second.begin(), second.end()).size(), second.size());
    EXPECT_NE(first, second);
    EXPECT_GE(*seen.begin(), 0);
    EXPECT_LT(*seen.rbegin(), 1003);
    EXPECT_EQ(first, epoch(lengths, 4, 0));
  }
}

TEST(TrainingOrder, BatchesHoldItemsOfLikeLength) {
  std::vector<int64_t> lengths(3000);
  for (std::size_t i = 0; i < lengths.size(); ++i)
    lengths[i] = 1 + static_cast<int64_t>(i * 997 % 3000);
  constexpr int64_t kBatch = 10;
  int64_t tokens = 0;
  int64_t padded = 0;
  std::vector<int64_t> longest;
  for (int64_t step = 0; step < 300; ++step) {
    int64_t most = 0;
    for (const int64_t item : training_items(lengths, kBatch, step, kSeed)) {
      most = std::max(most, lengths[static_cast<std::size_t>(item)]);
      tokens += lengths[static_cast<std::size_t>(item)];
    }
    padded += kBatch * most;
    longest.push_back(most);
  }
  // Uniform lengths in batches of 10 would have 10/11 of the range as their longest: 45 % padding.
  EXPECT_LT(static_cast<double>(padded - tokens) / static_cast<double>(padded), 0.03);
  // Long batches come at any time: the first half of an epoch is as long as the second.
  const auto half = longest.begin() + 150;
  const double first = std::accumulate(longest.begin(), half, 0.0);
  const double second = std::accumulate(half, longest.end(), 0.0);
  EXPECT_NEAR(first / second, 1, 0.2);
}

}  // namespace
}  // namespace gril
