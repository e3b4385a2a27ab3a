#pragma once

#include <vector>

#include "gril/base/json.h"
#include "gril/runs/result.h"

namespace gril {

/// The numbers of several runs that differ in their seed alone. Every metric NAME of the summaries
/// gives three results:
///     NAME          mean over seeds, uncertainty: standard deviation over seeds (none for one
///     seed) NAME.lowest   smallest seed NAME.highest  largest seed
/// so that an expectation can be put on every seed, not on the mean alone.
///
/// summaries  summary.json of every run, at least one. A metric that a run lacks is left out.
/// source     what measured them, for the results
/// errors     InvalidArgument "[seed_statistics] …" when there is no summary
std::vector<Result> seed_statistics(const std::vector<Json>& summaries, const std::string& source);

}  // namespace gril
