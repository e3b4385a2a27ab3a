#include "gril/tasks/in_context/teacher_student.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gril/base/error.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

std::unique_ptr<Task> task_of(const Json& tree, uint64_t experiment_seed) {
  return make_task(ConfigSection(tree, "task.toml", "task"), experiment_seed);
}

const LinearAttentionTeacher& teacher_of(const Task& task) {
  return dynamic_cast<const TeacherStudent&>(task).teacher();
}

TEST(TeacherStudent, TargetsAreTheTeachersOutputsAtEveryToken) {
  TeacherStudentOptions options;
  options.length = 6;
  options.heads = 2;
  const TeacherStudent task(options);
  const Batch batch = task.sample(5, 9, at::kDouble);
  EXPECT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{5, 6, 4}));
  EXPECT_TRUE(at::equal(batch.targets, teacher_outputs(task.teacher(), batch.tokens)));
  EXPECT_EQ(task.scoring().loss, LossKind::kMeanSquaredError);
  EXPECT_EQ(task.scoring().positions, Positions::kEvery);
  EXPECT_FALSE(batch.marked.defined());
}

TEST(TeacherStudent, TokensAreStandardNormal) {
  const torch::Tensor x = TeacherStudent({}).sample(500, 9, at::kDouble).tokens;
  // 64000 numbers: standard errors 0.004, 0.006 and 0.04.
  EXPECT_NEAR(x.mean().item<double>(), 0, 0.02);
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 0.03);
  EXPECT_NEAR(x.pow(4).mean().item<double>(), 3, 0.2);
}

TEST(TeacherStudent, OneSeedIsOneBatchInBothDtypes) {
  const TeacherStudent task({});
  const Batch narrow = task.sample(7, 9, at::kFloat);
  const Batch wide = task.sample(7, 9, at::kDouble);
  EXPECT_TRUE(at::equal(narrow.tokens.to(at::kDouble), wide.tokens));
  EXPECT_TRUE(at::equal(narrow.targets, wide.targets.to(at::kFloat)));
  EXPECT_FALSE(at::equal(task.sample(7, 10, at::kDouble).tokens, wide.tokens));
}

TEST(TeacherStudent, TheTeacherFollowsTheExperimentUnlessItIsPinned) {
  const Json tree = {{"kind", "teacher_student"}};
  const auto first = task_of(tree, 1);
  const auto second = task_of(tree, 2);
  EXPECT_FALSE(at::equal(teacher_of(*first).value_map, teacher_of(*second).value_map));
  // What a run keeps names the teacher, whatever seed it is read with.
  EXPECT_EQ(first->config().at("teacher_seed"), 1);
  const auto again = task_of(first->config(), 2);
  EXPECT_TRUE(at::equal(teacher_of(*again).value_map, teacher_of(*first).value_map));
  EXPECT_TRUE(at::equal(teacher_of(*again).key_query_map(), teacher_of(*first).key_query_map()));
  EXPECT_EQ(again->config(), first->config());
}

TEST(TeacherStudent, ConfigHasEveryRankFilledIn) {
  const Json expected = {
      {"kind", "teacher_student"}, {"width", 6},          {"length", 32}, {"heads", 1},
      {"value_rank", 5},           {"key_query_rank", 6}, {"overlap", 5}, {"decay", 1.0},
      {"rotation", 0.0},           {"teacher_seed", 4}};
  EXPECT_EQ(task_of({{"kind", "teacher_student"}, {"width", 6}, {"value_rank", 5}}, 4)->config(),
            expected);
}

TEST(TeacherStudent, LabelsEveryTokenAndItsTarget) {
  TeacherStudentOptions options;
  options.length = 2;
  options.teacher_seed = 3;
  const TeacherStudent task(options);
  const ExampleLabels labels = task.labels(task.sample(1, 1, at::kDouble));
  EXPECT_EQ(labels.title,
            "teacher 3 of 1 head, value rank 4, key-query rank 4, overlap 4, decay 1");
  ASSERT_EQ(labels.tokens.size(), 2U);
  EXPECT_EQ(labels.tokens[1].front().name, "x_2");
  EXPECT_EQ(labels.tokens[1].front().size, 4);
  EXPECT_EQ(labels.targets, (std::vector<std::string>{"y_1", "y_2"}));
}

template <typename Change>
std::string message_for(const Change& change) {
  TeacherStudentOptions options;
  change(options);
  return error_text<InvalidArgument>([&] { const TeacherStudent task(options); });
}

TEST(TeacherStudent, RefusesRanksThatContradictTheWidth) {
  EXPECT_EQ(message_for([](auto& o) { o.value_rank = 5; }),
            "[teacher_student] value_rank must be between 1 and the width 4; got 5.");
  EXPECT_EQ(message_for([](auto& o) { o.key_query_rank = -1; }),
            "[teacher_student] key_query_rank must be between 1 and the width 4; got -1.");
  EXPECT_EQ(message_for([](auto& o) {
              o.value_rank = 3;
              o.key_query_rank = 2;
              o.overlap = 0;
            }),
            "[teacher_student] overlap must be between 1 and 2, what subspaces of dimensions 3 and "
            "2 can share in width 4; got 0.");
  EXPECT_EQ(message_for([](auto& o) {
              o.value_rank = 2;
              o.key_query_rank = 2;
              o.overlap = 3;
            }),
            "[teacher_student] overlap must be between 0 and 2, what subspaces of dimensions 2 and "
            "2 can share in width 4; got 3.");
}

TEST(TeacherStudent, RefusesValuesOutsideTheirRule) {
  EXPECT_EQ(message_for([](auto& o) { o.width = 0; }),
            "[teacher_student] width must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.length = 0; }),
            "[teacher_student] length must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.heads = 0; }),
            "[teacher_student] heads must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.decay = 1.5; }),
            "[teacher_student] decay must be above 0 and at most 1; got 1.5.");
  EXPECT_EQ(message_for([](auto& o) { o.rotation = std::numeric_limits<double>::infinity(); }),
            "[teacher_student] rotation must be finite; got inf.");
  const TeacherStudent task({});
  EXPECT_EQ(error_text<InvalidArgument>([&] { task.sample(0, 1, at::kFloat); }),
            "[teacher_student] a batch must hold at least 1 sequence; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { task.sample(1, 1, at::kLong); }),
            "[teacher_student] dtype must be float32 or float64; got Long.");
}

}  // namespace
}  // namespace gril
