#pragma once

#include <cstdint>
#include <string_view>

namespace gril {

/// A seed of its own for each consumer of randomness: adding a consumer never shifts another, and
/// batch `index` needs no generator state to be drawn again.
///
///     child = mix(mix(mix(seed) ^ fnv1a(name)) ^ index)
///
/// mix is the output function of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), fnv1a the 64-bit
/// FNV-1a hash of the bytes of the name. mix is a bijection, so two indices under one seed and
/// name never share a child. Same value on every machine.
///
/// The generators of libtorch start from the low 32 bits of a seed alone: of n children about
/// n²/2³³ pairs draw the same numbers, one pair of 100,000 batches.
uint64_t child_seed(uint64_t seed, std::string_view name, uint64_t index = 0);

}  // namespace gril
