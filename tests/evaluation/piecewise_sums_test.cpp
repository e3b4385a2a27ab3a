#include "gril/evaluation/piecewise_sums.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace gril {
namespace {

constexpr Scoring kEvery{.loss = LossKind::kMeanSquaredError, .positions = Positions::kEvery};
constexpr Scoring kLast{.loss = LossKind::kMeanSquaredError, .positions = Positions::kLast};

SequenceModel recurrent_model() {
  SequenceModel model({{"layers", {{{"kind", "gru"}, {"input_size", 2}, {"state_size", 3}}}}},
                      "test");
  model.to(at::kDouble);
  return model;
}

Batch random_batch(int64_t sequences, int64_t length) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(5);
  return {.tokens = at::randn({sequences, length, 2}, generator, at::kDouble),
          .targets = at::randn({sequences, length, 3}, generator, at::kDouble)};
}

/// A model that is told to have so many outputs that 300 tokens are a piece; remembers the pieces.
struct WatchedSource {
  explicit WatchedSource(const SequenceModel& model) : source(output_source(model)) {
    source.output_size = (int64_t{1} << 24) / 300;
    source.outputs = [this, &model](const Batch& batch, const LayerState& state) {
      pieces.push_back(batch.tokens.sizes().vec());
      return model.forward(batch.tokens, state);
    };
  }
  OutputSource source;
  std::vector<std::vector<int64_t>> pieces;
};

void expect_equal(const SequenceSums& actual, const SequenceSums& expected) {
  EXPECT_TRUE(at::equal(actual.positions, expected.positions));
  EXPECT_TRUE(at::allclose(actual.loss, expected.loss, 1e-12));
  EXPECT_TRUE(at::allclose(actual.deviations, expected.deviations, 1e-12));
}

TEST(PiecewiseSums, LongSequencesInPiecesOfTimeEqualTheWhole) {
  const at::NoGradGuard no_grad;
  const SequenceModel model = recurrent_model();
  const Batch batch = random_batch(2, 700);
  WatchedSource watched(model);
  const SequenceSums pieces = piecewise_sums(watched.source, kEvery, evaluation_set(kEvery, batch));
  const std::vector<std::vector<int64_t>> expected = {{1, 300, 2}, {1, 300, 2}, {1, 100, 2},
                                                      {1, 300, 2}, {1, 300, 2}, {1, 100, 2}};
  EXPECT_EQ(watched.pieces, expected);
  expect_equal(pieces, sequence_sums(kEvery, model.forward(batch.tokens, {}).output, batch,
                                     target_mean(kEvery, batch)));
}

TEST(PiecewiseSums, PiecesOfTimeCountNoPadding) {
  const at::NoGradGuard no_grad;
  const SequenceModel model = recurrent_model();
  Batch batch = random_batch(3, 700);
  batch.lengths = at::tensor({650, 700, 4}, at::kLong);
  WatchedSource watched(model);
  const SequenceSums pieces = piecewise_sums(watched.source, kEvery, evaluation_set(kEvery, batch));
  const std::vector<std::vector<int64_t>> expected = {
      {1, 300, 2}, {1, 300, 2}, {1, 50, 2}, {1, 300, 2}, {1, 300, 2}, {1, 100, 2}, {1, 4, 2}};
  EXPECT_EQ(watched.pieces, expected) << "a piece ends with its longest sequence";
  expect_equal(pieces, sequence_sums(kEvery, model.forward(batch.tokens, {}).output, batch,
                                     target_mean(kEvery, batch)));
}

TEST(PiecewiseSums, ShortSequencesComeWholeAsManyAsFit) {
  const at::NoGradGuard no_grad;
  const SequenceModel model = recurrent_model();
  WatchedSource watched(model);
  piecewise_sums(watched.source, kEvery, evaluation_set(kEvery, random_batch(5, 120)));
  const std::vector<std::vector<int64_t>> expected = {{2, 120, 2}, {2, 120, 2}, {1, 120, 2}};
  EXPECT_EQ(watched.pieces, expected);
}

TEST(PiecewiseSums, APieceTakesSequencesAsLongAsTheirPaddingFits) {
  const at::NoGradGuard no_grad;
  const SequenceModel model = recurrent_model();
  Batch batch = random_batch(6, 200);
  batch.lengths = at::tensor({10, 90, 100, 101, 200, 1}, at::kLong);
  WatchedSource watched(model);
  const SequenceSums pieces = piecewise_sums(watched.source, kEvery, evaluation_set(kEvery, batch));
  const std::vector<std::vector<int64_t>> expected = {
      {3, 100, 2}, {1, 101, 2}, {1, 200, 2}, {1, 1, 2}};
  EXPECT_EQ(watched.pieces, expected);
  expect_equal(pieces, sequence_sums(kEvery, model.forward(batch.tokens, {}).output, batch,
                                     target_mean(kEvery, batch)));
}

TEST(PiecewiseSums, SequencesComeWholeWhereLaterTokensMatterOrOnlyTheLastCounts) {
  const at::NoGradGuard no_grad;
  const SequenceModel model = recurrent_model();
  Batch batch = random_batch(2, 700);
  const std::vector<std::vector<int64_t>> whole = {{1, 700, 2}, {1, 700, 2}};
  WatchedSource not_causal(model);
  not_causal.source.causal = false;
  piecewise_sums(not_causal.source, kEvery, evaluation_set(kEvery, batch));
  EXPECT_EQ(not_causal.pieces, whole);
  batch.targets = batch.targets.select(1, 0);
  WatchedSource last(model);
  piecewise_sums(last.source, kLast, evaluation_set(kLast, batch));
  EXPECT_EQ(last.pieces, whole);
}

TEST(OutputSource, KnowsWhetherItsModelIsCausal) {
  const Json gru = {{{"kind", "gru"}, {"input_size", 2}, {"state_size", 2}}};
  const Json both_ways = {
      {"kind", "bidirectional"}, {"forward", {{"layers", gru}}}, {"backward", {{"layers", gru}}}};
  const Json two_documents = {{"kind", "document_pair"}, {"layers", gru}};
  const Json inside = {{"kind", "append"}, {"layers", {both_ways}}};
  EXPECT_TRUE(output_source(recurrent_model()).causal);
  EXPECT_FALSE(output_source(SequenceModel({{"layers", {both_ways}}}, "test")).causal);
  EXPECT_FALSE(output_source(SequenceModel({{"layers", {two_documents}}}, "test")).causal);
  EXPECT_FALSE(output_source(SequenceModel({{"layers", {inside}}}, "test")).causal);
}

}  // namespace
}  // namespace gril
