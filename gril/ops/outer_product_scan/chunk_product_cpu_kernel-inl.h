// Products of small matrices in cache, register-tiled. Included once per instruction set.
#if defined(GRIL_CHUNK_PRODUCT_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_CHUNK_PRODUCT_CPU_KERNEL_INL_H_
#undef GRIL_CHUNK_PRODUCT_CPU_KERNEL_INL_H_
#else
#define GRIL_CHUNK_PRODUCT_CPU_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows are computed in blocks of this many.
constexpr int64_t kRowBlock = 8;

/// Vectors side by side in a tile of four rows: what the registers hold beside the operands.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_SSSE3
constexpr int kTileVectors = 2;
#else
constexpr int kTileVectors = 4;
#endif

/// The product out[r, c] = scale[r] · out[r, c] + Σ_d left[r, d] · right[d, c], with
/// left[r, d] = left[r · left_row + d · left_depth]; so a transposed left factor costs nothing.
template <typename T>
struct ChunkProduct {
  const T* left = nullptr;
  int64_t left_row = 0;
  int64_t left_depth = 0;
  const T* right = nullptr;
  int64_t right_stride = 0;
  T* out = nullptr;
  int64_t out_stride = 0;
  const T* scale = nullptr;  ///< null: out starts at zero
  int64_t scale_step = 0;    ///< 1: one number per row, 0: one for all
};

/// kRows rows by kVectors vectors, sums kept in registers.
template <int kRows, int kVectors, typename T>
HWY_INLINE void multiply_tile(const ChunkProduct<T>& product, int64_t row, int64_t column,
                              int64_t depth_begin, int64_t depth_end) {
  const hn::ScalableTag<T> tag;
  using Vector = hn::Vec<decltype(tag)>;
  const int64_t step = static_cast<int64_t>(hn::Lanes(tag));
  T* HWY_RESTRICT out = product.out + row * product.out_stride + column;
  Vector sum[kRows][kVectors];
  HWY_UNROLL(8)
  for (int r = 0; r < kRows; ++r) {
    HWY_UNROLL(8)
    for (int c = 0; c < kVectors; ++c) sum[r][c] = hn::Zero(tag);
  }
  if (product.scale != nullptr) {
    HWY_UNROLL(8)
    for (int r = 0; r < kRows; ++r) {
      const auto scale = hn::Set(tag, product.scale[(row + r) * product.scale_step]);
      HWY_UNROLL(8)
      for (int c = 0; c < kVectors; ++c) {
        sum[r][c] = hn::Mul(scale, hn::Load(tag, out + r * product.out_stride + c * step));
      }
    }
  }
  const T* HWY_RESTRICT left =
      product.left + row * product.left_row + depth_begin * product.left_depth;
  const T* HWY_RESTRICT right = product.right + depth_begin * product.right_stride + column;
  const int64_t left_row = product.left_row;
  for (int64_t depth = depth_begin; depth < depth_end; ++depth) {
    Vector factor[kVectors];
    HWY_UNROLL(8)
    for (int c = 0; c < kVectors; ++c) factor[c] = hn::Load(tag, right + c * step);
    HWY_UNROLL(8)
    for (int r = 0; r < kRows; ++r) {
      const auto broadcast = hn::Set(tag, left[r * left_row]);
      HWY_UNROLL(8)
      for (int c = 0; c < kVectors; ++c) {
        sum[r][c] = hn::MulAdd(broadcast, factor[c], sum[r][c]);
      }
    }
    left += product.left_depth;
    right += product.right_stride;
  }
  HWY_UNROLL(8)
  for (int r = 0; r < kRows; ++r) {
    HWY_UNROLL(8)
    for (int c = 0; c < kVectors; ++c) {
      hn::Store(sum[r][c], tag, out + r * product.out_stride + c * step);
    }
  }
}

/// kRowBlock rows from `row`, `columns` columns (whole vectors), depths [depth_begin, depth_end).
template <typename T>
HWY_INLINE void multiply_rows(const ChunkProduct<T>& product, int64_t row, int64_t columns,
                              int64_t depth_begin, int64_t depth_end) {
  const int64_t step = static_cast<int64_t>(hn::Lanes(hn::ScalableTag<T>()));
  int64_t column = 0;
  for (; column + kTileVectors * step <= columns; column += kTileVectors * step) {
    multiply_tile<4, kTileVectors>(product, row, column, depth_begin, depth_end);
    multiply_tile<4, kTileVectors>(product, row + 4, column, depth_begin, depth_end);
  }
  if (column + 2 * step <= columns) {
    multiply_tile<4, 2>(product, row, column, depth_begin, depth_end);
    multiply_tile<4, 2>(product, row + 4, column, depth_begin, depth_end);
    column += 2 * step;
  }
  if (column < columns) {
    multiply_tile<8, 1>(product, row, column, depth_begin, depth_end);
  }
}

/// The whole product: `rows` (a multiple of kRowBlock) by `columns`, over `depth`.
template <typename T>
void multiply(const ChunkProduct<T>& product, int64_t rows, int64_t columns, int64_t depth) {
  for (int64_t row = 0; row < rows; row += kRowBlock) {
    multiply_rows(product, row, columns, 0, depth);
  }
}

/// The part on and below the diagonal of out, which is rows × rows; blocks that lie wholly above it
/// are left as they are.
template <typename T>
void multiply_lower(const ChunkProduct<T>& product, int64_t rows, int64_t depth) {
  const int64_t step = static_cast<int64_t>(hn::Lanes(hn::ScalableTag<T>()));
  for (int64_t row = 0; row < rows; row += kRowBlock) {
    const int64_t columns = (row + kRowBlock + step - 1) / step * step;
    multiply_rows(product, row, columns, 0, depth);
  }
}

/// Product with a lower triangular left factor, rows × rows.
template <typename T>
void multiply_lower_left(const ChunkProduct<T>& product, int64_t rows, int64_t columns) {
  for (int64_t row = 0; row < rows; row += kRowBlock) {
    multiply_rows(product, row, columns, 0, row + kRowBlock);
  }
}

/// Product with the transpose of a lower triangular factor (left_row 1, left_depth its stride).
template <typename T>
void multiply_upper_left(const ChunkProduct<T>& product, int64_t rows, int64_t columns) {
  for (int64_t row = 0; row < rows; row += kRowBlock) {
    multiply_rows(product, row, columns, row, rows);
  }
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
