#include "gril/constructions/attention_cell.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "gril/constructions/linear_attention_as_gru.h"
#include "gril/constructions/linear_attention_as_lru.h"
#include "gril/constructions/linear_attention_as_lstm.h"
#include "gril/constructions/linear_attention_as_side_gated_rnn.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

}  // namespace

const std::vector<std::string>& attention_cell_names() {
  static const std::vector<std::string> names = {"gated-rnn", "lru", "lstm", "one-layer-lstm",
                                                 "gru"};
  return names;
}

std::string attention_cell_name(AttentionCell cell) {
  return attention_cell_names()[static_cast<std::size_t>(cell)];
}

AttentionCell attention_cell_from_name(const std::string& name) {
  const auto& names = attention_cell_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), kWhere, "cell must be one of ", join_words(names), "; got \"", name,
          "\".", suggestion(name, names));
  return static_cast<AttentionCell>(found - names.begin());
}

std::optional<CellLimit> cell_limit(AttentionCell cell, double decay) {
  switch (cell) {
    case AttentionCell::kGatedRnn:
      return std::nullopt;
    case AttentionCell::kLru:
      if (decay < 1.0) return std::nullopt;
      return CellLimit{"delta", 1.0, 1e-4, 1e-10, 1e-3};
    case AttentionCell::kOneLayerLstm:
      return CellLimit{"epsilon", 2.0, 1e-3, 3e-4, 3e-3};
    case AttentionCell::kLstm:
    case AttentionCell::kGru:
      break;
  }
  return CellLimit{"epsilon", 2.0, 1e-3, 1e-5, 3e-3};
}

std::vector<ExactLayer> cell_layers(AttentionCell cell, AttentionVariant variant,
                                    const MemoryQueryForm& form, double limit) {
  const bool side_gated = is_side_gated(variant);
  require(!side_gated || cell == AttentionCell::kGatedRnn, kWhere, "the variant ",
          attention_variant_name(variant), " is one of the cell gated-rnn; got the cell ",
          attention_cell_name(cell), ".");
  switch (cell) {
    case AttentionCell::kLru:
      return linear_attention_as_lru(form, limit);
    case AttentionCell::kLstm:
      return linear_attention_as_two_layer_lstm(form, limit);
    case AttentionCell::kOneLayerLstm:
      return linear_attention_as_one_layer_lstm(form, limit);
    case AttentionCell::kGru:
      return linear_attention_as_gru(form, limit);
    case AttentionCell::kGatedRnn:
      break;
  }
  return {side_gated ? linear_attention_as_side_gated_rnn(form)
                     : linear_attention_as_gated_rnn(form)};
}

std::vector<int64_t> cell_units(AttentionCell cell, AttentionVariant variant,
                                const MemoryQueryForm& form) {
  const int64_t memory = form.memory_neurons();
  const int64_t queries = form.query_neurons();
  switch (cell) {
    case AttentionCell::kLru:
      return {memory};
    case AttentionCell::kOneLayerLstm:
      return {4 * form.gates()};
    case AttentionCell::kLstm:
    case AttentionCell::kGru:
      return {2 * memory + queries, 2 * form.gates()};
    case AttentionCell::kGatedRnn:
      break;
  }
  return {is_side_gated(variant) ? memory : memory + queries};
}

}  // namespace gril
