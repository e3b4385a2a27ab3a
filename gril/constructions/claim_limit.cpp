#include "gril/constructions/claim_limit.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/constructions/linear_attention_model.h"

namespace gril {

std::optional<ClaimLimit> read_claim_limit(const Json& claim, const std::string& where) {
  const Json tree = claim.is_object() ? claim.value("limit", Json(nullptr)) : Json(nullptr);
  if (tree.is_null()) return std::nullopt;
  ConfigSection section(tree, where, "gril_claim.limit");
  for (const char* key : {"parameter", "value", "order"}) section.need(key);
  ClaimLimit limit;
  limit.parameter = section.text("parameter", "");
  limit.value = section.number("value", 0.0, 0.0, 1.0);
  limit.order = section.number("order", 0.0, 0.0);
  section.finish();
  return limit;
}

Json to_json(const ClaimLimit& limit) {
  return {{"parameter", limit.parameter}, {"value", limit.value}, {"order", limit.order}};
}

std::shared_ptr<SequenceModel> rewritten_model(const Json& claim, double value,
                                               const std::string& where) {
  LinearAttentionClaim read = read_linear_attention_claim(claim, where);
  read.limit = value;
  return exact_model(linear_attention_layers(read), at::kDouble);
}

}  // namespace gril
