#include "gril/tasks/sequence_classification/text_classification.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/tasks/language/vocabulary.h"
#include "gril/tasks/sequence_classification/symbol_table.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 7;

class TextTask : public testing::Test {
 protected:
  TextTask() {
    for (const char* part : {"train/neg", "train/pos", "test/neg", "test/pos"}) {
      std::filesystem::create_directories(folder_ / part);
    }
    // Characters: e 4, b 3, ä 2, a 1.
    write("train/neg/0_1.txt", "beeb");
    write("train/pos/0_9.txt", "eaäbeä");
    write("test/neg/0_2.txt", "ab?");
    write("test/pos/0_8.txt", "ä");
  }
  void write(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_ / name, text, "test");
  }
  TextClassificationOptions options() const {
    TextClassificationOptions options;
    options.folder = folder_.path().string();
    options.least_count = 2;
    return options;
  }
  /// Tokens of the test review of this class, without padding.
  std::vector<int64_t> test_review(const TextClassificationOptions& options, int64_t label) const {
    const Batch batch = make_text_classification(options)->evaluation_batch(100, kSeed, at::kFloat);
    std::vector<int64_t> tokens;
    for (int64_t b = 0; b < batch.tokens.size(0); ++b) {
      if (batch.targets[b].item<int64_t>() != label) continue;
      for (int64_t t = 0; t < batch.lengths[b].item<int64_t>(); ++t) {
        tokens.push_back(batch.tokens[b][t][0].item<int64_t>());
      }
    }
    return tokens;
  }
  template <typename Error>
  std::string refusal(const TextClassificationOptions& options) const {
    std::string text = error_text<Error>([&] { make_text_classification(options); });
    const std::string folder = folder_.path().string();
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.replace(at, folder.size(), "D");
    }
    return text;
  }

  TemporaryFolder folder_;
};

TEST(SymbolTable, NumbersWordsByFrequencyAndThenByName) {
  const SymbolTable table({{"x", 5}, {"b", 7}, {"a", 5}, {"rare", 1}}, 2);
  const std::vector<std::string> expected = {"<pad>", "<unk>", "<eos>", "b", "a", "x"};
  EXPECT_EQ(table.words(), expected);
  EXPECT_EQ(table.symbol("a"), 4);
  EXPECT_EQ(table.symbol("rare"), SymbolTable::kUnknown);
}

TEST_F(TextTask, SymbolsAreTheCharactersOfTheTrainingTexts) {
  const auto task = make_text_classification(options());
  const std::vector<std::string> vocabulary = {"<pad>", "<unk>", "<eos>", "e", "b", "ä"};
  EXPECT_EQ(task->vocabulary(), vocabulary);
  EXPECT_EQ(task->symbols(), 6);
  EXPECT_EQ(test_review(options(), 0), (std::vector<int64_t>{1, 4, 1, 2}));  // a and ? are unknown
  EXPECT_EQ(test_review(options(), 1), (std::vector<int64_t>{5, 2}));
}

TEST_F(TextTask, TextsAreCutBeforeTheyAreCounted) {
  TextClassificationOptions cut = options();
  cut.length = 4;  // "bee" and "eaä"
  cut.least_count = 1;
  const std::vector<std::string> vocabulary = {"<pad>", "<unk>", "<eos>", "e", "a", "b", "ä"};
  EXPECT_EQ(make_text_classification(cut)->vocabulary(), vocabulary);
  const Batch batch = make_text_classification(cut)->training_batch(0, 2, kSeed, at::kFloat);
  EXPECT_EQ(batch.tokens.size(1), 4);
  EXPECT_FALSE(batch.lengths.defined());
  EXPECT_TRUE(batch.tokens.select(1, 3).eq(2).all().item<bool>());
}

TEST_F(TextTask, BytesAreNumberedFromOne) {
  TextClassificationOptions bytes = options();
  bytes.tokens = "bytes";
  bytes.length = 3;
  const auto task = make_text_classification(bytes);
  EXPECT_EQ(task->symbols(), 257);
  EXPECT_EQ(task->vocabulary()[1 + 'a'], "a");
  EXPECT_EQ(task->vocabulary()[1 + 0xC3], "<0xC3>");
  EXPECT_EQ(test_review(bytes, 0), (std::vector<int64_t>{1 + 'a', 1 + 'b', 1 + '?'}));
  EXPECT_EQ(test_review(bytes, 1), (std::vector<int64_t>{1 + 0xC3, 1 + 0xA4}));
  write("test/pos/0_8.txt", "\xFF");  // no UTF-8, and no fault here
  EXPECT_EQ(test_review(bytes, 1), (std::vector<int64_t>{256}));
}

TEST_F(TextTask, ValidationReviewsAreKeptFromTrainingAndItsVocabulary) {
  TextClassificationOptions split = options();
  split.evaluation = {.split = "validation", .validation_share = 0.5, .split_seed = 1};
  split.least_count = 1;
  const auto task = make_text_classification(split);
  const Batch kept = task->training_batch(0, 1, kSeed, at::kFloat);
  const Batch taken = task->evaluation_batch(9, kSeed, at::kFloat);
  EXPECT_EQ(taken.tokens.size(0), 1);
  EXPECT_NE(kept.targets.item<int64_t>(), taken.targets.item<int64_t>());
  EXPECT_EQ(task->symbols(), kept.targets.item<int64_t>() == 0 ? 3 + 2 : 3 + 4);
  EXPECT_EQ(task->splits(), (std::vector<std::string>{"validation", "test"}));
}

TEST_F(TextTask, HasNoValidationSplitWhereNoReviewIsKeptForIt) {
  TextClassificationOptions none = options();
  none.evaluation.validation_share = 0.0;
  EXPECT_EQ(make_text_classification(none)->splits(), std::vector<std::string>{"test"});
}

TEST_F(TextTask, LabelsReadAsTheText) {
  const auto task = make_text_classification(options());
  Batch example = task->evaluation_batch(1, kSeed, at::kFloat);
  const ExampleLabels labels = task->labels(example);
  EXPECT_EQ(labels.text, "ä<eos>");
  EXPECT_EQ(labels.tokens[0][0].name, "ä");
  EXPECT_EQ(labels.targets.back(), "class positive");
}

TEST_F(TextTask, ConfigMakesAnEqualTask) {
  const Json tree = {{"kind", "text_classification"},
                     {"folder", options().folder},
                     {"tokens", "characters"},
                     {"length", 5},
                     {"least_count", 1},
                     {"split", "validation"},
                     {"validation_share", 0.5},
                     {"split_seed", 9}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"));
  Json expected = tree;
  expected["vocabulary_checksum"] = Vocabulary(TextLevel::kToken, task->vocabulary()).checksum();
  EXPECT_EQ(task->config(), expected);
  const auto again = make_task(ConfigSection(task->config(), "task.toml", "task"));
  EXPECT_EQ(again->vocabulary(), task->vocabulary());
  EXPECT_TRUE(at::equal(again->sample(3, kSeed, at::kFloat).tokens,
                        task->sample(3, kSeed, at::kFloat).tokens));
}

TEST_F(TextTask, RefusesTextsThatAreNone) {
  write("train/pos/1_9.txt", "ab\xC3(");
  EXPECT_EQ(refusal<InvalidFile>(options()),
            "[text_classification] D/train/pos/1_9.txt: must be UTF-8; got another byte at 3. "
            "Convert the text, or take it byte by byte.");
  write("train/pos/1_9.txt", "");
  EXPECT_EQ(refusal<InvalidFile>(options()),
            "[text_classification] D/train/pos/1_9.txt: must hold a text; got an empty file.");
  std::filesystem::remove(folder_ / "test/neg/0_2.txt");
  std::filesystem::remove(folder_ / "train/pos/1_9.txt");
  EXPECT_EQ(refusal<InvalidFile>(options()),
            "[text_classification] D/test/neg: must hold *.txt files; got none.");
  std::filesystem::remove(folder_ / "test/neg");
  EXPECT_EQ(refusal<InvalidArgument>(options()),
            "[text_classification] D/test/neg: must be a folder of reviews, one a file; got no "
            "such folder. Name the folder that holds train/pos, train/neg, test/pos and "
            "test/neg.");
}

TEST_F(TextTask, RefusesValuesOutsideTheirRule) {
  const auto refused = [&](const auto& change) {
    TextClassificationOptions changed = options();
    change(changed);
    const std::string text = refusal<InvalidArgument>(changed);
    return text.substr(text.find(']') + 2);
  };
  EXPECT_EQ(refused([](auto& o) { o.folder = ""; }),
            "folder must name the folder of the texts; got \"\".");
  EXPECT_EQ(refused([](auto& o) { o.tokens = "words"; }),
            "tokens must be \"characters\" or \"bytes\"; got \"words\".");
  EXPECT_EQ(refused([](auto& o) { o.length = 1; }), "length must be at least 2; got 1.");
  EXPECT_EQ(refused([](auto& o) { o.least_count = 0; }), "least_count must be at least 1; got 0.");
  EXPECT_EQ(refused([](auto& o) { o.evaluation.split = "validation"; }),
            "split = \"validation\" needs a validation set; got validation_share 0 of 2 "
            "sequences. Raise it, or set split = \"test\".");
}

TEST(TextClassification, HasTheSymbolsAndLengthsOfLongRangeArena) {
  const std::string folder = shared_data("imdb/aclImdb").string();
  if (folder.empty()) GTEST_SKIP() << "no unpacked imdb/aclImdb in $GRIL_DATA";
  TextClassificationOptions options;
  options.folder = folder;
  options.cache = "none";  // the files themselves are tested
  const auto task = make_text_classification(options);
  EXPECT_EQ(task->symbols(), 134);
  const LabelledSequences& training = task->data().training;
  EXPECT_EQ(training.size(), 25000);
  EXPECT_EQ(task->data().evaluation.size(), 25000);
  EXPECT_EQ(std::accumulate(training.labels.begin(), training.labels.end(), int64_t{0}), 12500);
  const double tokens = std::accumulate(training.lengths.begin(), training.lengths.end(), 0.0);
  EXPECT_NEAR(tokens / 25000, 1299, 0.5);
  EXPECT_EQ(*std::max_element(training.lengths.begin(), training.lengths.end()), 4096);
}

}  // namespace
}  // namespace gril
