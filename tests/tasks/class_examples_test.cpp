#include "gril/tasks/in_context/class_examples.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 19;

/// Items 10 k … 10 k + 9 of the classes k = 0 … 3.
ClassItems forty_items() {
  ClassItems items(4);
  for (int64_t i = 0; i < 40; ++i) items[static_cast<std::size_t>(i / 10)].push_back(i);
  return items;
}

std::vector<int64_t> row_of(const torch::Tensor& table, int64_t row) {
  const torch::Tensor numbers = table[row].contiguous();
  const auto* first = numbers.data_ptr<int64_t>();
  return {first, first + numbers.size(0)};
}

TEST(ClassExamples, LabelsAreNewNamesOfTheClassesOfAPrompt) {
  const ClassExamples drawn =
      draw_class_examples(forty_items(), forty_items(), {.classes = 3, .examples = 8}, 300, kSeed);
  for (int64_t b = 0; b < 300; ++b) {
    const auto items = row_of(drawn.items, b);
    const auto labels = row_of(drawn.labels, b);
    std::map<int64_t, int64_t> class_of;
    std::map<int64_t, int> shown;
    for (std::size_t i = 0; i < 9; ++i) {
      ASSERT_EQ(class_of.emplace(labels[i], items[i] / 10).first->second, items[i] / 10);
      if (i < 8) ++shown[labels[i]];
    }
    std::set<int64_t> classes;
    std::vector<int> counts;
    for (const auto& [label, of_class] : class_of) {
      ASSERT_TRUE(label >= 0 && label < 3);
      classes.insert(of_class);
      counts.push_back(shown[label]);
    }
    ASSERT_EQ(classes.size(), 3U);
    std::sort(counts.begin(), counts.end());
    ASSERT_EQ(counts, (std::vector<int>{2, 3, 3}));
    // No item twice, the query included.
    ASSERT_EQ((std::set<int64_t>(items.begin(), items.end())).size(), 9U);
  }
}

TEST(ClassExamples, ClassesNamesOrdersAndQueriesAreUniform) {
  constexpr int64_t kPrompts = 24000;
  const ClassExamples drawn = draw_class_examples(forty_items(), forty_items(),
                                                  {.classes = 2, .examples = 3}, kPrompts, kSeed);
  const auto share = [](const torch::Tensor& holds) {
    return holds.to(at::kDouble).mean().item<double>();
  };
  const torch::Tensor classes = drawn.items.div(10, "floor");
  for (int64_t k = 0; k < 4; ++k) {
    // Whatever the place, every class is there a quarter of the time, under either name.
    for (int64_t place = 0; place < 4; ++place) {
      const torch::Tensor here = classes.select(1, place).eq(k);
      EXPECT_NEAR(share(here), 0.25, 5 * std::sqrt(0.1875 / kPrompts));
      EXPECT_NEAR(share(here.logical_and(drawn.labels.select(1, place).eq(1))), 0.125,
                  5 * std::sqrt(0.11 / kPrompts));
    }
  }
  for (int64_t item = 0; item < 40; ++item) {
    EXPECT_NEAR(share(drawn.items.select(1, 3).eq(item)), 0.025, 5 * std::sqrt(0.0244 / kPrompts));
    EXPECT_NEAR(share(drawn.items.select(1, 0).eq(item)), 0.025, 5 * std::sqrt(0.0244 / kPrompts));
  }
  // Of three examples of two classes, each has two half of the time; a query is of either.
  EXPECT_NEAR(share(drawn.labels.narrow(1, 0, 3).sum(1).eq(2)), 0.5,
              5 * std::sqrt(0.25 / kPrompts));
  EXPECT_NEAR(share(drawn.labels.select(1, 3).eq(0)), 0.5, 5 * std::sqrt(0.25 / kPrompts));
}

TEST(ClassExamples, QueriesComeFromTheirOwnItems) {
  ClassItems queries(4);
  for (int64_t k = 0; k < 4; ++k) queries[static_cast<std::size_t>(k)] = {100 + 10 * k};
  const ClassExamples drawn =
      draw_class_examples(forty_items(), queries, {.classes = 4, .examples = 40}, 50, kSeed);
  EXPECT_TRUE(drawn.items.narrow(1, 0, 40).lt(40).all().item<bool>());
  EXPECT_TRUE(drawn.items.select(1, 40).ge(100).all().item<bool>());
}

TEST(ClassExamples, SplitTakesItsShareOfEveryClass) {
  ClassItems items = forty_items();
  items[3] = {30};
  items[2].resize(2);
  const ItemSplit split = split_items(items, 0.3, 5);
  EXPECT_EQ(split.taken[0].size(), 3U);
  EXPECT_EQ(split.taken[1].size(), 3U);
  EXPECT_EQ(split.taken[2].size(), 1U);
  EXPECT_EQ(split.taken[3].size(), 0U);
  for (std::size_t k = 0; k < 4; ++k) {
    std::vector<int64_t> both = split.kept[k];
    both.insert(both.end(), split.taken[k].begin(), split.taken[k].end());
    std::sort(both.begin(), both.end());
    EXPECT_EQ(both, items[k]);
  }
  EXPECT_EQ(split_items(items, 0.3, 5).taken, split.taken);
  EXPECT_NE(split_items(items, 0.3, 6).taken, split.taken);
  EXPECT_EQ(split_items(items, 0.001, 5).taken[0].size(), 1U);
  EXPECT_EQ(split_items(items, 0.999, 5).kept[0].size(), 1U);
}

std::string refusal(const ClassItems& context, const ClassPromptOptions& options) {
  return error_text<InvalidArgument>([&] {
    check_class_items(context, context, options, {"task", "training rows", {"a", "b", "c", "d"}});
  });
}

TEST(ClassExamples, RefusesPromptsThatTheItemsCannotServe) {
  EXPECT_EQ(refusal(forty_items(), {.classes = 1, .examples = 5}),
            "[task] classes_per_prompt must be at least 2; got 1.");
  EXPECT_EQ(refusal(forty_items(), {.classes = 4, .examples = 3}),
            "[task] examples must be at least classes_per_prompt, so that every class is shown; "
            "got 3 and 4.");
  EXPECT_EQ(refusal(forty_items(), {.classes = 5, .examples = 5}),
            "[task] classes_per_prompt must be at most the number of classes with training rows; "
            "got 5 and 4.");
  ClassItems few = forty_items();
  few[1] = {10, 11};
  EXPECT_EQ(refusal(few, {.classes = 2, .examples = 3}),
            "[task] class \"b\" must have at least 3 training rows for prompts of 3 examples of 2 "
            "classes; got 2. Show fewer examples.");
}

}  // namespace
}  // namespace gril
