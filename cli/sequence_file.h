#pragma once

#include <torch/types.h>

#include <filesystem>

namespace gril::cli {

/// One sequence out of a CSV table with a header: a row per token, a column per feature, (T, d),
/// float64.
/// Errors: InvalidFile "[analyze] TABLE: …" for a cell that is no number; those of CsvTable and
/// open_unpacked.
torch::Tensor read_sequence(const std::filesystem::path& path);

}  // namespace gril::cli
