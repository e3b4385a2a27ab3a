#include "gril/training/batch_queue.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "gril/base/seed.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(BatchStream, BatchIsAFunctionOfSeedAndStep) {
  const LinearRegression task({});
  const BatchStream stream{&task, 9, 4, at::kFloat};
  const Batch expected = task.sample(4, child_seed(9, "training batch", 5), at::kFloat);
  EXPECT_TRUE(at::equal(stream.at(5).tokens, expected.tokens));
  EXPECT_FALSE(at::equal(stream.at(5).tokens, stream.at(6).tokens));
}

TEST(BatchQueue, GivesTheBatchesOfTheStreamInOrder) {
  const LinearRegression task({});
  const BatchStream stream{&task, 9, 2, at::kFloat};
  BatchQueue queue(stream, 10, 110);
  for (int64_t step = 10; step < 110; ++step) {
    ASSERT_TRUE(at::equal(queue.next().tokens, stream.at(step).tokens)) << step;
  }
}

TEST(BatchQueue, MayBeLeftBeforeItIsEmpty) {
  const LinearRegression task({});
  const BatchStream stream{&task, 9, 2, at::kFloat};
  BatchQueue queue(stream, 0, 1000000);
  EXPECT_TRUE(at::equal(queue.next().tokens, stream.at(0).tokens));
}

/// Fails at every batch but the first two.
class FailingTask : public LinearRegression {
 public:
  FailingTask() : LinearRegression({}) {}
  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override {
    if (++calls_ > 2) throw std::runtime_error("the third batch");
    return LinearRegression::sample_prompts(batch, seed, dtype);
  }

 private:
  mutable int calls_ = 0;
};

TEST(BatchQueue, ThrowsWhatDrawingABatchThrew) {
  const FailingTask task;
  BatchQueue queue({&task, 9, 2, at::kFloat}, 0, 10);
  queue.next();
  queue.next();
  EXPECT_EQ(error_text<std::runtime_error>([&] { queue.next(); }), "the third batch");
}

}  // namespace
}  // namespace gril
