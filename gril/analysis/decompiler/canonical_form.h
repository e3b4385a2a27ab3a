#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/analysis/decompiler/neuron_influence.h"
#include "gril/analysis/decompiler/state_forms.h"
#include "gril/base/json.h"

namespace gril {

/// The weights of the neurons that matter in a form fit for a picture. Source:
/// gated_rnn_attention.md 4.1. Neurons stand in the order of their λ, largest first; both rows of
/// an input gate have the same norm, their form A_n has norm 1, and the first row's largest entry
/// is positive; what that takes from a neuron goes to the output forms. In place of the sum over
/// gates stand, for each output, the singular vectors of B_k between memory and forgetting neurons:
/// as few products memory × query as the output can be written with, at most d of them for
/// attention.
struct CanonicalForm {
  std::vector<int64_t> neurons;  ///< numbers in the layer, memory first
  int64_t memory = 0;            ///< how many of them have λ > 0.5
  torch::Tensor eigenvalues;     ///< (count)
  torch::Tensor input_gate;      ///< (count, D)
  torch::Tensor input_map;       ///< (count, D)
  torch::Tensor output_forms;    ///< B, (outputs, count, count)
  /// One output's products.
  struct Products {
    torch::Tensor singular_values;  ///< (r)
    torch::Tensor memory;           ///< (r, memory): what each reads of the memory neurons
    torch::Tensor query;            ///< (r, others)
  };
  std::vector<Products>
      products;  ///< per output; singular values below 1e-9 of the largest left out
};

/// kept  numbers of neurons, int64: influential_neurons
CanonicalForm canonical_form(const StateForms& forms, const torch::Tensor& kept);

/// Every field under its name.
Json to_json(const CanonicalForm& form);

}  // namespace gril
