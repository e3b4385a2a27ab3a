// Copies rows of tensors into padded workspace and back. Included once per instruction set.
#if defined(GRIL_ROW_PACKING_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_ROW_PACKING_CPU_KERNEL_INL_H_
#undef GRIL_ROW_PACKING_CPU_KERNEL_INL_H_
#else
#define GRIL_ROW_PACKING_CPU_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "gril/ops/outer_product_scan/chunk_workspace.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
int64_t lanes() {
  return static_cast<int64_t>(hn::Lanes(hn::ScalableTag<T>()));
}

/// x rounded up to whole vectors.
template <typename T>
int64_t whole_vectors(int64_t size) {
  return (size + lanes<T>() - 1) / lanes<T>() * lanes<T>();
}

/// Copies `size` numbers and fills the row with zeros up to `padded_size`.
template <typename T>
HWY_INLINE void pack_row(const T* HWY_RESTRICT from, int64_t size, int64_t padded_size,
                         T* HWY_RESTRICT to) {
  const hn::ScalableTag<T> tag;
  const int64_t step = lanes<T>();
  int64_t i = 0;
  for (; i + step <= size; i += step) hn::Store(hn::LoadU(tag, from + i), tag, to + i);
#if HWY_TARGET <= HWY_AVX2
  if (i < size) {
    const auto mask = hn::FirstN(tag, static_cast<size_t>(size - i));
    hn::Store(hn::MaskedLoad(mask, tag, from + i), tag, to + i);
    i += step;
  }
#else
  for (; i < size; ++i) to[i] = from[i];
  for (; i % step != 0; ++i) to[i] = T{0};
#endif
  for (; i < padded_size; i += step) hn::Store(hn::Zero(tag), tag, to + i);
}

/// Copies `size` numbers out of a padded row.
template <typename T>
HWY_INLINE void unpack_row(const T* HWY_RESTRICT from, int64_t size, T* HWY_RESTRICT to) {
  const hn::ScalableTag<T> tag;
  const int64_t step = lanes<T>();
  int64_t i = 0;
  for (; i + step <= size; i += step) hn::StoreU(hn::Load(tag, from + i), tag, to + i);
#if HWY_TARGET <= HWY_AVX2
  if (i < size) {
    const auto mask = hn::FirstN(tag, static_cast<size_t>(size - i));
    hn::BlendedStore(hn::Load(tag, from + i), mask, tag, to + i);
  }
#else
  for (; i < size; ++i) to[i] = from[i];
#endif
}

/// pack_rows for rows of at most one vector, where one mask serves all rows. Returns how many it
/// packed: all or none.
template <typename T>
HWY_INLINE int64_t pack_short_rows([[maybe_unused]] const T* HWY_RESTRICT from,
                                   [[maybe_unused]] int64_t step, [[maybe_unused]] int64_t rows,
                                   [[maybe_unused]] int64_t size,
                                   [[maybe_unused]] T* HWY_RESTRICT to) {
#if HWY_TARGET <= HWY_AVX2
  if (size <= lanes<T>() && padded(size) == lanes<T>()) {
    const hn::ScalableTag<T> tag;
    const auto mask = hn::FirstN(tag, static_cast<size_t>(size));
    for (int64_t row = 0; row < rows; ++row) {
      hn::Store(hn::MaskedLoad(mask, tag, from + row * step), tag, to + row * lanes<T>());
    }
    return rows;
  }
#endif
  return 0;
}

/// `rows` rows, `step` numbers apart (negative for a reversed scan), into rows of padded(size);
/// then zeros up to `padded_rows` rows.
template <typename T>
void pack_rows(const T* from, int64_t step, int64_t rows, int64_t size, int64_t padded_rows,
               T* to) {
  const int64_t width = padded(size);
  for (int64_t row = pack_short_rows(from, step, rows, size, to); row < rows; ++row) {
    pack_row(from + row * step, size, width, to + row * width);
  }
  const hn::ScalableTag<T> tag;
  for (int64_t i = rows * width; i < padded_rows * width; i += lanes<T>()) {
    hn::Store(hn::Zero(tag), tag, to + i);
  }
}

template <typename T>
void unpack_rows(const T* HWY_RESTRICT from, int64_t step, int64_t rows, int64_t size,
                 T* HWY_RESTRICT to) {
  const int64_t width = padded(size);
  for (int64_t row = 0; row < rows; ++row) {
    unpack_row(from + row * width, size, to + row * step);
  }
}

/// A state V × K from outside (null: zeros) into padded(V) rows of padded(K).
template <typename T>
void pack_state(const T* from, int64_t value_size, int64_t key_size, T* to) {
  pack_rows(from, key_size, from == nullptr ? 0 : value_size, key_size, padded(value_size), to);
}

/// to[column][row] = from[row][column]. Rows and columns are multiples of kPadding.
template <typename T>
void transpose(const T* HWY_RESTRICT from, int64_t from_stride, int64_t rows, int64_t columns,
               T* HWY_RESTRICT to, int64_t to_stride) {
  for (int64_t row = 0; row < rows; row += 4) {
    for (int64_t column = 0; column < columns; ++column) {
      for (int64_t i = 0; i < 4; ++i) {
        to[column * to_stride + row + i] = from[(row + i) * from_stride + column];
      }
    }
  }
}

#if HWY_TARGET != HWY_SCALAR
/// The same in tiles of 4 × 4.
template <>
HWY_INLINE void transpose<float>(const float* HWY_RESTRICT from, int64_t from_stride, int64_t rows,
                                 int64_t columns, float* HWY_RESTRICT to, int64_t to_stride) {
  const hn::FixedTag<float, 4> tag;
  const hn::RepartitionToWide<decltype(tag)> pairs;
  const auto lower = [&](auto a, auto b) {
    return hn::BitCast(tag,
                       hn::InterleaveLower(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
  };
  const auto upper = [&](auto a, auto b) {
    return hn::BitCast(tag,
                       hn::InterleaveUpper(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
  };
  for (int64_t row = 0; row < rows; row += 4) {
    for (int64_t column = 0; column < columns; column += 4) {
      const float* tile = from + row * from_stride + column;
      const auto a = hn::Load(tag, tile);
      const auto b = hn::Load(tag, tile + from_stride);
      const auto c = hn::Load(tag, tile + 2 * from_stride);
      const auto e = hn::Load(tag, tile + 3 * from_stride);
      const auto ab_lower = hn::InterleaveLower(tag, a, b);
      const auto ce_lower = hn::InterleaveLower(tag, c, e);
      const auto ab_upper = hn::InterleaveUpper(tag, a, b);
      const auto ce_upper = hn::InterleaveUpper(tag, c, e);
      float* out = to + column * to_stride + row;
      hn::Store(lower(ab_lower, ce_lower), tag, out);
      hn::Store(upper(ab_lower, ce_lower), tag, out + to_stride);
      hn::Store(lower(ab_upper, ce_upper), tag, out + 2 * to_stride);
      hn::Store(upper(ab_upper, ce_upper), tag, out + 3 * to_stride);
    }
  }
}
#endif

/// A state V × K from outside (null: zeros), transposed: padded(K) rows of padded(V). `scratch`
/// holds as many numbers.
template <typename T>
void pack_transposed_state(const T* from, int64_t value_size, int64_t key_size, T* scratch, T* to) {
  const int64_t value_width = padded(value_size);
  const int64_t key_width = padded(key_size);
  if (from == nullptr) {
    std::fill_n(to, value_width * key_width, T{0});
    return;
  }
  pack_state(from, value_size, key_size, scratch);
  transpose(scratch, key_width, value_width, key_width, to, value_width);
}

/// The way back.
template <typename T>
void unpack_transposed_state(const T* from, int64_t value_size, int64_t key_size, T* scratch,
                             T* to) {
  const int64_t key_width = padded(key_size);
  transpose(from, padded(value_size), key_width, padded(value_size), scratch, key_width);
  unpack_rows(scratch, key_size, value_size, key_size, to);
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
