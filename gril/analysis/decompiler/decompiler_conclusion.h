#pragma once

#include "gril/analysis/conclusion.h"
#include "gril/analysis/decompiler/decompilation.h"

namespace gril {

/// What a gated linear RNN computes, for a person. The first of these that holds; agreement.h has
/// the limits and what "close" allows.
///
///   no kernel form            function.obstacle
///   no verdict                fewer than kFewestPrompts sequences
///   a gradient-descent step   η/N within 5 % of the best, its spread and the other coefficients at
///                             most 5 % of it, T within 5 % (rms) of the outputs, and the agreement
///                             of the predictions with one tuned step
///   linear attention          every other kernel at most 1 % of T, T within 5 % (rms) of the
///   outputs attention on the sequences  T within 5 % (rms) of the outputs, other kernels are
///   larger close to linear attention   both within twice these limits not attention otherwise
///
/// Where it is close to a gradient-descent step, the sentence says so with the measure that failed.
Conclusion conclude(const Decompilation& found);

}  // namespace gril
