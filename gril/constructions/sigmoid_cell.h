#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/memory_query_form.h"

/// What the limits of sigmoid cells share (linear_attention_as_lstm.h, linear_attention_as_gru.h).
///
/// A sigmoid multiplies (gated_rnn_attention.md 3.1): two units that differ in a sign have the
/// difference
///
///     (σ(εu) - σ(-εu)) w = tanh(εu/2) w = ε u w / 2 · (1 + O(ε²))
///
/// tanh(w) is w when w is small, and w may be as small as one likes: floating-point numbers keep
/// their digits. So a query is carried on as ε² q, and what is summed over tokens is scaled by ε³
/// and stays linear for sums up to 1/ε², while ε bounds the error of single keys and queries. Rows
/// of the form have norm 1 (normalised), so keys and queries have the size of the tokens.
namespace gril {

/// Biases that open and close a sigmoid: σ(60) = 1 - 9e-27 is 1 in float64, σ(-60) = 9e-27.
inline constexpr double kOpen = 60.0;
inline constexpr double kClosed = -60.0;

/// The scale of what a cell sums over tokens, ε³, and of a query that it carries on, ε².
double sum_scale(double epsilon);
double query_scale(double epsilon);

/// One gate of a cell, or its candidate: σ or tanh of map·x + bias.
struct CellGate {
  torch::Tensor map;   ///< (units, inputs)
  torch::Tensor bias;  ///< (units)
};

CellGate unbiased_gate(const torch::Tensor& map);
/// A gate that ignores its input.
CellGate constant_gate(int64_t units, int64_t inputs, double bias);
/// The units of one gate above those of another.
CellGate stacked(const CellGate& above, const CellGate& below);

/// Every row r of `map` twice: r, r and r, -r.
torch::Tensor equal_pairs(const torch::Tensor& map);
torch::Tensor sign_pairs(const torch::Tensor& map);

/// Maps from a first layer of 2N memory units, in pairs, and Q query units to the units (g, ±) of a
/// second: what its gates multiply. (2G, 2N + Q), rows g+, g-.
torch::Tensor pair_differences(const MemoryQueryForm& form);  ///< both rows: h_{n+} - h_{n-}
torch::Tensor signed_queries(const MemoryQueryForm& form);    ///< ± the query unit

/// A layer "lstm" (gates i, f, g, o) or "gru" (r, z, n).
/// recurrence   of the last gate, (units): the diagonal of its U. The rest of U is zero.
ExactLayer cell_layer(const char* kind, const std::vector<CellGate>& gates,
                      const torch::Tensor& recurrence);

/// A layer "linear" without bias that reads pairs: column c of `map` twice, c and -c.
ExactLayer pair_readout(const torch::Tensor& map);

}  // namespace gril
