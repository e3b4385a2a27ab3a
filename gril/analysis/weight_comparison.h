#pragma once

#include "gril/layers/gril_layer.h"
#include "gril/models/sequence_model.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// A trained model's weights beside those of the construction "one gradient-descent step", up to
/// what no prompt can tell apart.
///
/// Where the layer is tied, the offset weights M and Dq are divided by their target entry, the one
/// the construction uses; otherwise the norms of the update's blocks stand in their place. Where
/// its projections are the identity, so is the readout C, divided by the mean of its diagonal, and
///     η_eff/N = mean diag(C) · M[target] · Dq[target].
/// For every variant the whole update is compared as a tensor (effective_update.h): cosine,
/// relative distance, and the weight η_eff/N of each example by its age, which a decay below 1
/// lets fall.
///
/// task       the prompts the model is made for
/// reference  the construction's layer for the same layout with η/N = 1 and W0 = 0
/// returns    the file weights.json; the format is in gril/analysis/README.md. A model the
///            comparison does not apply to gives {"applies": false, "reason": …} and no number.
Json compare_weights(const SequenceModel& model, const LinearRegression& task,
                     const GrilLayer& reference);

}  // namespace gril
