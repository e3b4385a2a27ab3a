#pragma once

#include <filesystem>
#include <memory>

#include "gril/models/sequence_model.h"

namespace gril {

/// A model as it lies on disk: one safetensors file with the configuration in its metadata
/// ("gril_format" = "1", "gril_model" = the model's configuration as JSON text, "gril_claim" = the
/// claim of a construction as JSON text, absent for trained models; "gril_task" = the task it was
/// made for; "gril_vocabulary" = what its symbols stand for, a list of texts). Parameters and
/// buffers under their dotted names, dtype preserved.
struct ModelFile {
  std::shared_ptr<SequenceModel> model;
  Json claim;                 ///< null when the file claims nothing
  Json task;                  ///< null when unknown
  Json vocabulary = nullptr;  ///< Task::vocabulary(); null where symbols are not text
};

/// Errors: InvalidFile "[checkpoint] path: …" for a damaged file, a missing or surplus tensor, a
/// wrong shape or dtype, an unknown format version.
ModelFile load_model(const std::filesystem::path& path);

/// Atomic. Errors: InvalidFile when the file cannot be written.
void save_model(const std::filesystem::path& path, const ModelFile& file);

}  // namespace gril
