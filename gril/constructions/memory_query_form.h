#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace gril {

/// Linear attention split into what a recurrent cell can hold: neurons that remember products,
/// neurons that carry queries, and products of one of each. Every construction of linear attention
/// first brings it into this form (basic_memory.h, symmetric_memory.h, …), then writes the form
/// into a cell (linear_attention_as_gated_rnn.h, …).
///
///     memory_n(t) = Σ_{s≤t} λ^{t-s} cos(θ(t-s)) (left_n·x_s) (right_n·x_s)          n = 1 … N
///     query_j(t)  = queries_j·x_t                                                  j = 1 … Q
///     y_t         = readout [ memory_{memory_of_gate[g]} query_{query_of_gate[g]} ]_{g = 1 … G}
///
/// Tensors are float64, indices start at 0.
struct MemoryQueryForm {
  torch::Tensor left;                   ///< (N, d)
  torch::Tensor right;                  ///< (N, d)
  torch::Tensor queries;                ///< (Q, d)
  torch::Tensor readout;                ///< (outputs, G)
  std::vector<int64_t> memory_of_gate;  ///< (G)
  std::vector<int64_t> query_of_gate;   ///< (G)
  double decay = 1.0;                   ///< λ in (0, 1]
  double rotation = 0.0;                ///< θ in [0, π]

  int64_t width() const { return left.size(1); }
  int64_t outputs() const { return readout.size(0); }
  int64_t memory_neurons() const { return left.size(0); }
  int64_t query_neurons() const { return queries.size(0); }
  int64_t gates() const { return readout.size(1); }
};

/// The same function with rows of left, right and queries of norm 1; the norms move to the readout.
/// Rows of zeros stay.
MemoryQueryForm normalised(const MemoryQueryForm& form);

/// For cells with real eigenvalues. Errors: InvalidArgument "[linear_attention] …" for a form that
/// rotates; `cell` names the cell.
void check_real(const MemoryQueryForm& form, const char* cell);

/// (G, N): row g selects the memory neuron of gate g. The same for the query neurons, (G, Q).
torch::Tensor memory_selector(const MemoryQueryForm& form);
torch::Tensor query_selector(const MemoryQueryForm& form);

}  // namespace gril
