#pragma once

#include <filesystem>

#include "gril/runs/run_directory.h"

namespace gril {

/// A small decompiled run with made-up numbers, in the formats of gril/analysis/README.md, written
/// below `root`: a gated linear RNN of five neurons for tokens of two features, with a teacher of
/// one head, and a task that is no gradient descent.
RunDirectory write_sample_decompilation(const std::filesystem::path& root);

/// A run known from outside only, with the comparison of algorithms.
RunDirectory write_sample_black_box(const std::filesystem::path& root);

/// In place of NAME.json of a run: {"applies": false, "reason": reason}.
void leave_out(const RunDirectory& run, const char* name, const char* reason);

/// Makes the decompiled run one of in-context regression, one input and one output: the kernel of a
/// gradient-descent step applies, and algorithms.json is there.
void add_sample_descent(const RunDirectory& run);

}  // namespace gril
