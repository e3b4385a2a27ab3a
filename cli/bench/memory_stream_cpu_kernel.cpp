#include "cli/bench/memory_stream_cpu_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cli/bench/memory_stream_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// clang-format off: highway.h must follow foreach_target.h
#include <hwy/cache_control.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace gril::bench::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void triad(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, float* HWY_RESTRICT c,
           int64_t size, bool around_caches) {
  const hn::CappedTag<float, 16> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto half = hn::Set(d, 0.5F);
  if (!around_caches) {
    for (int64_t i = 0; i < size; i += lanes)
      hn::Store(hn::MulAdd(half, hn::Load(d, b + i), hn::Load(d, a + i)), d, c + i);
    return;
  }
  for (int64_t i = 0; i < size; i += lanes)
    hn::Stream(hn::MulAdd(half, hn::Load(d, b + i), hn::Load(d, a + i)), d, c + i);
  hwy::FlushStream();
}

}  // namespace
}  // namespace gril::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril::bench {

HWY_EXPORT(triad);

bool writes_around_caches() { return true; }

void triad(const float* a, const float* b, float* c, int64_t size, bool around_caches) {
  HWY_DYNAMIC_DISPATCH(triad)(a, b, c, size, around_caches);
}

}  // namespace gril::bench
#endif
