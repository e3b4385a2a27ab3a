#pragma once

#include "gril/models/sequence_model.h"

namespace gril {

/// The diagonal factors of every recurrence of a model: which state elements accumulate (λ ≈ 1),
/// which forget. One JSON object per layer, {"layer", "kind", "applies", …}; a layer without a
/// diagonal recurrence says so in "reason". The format is in gril/analysis/README.md.
Json decay_spectrum(const SequenceModel& model);

}  // namespace gril
