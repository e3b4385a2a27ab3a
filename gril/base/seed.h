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
uint64_t child_seed(uint64_t seed, std::string_view name, uint64_t index = 0);

}  // namespace gril
