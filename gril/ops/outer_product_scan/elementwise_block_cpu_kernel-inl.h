// One block of the state in registers, over the steps of a chunk. Included once per instruction
// set. A block is kRows rows by one vector of columns; the vector operand runs along the columns,
// the two others along the rows.
#if defined(GRIL_ELEMENTWISE_BLOCK_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_ELEMENTWISE_BLOCK_CPU_KERNEL_INL_H_
#undef GRIL_ELEMENTWISE_BLOCK_CPU_KERNEL_INL_H_
#else
#define GRIL_ELEMENTWISE_BLOCK_CPU_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Pointers to where the block starts; strides in numbers, from one step or row to the next.
template <typename T>
struct StateBlock {
  int64_t steps = 0;
  int64_t ranks = 1;   ///< pairs r cᵀ per step, when advancing; pairs of w and outputs, when back
  bool first = false;  ///< the outputs start at zero; otherwise the block adds to them

  T* state = nullptr;
  const T* decay = nullptr;
  int64_t state_stride = 0;

  const T* columns = nullptr;  ///< c in S += r cᵀ
  T* outputs = nullptr;        ///< Sᵀ w per step, along the columns
  int64_t column_stride = 0;
  const T* rows = nullptr;     ///< r
  const T* weights = nullptr;  ///< w
  int64_t rows_stride = 0;
  int64_t weights_stride = 0;

  T* saved = nullptr;           ///< the block before each step, kRows vectors per step
  T* decay_gradient = nullptr;  ///< laid out as the state
};

/// S ← Λ ∘ S + Σ r cᵀ over the pairs of each step. kSave keeps the blocks before each step; kRead
/// adds Sᵀ w to the outputs, with S after the update (strict: before it).
template <int kRows, bool kStrict, bool kSave, bool kRead, typename T>
void advance_block(const StateBlock<T> block) {
  const hn::ScalableTag<T> tag;
  using Vector = hn::Vec<decltype(tag)>;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(tag));
  Vector state[kRows];
  Vector decay[kRows];
  HWY_UNROLL(10)
  for (int r = 0; r < kRows; ++r) {
    state[r] = hn::Load(tag, block.state + r * block.state_stride);
    decay[r] = hn::Load(tag, block.decay + r * block.state_stride);
  }
  const T* columns = block.columns;
  const T* rows = block.rows;
  for (int64_t step = 0; step < block.steps; ++step) {
    const T* HWY_RESTRICT weights = block.weights + step * block.weights_stride;
    T* HWY_RESTRICT outputs = block.outputs + step * block.column_stride;
    auto output = hn::Zero(tag);
    if (kRead && !block.first) output = hn::Load(tag, outputs);
    auto column = hn::Load(tag, columns);
    HWY_UNROLL(10)
    for (int r = 0; r < kRows; ++r) {
      if (kSave) hn::Store(state[r], tag, block.saved + (step * kRows + r) * lanes);
      if (kRead && kStrict) output = hn::MulAdd(state[r], hn::Set(tag, weights[r]), output);
      state[r] = hn::MulAdd(state[r], decay[r], hn::Mul(column, hn::Set(tag, rows[r])));
    }
    columns += block.column_stride;
    rows += block.rows_stride;
    for (int64_t rank = 1; rank < block.ranks; ++rank) {
      column = hn::Load(tag, columns);
      HWY_UNROLL(10)
      for (int r = 0; r < kRows; ++r) {
        state[r] = hn::MulAdd(column, hn::Set(tag, rows[r]), state[r]);
      }
      columns += block.column_stride;
      rows += block.rows_stride;
    }
    if (kRead && !kStrict) {
      HWY_UNROLL(10)
      for (int r = 0; r < kRows; ++r) {
        output = hn::MulAdd(state[r], hn::Set(tag, weights[r]), output);
      }
    }
    if (kRead) hn::Store(output, tag, outputs);
  }
  HWY_UNROLL(10)
  for (int r = 0; r < kRows; ++r) {
    hn::Store(state[r], tag, block.state + r * block.state_stride);
  }
}

/// outputs += Gᵀ w for every pair of a step.
template <int kRows, typename T, class Vector>
HWY_INLINE void read_pairs(const StateBlock<T>& block, int64_t step,
                           const Vector (&gradient)[kRows]) {
  const hn::ScalableTag<T> tag;
  for (int64_t pair = step * block.ranks; pair < (step + 1) * block.ranks; ++pair) {
    const T* HWY_RESTRICT weights = block.weights + pair * block.weights_stride;
    T* HWY_RESTRICT outputs = block.outputs + pair * block.column_stride;
    auto output = block.first ? hn::Zero(tag) : hn::Load(tag, outputs);
    HWY_UNROLL(10)
    for (int r = 0; r < kRows; ++r) {
      output = hn::MulAdd(gradient[r], hn::Set(tag, weights[r]), output);
    }
    hn::Store(output, tag, outputs);
  }
}

/// The gradient G of the state from the last step to the first: outputs += Gᵀ w of every pair,
/// where G after the step has the read r cᵀ of this step in it (strict: not yet), then G ← Λ ∘ G
/// (strict:
/// + r cᵀ). kDecay adds G ∘ (saved state) to the gradient of the decay.
template <int kRows, bool kStrict, bool kDecay, typename T>
void retreat_block(const StateBlock<T> block) {
  const hn::ScalableTag<T> tag;
  using Vector = hn::Vec<decltype(tag)>;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(tag));
  Vector state[kRows];
  Vector decay[kRows];
  Vector decay_gradient[kRows];
  HWY_UNROLL(10)
  for (int r = 0; r < kRows; ++r) {
    state[r] = hn::Load(tag, block.state + r * block.state_stride);
    decay[r] = hn::Load(tag, block.decay + r * block.state_stride);
    decay_gradient[r] = hn::Zero(tag);
  }
  for (int64_t step = block.steps - 1; step >= 0; --step) {
    const auto column = hn::Load(tag, block.columns + step * block.column_stride);
    const T* HWY_RESTRICT rows = block.rows + step * block.rows_stride;
    if (!kStrict) {
      HWY_UNROLL(10)
      for (int r = 0; r < kRows; ++r) {
        state[r] = hn::MulAdd(column, hn::Set(tag, rows[r]), state[r]);
      }
    }
    read_pairs<kRows>(block, step, state);
    HWY_UNROLL(10)
    for (int r = 0; r < kRows; ++r) {
      if (kDecay) {
        const auto saved = hn::Load(tag, block.saved + (step * kRows + r) * lanes);
        decay_gradient[r] = hn::MulAdd(state[r], saved, decay_gradient[r]);
      }
      state[r] = kStrict ? hn::MulAdd(state[r], decay[r], hn::Mul(column, hn::Set(tag, rows[r])))
                         : hn::Mul(state[r], decay[r]);
    }
  }
  HWY_UNROLL(10)
  for (int r = 0; r < kRows; ++r) {
    hn::Store(state[r], tag, block.state + r * block.state_stride);
    if (kDecay) {
      T* sum = block.decay_gradient + r * block.state_stride;
      hn::Store(hn::Add(hn::Load(tag, sum), decay_gradient[r]), tag, sum);
    }
  }
}

/// Calls run.template operator()<kRows>() for a block height of RowBlocks.
template <class Run>
HWY_INLINE void with_block_height(int64_t height, const Run& run) {
  switch (height) {
    case 4:
      return run.template operator()<4>();
    case 5:
      return run.template operator()<5>();
    case 6:
      return run.template operator()<6>();
    case 8:
      return run.template operator()<8>();
    default:
      return run.template operator()<10>();
  }
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
