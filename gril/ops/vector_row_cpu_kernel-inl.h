// How a row of numbers is covered by vectors. Included once per instruction set.
#if defined(GRIL_VECTOR_ROW_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_VECTOR_ROW_CPU_KERNEL_INL_H_
#undef GRIL_VECTOR_ROW_CPU_KERNEL_INL_H_
#else
#define GRIL_VECTOR_ROW_CPU_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A row is covered by whole vectors; the last one overlaps its neighbour where the width is not a
/// multiple of the vector. Its channels are then computed twice, with the same bits, and no lane
/// leaves the row. Calls work(channel, slot): a vector's state lives at `slot`. Channels go in the
/// direction in which the rows go, because a stream that jumps back at each row is not prefetched.
template <class Work>
HWY_INLINE void for_each_vector(size_t width, size_t lanes, bool descending, const Work& work) {
  const size_t whole = width / lanes * lanes;
  if (descending) {
    if (whole < width) work(width - lanes, whole);
    for (size_t end = whole; end > 0; end -= lanes) work(end - lanes, end - lanes);
  } else {
    for (size_t channel = 0; channel < whole; channel += lanes) work(channel, channel);
    if (whole < width) work(width - lanes, whole);
  }
}

template <typename T>
constexpr size_t kWidestVector = hn::MaxLanes(hn::ScalableTag<T>());

/// Calls work(tag) with the widest vector that is not wider than the row; none is narrower than
/// kNarrowest.
template <typename T, size_t kNarrowest = 1, size_t kLanes = kWidestVector<T>, class Work>
HWY_INLINE void with_fitting_vector(size_t width, const Work& work) {
  if constexpr (kLanes > kNarrowest) {
    if (width < kLanes) return with_fitting_vector<T, kNarrowest, kLanes / 2>(width, work);
  }
  work(hn::CappedTag<T, kLanes>());
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
