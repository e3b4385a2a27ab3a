#include "gril/generation/language_model.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/models/checkpoint.h"

namespace gril {
namespace {

constexpr const char* kWhere = "generate";

/// What gril_task says its kind is; "" where it says nothing.
std::string text_of(const Json& tree, const char* key) {
  const bool there = tree.is_object() && tree.contains(key) && tree.at(key).is_string();
  return there ? tree.at(key).get<std::string>() : "";
}

Vocabulary vocabulary_of(const ModelFile& file, const std::string& path) {
  const std::string name = text_of(file.task, "level");
  const std::vector<std::string> known = text_level_names();
  require_file(std::find(known.begin(), known.end(), name) != known.end(), kWhere, path,
               ": gril_task must name its level, one of ", join_words(known), "; got \"", name,
               "\".");
  const TextLevel level = text_level_from_name(name);
  const bool absent = file.vocabulary.is_null() || file.vocabulary.empty();
  if (level == TextLevel::kByte) return Vocabulary::of_bytes();
  if (level == TextLevel::kToken && absent) {
    return Vocabulary::of_numbers(file.model->output_size());
  }
  require_file(file.vocabulary.is_array(), kWhere, path,
               ": metadata must hold gril_vocabulary, a list of texts; got ",
               file.vocabulary.type_name(), ".");
  std::vector<std::string> texts;
  for (const Json& text : file.vocabulary) {
    require_file(text.is_string(), kWhere, path, ": gril_vocabulary must hold texts; got ",
                 text.dump(), ".");
    texts.push_back(text.get<std::string>());
  }
  try {
    return {level, std::move(texts)};
  } catch (const InvalidArgument& error) {
    throw InvalidFile(concatenate('[', kWhere, "] ", path, ": gril_vocabulary: ", error.what()));
  }
}

}  // namespace

LanguageModel load_language_model(const std::filesystem::path& path) {
  ModelFile file = load_model(path);
  const std::string kind = text_of(file.task, "kind");
  require(kind == "language_modelling", kWhere, path.string(),
          ": must be a model of the task language_modelling; got ",
          kind.empty() ? "no task" : "one of " + kind, ".");
  Vocabulary vocabulary = vocabulary_of(file, path.string());
  const int64_t symbols = file.model->input_symbols();
  require_file(symbols == vocabulary.size() && file.model->output_size() == symbols, kWhere,
               path.string(), ": the model must take and give the symbols of its vocabulary, ",
               vocabulary.size(), "; got ", symbols, " and ", file.model->output_size(), ".");
  return {std::move(file.model), std::move(vocabulary)};
}

}  // namespace gril
