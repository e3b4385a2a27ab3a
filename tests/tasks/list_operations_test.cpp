#include "gril/tasks/sequence_classification/list_operations.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/tasks/language/vocabulary.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 7;
const std::string kHeader = "Source\tTarget\n";

class ListTask : public testing::Test {
 protected:
  ListTask() {
    // Words: ] 3, 4 3, [MAX 2, 7 2, [SM 1, 0 1.
    write("basic_train.tsv", kHeader + "( ( ( [MAX 4 ) 7 ) ] )\t7\n" +
                                 "( ( ( [SM ( ( ( [MAX 4 ) 4 ) ] ) ) ( ( 7 0 ) ] )\t1\n");
    write("basic_val.tsv", kHeader + "( ( ( [MIN 4 ) 0 ) ] )\t0\n");
    write("basic_test.tsv", kHeader + "7\t7\n");
  }
  void write(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_ / name, text, "test");
  }
  ListOperationsOptions options() const {
    ListOperationsOptions options;
    options.folder = folder_.path().string();
    return options;
  }
  std::string fault(const std::string& training) const {
    write("basic_train.tsv", training);
    std::string text = error_text<InvalidFile>([&] { make_list_operations(options()); });
    const std::string folder = folder_.path().string();
    return text.replace(text.find(folder), folder.size(), "D");
  }

  TemporaryFolder folder_;
};

TEST_F(ListTask, RoundBracketsAreNoWords) {
  const std::vector<std::string> words = {"[MAX", "4", "[MIN", "1", "2", "]", "]"};
  EXPECT_EQ(list_words("( ( ( [MAX 4 ) ( ( ( [MIN 1 ) 2 ) ] ) ) ] )"), words);
  EXPECT_TRUE(list_words("").empty());
}

TEST_F(ListTask, SymbolsAreCountedInTheTrainingFile) {
  const auto task = make_list_operations(options());
  const std::vector<std::string> vocabulary = {"<pad>", "<unk>", "<eos>", "4",  "]",
                                               "7",     "[MAX",  "0",     "[SM"};
  EXPECT_EQ(task->vocabulary(), vocabulary);
  EXPECT_EQ(task->output_size(), 10);
  const Batch validation = task->evaluation_batch(9, kSeed, at::kFloat);
  // [MIN was never seen in training.
  EXPECT_TRUE(at::equal(validation.tokens.flatten(), at::tensor({1, 3, 7, 4, 2}, at::kLong)));
  EXPECT_EQ(validation.targets.item<int64_t>(), 0);
  EXPECT_EQ(task->labels(validation).text, "<unk> 4 0 ] <eos>");
  ListOperationsOptions test = options();
  test.evaluation.split = "test";
  EXPECT_TRUE(at::equal(make_list_operations(test)->evaluation_batch(9, kSeed, at::kFloat).tokens,
                        at::tensor({5, 2}, at::kLong).reshape({1, 2, 1})));
}

TEST_F(ListTask, ExpressionsAreCutBeforeTheEndMark) {
  ListOperationsOptions cut = options();
  cut.length = 3;
  const Batch batch = make_list_operations(cut)->training_batch(0, 2, kSeed, at::kFloat);
  EXPECT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{2, 3, 1}));
  EXPECT_TRUE(batch.tokens.select(1, 2).eq(2).all().item<bool>());
}

TEST_F(ListTask, ConfigMakesAnEqualTask) {
  const Json tree = {
      {"kind", "list_operations"}, {"folder", options().folder}, {"length", 5}, {"split", "test"}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"));
  Json expected = tree;
  expected["vocabulary_checksum"] = Vocabulary(TextLevel::kToken, task->vocabulary()).checksum();
  EXPECT_EQ(task->config(), expected);
  EXPECT_EQ(make_task(ConfigSection(expected, "task.toml", "task"))->config(), expected);
}

TEST_F(ListTask, RefusesTrainingDataWithOtherNumbersOfTheSameWords) {
  ListOperationsOptions pinned = options();
  pinned.vocabulary_checksum = make_list_operations(options())->config()["vocabulary_checksum"];
  EXPECT_NO_THROW(make_list_operations(pinned));
  // As before, but [SM twice and [MAX once.
  write("basic_train.tsv", kHeader + "( ( ( [SM 4 ) 7 ) ] )\t1\n" +
                               "( ( ( [SM ( ( ( [MAX 4 ) 4 ) ] ) ) ( ( 7 0 ) ] )\t1\n");
  const std::string text = error_text<InvalidArgument>([&] { make_list_operations(pinned); });
  EXPECT_EQ(text.substr(0, text.find(", with")),
            "[list_operations] the vocabulary must be the one of the model");
}

TEST_F(ListTask, RefusesOtherFiles) {
  EXPECT_EQ(fault("7\t7\n"),
            "[list_operations] D/basic_train.tsv: line 1: must be \"Source\", a tab and "
            "\"Target\"; got \"7\" and \"7\".");
  EXPECT_EQ(fault(kHeader + "7\t7\n7 7\n"),
            "[list_operations] D/basic_train.tsv: line 3: must have 2 columns, with tabs between "
            "them; got 1.");
  EXPECT_EQ(fault(kHeader + "( ( [AVG 7 ) ] )\t7\n"),
            "[list_operations] D/basic_train.tsv: line 2: words must be digits, [MIN, [MAX, [MED, "
            "[SM and ]; got \"[AVG\".");
  EXPECT_EQ(fault(kHeader + "7\t10\n"),
            "[list_operations] D/basic_train.tsv: line 2: the value must be 0 … 9; got \"10\".");
  EXPECT_EQ(fault(kHeader + "( )\t5\n"),
            "[list_operations] D/basic_train.tsv: line 2: must hold an expression; got none.");
  EXPECT_EQ(fault(kHeader),
            "[list_operations] D/basic_train.tsv: must hold expressions; got none.");
}

TEST_F(ListTask, RefusesValuesOutsideTheirRule) {
  ListOperationsOptions wrong = options();
  wrong.length = 1;
  EXPECT_EQ(error_text<InvalidArgument>([&] { make_list_operations(wrong); }),
            "[list_operations] length must be at least 2; got 1.");
  EXPECT_EQ(error_text<InvalidArgument>([] { make_list_operations({}); }),
            "[list_operations] folder must name the folder of the expressions; got \"\".");
}

}  // namespace
}  // namespace gril
