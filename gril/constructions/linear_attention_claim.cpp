#include "gril/constructions/linear_attention_claim.h"

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/constructions/claim_limit.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

const char* cell_words(AttentionCell cell) {
  switch (cell) {
    case AttentionCell::kLru:
      return "an LRU between two gates";
    case AttentionCell::kLstm:
      return "two LSTM layers";
    case AttentionCell::kOneLayerLstm:
      return "one LSTM layer";
    case AttentionCell::kGru:
      return "two GRU layers";
    case AttentionCell::kGatedRnn:
      break;
  }
  return "a gated linear RNN";
}

/// The value of the limit in a stored claim; 0 for an exact one.
double read_limit(ConfigSection& section, const LinearAttentionClaim& claim,
                  const std::string& where) {
  const auto expected = cell_limit(claim.cell, claim.attention.decay);
  section.need(expected ? "limit" : "tolerance");
  if (!expected) {
    section.number("tolerance", 0.0, 0.0);
    return 0.0;
  }
  const auto limit = read_claim_limit(section.tree(), where);
  section.value("limit");
  require(limit && limit->parameter == expected->parameter && limit->order == expected->order,
          kWhere, "the limit of the cell ", attention_cell_name(claim.cell), " must be one in ",
          expected->parameter, " of order ", expected->order, "; got ",
          limit ? to_json(*limit).dump() : "none", ".");
  return limit->value;
}

}  // namespace

LinearAttentionClaim resolve(LinearAttentionClaim claim) {
  check(claim.attention);
  const auto limit = cell_limit(claim.cell, claim.attention.decay);
  if (!limit) {
    require(claim.limit == 0.0, kWhere, "the cell ", attention_cell_name(claim.cell),
            " computes this attention exactly and has no limit; got limit ", claim.limit, ".");
    return claim;
  }
  if (claim.limit == 0.0) claim.limit = limit->usual;
  require(claim.limit >= limit->lowest && claim.limit <= limit->highest, kWhere,
          "the limit of the cell ", attention_cell_name(claim.cell), ", ", limit->parameter,
          ", must lie in [", limit->lowest, ", ", limit->highest, "]; got ", claim.limit, ".");
  return claim;
}

std::string sentence(const LinearAttentionClaim& claim) {
  const auto limit = cell_limit(claim.cell, claim.attention.decay);
  std::string text = concatenate(sentence(claim.attention), ", as ", cell_words(claim.cell), " (",
                                 attention_variant_name(claim.variant), ")");
  if (limit) text += concatenate(" in the limit ", limit->parameter, " -> 0");
  return text + ".";
}

Json to_json(const LinearAttentionClaim& claim, double tolerance) {
  Json tree = {{"algorithm", "linear-attention"},
               {"cell", attention_cell_name(claim.cell)},
               {"variant", attention_variant_name(claim.variant)},
               {"attention", to_json(claim.attention)}};
  const auto limit = cell_limit(claim.cell, claim.attention.decay);
  if (limit) {
    tree["limit"] = to_json(ClaimLimit{limit->parameter, claim.limit, limit->order});
  } else {
    tree["tolerance"] = tolerance;
  }
  return tree;
}

LinearAttentionClaim read_linear_attention_claim(const Json& tree, const std::string& where) {
  ConfigSection section(tree, where, "gril_claim");
  for (const char* key : {"cell", "variant", "attention"}) section.need(key);
  section.choice("algorithm", "", {"linear-attention"});
  LinearAttentionClaim claim;
  claim.cell = attention_cell_from_name(section.choice("cell", "", attention_cell_names()));
  claim.variant =
      attention_variant_from_name(section.choice("variant", "", attention_variant_names()));
  claim.attention =
      read_linear_attention_weights(section.value("attention"), where, "gril_claim.attention");
  claim.limit = read_limit(section, claim, where);
  section.finish();
  return claim;
}

}  // namespace gril
