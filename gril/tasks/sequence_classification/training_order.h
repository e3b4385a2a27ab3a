#pragma once

#include <cstdint>
#include <vector>

namespace gril {

/// The items of training batch `step` = 0, 1, …: a function of its arguments alone, so that a
/// training goes on in the middle of an epoch with nothing remembered.
///
///     epoch   ⌊n / batch⌋ batches, no item twice; which items stay out of it differs from epoch to
///             epoch. Epoch e goes through random_order(n, child_seed(seed, "epoch", e)).
///     window  where lengths differ, 64 neighbouring batches of this order are sorted by length,
///             cut again and taken in random order: the items of a batch are of like length, so
///             little of it is padding, and long batches come at any time.
///
/// lengths  of the n items
/// batch    1 … n
/// returns  `batch` numbers of items
/// cost     the order of one epoch: n draws, about 10 ns each
std::vector<int64_t> training_items(const std::vector<int64_t>& lengths, int64_t batch,
                                    int64_t step, uint64_t seed);

}  // namespace gril
