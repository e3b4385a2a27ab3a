#pragma once

#include "gril/analysis/decompiler/decompilation.h"

namespace gril {

/// The file summary.json of a decompiled network: the conclusion and every headline number. The
/// format and the names are in gril/analysis/README.md.
Json summarize(const Decompilation& found);

}  // namespace gril
