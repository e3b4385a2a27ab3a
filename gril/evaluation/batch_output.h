#pragma once

#include "gril/models/sequence_model.h"
#include "gril/tasks/batch.h"

namespace gril {

/// The outputs of a model for a batch: by forward_padded where its sequences have lengths,
/// otherwise by forward from `state`.
///
/// state    empty: from the start of the sequences
/// returns  output (B, T, m), and the state to go on with; no state for sequences with lengths
/// errors   InvalidArgument "[model] …" for lengths and a state at once; what the model refuses
SequenceOutput batch_output(const SequenceModel& model, const Batch& batch,
                            const LayerState& state = {});

}  // namespace gril
