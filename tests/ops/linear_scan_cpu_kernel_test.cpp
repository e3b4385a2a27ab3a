#include "gril/ops/linear_scan/linear_scan_cpu_kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <random>
#include <string>
#include <vector>

#include "tests/support/guarded_buffer.h"
#include "tests/support/instruction_set_guard.h"

namespace gril::testing {
namespace {

/// One shape of a call. Widths count channels; a complex channel is two numbers.
struct Shape {
  int64_t channels;
  int64_t length;
  bool complex;
  bool constant;
  bool reverse;
  bool bypass_cache;
  int64_t misalignment;
};

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const int64_t channels : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 64, 100})
    for (const int64_t length : {0, 1, 2, 130})
      for (const bool complex : {false, true})
        for (const bool constant : {false, true})
          for (const int64_t misalignment : {0, 1, 3})
            all.push_back({channels, length, complex, constant, (channels + length) % 2 == 0,
                           misalignment == 0, misalignment});
  return all;
}

std::string text_of(const Shape& shape) {
  return "channels " + std::to_string(shape.channels) + ", length " + std::to_string(shape.length) +
         (shape.complex ? ", complex" : ", real") + (shape.constant ? ", constant" : ", varying") +
         (shape.reverse ? ", reversed" : "") + ", misalignment " +
         std::to_string(shape.misalignment);
}

/// Guarded memory filled with numbers that stay small under products of modulus below one.
template <typename T>
class Numbers : public GuardedBuffer<T> {
 public:
  Numbers(int64_t size, int64_t misalignment, std::mt19937* random)
      : GuardedBuffer<T>(size, misalignment) {
    std::uniform_real_distribution<T> uniform(T(-0.7), T(0.7));
    for (int64_t i = 0; i < size; ++i) this->data()[i] = uniform(*random);
  }
};

/// The memory of one call: operands with random numbers, results poisoned with NaN. Rows are three
/// numbers farther apart than they are wide; the gaps of results must stay NaN.
template <typename T>
struct Memory {
  Memory(const Shape& shape, std::mt19937* random)
      : width(shape.channels * (shape.complex ? 2 : 1)),
        stride(shape.misalignment == 0 ? (width + 15) / 16 * 16 : width + 3),
        rows(std::max<int64_t>(shape.length, 1)),
        decay(shape.constant ? width : rows * stride, shape.misalignment, random),
        input(rows * stride, shape.misalignment, random),
        states(rows * stride, shape.misalignment, random),
        initial_state(width, shape.misalignment, random),
        result(rows * stride, shape.misalignment),
        decay_gradient(shape.constant ? width : rows * stride, shape.misalignment),
        initial_gradient(width, shape.misalignment) {}

  bool canaries_live() const {
    return result.canaries_live() && decay_gradient.canaries_live() &&
           initial_gradient.canaries_live();
  }

  int64_t width, stride, rows;
  Numbers<T> decay, input, states, initial_state;
  GuardedBuffer<T> result, decay_gradient, initial_gradient;
};

/// Number c of a row as complex<double>; real rows have no imaginary part.
template <typename T>
std::complex<double> at(const T* row, int64_t c, bool complex) {
  if (complex) return {double(row[2 * c]), double(row[2 * c + 1])};
  return double(row[c]);
}

template <typename T>
void expect_near(const T* row, int64_t c, bool complex, std::complex<double> expected,
                 const char* name) {
  const double tolerance = sizeof(T) == 4 ? 2e-5 : 1e-13;
  EXPECT_LE(std::abs(at(row, c, complex) - expected), tolerance * (1 + std::abs(expected)))
      << name << " of channel " << c;
}

template <typename T>
void check_forward(const Shape& shape, Memory<T>* memory) {
  const int64_t first = shape.reverse ? (memory->rows - 1) * memory->stride : 0;
  LinearScanForward<T> scan;
  scan.step = shape.reverse ? -memory->stride : memory->stride;
  scan.decay = memory->decay.data() + (shape.constant ? 0 : first);
  scan.decay_step = shape.constant ? 0 : scan.step;
  scan.input = memory->input.data() + first;
  scan.output = memory->result.data() + first;
  scan.initial_state = memory->initial_state.data();
  scan.length = shape.length;
  scan.width = memory->width;
  scan.complex = shape.complex;
  scan.bypass_cache = shape.bypass_cache;
  linear_scan_forward(scan);
  for (int64_t c = 0; c < shape.channels; ++c) {
    std::complex<double> state = at(scan.initial_state, c, shape.complex);
    for (int64_t s = 0; s < shape.length; ++s) {
      state = at(scan.decay + s * scan.decay_step, c, shape.complex) * state +
              at(scan.input + s * scan.step, c, shape.complex);
      expect_near(scan.output + s * scan.step, c, shape.complex, state, "state");
    }
  }
}

template <typename T>
void check_backward(const Shape& shape, Memory<T>* memory) {
  const int64_t first = shape.reverse ? (memory->rows - 1) * memory->stride : 0;
  LinearScanBackward<T> scan;
  scan.step = shape.reverse ? -memory->stride : memory->stride;
  scan.decay = memory->decay.data() + (shape.constant ? 0 : first);
  scan.decay_step = shape.constant ? 0 : scan.step;
  scan.gradient = memory->input.data() + first;
  scan.states = memory->states.data() + first;
  scan.initial_state = memory->initial_state.data();
  scan.input_gradient = memory->result.data() + first;
  scan.decay_gradient = memory->decay_gradient.data() + (shape.constant ? 0 : first);
  scan.initial_state_gradient = memory->initial_gradient.data();
  scan.length = shape.length;
  scan.width = memory->width;
  scan.complex = shape.complex;
  scan.bypass_cache = shape.bypass_cache;
  linear_scan_backward(scan);
  for (int64_t c = 0; c < shape.channels; ++c) {
    std::complex<double> carried = 0, total = 0;
    for (int64_t s = shape.length - 1; s >= 0; --s) {
      const auto here = at(scan.gradient + s * scan.step, c, shape.complex) + carried;
      const T* before = s > 0 ? scan.states + (s - 1) * scan.step : scan.initial_state;
      const auto product = here * std::conj(at(before, c, shape.complex));
      carried = std::conj(at(scan.decay + s * scan.decay_step, c, shape.complex)) * here;
      total += product;
      expect_near(scan.input_gradient + s * scan.step, c, shape.complex, here, "input gradient");
      if (!shape.constant)
        expect_near(scan.decay_gradient + s * scan.step, c, shape.complex, product,
                    "decay gradient");
    }
    if (shape.constant) expect_near(scan.decay_gradient, c, shape.complex, total, "decay gradient");
    expect_near(scan.initial_state_gradient, c, shape.complex, carried, "state gradient");
  }
}

/// The numbers between the rows were NaN before the call and still are.
template <typename T>
bool gaps_are_poison(const Shape& shape, Memory<T>* memory) {
  for (int64_t s = 0; s < shape.length; ++s)
    for (int64_t c = memory->width; c < memory->stride; ++c)
      if (!std::isnan(memory->result.data()[s * memory->stride + c])) return false;
  return true;
}

template <typename T>
void check_every_shape() {
  std::mt19937 random(3);
  for (const Shape& shape : shapes()) {
    SCOPED_TRACE(text_of(shape));
    Memory<T> forward(shape, &random);
    check_forward(shape, &forward);
    EXPECT_TRUE(forward.canaries_live());
    EXPECT_TRUE(gaps_are_poison(shape, &forward));
    Memory<T> backward(shape, &random);
    check_backward(shape, &backward);
    EXPECT_TRUE(backward.canaries_live());
    EXPECT_TRUE(gaps_are_poison(shape, &backward));
  }
}

class LinearScanCpuKernel : public ::testing::TestWithParam<int64_t> {};

TEST_P(LinearScanCpuKernel, EqualsTheEquationAndStaysInItsRowsInFloat32) {
  const InstructionSetGuard guard(GetParam());
  check_every_shape<float>();
}

TEST_P(LinearScanCpuKernel, EqualsTheEquationAndStaysInItsRowsInFloat64) {
  const InstructionSetGuard guard(GetParam());
  check_every_shape<double>();
}

TEST_P(LinearScanCpuKernel, WidestBlockFitsTheStateMemory) {
  const InstructionSetGuard guard(GetParam());
  std::mt19937 random(4);
  // One number less than the widest block: the last vector overlaps.
  const auto widest = kLinearScanBlockBytes / static_cast<int64_t>(sizeof(float));
  for (const int64_t channels : {widest - 1, widest}) {
    const Shape shape = {channels, 3, false, false, false, false, 0};
    Memory<float> memory(shape, &random);
    check_forward(shape, &memory);
    EXPECT_TRUE(memory.canaries_live());
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, LinearScanCpuKernel,
                         ::testing::ValuesIn(runnable_instruction_sets()),
                         [](const auto& target) { return instruction_set_name(target.param); });

}  // namespace
}  // namespace gril::testing
