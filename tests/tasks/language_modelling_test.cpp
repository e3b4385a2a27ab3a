#include "gril/tasks/language/language_modelling.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 11;

/// A text of n bytes of which no two pieces of 4 are alike within 251.
std::string counting_text(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += static_cast<char>(i % 251);
  return text;
}

class LanguageTask : public testing::Test {
 protected:
  void write(const std::string& text) const { write_file_atomically(path(), text, "test"); }
  std::filesystem::path path() const { return folder_ / "t"; }
  LanguageModellingOptions options(int64_t length) const {
    LanguageModellingOptions options;
    options.path = path().string();
    options.level = TextLevel::kByte;
    options.length = length;
    return options;
  }
  std::string refusal(const LanguageModellingOptions& options) const {
    std::string text = error_text<InvalidArgument>([&] { LanguageModelling{options}; });
    const std::string start = "[language_modelling] ";
    EXPECT_EQ(text.substr(0, start.size()), start);
    text.erase(0, start.size());
    const std::size_t at = text.find(path().string());
    if (at != std::string::npos) text.replace(at, path().string().size(), "T");
    return text;
  }

 private:
  TemporaryFolder folder_;
};

/// Row b of a batch: its tokens and, last, the last target.
std::vector<int64_t> row_of(const Batch& batch, int64_t b) {
  const torch::Tensor row = at::cat(
      {batch.tokens[b].flatten(), batch.targets[b].narrow(0, batch.targets.size(1) - 1, 1)});
  return {row.data_ptr<int64_t>(), row.data_ptr<int64_t>() + row.numel()};
}

TEST_F(LanguageTask, RandomPiecesAreTheTrainingTextAndItsNextSymbols) {
  write(counting_text(250));  // training: 0 … 224
  const LanguageModelling task(options(4));
  const Batch batch = task.sample(2000, kSeed, at::kFloat);
  EXPECT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{2000, 4, 1}));
  EXPECT_EQ(batch.tokens.scalar_type(), at::kLong);
  EXPECT_TRUE(at::equal(batch.targets, batch.tokens.squeeze(2) + 1));
  EXPECT_TRUE(at::equal(batch.tokens.select(1, 3), batch.tokens.select(1, 0) + 3));
  std::set<int64_t> starts;
  for (int64_t b = 0; b < 2000; ++b) starts.insert(batch.tokens[b][0][0].item<int64_t>());
  EXPECT_EQ(*starts.begin(), 0);
  EXPECT_EQ(*starts.rbegin(), 220);  // its last target is 224
  EXPECT_EQ(starts.size(), 221U);    // each missing with probability e^-9
  EXPECT_FALSE(batch.continues);
  EXPECT_TRUE(at::equal(batch.tokens, task.sample(2000, kSeed, at::kDouble).tokens));
  EXPECT_FALSE(at::equal(task.training_batch(0, 9, kSeed, at::kFloat).tokens,
                         task.training_batch(1, 9, kSeed, at::kFloat).tokens));
}

TEST_F(LanguageTask, ConsecutivePiecesFollowEachOtherRowByRow) {
  write(counting_text(250));
  LanguageModellingOptions chosen = options(4);
  chosen.order = TextOrder::kConsecutive;
  const LanguageModelling task(chosen);
  // 224 tokens: 5 rows of 44, 11 pieces each, and 5 possible offsets.
  std::set<int64_t> offsets;
  for (int64_t epoch = 0; epoch < 30; ++epoch) {
    const Batch first = task.training_batch(11 * epoch, 5, kSeed, at::kFloat);
    EXPECT_FALSE(first.continues);
    const int64_t offset = first.tokens[0][0][0].item<int64_t>();
    offsets.insert(offset);
    for (int64_t piece = 0; piece < 11; ++piece) {
      const Batch batch = task.training_batch(11 * epoch + piece, 5, kSeed, at::kFloat);
      EXPECT_EQ(batch.continues, piece > 0);
      for (int64_t b = 0; b < 5; ++b) {
        std::vector<int64_t> expected;
        for (int64_t i = 0; i <= 4; ++i) expected.push_back(offset + 44 * b + 4 * piece + i);
        ASSERT_EQ(row_of(batch, b), expected) << epoch << ' ' << piece << ' ' << b;
      }
    }
  }
  EXPECT_EQ(offsets, (std::set<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(error_text<InvalidArgument>([&] { task.training_batch(0, 60, kSeed, at::kFloat); }),
            "[language_modelling] the training text must have at least 241 symbols, one piece of 4 "
            "tokens for each of 60 rows; got 225. Set a smaller length or training.batch_size.");
}

TEST_F(LanguageTask, EvaluationReadsTheSplitInBlocksOrAsAStream) {
  write(counting_text(250));  // validation: 225 … 249
  const LanguageModelling blocks(options(4));
  const Batch batch = blocks.evaluation_batch(100, kSeed, at::kFloat);
  EXPECT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{6, 4, 1}));  // 24 tokens
  for (int64_t b = 0; b < 6; ++b) {
    EXPECT_EQ(row_of(batch, b).front(), 225 + 4 * b);
    EXPECT_EQ(row_of(batch, b).back(), 225 + 4 * b + 4);
  }
  const Batch some = blocks.evaluation_batch(3, kSeed, at::kFloat);
  EXPECT_TRUE(at::equal(some.tokens, batch.tokens.slice(0, 0, 6, 2)));
  LanguageModellingOptions chosen = options(4);
  chosen.evaluation = TextEvaluation::kStream;
  chosen.test_share = 0.1;
  const Batch stream = LanguageModelling(chosen).evaluation_batch(100, kSeed, at::kFloat);
  EXPECT_EQ(stream.tokens.sizes(), (std::vector<int64_t>{1, 24, 1}));
  EXPECT_TRUE(at::equal(stream.targets[0], at::arange(201, 225)));
  chosen.split = TextSplit::kTest;
  EXPECT_EQ(
      LanguageModelling(chosen).evaluation_batch(1, 0, at::kFloat).targets[0][0].item<int64_t>(),
      226);
}

TEST_F(LanguageTask, ConfigMakesAnEqualTaskAndNamesTheVocabulary) {
  write("the cat\nthe dog <unk>\nthe end\n");
  const Json tree = {{"kind", "language_modelling"},
                     {"path", path().string()},
                     {"level", "word"},
                     {"length", 2},
                     {"order", "consecutive"},
                     {"validation_share", 0.3},
                     {"test_share", 0.2},
                     {"vocabulary", "all"},
                     {"vocabulary_order", "appearance"},
                     {"split", "test"},
                     {"evaluation", "stream"}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"));
  Json expected = tree;
  expected["vocabulary_size"] = 6;
  expected["vocabulary_checksum"] =
      Vocabulary(TextLevel::kWord, {"the", "cat", "<eos>", "dog", "<unk>", "end"}).checksum();
  EXPECT_EQ(task->config(), expected);
  EXPECT_EQ(make_task(ConfigSection(task->config(), "m", "task"))->config(), expected);
  EXPECT_EQ(task->symbols(), 6);
  EXPECT_EQ(task->output_size(), 6);
  EXPECT_EQ(task->token_width(), 1);
  EXPECT_EQ(task->vocabulary()[1], "cat");
  EXPECT_EQ(task->scoring().loss, LossKind::kCrossEntropy);
  EXPECT_EQ(task->scoring().positions, Positions::kEvery);
}

TEST_F(LanguageTask, ExamplesAreReadable) {
  write("ab a\nab a\n");
  LanguageModellingOptions chosen = options(3);
  chosen.level = TextLevel::kCharacter;
  chosen.validation_share = 0.4;
  const LanguageModelling task(chosen);
  // 6 training characters: the pieces begin at 0, 1 or 2.
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Batch example = task.sample(1, seed, at::kDouble);
    const ExampleLabels labels = task.labels(example);
    EXPECT_EQ(labels.title, "a text by characters, 4 symbols");
    if (example.tokens[0][1][0].item<int64_t>() != 1) continue;  // not the one that begins with b
    if (example.tokens[0][0][0].item<int64_t>() != 3) continue;
    EXPECT_EQ(labels.tokens[0][0].name, "\"b\"");
    EXPECT_EQ(labels.targets, (std::vector<std::string>{"\" \"", "\"a\"", "\"\\n\""}));
    return;
  }
  FAIL() << "no piece began with b";
}

TEST_F(LanguageTask, RefusesAnotherVocabularyAndTextsThatCannotServe) {
  write("abcabcabcabcabcabcabcabc");
  LanguageModellingOptions chosen = options(2);
  chosen.level = TextLevel::kCharacter;
  const LanguageModelling task(chosen);
  const std::string sum = task.options().vocabulary_checksum;
  write("abdabdabdabdabdabdabdabd");
  EXPECT_EQ(refusal(task.options()),
            "T: the vocabulary must be the one of the model, 3 symbols with checksum " + sum +
                "; got 3 with checksum " +
                Vocabulary(TextLevel::kCharacter, {"a", "b", "d"}).checksum() +
                ". Use the text, the level and the vocabulary of the training.");
  chosen.vocabulary_size = 4;
  EXPECT_TRUE(refusal(chosen).starts_with(
      "T: the vocabulary must be the one of the model, 4 symbols; got 3"));
  chosen = options(22);
  EXPECT_EQ(refusal(chosen),
            "the training text must have at least 23 symbols; got 21. Give a longer text or a "
            "smaller length.");
  chosen = options(3);
  EXPECT_EQ(refusal(chosen),
            "the validation text must have at least 4 symbols; got 3. Give a longer text or a "
            "smaller length.");
  chosen.split = TextSplit::kTest;
  EXPECT_EQ(
      refusal(chosen),
      "split must name a part that the text has; got test, and there is none. Add test.txt to "
      "the folder, or set test_share.");
  chosen = options(3);
  chosen.validation_share = 0;
  EXPECT_EQ(refusal(chosen),
            "split must name a part that the text has; got validation, and there is none. Set "
            "validation_share.");
  chosen.path = "";
  EXPECT_EQ(refusal(chosen), "path must name a text; got none.");
  chosen = options(0);
  EXPECT_EQ(refusal(chosen), "length must be at least 1; got 0.");
}

}  // namespace
}  // namespace gril
