#include "gril/constructions/linear_attention_model.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "gril/constructions/linear_attention_as_side_gated_rnn.h"
#include "gril/constructions/required_memory.h"

namespace gril {

ModelFile linear_attention_model(const LinearAttentionClaim& claim, torch::Dtype dtype) {
  constexpr double kDoubleTolerance = 1e-10;
  constexpr double kSingleTolerance = 1e-5;
  const MemoryQueryForm form = memory_query_form(claim.attention, claim.variant);
  const auto model = is_side_gated(claim.variant) ? linear_attention_as_side_gated_rnn(form, dtype)
                                                  : linear_attention_as_gated_rnn(form, dtype);
  return {model, to_json(claim, dtype == at::kDouble ? kDoubleTolerance : kSingleTolerance),
          nullptr};
}

LinearAttentionModelSize linear_attention_model_size(const LinearAttentionClaim& claim) {
  const MemoryQueryForm form = memory_query_form(claim.attention, claim.variant);
  return {.memory_neurons = form.memory_neurons(),
          .required_memory_neurons = required_memory_neurons(claim.attention),
          .query_neurons = is_side_gated(claim.variant) ? 0 : form.query_neurons(),
          .gates = form.gates(),
          .attention_parameters = parameter_count(claim.attention)};
}

Json to_json(const LinearAttentionModelSize& size) {
  return {{"memory_neurons", size.memory_neurons},
          {"required_memory_neurons", size.required_memory_neurons},
          {"query_neurons", size.query_neurons},
          {"gates", size.gates},
          {"attention_parameters", size.attention_parameters}};
}

std::string to_text(const LinearAttentionModelSize& size) {
  return concatenate(size.memory_neurons, " memory neurons (no fewer than ",
                     size.required_memory_neurons, " are possible), ", size.query_neurons,
                     " query neurons, ", size.gates, " gates; attention itself has ",
                     size.attention_parameters, " parameters");
}

}  // namespace gril
