#include "gril/constructions/linear_attention_claim.h"

#include "gril/base/check.h"
#include "gril/base/config_section.h"

namespace gril {

std::string sentence(const LinearAttentionClaim& claim) {
  return concatenate(sentence(claim.attention), ", as a gated linear RNN (",
                     attention_variant_name(claim.variant), ").");
}

Json to_json(const LinearAttentionClaim& claim, double tolerance) {
  return {{"algorithm", "linear-attention"},
          {"variant", attention_variant_name(claim.variant)},
          {"attention", to_json(claim.attention)},
          {"tolerance", tolerance}};
}

LinearAttentionClaim read_linear_attention_claim(const Json& tree, const std::string& where) {
  ConfigSection section(tree, where, "gril_claim");
  for (const char* key : {"variant", "attention", "tolerance"}) section.need(key);
  section.choice("algorithm", "", {"linear-attention"});
  section.number("tolerance", 0.0, 0.0);
  LinearAttentionClaim claim;
  claim.variant =
      attention_variant_from_name(section.choice("variant", "", attention_variant_names()));
  claim.attention =
      read_linear_attention_weights(section.value("attention"), where, "gril_claim.attention");
  section.finish();
  return claim;
}

}  // namespace gril
