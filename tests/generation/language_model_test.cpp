#include "gril/generation/language_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "gril/base/error.h"
#include "gril/models/checkpoint.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

/// A model of three symbols, or of three numbers.
std::shared_ptr<SequenceModel> model_of(bool symbols) {
  const Json embedding = {{"kind", "embedding"}, {"symbols", 3}, {"output_size", 2}};
  const Json linear = {{"kind", "linear"}, {"input_size", 2}, {"output_size", 3}};
  const Json numbers = {{"kind", "linear"}, {"input_size", 3}, {"output_size", 3}};
  const Json layers = symbols ? Json::array({embedding, linear}) : Json::array({numbers});
  return std::make_shared<SequenceModel>(Json{{"layers", layers}}, "test");
}

Json task_of(const std::string& level) {
  return {{"kind", "language_modelling"}, {"level", level}};
}

class LanguageModelFile : public testing::Test {
 protected:
  std::filesystem::path save(bool symbols, const Json& task, const Json& vocabulary) const {
    const std::filesystem::path path = folder_ / "m.safetensors";
    save_model(
        path,
        {.model = model_of(symbols), .claim = Json(), .task = task, .vocabulary = vocabulary});
    return path;
  }
  template <typename Error>
  std::string refusal(const Json& task, const Json& vocabulary) const {
    const std::filesystem::path path = save(false, task, vocabulary);
    const std::string text = error_text<Error>([&] { load_language_model(path); });
    const std::string start = "[generate] " + path.string() + ": ";
    EXPECT_EQ(text.substr(0, start.size()), start);
    return text.substr(std::min(start.size(), text.size()));
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(LanguageModelFile, SufficesAlone) {
  const auto words = load_language_model(save(true, task_of("word"), {"the", "<eos>", "<unk>"}));
  EXPECT_EQ(words.vocabulary.level(), TextLevel::kWord);
  EXPECT_EQ(words.vocabulary.find("<eos>"), 1);
  EXPECT_EQ(words.model->output_size(), 3);
  const auto tokens = load_language_model(save(true, task_of("token"), nullptr));
  EXPECT_EQ(tokens.vocabulary.size(), 3);
  EXPECT_EQ(tokens.vocabulary.text(2), "2");
}

TEST_F(LanguageModelFile, RefusesOtherTasksAndVocabulariesThatDoNotFit) {
  EXPECT_EQ(refusal<InvalidArgument>({{"kind", "linear_regression"}}, nullptr),
            "must be a model of the task language_modelling; got one of linear_regression.");
  EXPECT_EQ(refusal<InvalidArgument>(nullptr, nullptr),
            "must be a model of the task language_modelling; got no task.");
  EXPECT_EQ(refusal<InvalidFile>(task_of("letter"), nullptr),
            "gril_task must name its level, one of byte, character, word, token; got \"letter\".");
  EXPECT_EQ(refusal<InvalidFile>(task_of("word"), nullptr),
            "metadata must hold gril_vocabulary, a list of texts; got null.");
  EXPECT_EQ(refusal<InvalidFile>(task_of("word"), {"a", 2, "c"}),
            "gril_vocabulary must hold texts; got 2.");
  EXPECT_EQ(refusal<InvalidFile>(task_of("word"), {"a", "a", "c"}),
            "gril_vocabulary: [vocabulary] every symbol must stand for another text; got \"a\" "
            "twice.");
  EXPECT_EQ(refusal<InvalidFile>(task_of("byte"), nullptr),
            "the model must take and give the symbols of its vocabulary, 256; got 0 and 3.");
  EXPECT_EQ(refusal<InvalidFile>(task_of("word"), {"a", "b", "c"}),
            "the model must take and give the symbols of its vocabulary, 3; got 0 and 3.");
}

}  // namespace
}  // namespace gril
