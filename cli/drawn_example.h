#pragma once

#include <string>

#include "gril/base/json.h"
#include "gril/tasks/task.h"

namespace gril::cli {

/// One example of a task as a person would draw it, a line per token:
///
///      token  holds  features
///          1  x_1       0.1234   -0.4321
///          2  0 y_1          .  |   0.0871
///
///     target  y_q       0.5000
///
/// A target at every token stands in a column of its own. Of more than 100 tokens the first 16 and
/// the last 4 are drawn; symbols that are text stand below once more as running text. Tokens of
/// nothing but 0 and 1 are drawn narrow, with a dot for 0.
///
/// batch  one example, float64 or symbols
std::string drawn_example(const Task& task, const Batch& batch);

/// The same as {"tokens": [{"parts": [{"name", "begin", "size"}], "features"}], "target"}; where
/// every token has a target, each has its own "target". Numbers as a list, a class as an integer.
Json example_json(const Task& task, const Batch& batch);

}  // namespace gril::cli
