#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gril/models/sequence_model.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// Parameters and buffers of a model by name, as views.
using NamedWeights = std::vector<std::pair<std::string, torch::Tensor>>;

/// One change to the weights of one GRIL layer of a trained model; nothing is trained again.
struct LayerEdit {
  std::string name;                                ///< see layer_edits
  int64_t layer = 1;                               ///< 1 … K
  bool entry = false;                              ///< keeps a single window or query entry
  bool target = false;                             ///< the entry that the construction uses
  std::function<void(const NamedWeights&)> apply;  ///< on the weights of the layer alone
};

/// The changes that a model's GRIL layers allow (gril.md, section 7), inside residuals too:
///
///     window_i_j_only    one entry of the window's products: value i, key j tokens back; the whole
///                        of M where maps are tied, the other maps where they are not
///     query_l_only       the query only from l tokens back
///     decay_one          nothing is forgotten
///     readout_diagonal   identity projections: C only where the construction has it
///     head_h_removed     several heads: head h gives 0
///     layer_removed      several layers: the layer adds nothing
///
/// A layer without cross product has no window entries.
std::vector<LayerEdit> layer_edits(const SequenceModel& model, const LinearRegression& task);

/// A copy in float64 with the change.
std::shared_ptr<SequenceModel> edited(const SequenceModel& model, const LayerEdit& edit);

}  // namespace gril
