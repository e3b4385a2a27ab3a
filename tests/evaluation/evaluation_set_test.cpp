#include "gril/evaluation/evaluation_set.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "gril/base/error.h"
#include "gril/evaluation/batch_output.h"
#include "gril/evaluation/evaluate.h"
#include "gril/tasks/sequence_classification/sequence_classification.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr Scoring kEvery{.loss = LossKind::kMeanSquaredError, .positions = Positions::kEvery};
constexpr int64_t kSymbols = 5;

/// Sequences of these lengths with the symbols 1, 2, 3, 4, 1, … and the classes 0, 1, 0, …
LabelledSequences sequences_of(std::vector<int64_t> lengths) {
  const int64_t rows = std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
  LabelledSequences set;
  set.values = at::arange(rows).remainder(kSymbols - 1).add(1).to(at::kShort).unsqueeze(1);
  for (int64_t begin = 0; const int64_t length : lengths) {
    set.begins.push_back(begin);
    set.labels.push_back(static_cast<int64_t>(set.labels.size()) % 2);
    begin += length;
  }
  set.lengths = std::move(lengths);
  return set;
}

/// 300 short sequences and one that is far longer.
SequenceClassification uneven_task() {
  std::vector<int64_t> lengths(300);
  for (std::size_t i = 0; i < lengths.size(); ++i) lengths[i] = 1 + static_cast<int64_t>(i % 37);
  lengths.push_back(1500);
  SequenceClassificationData data;
  data.training = sequences_of({2, 3});
  data.evaluation = sequences_of(lengths);
  data.classes = {"no", "yes"};
  data.symbols = kSymbols;
  data.config = {{"kind", "uneven"}};
  return SequenceClassification(std::move(data));
}

SequenceModel classifier() {
  SequenceModel model(
      Json::parse(R"({"layers": [{"kind": "embedding", "symbols": 5, "output_size": 3},
                                 {"kind": "running_mean", "input_size": 3},
                                 {"kind": "linear", "input_size": 3, "output_size": 2}]})"),
      "test");
  model.to(at::kDouble);
  model.initialize(3);
  return model;
}

TEST(EvaluationSet, LabelledSequencesAreEvaluatedPieceByPieceLikeTheWholeBatch) {
  const at::NoGradGuard no_grad;
  const SequenceClassification task = uneven_task();
  const SequenceModel model = classifier();
  const EvaluationSet set = evaluation_set(task, 10'000, 7, at::kDouble);
  std::size_t largest = 0;
  EvaluationSet watched = set;
  watched.rows = [&](int64_t first, int64_t count) {
    const Batch rows = set.rows(first, count);
    largest = std::max(largest, rows.tokens.nbytes());
    return rows;
  };
  const Evaluation pieces = evaluate(model, task.scoring(), watched);
  const Batch batch = evaluation_tasks(task, 10'000, 7, at::kDouble);
  const Evaluation whole = measure(task.scoring(), batch_output(model, batch).output, batch);
  EXPECT_EQ(pieces.loss.samples, 301);
  EXPECT_NEAR(pieces.loss.value / whole.loss.value, 1, 1e-12);
  EXPECT_NEAR(*pieces.loss.uncertainty / *whole.loss.uncertainty, 1, 1e-9);
  EXPECT_EQ(pieces.further.front().value, whole.further.front().value) << "accuracy";
  EXPECT_LE(largest, 65536U * sizeof(int64_t));
  EXPECT_GT(batch.tokens.nbytes(), 20 * largest) << "what the whole batch takes";
}

TEST(EvaluationSet, HasTheSequencesOfTheBatchInItsOrder) {
  const SequenceClassification task = uneven_task();
  const Batch batch = evaluation_tasks(task, 40, 7, at::kFloat);
  const EvaluationSet set = evaluation_set(task, 40, 7, at::kFloat);
  ASSERT_EQ(set.size(), 40);
  for (int64_t i = 0; i < 40; ++i) {
    const Batch one = set.rows(i, 1);
    const int64_t length = set.lengths[static_cast<std::size_t>(i)];
    EXPECT_EQ(batch.lengths[i].item<int64_t>(), length);
    EXPECT_TRUE(at::equal(one.tokens, batch.tokens.narrow(0, i, 1).narrow(1, 0, length)));
    EXPECT_TRUE(at::equal(one.targets, batch.targets.narrow(0, i, 1)));
  }
}

TEST(EvaluationSet, RowsOfABatchEndWithTheirLongestSequence) {
  const Batch batch{.tokens = at::arange(24, at::kDouble).reshape({3, 4, 2}),
                    .targets = at::arange(12, at::kDouble).reshape({3, 4, 1}),
                    .marked = at::ones({3, 4}, at::kBool),
                    .lengths = at::tensor({3, 2, 4}, at::kLong)};
  const EvaluationSet set = evaluation_set(kEvery, batch);
  EXPECT_EQ(set.lengths, (std::vector<int64_t>{3, 2, 4}));
  const Batch rows = set.rows(0, 2);
  EXPECT_TRUE(at::equal(rows.tokens, batch.tokens.narrow(0, 0, 2).narrow(1, 0, 3)));
  EXPECT_TRUE(at::equal(rows.targets, batch.targets.narrow(0, 0, 2).narrow(1, 0, 3)));
  EXPECT_EQ(rows.marked.size(1), 3);
  EXPECT_EQ(set.rows(2, 1).tokens.size(1), 4);
}

TEST(EvaluationSet, NeedsAtLeastOneSequence) {
  const SequenceClassification task = uneven_task();
  EXPECT_EQ(error_text<InvalidArgument>([&] { evaluation_set(task, 0, 7, at::kFloat); }),
            "[evaluate] the number of tasks must be at least 1; got 0.");
}

}  // namespace
}  // namespace gril
