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
///     wrong    of list operations: how many lines have another label than the value of their
///              expression, or no expression, and "first_wrong": the first ten, with file and line
///     skipped  images that could not be read, and "first_skipped": why
///     fault    why the set cannot be read; the first one, with file and line, byte or record
///
/// Missing files are not looked for. The files themselves are read, never a cache. cost: the set is
/// read two or three times, and lies in memory.
Json set_contents(const ArenaSet& set);

}  // namespace gril::cli
