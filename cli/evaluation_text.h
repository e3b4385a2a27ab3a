#pragma once

#include <string>

#include "gril/evaluation/evaluate.h"

namespace gril::cli {

/// "0.207 ± 0.001 (half squared error, mean over outputs)"; without "± …" where there is none.
std::string result_text(const Result& result);

/// The results beside the loss, a line each: "accuracy 0.98 ± 0.01 (share)".
std::string further_text(const Evaluation& evaluation);

/// Every result of an evaluation, the loss first: to_json(Result).
Json results_json(const Evaluation& evaluation);

}  // namespace gril::cli
