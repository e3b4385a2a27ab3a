#include "gril/tasks/sequence_classification/document_retrieval.h"

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

class RetrievalTask : public testing::Test {
 protected:
  RetrievalTask() {
    // Characters: b 4, a 3, " 2. Quotation marks mean nothing.
    write("new_aan_pairs.train.tsv", "1.0\tP1\tP2\tab\"\tbb\n0\tP3\tP4\taa\tb\"\n");
    write("new_aan_pairs.eval.tsv", "0.0\tP5\tP6\t\tba\n");
    write("new_aan_pairs.test.tsv", "1\tP7\tP8\tb\tc\r\n");
  }
  void write(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_ / name, text, "test");
  }
  DocumentRetrievalOptions options() const {
    DocumentRetrievalOptions options;
    options.folder = folder_.path().string();
    return options;
  }
  std::string fault(const std::string& training) const {
    write("new_aan_pairs.train.tsv", training);
    std::string text = error_text<InvalidFile>([&] { make_document_retrieval(options()); });
    const std::string folder = folder_.path().string();
    return text.replace(text.find(folder), folder.size(), "D");
  }

  TemporaryFolder folder_;
};

TEST_F(RetrievalTask, DocumentsStandSideBySide) {
  const auto task = make_document_retrieval(options());
  const std::vector<std::string> vocabulary = {"<pad>", "<unk>", "<eos>", "b", "a", "\""};
  EXPECT_EQ(task->vocabulary(), vocabulary);
  EXPECT_EQ(task->token_width(), 2);
  const Batch pairs = task->training_batch(0, 2, kSeed, at::kFloat);
  ASSERT_EQ(pairs.tokens.sizes(), (std::vector<int64_t>{2, 4, 2}));
  const int64_t first = pairs.targets[0].item<int64_t>() == 1 ? 0 : 1;
  EXPECT_EQ(pairs.targets.sum().item<int64_t>(), 1);
  EXPECT_TRUE(at::equal(pairs.tokens[first].t(),
                        at::tensor({4, 3, 5, 2, 3, 3, 2, 0}, at::kLong).reshape({2, 4})));
  EXPECT_TRUE(at::equal(pairs.lengths[first], at::tensor({4, 3}, at::kLong)));
  EXPECT_TRUE(at::equal(pairs.lengths[1 - first], at::tensor({3, 3}, at::kLong)));
}

TEST_F(RetrievalTask, ValidationAndTestAreFilesOfTheirOwn) {
  const Batch validation =
      make_document_retrieval(options())->evaluation_batch(9, kSeed, at::kFloat);
  EXPECT_TRUE(at::equal(validation.tokens[0].t(),  // an empty document is its end mark
                        at::tensor({2, 0, 0, 3, 4, 2}, at::kLong).reshape({2, 3})));
  EXPECT_EQ(validation.targets.item<int64_t>(), 0);
  DocumentRetrievalOptions test = options();
  test.evaluation.split = "test";
  const Batch tested = make_document_retrieval(test)->evaluation_batch(9, kSeed, at::kFloat);
  EXPECT_TRUE(at::equal(tested.tokens[0].t(), at::tensor({3, 2, 1, 2}, at::kLong).reshape({2, 2})));
  EXPECT_EQ(tested.targets.item<int64_t>(), 1);
}

TEST_F(RetrievalTask, DocumentsAreCutBeforeTheEndMark) {
  DocumentRetrievalOptions cut = options();
  cut.length = 2;
  const auto task = make_document_retrieval(cut);
  EXPECT_EQ(task->symbols(), 5);  // the quotation marks are cut away
  const Batch pairs = task->training_batch(0, 2, kSeed, at::kFloat);
  EXPECT_FALSE(pairs.lengths.defined());
  EXPECT_TRUE(pairs.tokens.select(1, 1).eq(2).all().item<bool>());
}

TEST_F(RetrievalTask, ConfigMakesAnEqualTask) {
  const Json tree = {{"kind", "document_retrieval"},
                     {"folder", options().folder},
                     {"length", 3},
                     {"least_count", 2},
                     {"split", "validation"}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"));
  Json expected = tree;
  expected["vocabulary_checksum"] = Vocabulary(TextLevel::kToken, task->vocabulary()).checksum();
  EXPECT_EQ(task->config(), expected);
}

TEST_F(RetrievalTask, RefusesOtherFiles) {
  const std::string start = "[document_retrieval] D/new_aan_pairs.train.tsv: ";
  EXPECT_EQ(fault("1.0\tP1\tP2\tab\n"),
            start + "line 1: must have 5 columns, with tabs between them; got 4.");
  EXPECT_EQ(fault("1.0\tP1\tP2\ta\tb\n2.0\tP1\tP2\ta\tb\n"),
            start + "line 2: the label must be 0, 0.0, 1 or 1.0; got \"2.0\".");
  EXPECT_EQ(fault("1.0\tP1\tP2\tab\xFF\tb\n"),
            start +
                "line 1: column 4: must be UTF-8; got another byte at 3. Convert the text, or "
                "take it byte by byte.");
  EXPECT_EQ(fault(""), start + "must hold pairs of texts; got none.");
}

TEST_F(RetrievalTask, RefusesValuesOutsideTheirRule) {
  DocumentRetrievalOptions wrong = options();
  wrong.least_count = 0;
  EXPECT_EQ(error_text<InvalidArgument>([&] { make_document_retrieval(wrong); }),
            "[document_retrieval] least_count must be at least 1; got 0.");
  wrong = options();
  wrong.length = 1;
  EXPECT_EQ(error_text<InvalidArgument>([&] { make_document_retrieval(wrong); }),
            "[document_retrieval] length must be at least 2; got 1.");
  EXPECT_EQ(error_text<InvalidArgument>([] { make_document_retrieval({}); }),
            "[document_retrieval] folder must name the folder of the pairs; got \"\".");
}

}  // namespace
}  // namespace gril
