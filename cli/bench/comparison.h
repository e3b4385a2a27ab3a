#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril::bench {

using Tensors = std::vector<at::Tensor>;

/// One way to compute a result.
struct Contender {
  std::string method;
  std::function<at::Tensor(const Tensors& inputs)> call;
  /// Whether it works on (T, B, …) instead of (B, T, …). Converting the layout is not timed.
  bool time_major = false;
  /// Threads to run with; 0: as many as are set. Loops of small operations are faster with one.
  int threads = 0;
};

/// Several ways to compute the same function of the same inputs.
struct Comparison {
  std::string what;   ///< "linear_scan"
  std::string shape;  ///< "(8, 4096, 1536) float32, decay per step"
  Tensors inputs;
  std::vector<Contender> contenders;
  /// The result to measure errors against; gets the inputs in float64.
  std::function<at::Tensor(const Tensors& inputs)> exact;
  bool backward = false;  ///< forward and backward instead of forward
  double bytes = 0;  ///< what must at least be read and written; 0 where arithmetic is the bound
};

/// A line of the result.
struct Row {
  std::string what, shape, pass, method;
  double best_seconds = 0, median_seconds = 0, bytes = 0;
  /// RMS error of the result (backward: the worst gradient) over its RMS, against float64.
  double relative_error = 0;
  int rounds = 0;  ///< timed calls
  /// Speed in bytes over the speed of the memory stream of the same rounds; 0: not asked.
  double share_of_stream = 0;
};

/// Measures all contenders, alternating. `others` are calls without a comparison of results that
/// run in the same rounds; their rows come last.
struct PlainCall {
  std::string method;
  std::function<void()> run;
};
std::vector<Row> measure(const Comparison& comparison, int rounds,
                         const std::vector<PlainCall>& others = {});

Json to_json(const Row& row);

}  // namespace gril::bench
