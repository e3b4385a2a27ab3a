#pragma once

#include <filesystem>
#include <vector>

#include "gril/analysis/ranking.h"

namespace gril::cli {

/// Opens what gril compare is given. Each source is
///
///     a run directory       one network
///     a folder with runs    all of them, at any depth: NAME/seed-1, NAME/seed-2 … are the seeds of
///                           one contender NAME; its own name where seeds lie in the folder itself
///     a model file          a network, or a construction where it claims something; without a task
///                           of its own it takes that of the others
///
/// Their tasks may differ in the token layout alone.
/// errors  InvalidArgument "[compare] …" for a source that is none of these, a run whose training
/// is
///         not finished, seeds that differ in more than the seed, no task at all, a task without
///         prompts, and tasks that differ, with the difference
std::vector<Contender> open_contenders(const std::vector<std::filesystem::path>& sources);

}  // namespace gril::cli
