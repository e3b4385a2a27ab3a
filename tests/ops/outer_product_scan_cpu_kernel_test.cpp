#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "tests/ops/outer_product_scan_kernel_call.h"
#include "tests/support/instruction_set_guard.h"

namespace gril::testing {
namespace {

std::vector<KernelShape> shapes() {
  std::vector<KernelShape> all;
  for (const int64_t length : {1, 33, 65}) {
    for (const auto& [values, keys] : {std::pair<int64_t, int64_t>{1, 1}, {7, 33}, {65, 10}}) {
      for (const int form : {0, 1, 2}) {
        for (const int direction : {0, 1, 2, 3}) {
          const bool strict = direction % 2 == 1;
          all.push_back({length, values, keys, form == 0, form == 1, strict, direction > 1});
        }
      }
    }
  }
  return all;
}

/// Compares results with the equations, computed in float64 with every state kept.
template <typename T>
class Expectation {
 public:
  Expectation(const KernelShape& shape, KernelMemory<T>* memory)
      : shape_(shape),
        memory_(memory),
        head_(head_of(shape, memory)),
        state_size_(shape.value_size * shape.key_size),
        decay_sum_(shape.elementwise ? static_cast<size_t>(state_size_) : 1) {}

  void check() {
    for (int64_t entry = 0; entry < kBatch; ++entry) check_entry(entry);
    if (!shape_.per_step) {
      for (size_t i = 0; i < decay_sum_.size(); ++i) {
        expect_near(decay_sum_[i], memory_->decay_gradient.data()[i], "decay gradient");
      }
    }
  }

 private:
  using State = std::vector<double>;

  int64_t time_of(int64_t step) const { return shape_.reverse ? shape_.length - 1 - step : step; }
  double decay_at(int64_t entry, int64_t time, int64_t element) const {
    if (shape_.elementwise) return head_.decay[element];
    return head_.decay[entry * head_.decay_entry + time * head_.decay_step];
  }
  int64_t value_row(int64_t entry, int64_t time) const {
    return entry * head_.value_entry + time * head_.value_step;
  }
  int64_t key_row(int64_t entry, int64_t time) const {
    return entry * head_.key_entry + time * head_.key_step;
  }
  /// Position of row v, column k of a state.
  int64_t element(int64_t v, int64_t k) const { return v * shape_.key_size + k; }

  void expect_near(double expected, double actual, const char* name) const {
    const double scale = std::sqrt(static_cast<double>(shape_.length * state_size_));
    const double epsilon = std::numeric_limits<T>::epsilon();
    ASSERT_NEAR(expected, actual, 32 * epsilon * scale) << name << ", " << text_of(shape_);
  }

  std::vector<State> forward_states(int64_t entry) const {
    std::vector<State> states(static_cast<size_t>(shape_.length + 1));
    const T* initial = head_.initial_state + entry * head_.state_entry;
    states[0].assign(initial, initial + state_size_);
    for (int64_t step = 0; step < shape_.length; ++step) {
      const int64_t time = time_of(step);
      State next = states[static_cast<size_t>(step)];
      for (int64_t v = 0; v < shape_.value_size; ++v) {
        for (int64_t k = 0; k < shape_.key_size; ++k) {
          double& number = next[static_cast<size_t>(element(v, k))];
          number = decay_at(entry, time, element(v, k)) * number +
                   static_cast<double>(head_.values[value_row(entry, time) + v]) *
                       head_.keys[key_row(entry, time) + k];
        }
      }
      states[static_cast<size_t>(step + 1)] = next;
    }
    return states;
  }

  void check_entry(int64_t entry) {
    const std::vector<State> states = forward_states(entry);
    const int64_t offset = (entry * kHeads + kHead) * state_size_;
    State adjoint(static_cast<size_t>(state_size_));
    for (int64_t i = 0; i < state_size_; ++i) {
      expect_near(states.back()[static_cast<size_t>(i)], memory_->final_state.data()[offset + i],
                  "final state");
      adjoint[static_cast<size_t>(i)] = memory_->final_gradient.data()[offset + i];
    }
    for (int64_t step = shape_.length - 1; step >= 0; --step) {
      check_step(entry, step, states, &adjoint);
    }
    for (int64_t i = 0; i < state_size_; ++i) {
      expect_near(adjoint[static_cast<size_t>(i)], memory_->initial_gradient.data()[offset + i],
                  "initial state gradient");
    }
  }

  /// Adds dy qᵀ to the gradient of the state.
  void add_read(int64_t entry, int64_t time, State* adjoint) const {
    const T* gradient = memory_->outputs_gradient.data() + kHead * shape_.value_size;
    for (int64_t v = 0; v < shape_.value_size; ++v) {
      for (int64_t k = 0; k < shape_.key_size; ++k) {
        (*adjoint)[static_cast<size_t>(element(v, k))] +=
            static_cast<double>(gradient[value_row(entry, time) + v]) *
            head_.queries[key_row(entry, time) + k];
      }
    }
  }

  void check_step(int64_t entry, int64_t step, const std::vector<State>& states, State* adjoint) {
    const int64_t time = time_of(step);
    const State& before = states[static_cast<size_t>(step)];
    const State& read = shape_.strict ? before : states[static_cast<size_t>(step + 1)];
    if (!shape_.strict) add_read(entry, time, adjoint);
    check_rows(entry, time, read, *adjoint);
    double decay_gradient = 0.0;
    for (int64_t i = 0; i < state_size_; ++i) {
      double& number = (*adjoint)[static_cast<size_t>(i)];
      const double product = number * before[static_cast<size_t>(i)];
      decay_gradient += product;
      decay_sum_[shape_.elementwise ? static_cast<size_t>(i) : 0] += product;
      number *= decay_at(entry, time, i);
    }
    if (shape_.per_step) {
      const int64_t position = entry * head_.decay_entry + time * head_.decay_step + kHead;
      expect_near(decay_gradient, memory_->decay_gradient.data()[position], "decay gradient");
    }
    if (shape_.strict) add_read(entry, time, adjoint);
  }

  /// y = S q, dv = G k, dk = Gᵀ v, dq = Sᵀ dy.
  void check_rows(int64_t entry, int64_t time, const State& read, const State& adjoint) {
    const int64_t values = value_row(entry, time) + kHead * shape_.value_size;
    const int64_t keys = key_row(entry, time) + kHead * shape_.key_size;
    for (int64_t v = 0; v < shape_.value_size; ++v) {
      double output = 0.0;
      double value_gradient = 0.0;
      for (int64_t k = 0; k < shape_.key_size; ++k) {
        output += read[static_cast<size_t>(element(v, k))] * memory_->queries.data()[keys + k];
        value_gradient +=
            adjoint[static_cast<size_t>(element(v, k))] * memory_->keys.data()[keys + k];
      }
      expect_near(output, memory_->outputs.data()[values + v], "outputs");
      expect_near(value_gradient, memory_->values_gradient.data()[values + v], "values gradient");
    }
    for (int64_t k = 0; k < shape_.key_size; ++k) {
      double query_gradient = 0.0;
      double key_gradient = 0.0;
      for (int64_t v = 0; v < shape_.value_size; ++v) {
        query_gradient +=
            read[static_cast<size_t>(element(v, k))] * memory_->outputs_gradient.data()[values + v];
        key_gradient +=
            adjoint[static_cast<size_t>(element(v, k))] * memory_->values.data()[values + v];
      }
      expect_near(query_gradient, memory_->queries_gradient.data()[keys + k], "queries gradient");
      expect_near(key_gradient, memory_->keys_gradient.data()[keys + k], "keys gradient");
    }
  }

  KernelShape shape_;
  KernelMemory<T>* memory_;
  OuterProductScanHead<T> head_;
  int64_t state_size_;
  State decay_sum_;
};

template <typename T>
void expect_kernels_follow_the_equations() {
  for (const int64_t target : runnable_instruction_sets()) {
    SCOPED_TRACE(instruction_set_name(target));
    const InstructionSetGuard guard(target);
    std::mt19937 random(7);
    for (const KernelShape& shape : shapes()) {
      KernelMemory<T> memory(shape, &random);
      run_kernels(shape, &memory);
      Expectation<T>(shape, &memory).check();
      ASSERT_TRUE(memory.canaries_live()) << text_of(shape);
      ASSERT_TRUE(std::isnan(memory.outputs.data()[0])) << "the other head was written";
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(OuterProductScanCpuKernel, EveryInstructionSetFollowsTheEquationsInFloat32) {
  expect_kernels_follow_the_equations<float>();
}

TEST(OuterProductScanCpuKernel, EveryInstructionSetFollowsTheEquationsInFloat64) {
  expect_kernels_follow_the_equations<double>();
}

}  // namespace
}  // namespace gril::testing
