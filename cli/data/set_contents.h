#pragma once

#include "gril/base/json.h"
#include "gril/tasks/sequence_classification/arena_sets.h"

namespace gril::cli {

/// What a set of Long Range Arena holds, read as its task reads it:
///
///     parts    for each file or folder "name", "sequences", "classes" (how many of each label),
///              "shortest", "mean" and "longest" length in tokens, end mark included, and, where
///              the release has another number of sequences, "published"
///     symbols  different ones, where tokens are symbols
///     skipped  images that could not be read, and "first_skipped": why
///     fault    why the set cannot be read; the first one, with file and line, byte or record
///
/// Missing files are not looked for. cost: the set is read once or twice, and lies in memory.
Json set_contents(const ArenaSet& set);

}  // namespace gril::cli
