#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>

#include "gril/layers/gated_linear_rnn.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// The weights of a GatedLinearRnn as plain float64 tensors, to be computed with and written back
/// as a model. Letters as in gated_linear_rnn.h: d input_size, n state_size, m gate_size.
struct GatedRnnWeights {
  torch::Tensor input_gate;   ///< W_m^in, (n, d+1)
  torch::Tensor input_map;    ///< W_x^in, (n, d+1)
  torch::Tensor eigenvalues;  ///< λ, (n)
  torch::Tensor output_gate;  ///< W_m^out, (m, n); side_gate: (m, d+1)
  torch::Tensor output_map;   ///< W_x^out, (m, n)
  torch::Tensor readout;      ///< D, (output_size, m)
  bool side_gate = false;     ///< the output gate's first factor reads the input

  int64_t input_size() const { return input_gate.size(1) - 1; }
  int64_t state_size() const { return input_gate.size(0); }
  int64_t gate_size() const { return output_map.size(0); }
  int64_t output_size() const { return readout.size(0); }
};

/// A copy of the layer's weights, whatever its dtype and the form of its eigenvalues.
GatedRnnWeights gated_rnn_weights(const GatedLinearRnn& layer);

/// An ordinary float64 model of one GatedLinearRnn with these weights.
/// Errors: InvalidArgument "[gated_linear_rnn] …" for an empty size.
std::shared_ptr<SequenceModel> gated_rnn_model(const GatedRnnWeights& weights);

}  // namespace gril
