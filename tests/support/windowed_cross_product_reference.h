#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

/// THE DEFINITION of the windowed cross product and its recurrence: the literal matrix product of a
/// window with itself, token by token. Slow; only for tests.
namespace gril::testing {

/// All in float64. w window, H heads, D token width, dv and dk sizes of a head, m outputs.
struct WindowedCrossProduct {
  int64_t heads = 1;
  int64_t stride = 1;
  bool strict = false;
  at::Tensor value_maps;       ///< (w, H·dv, D), one per offset back from the current token
  at::Tensor key_maps;         ///< (w, H·dk, D)
  at::Tensor query_maps;       ///< (w, H·dk, D)
  at::Tensor offset_weights;   ///< M, (w, w)
  at::Tensor query_offsets;    ///< (w)
  at::Tensor decay;            ///< (H, dv, dk)
  at::Tensor readout;          ///< (m, H·dv)
  at::Tensor initial_weights;  ///< (m, H·dk)
};

struct WindowedCrossProductResult {
  at::Tensor outputs;  ///< (T, m)
  at::Tensor state;    ///< (H, dv, dk)
};

/// The window of token t, newest first, zeros before the start, each row mapped: (w, rows).
inline at::Tensor mapped_window(const at::Tensor& maps, const at::Tensor& tokens, int64_t t) {
  std::vector<at::Tensor> rows;
  for (int64_t offset = 0; offset < maps.size(0); ++offset) {
    rows.push_back(t >= offset ? at::mv(maps[offset], tokens[t - offset])
                               : at::zeros({maps.size(1)}, at::kDouble));
  }
  return at::stack(rows);
}

/// tokens (T, D). S_t = Λ ∘ S_{t-1} + V_tᵀ M K_t per head, with V_t (w, dv) and K_t (w, dk) the
/// mapped windows; y_t = C [S_t q_t] + W0 [q_t]; between updates the output is held.
inline WindowedCrossProductResult windowed_cross_product_reference(
    const WindowedCrossProduct& definition, const at::Tensor& tokens) {
  at::Tensor state = at::zeros(definition.decay.sizes(), at::kDouble);
  at::Tensor output;
  std::vector<at::Tensor> outputs;
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    if (t % definition.stride == 0) {
      const at::Tensor values = mapped_window(definition.value_maps, tokens, t);
      const at::Tensor keys = mapped_window(definition.key_maps, tokens, t);
      const at::Tensor queries = mapped_window(definition.query_maps, tokens, t);
      const at::Tensor query = at::mv(queries.t(), definition.query_offsets);
      std::vector<at::Tensor> updates;
      for (int64_t h = 0; h < definition.heads; ++h) {
        const at::Tensor head_values = values.chunk(definition.heads, 1)[h];
        const at::Tensor head_keys = keys.chunk(definition.heads, 1)[h];
        updates.push_back(at::mm(at::mm(head_values.t(), definition.offset_weights), head_keys));
      }
      const at::Tensor before = state;
      state = definition.decay * state + at::stack(updates);
      const at::Tensor read = definition.strict ? before : state;
      const at::Tensor readings = at::bmm(read, query.view({definition.heads, -1, 1})).flatten();
      output = at::mv(definition.readout, readings) + at::mv(definition.initial_weights, query);
    }
    outputs.push_back(output);
  }
  return {at::stack(outputs), state};
}

}  // namespace gril::testing
