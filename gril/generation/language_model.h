#pragma once

#include <filesystem>
#include <memory>

#include "gril/models/sequence_model.h"
#include "gril/tasks/language/vocabulary.h"

namespace gril {

/// A model and what its symbols stand for.
struct LanguageModel {
  std::shared_ptr<SequenceModel> model;
  Vocabulary vocabulary;
};

/// Reads a model file of the task language_modelling. It suffices alone: no text is needed.
///
/// errors  InvalidArgument "[generate] PATH: …" for a model of another task; InvalidFile for a file
///         whose vocabulary is missing, no list of different texts, or does not fit the model;
///         those of load_model
LanguageModel load_language_model(const std::filesystem::path& path);

}  // namespace gril
