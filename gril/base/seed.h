#pragma once

#include <cstdint>
#include <string_view>

namespace gril {

/// A seed of its own for each consumer of randomness, from (seed, name, index): adding a consumer
/// never shifts another, and batch `index` needs no generator state to be drawn again.
/// Same value on every machine.
uint64_t child_seed(uint64_t seed, std::string_view name, uint64_t index = 0);

}  // namespace gril
