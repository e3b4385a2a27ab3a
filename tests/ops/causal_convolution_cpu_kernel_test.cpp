#include "gril/ops/causal_convolution/causal_convolution_cpu_kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "tests/support/guarded_buffer.h"
#include "tests/support/instruction_set_guard.h"

namespace gril::testing {
namespace {

/// One call: tokens begin … end-1 of a stream.
struct Shape {
  int64_t width, window, length, begin, end;
  bool history;
};

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const int64_t width : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 70}) {
    all.push_back({width, 1, 5, 1, 4, false});
    all.push_back({width, 4, 1, 0, 1, true});
    all.push_back({width, 4, 3, 0, 3, false});
    all.push_back({width, 4, 9, 0, 9, true});
    all.push_back({width, 4, 70, 9, 66, true});
    all.push_back({width, 4, 12, 10, 12, false});
    all.push_back({width, 4, 40, 0, 40, true});
    all.push_back({width, 9, 12, 2, 11, true});
  }
  return all;
}

/// Rows of random numbers, `gap` farther apart than they are wide, in guarded memory.
template <typename T>
class Rows {
 public:
  Rows(int64_t rows, int64_t width, int64_t gap, std::mt19937* random) : Rows(rows, width, gap) {
    std::uniform_real_distribution<T> uniform(T{-2}, T{2});
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t c = 0; c < width; ++c) rows_[row][c] = uniform(*random);
  }
  /// Full of NaN.
  Rows(int64_t rows, int64_t width, int64_t gap)
      : count_(rows),
        width_(width),
        stride_(width + gap),
        memory_(rows * stride_, 1),
        rows_{memory_.data(), stride_} {}

  TokenRows<T> rows() const { return rows_; }
  TokenRows<const T> read() const { return {rows_.first, rows_.stride}; }
  double at(int64_t row, int64_t c) const { return static_cast<double>(rows_[row][c]); }

  /// Whether rows begin … end-1 alone were written, and they alone within their width.
  bool only_written(int64_t begin, int64_t end) const {
    bool right = memory_.canaries_live();
    for (int64_t row = 0; row < count_; ++row)
      for (int64_t c = 0; c < stride_; ++c)
        right = right && std::isnan(rows_[row][c]) == (row < begin || row >= end || c >= width_);
    return right;
  }

 private:
  int64_t count_, width_, stride_;
  GuardedBuffer<T> memory_;
  TokenRows<T> rows_;
};

/// The memory of one call.
template <typename T>
struct Memory {
  Memory(const Shape& shape, std::mt19937* random)
      : stream(shape.length, shape.width, 3, random),
        history(shape.window - 1, shape.width, 2, random),
        weights(shape.window, shape.width, 1, random),
        bias(1, shape.width, 0, random),
        gradient(shape.length, shape.width, 0, random) {
    input.stream = stream.read();
    if (shape.history) input.history = history.read();
    input.weights = weights.read();
    input.bias = bias.read().first;
    input.activation = PointwiseActivation::kSilu;
    input.window = shape.window;
    input.length = shape.length;
    input.width = shape.width;
  }

  double token(int64_t t, int64_t c) const {
    if (t >= 0) return stream.at(t, c);
    return input.history.first == nullptr ? 0.0 : history.at(input.window - 1 + t, c);
  }
  double sum(int64_t t, int64_t c) const {
    double result = bias.at(0, c);
    for (int64_t j = 0; j < input.window; ++j) result += weights.at(j, c) * token(t - j, c);
    return result;
  }
  /// Gradient of the sum at a token, 0 outside the stream.
  double slope(int64_t t, int64_t c) const {
    if (t < 0 || t >= input.length) return 0.0;
    const double z = sum(t, c);
    const double share = 1 / (1 + std::exp(-z));
    return gradient.at(t, c) * share * (1 + z * (1 - share));
  }
  double token_gradient(int64_t t, int64_t c) const {
    double result = 0.0;
    for (int64_t j = 0; j < input.window; ++j) result += weights.at(j, c) * slope(t + j, c);
    return result;
  }

  Rows<T> stream, history, weights, bias, gradient;
  CausalConvolutionInput<T> input;
};

template <typename T>
void expect_near(double actual, double expected, const char* name) {
  const double tolerance = sizeof(T) == 4 ? 1e-4 : 1e-13;
  EXPECT_LE(std::abs(actual - expected), tolerance * (1 + std::abs(expected))) << name;
}

template <typename T>
void check_forward(const Shape& shape, const Memory<T>& memory) {
  const Rows<T> output(shape.length, shape.width, 2);
  causal_convolution_forward(memory.input, shape.begin, shape.end, output.rows());
  EXPECT_TRUE(output.only_written(shape.begin, shape.end));
  for (int64_t t = shape.begin; t < shape.end; ++t) {
    for (int64_t c = 0; c < shape.width; ++c) {
      const double z = memory.sum(t, c);
      expect_near<T>(output.at(t, c), z / (1 + std::exp(-z)), "output");
    }
  }
}

template <typename T>
void check_backward(const Shape& shape, const Memory<T>& memory) {
  const Rows<T> of_stream(shape.length, shape.width, 2);
  const Rows<T> of_history(shape.window - 1, shape.width, 1);
  const Rows<T> of_weights(shape.window + 1, shape.width, 3);
  GuardedBuffer<T> workspace(causal_convolution_workspace(shape.window, shape.width), 1);
  CausalConvolutionBackward<T> call;
  call.input = memory.input;
  call.begin = shape.begin;
  call.end = shape.end;
  call.gradient = memory.gradient.read();
  call.stream_gradient = of_stream.rows();
  call.history_gradient = of_history.rows();
  call.weight_gradient = of_weights.rows();
  call.workspace = workspace.data();
  causal_convolution_backward(call);
  EXPECT_TRUE(workspace.canaries_live());
  EXPECT_TRUE(of_stream.only_written(shape.begin, shape.end));
  EXPECT_TRUE(of_history.only_written(0, shape.begin == 0 ? shape.window - 1 : 0));
  EXPECT_TRUE(of_weights.only_written(0, shape.window + 1));
  for (int64_t c = 0; c < shape.width; ++c) {
    for (int64_t t = shape.begin; t < shape.end; ++t)
      expect_near<T>(of_stream.at(t, c), memory.token_gradient(t, c), "stream");
    for (int64_t row = 0; shape.begin == 0 && row < shape.window - 1; ++row)
      expect_near<T>(of_history.at(row, c), memory.token_gradient(row - shape.window + 1, c),
                     "history");
    for (int64_t j = 0; j <= shape.window; ++j) {
      double expected = 0.0;
      for (int64_t t = shape.begin; t < shape.end; ++t)
        expected += memory.slope(t, c) * (j < shape.window ? memory.token(t - j, c) : 1.0);
      expect_near<T>(of_weights.at(j, c), expected, "weights");
    }
  }
}

template <typename T>
void check_every_shape() {
  std::mt19937 random(5);
  for (const Shape& shape : shapes()) {
    SCOPED_TRACE("width " + std::to_string(shape.width) + ", window " +
                 std::to_string(shape.window) + ", length " + std::to_string(shape.length) +
                 (shape.history ? ", history" : ""));
    const Memory<T> memory(shape, &random);
    check_forward(shape, memory);
    check_backward(shape, memory);
  }
}

class CausalConvolutionCpuKernel : public ::testing::TestWithParam<int64_t> {};

TEST_P(CausalConvolutionCpuKernel, EqualsTheEquationAndStaysInItsRowsInFloat32) {
  const InstructionSetGuard guard(GetParam());
  check_every_shape<float>();
}

TEST_P(CausalConvolutionCpuKernel, EqualsTheEquationAndStaysInItsRowsInFloat64) {
  const InstructionSetGuard guard(GetParam());
  check_every_shape<double>();
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, CausalConvolutionCpuKernel,
                         ::testing::ValuesIn(runnable_instruction_sets()),
                         [](const auto& target) { return instruction_set_name(target.param); });

}  // namespace
}  // namespace gril::testing
