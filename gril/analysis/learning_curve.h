#pragma once

#include <filesystem>

#include "gril/base/json.h"

namespace gril {

/// The learning curve of a run out of its metrics.jsonl: training loss per log line, evaluation
/// loss per evaluation, their convention ("" in a log that names none), and the seconds the
/// training took, pauses between sessions left out. The file learning_curve.json; the format is in
/// gril/analysis/README.md. Errors: InvalidArgument when there is no such file; InvalidFile when it
/// is damaged.
Json learning_curve(const std::filesystem::path& metrics);

}  // namespace gril
