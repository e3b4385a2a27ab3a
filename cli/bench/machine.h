#pragma once

#include "gril/base/json.h"

namespace gril::bench {

/// What a measurement must name: processor, processors, load average of the last minute, threads,
/// BLAS, instruction set, libtorch, compiler, version and commit of gril.
Json machine();

}  // namespace gril::bench
