#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gril/constructions/attention_variant.h"
#include "gril/constructions/exact_model.h"

namespace gril {

/// The recurrent layers that the constructions of linear attention write into.
enum class AttentionCell {
  kGatedRnn,      ///< linear_attention_as_gated_rnn.h, linear_attention_as_side_gated_rnn.h
  kLru,           ///< linear_attention_as_lru.h
  kLstm,          ///< two layers, linear_attention_as_lstm.h
  kOneLayerLstm,  ///< the same file
  kGru,           ///< two layers, linear_attention_as_gru.h
};

/// gated-rnn, lru, lstm, one-layer-lstm, gru.
const std::vector<std::string>& attention_cell_names();
std::string attention_cell_name(AttentionCell cell);
/// Errors: InvalidArgument naming the cells.
AttentionCell attention_cell_from_name(const std::string& name);

/// A parameter that a cell needs to go to zero: with it goes the error.
struct CellLimit {
  std::string parameter;  ///< "delta" (LRU: 1 - |eigenvalue|) or "epsilon" (LSTM, GRU)
  double order = 0.0;     ///< error = O(parameter^order)
  double usual = 0.0;     ///< the value taken unless another is given
  double lowest = 0.0;    ///< below, rounding is the larger error
  double highest = 0.0;   ///< above, ten times the value is no longer small
};

/// The limit in which the cell computes attention with this decay; none where it is exact: a gated
/// RNN, and an LRU for a decay below 1.
std::optional<CellLimit> cell_limit(AttentionCell cell, double decay);

/// The layers of the cell for attention in this form. limit: the value of the parameter, where
/// there is one. Errors: InvalidArgument "[linear_attention] …", those of the cell's file, and for
/// a side-gated variant of another cell than a gated RNN.
std::vector<ExactLayer> cell_layers(AttentionCell cell, AttentionVariant variant,
                                    const MemoryQueryForm& form, double limit);

/// Recurrent units of each layer, from below: of an LRU complex numbers, otherwise real ones.
std::vector<int64_t> cell_units(AttentionCell cell, AttentionVariant variant,
                                const MemoryQueryForm& form);

}  // namespace gril
