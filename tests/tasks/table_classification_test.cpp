#include "gril/tasks/in_context/table_classification.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/tasks/in_context/labelled_table.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/gzip_file.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 7;

/// 20 rows of each of 3 classes; "row" tells them apart, "one" is constant.
std::string table_text() {
  std::string text = "id,row,one,kind\n";
  for (int i = 0; i < 60; ++i) {
    text += "n" + std::to_string(i) + ',' + std::to_string(i) + ",7," + "abc"[i % 3] + '\n';
  }
  return text;
}

class TableTask : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) const {
    write_file_atomically(path(), text, "test");
    return path();
  }
  std::filesystem::path path() const { return folder_ / "t.csv"; }

  TableClassificationOptions options(const std::string& text) const {
    TableClassificationOptions options;
    options.path = write(text).string();
    options.label = "kind";
    options.drop = {"id"};
    options.examples = 4;
    return options;
  }
  template <typename Error>
  std::string refusal(const TableClassificationOptions& options) const {
    const std::string text = error_text<Error>([&] { TableClassification{options}; });
    const std::string start = "[table_classification] ";
    EXPECT_EQ(text.substr(0, start.size()), start);
    std::string rest = text.substr(std::min(start.size(), text.size()));
    const std::size_t at = rest.find(path().string());
    if (at != std::string::npos) rest.replace(at, path().string().size(), "T");
    return rest;
  }

 private:
  TemporaryFolder folder_;
};

/// Every number of the first feature, as text.
std::set<std::string> values_of(const torch::Tensor& inputs) {
  std::set<std::string> values;
  const torch::Tensor first = inputs.select(-1, 0).flatten();
  for (int64_t i = 0; i < first.size(0); ++i)
    values.insert(std::to_string(first[i].item<double>()));
  return values;
}

TEST_F(TableTask, EvaluationAsksForRowsThatTrainingNeverShows) {
  const TableClassification task(options(table_text()));
  const Prompts training = task.sample_prompts(3000, kSeed, at::kDouble);
  const Prompts evaluation = task.evaluation_prompts(3000, kSeed, at::kDouble);
  const std::set<std::string> shown = values_of(training.context_inputs);
  const std::set<std::string> held_out = values_of(evaluation.query_inputs);
  EXPECT_EQ(shown.size(), 48U);  // 16 of 20 rows of each class
  EXPECT_EQ(held_out.size(), 12U);
  EXPECT_EQ(values_of(training.query_inputs), shown);
  EXPECT_EQ(values_of(evaluation.context_inputs), shown);
  for (const std::string& value : held_out) EXPECT_FALSE(shown.contains(value)) << value;
  // The batch that gril evaluate measures is the same.
  EXPECT_TRUE(at::equal(task.evaluation_batch(5, kSeed, at::kFloat).tokens,
                        task.evaluation_prompts(5, kSeed, at::kFloat).tokens));
}

TEST_F(TableTask, FeaturesAreStandardisedOnTheTrainingRows) {
  const TableClassification task(options(table_text()));
  const Prompts prompts = task.sample_prompts(5000, kSeed, at::kDouble);
  EXPECT_TRUE(prompts.context_inputs.select(2, 1).eq(0).all().item<bool>());  // the constant
  // Every training row once: mean 0 and variance 1 exactly.
  double sum = 0;
  double squares = 0;
  for (const std::string& value : values_of(prompts.context_inputs)) {
    sum += std::stod(value);
    squares += std::stod(value) * std::stod(value);
  }
  EXPECT_NEAR(sum / 48, 0, 1e-5);
  EXPECT_NEAR(squares / 48, 1, 1e-5);
}

TEST_F(TableTask, ClassesOfRowsAreThoseOfTheTable) {
  // Row i is of class i mod 3: in one prompt, rows of one label are alike modulo 3.
  TableClassificationOptions three = options(table_text());
  three.classes_per_prompt = 3;
  three.examples = 6;
  const TableClassification task(three);
  const LabelledTable table =
      read_labelled_table(three.path, {.label = "kind", .drop = {"id"}}, "test");
  EXPECT_EQ(table.classes, (std::vector<std::string>{"a", "b", "c"}));
  // The standardised value is a linear function of i: two known rows give it.
  const Prompts prompts = task.evaluation_prompts(200, kSeed, at::kDouble);
  const torch::Tensor all = at::cat(
      {prompts.context_inputs.select(2, 0), prompts.query_inputs.select(1, 0).unsqueeze(1)}, 1);
  const torch::Tensor low = all.min();
  const torch::Tensor high = all.max();
  const torch::Tensor rows = ((all - low) / (high - low) * 59).round();
  const torch::Tensor labels =
      at::cat({prompts.context_targets.argmax(2), prompts.targets.unsqueeze(1)}, 1);
  for (int64_t b = 0; b < 200; ++b) {
    std::map<int64_t, int64_t> class_of;
    for (int64_t i = 0; i < 7; ++i) {
      const int64_t kind = static_cast<int64_t>(rows[b][i].item<double>()) % 3;
      const int64_t label = labels[b][i].item<int64_t>();
      ASSERT_EQ(class_of.emplace(label, kind).first->second, kind);
    }
    ASSERT_EQ(class_of.size(), 3U);
  }
}

TEST_F(TableTask, ReadsPackedTablesAndColumnsByNumber) {
  write_gzip(path(), table_text());
  TableClassificationOptions named;
  named.path = path().string();
  named.label = "4";
  named.drop = {"1"};
  named.examples = 4;
  const TableClassification by_number(named);
  const TableClassification by_name(options(table_text()));
  EXPECT_TRUE(at::equal(by_number.sample(5, kSeed, at::kFloat).tokens,
                        by_name.sample(5, kSeed, at::kFloat).tokens));
}

TEST_F(TableTask, ConfigNamesTheSplitAndColumnsMayBeNumbers) {
  const Json tree = {{"kind", "table_classification"},
                     {"path", write(table_text()).string()},
                     {"label", 4},
                     {"drop", {1}},
                     {"examples", 4}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"), 31);
  EXPECT_EQ(task->config(), (Json{{"kind", "table_classification"},
                                  {"path", path().string()},
                                  {"label", "4"},
                                  {"drop", {"1"}},
                                  {"header", true},
                                  {"classes_per_prompt", 2},
                                  {"examples", 4},
                                  {"evaluation_share", 0.2},
                                  {"split_seed", 31},
                                  {"layout", "windowed"}}));
  const auto again = make_task(ConfigSection(task->config(), "task.toml", "task"));
  EXPECT_EQ(again->config(), task->config());
  EXPECT_TRUE(at::equal(again->evaluation_batch(3, kSeed, at::kFloat).tokens,
                        task->evaluation_batch(3, kSeed, at::kFloat).tokens));
}

TEST_F(TableTask, RefusesTablesThatCannotServe) {
  EXPECT_EQ(
      refusal<InvalidFile>(options("id,row,kind\n1,2,a\n1,nan,b\n")),
      "T: row 2 (line 3), column \"row\" must be a number; got \"nan\". Leave the row out, or "
      "drop the column.");
  EXPECT_EQ(refusal<InvalidFile>(options("id,row,kind\n1,,a\n")),
            "T: row 1 (line 2), column \"row\" must be a number; got an empty cell. Leave the row "
            "out, or drop the column.");
  EXPECT_EQ(refusal<InvalidFile>(options("id,row,kind\n1,red,a\n")),
            "T: row 1 (line 2), column \"row\" must be a number; got \"red\". Correct the cell, or "
            "drop the column.");
  EXPECT_EQ(refusal<InvalidFile>(options("id,row,kind\n1,2,\n")),
            "T: row 1 (line 2) must have a class; got an empty label. Leave the row out.");
  EXPECT_EQ(refusal<InvalidArgument>(options("id,row,kind\n1,2,a\n")),
            "classes_per_prompt must be at most the number of classes with training rows; got 2 "
            "and 1.");
  EXPECT_EQ(refusal<InvalidArgument>(options("id,row,kind\n1,2,a\n1,2,a\n1,2,a\n1,3,b\n")),
            "class \"a\" must have at least 3 training rows for prompts of 4 examples of 2 "
            "classes; got 2. Show fewer examples.");
  std::string equal = "id,row,kind\n";
  for (int i = 0; i < 5; ++i) equal += "1,2,a\n1,2,b\n";
  EXPECT_EQ(refusal<InvalidFile>(options(equal)),
            "T: a column must differ from row to row; got training rows whose features are all "
            "equal. Use other columns.");
  std::string far = "id,row,kind\n1,1e100,a\n";
  for (int i = 0; i < 20; ++i) far += "1,2,a\n1,2.0000001,b\n";
  TableClassificationOptions tested = options(far);  // the split leaves the far row to evaluation
  tested.examples = 2;
  tested.evaluation_share = 0.9;
  EXPECT_EQ(refusal<InvalidFile>(tested),
            "T: numbers must fit float32 when they are counted in standard deviations of the "
            "training rows; got one that does not. Drop its row or column.");
  TableClassificationOptions absent = options(table_text());
  absent.path = path().string() + ".gone";
  EXPECT_EQ(refusal<InvalidArgument>(absent),
            "T.gone: must be a file; got no such file. Check the path.");
}

TEST_F(TableTask, RefusesValuesOutsideTheirRule) {
  const auto changed = [&](const auto& change) {
    TableClassificationOptions result = options(table_text());
    change(result);
    return refusal<InvalidArgument>(result);
  };
  EXPECT_EQ(changed([](auto& o) { o.label = "kin"; }),
            "label must name a column of T or be its number, 1 to 4; got \"kin\". Did you mean "
            "\"kind\"? Set header = false if the first line is a row.");
  EXPECT_EQ(changed([](auto& o) { o.drop = {"5"}; }),
            "drop must name a column of T or be its number, 1 to 4; got \"5\". Set header = false "
            "if the first line is a row.");
  EXPECT_EQ(changed([](auto& o) { o.drop = {"kind"}; }),
            "drop must not name the label; got \"kind\".");
  EXPECT_EQ(changed([](auto& o) {
              o.drop = {"id", "row", "one"};
            }),
            "T must have a column beside the label; got none. Drop fewer columns.");
  EXPECT_EQ(changed([](auto& o) { o.path = ""; }), "path must name a table; got none.");
  EXPECT_EQ(changed([](auto& o) { o.evaluation_share = 1; }),
            "evaluation_share must be above 0 and below 1; got 1.");
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              make_task(ConfigSection({{"kind", "table_classification"}}, "task.toml", "task"));
            }),
            "[config] task.toml: \"task.path\" must be given; got no such key.");
  EXPECT_EQ(
      error_text<InvalidArgument>([&] {
        make_task(ConfigSection(
            {{"kind", "table_classification"}, {"path", path().string()}, {"drop", "id"}},
            "task.toml", "task"));
      }),
      "[table_classification] task.toml: \"task\": drop must be a list of columns; got \"id\".");
}

/// Share of right answers of the nearest example of the context: what any learner should beat.
double nearest_example_accuracy(const Prompts& prompts) {
  const torch::Tensor distances =
      (prompts.context_inputs - prompts.query_inputs.unsqueeze(1)).square().sum(2);
  const torch::Tensor nearest = distances.argmin(1).reshape({-1, 1});
  const torch::Tensor answers = prompts.context_targets.argmax(2).gather(1, nearest).squeeze(1);
  return answers.eq(prompts.targets).to(at::kDouble).mean().item<double>();
}

struct RealTable {
  std::string path;
  std::string label;
  std::vector<std::string> drop;
  int64_t classes;
  int64_t features;
  double least_accuracy;  ///< of the nearest example; chance is 1 / classes
};

TEST(TableClassification, ReadsTheTablesOfUciAsTheyArePublished) {
  const std::vector<RealTable> tables = {
      {"iris/iris.csv", "5", {}, 3, 4, 0.88},
      {"wine/wine.csv", "14", {}, 3, 13, 0.90},
      {"breast-cancer/wdbc.data", "2", {"1"}, 2, 30, 0.88},
      {"digits/optdigits.tes.gz", "65", {}, 5, 64, 0.85},
  };
  for (const RealTable& table : tables) {
    TableClassificationOptions options;
    options.path = shared_data(table.path).string();
    if (options.path.empty()) GTEST_SKIP() << "no " << table.path << " in $GRIL_DATA";
    options.label = table.label;
    options.drop = table.drop;
    options.header = false;
    options.classes_per_prompt = table.classes;
    const TableClassification task(options);
    const Prompts prompts = task.evaluation_prompts(500, kSeed, at::kDouble);
    EXPECT_EQ(prompts.query_inputs.size(1), table.features) << table.path;
    EXPECT_GT(nearest_example_accuracy(prompts), table.least_accuracy) << table.path;
  }
}

}  // namespace
}  // namespace gril
