#pragma once

#include <string>

#include "gril/analysis/decompiler/decompilation.h"

namespace gril {

/// What a gated linear RNN computes, for a person.
struct DecompilerConclusion {
  bool agrees = false;  ///< whether it is attention or a gradient-descent step
  std::string label;    ///< in a few words
  std::string sentence;
};

/// In this order:
///   no kernel form         function.obstacle
///   a gradient-descent step  η/N within 5 % of the best, other coefficients at most 5 % of it, and
///   T
///                            within 5 % (rms) of the outputs
///   linear attention       every other kernel at most 1 % of T, T within 1 % of some heads tried
///   attention on the sequences   T within 5 % (rms) of the outputs, other kernels are larger
///   not attention          otherwise
DecompilerConclusion conclude(const Decompilation& found);

}  // namespace gril
