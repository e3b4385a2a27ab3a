#include "gril/constructions/linear_attention_model.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/constructions/required_memory.h"

namespace gril {
namespace {

bool queries_need_neurons(const LinearAttentionClaim& claim) {
  const bool two_layers = claim.cell == AttentionCell::kLstm || claim.cell == AttentionCell::kGru;
  const bool gated_rnn = claim.cell == AttentionCell::kGatedRnn;
  return two_layers || (gated_rnn && !is_side_gated(claim.variant));
}

}  // namespace

std::vector<ExactLayer> linear_attention_layers(const LinearAttentionClaim& claim) {
  return cell_layers(claim.cell, claim.variant, memory_query_form(claim.attention, claim.variant),
                     claim.limit);
}

ModelFile linear_attention_model(const LinearAttentionClaim& claim, torch::Dtype dtype) {
  constexpr double kDoubleTolerance = 1e-10;
  constexpr double kSingleTolerance = 1e-5;
  const LinearAttentionClaim resolved = resolve(claim);
  const bool exact_or_lru =
      claim.cell == AttentionCell::kGatedRnn || claim.cell == AttentionCell::kLru;
  require(exact_or_lru || dtype == at::kDouble, "linear_attention",
          "the limits of LSTM and GRU live on small differences and need float64; got ", dtype,
          ".");
  return {exact_model(linear_attention_layers(resolved), dtype),
          to_json(resolved, dtype == at::kDouble ? kDoubleTolerance : kSingleTolerance), nullptr};
}

LinearAttentionModelSize linear_attention_model_size(const LinearAttentionClaim& claim) {
  const MemoryQueryForm form = memory_query_form(claim.attention, claim.variant);
  return {.memory_neurons = form.memory_neurons(),
          .required_memory_neurons = required_memory_neurons(claim.attention),
          .query_neurons = queries_need_neurons(claim) ? form.query_neurons() : 0,
          .gates = form.gates(),
          .units = cell_units(claim.cell, claim.variant, form),
          .attention_parameters = parameter_count(claim.attention)};
}

Json to_json(const LinearAttentionModelSize& size) {
  return {{"memory_neurons", size.memory_neurons},
          {"required_memory_neurons", size.required_memory_neurons},
          {"query_neurons", size.query_neurons},
          {"gates", size.gates},
          {"units", size.units},
          {"attention_parameters", size.attention_parameters}};
}

std::string to_text(const LinearAttentionModelSize& size) {
  std::string units;
  for (const int64_t count : size.units) units += concatenate(units.empty() ? "" : " + ", count);
  return concatenate(
      size.memory_neurons, " memory neurons (no fewer than ", size.required_memory_neurons,
      " are possible), ", size.query_neurons, " query neurons, ", size.gates, " gates: ", units,
      " recurrent units; attention itself has ", size.attention_parameters, " parameters");
}

}  // namespace gril
