#pragma once

#include <filesystem>

#include "gril/base/json.h"
#include "gril/runs/run_directory.h"

namespace gril {

/// A small analyzed run with made-up numbers, in the formats of gril/analysis/README.md, written
/// below `root`: what a report is tested on without libtorch.
RunDirectory write_sample_run(const std::filesystem::path& root);

/// One of its files, to be changed by a test.
Json sample_summary();
Json sample_weights();

}  // namespace gril
