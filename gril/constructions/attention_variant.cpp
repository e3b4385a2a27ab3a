#include "gril/constructions/attention_variant.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/constructions/basic_memory.h"
#include "gril/constructions/low_rank_memory.h"
#include "gril/constructions/multi_head_memory.h"
#include "gril/constructions/symmetric_memory.h"

namespace gril {

const std::vector<std::string>& attention_variant_names() {
  static const std::vector<std::string> names = {"basic",    "symmetric",  "symmetric-inverse",
                                                 "low-rank", "side-gated", "symmetric-side-gated"};
  return names;
}

std::string attention_variant_name(AttentionVariant variant) {
  return attention_variant_names()[static_cast<std::size_t>(variant)];
}

AttentionVariant attention_variant_from_name(const std::string& name) {
  const auto& names = attention_variant_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), "linear_attention", "variant must be one of ", join_words(names),
          "; got \"", name, "\".", suggestion(name, names));
  return static_cast<AttentionVariant>(found - names.begin());
}

bool is_side_gated(AttentionVariant variant) {
  return variant == AttentionVariant::kSideGated ||
         variant == AttentionVariant::kSymmetricSideGated;
}

MemoryQueryForm memory_query_form(const LinearAttentionWeights& attention,
                                  AttentionVariant variant) {
  switch (variant) {
    case AttentionVariant::kSymmetric:
    case AttentionVariant::kSymmetricSideGated:
      return attention.heads.size() > 1 ? multi_head_memory(attention)
                                        : symmetric_memory(attention);
    case AttentionVariant::kSymmetricInverse:
      return symmetric_memory_by_inversion(attention);
    case AttentionVariant::kLowRank:
      return low_rank_memory(attention);
    case AttentionVariant::kBasic:
    case AttentionVariant::kSideGated:
      break;
  }
  return basic_memory(attention);
}

}  // namespace gril
