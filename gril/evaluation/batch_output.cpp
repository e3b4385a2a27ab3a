#include "gril/evaluation/batch_output.h"

#include "gril/base/check.h"

namespace gril {

SequenceOutput batch_output(const SequenceModel& model, const Batch& batch,
                            const LayerState& state) {
  if (!batch.lengths.defined()) return model.forward(batch.tokens, state);
  require(state.empty(), "model",
          "sequences with lengths must start from the empty state; got a batch that goes on where "
          "the one before ended.");
  return {model.forward_padded({batch.tokens, batch.lengths}).tokens, {}};
}

}  // namespace gril
