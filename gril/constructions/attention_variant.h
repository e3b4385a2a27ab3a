#pragma once

#include <string>
#include <vector>

#include "gril/constructions/linear_attention_weights.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// How the construction of linear attention splits it into memory, queries and gates.
enum class AttentionVariant {
  kBasic,               ///< basic_memory.h
  kSymmetric,           ///< symmetric_memory.h; multi_head_memory.h for several heads
  kSymmetricInverse,    ///< symmetric_memory_by_inversion
  kLowRank,             ///< low_rank_memory.h
  kSideGated,           ///< basic memory, read through a gate that sees the token
  kSymmetricSideGated,  ///< symmetric memory, read through a gate that sees the token
};

/// basic, symmetric, symmetric-inverse, low-rank, side-gated, symmetric-side-gated.
const std::vector<std::string>& attention_variant_names();
std::string attention_variant_name(AttentionVariant variant);
/// Errors: InvalidArgument naming the variants.
AttentionVariant attention_variant_from_name(const std::string& name);

bool is_side_gated(AttentionVariant variant);

/// The form that the variant's file describes. Errors: those of that file.
MemoryQueryForm memory_query_form(const LinearAttentionWeights& attention,
                                  AttentionVariant variant);

}  // namespace gril
