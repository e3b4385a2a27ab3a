// What can be done to the weights of a gated linear RNN without changing its function.
// Source: gated_rnn_attention.md 2.8.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kWidth = 3;
constexpr int64_t kMemory = kWidth * kWidth;
constexpr int64_t kNeurons = kMemory + kWidth;

class GatedRnnInvariance : public ::testing::Test {
 protected:
  GatedRnnInvariance()
      : file_(
            linear_attention_model({random_linear_attention({.width = kWidth}, 4)}, at::kDouble)) {
    at::manual_seed(1);
    input_ = at::randn({2, 30, kWidth}, at::kDouble);
    before_ = file_.model->forward(input_, {}).output;
  }

  at::Tensor& weight(const std::string& name) {
    return parameters_.emplace(name, file_.model->named_parameters()["layers.0." + name])
        .first->second;
  }

  void set(const std::string& name, const at::Tensor& value) { weight(name).copy_(value); }

  /// Positive numbers of different sizes.
  static at::Tensor scales(int64_t count) { return at::randn({count, 1}, at::kDouble).exp(); }

  void expect_the_same_function() {
    EXPECT_TRUE(testing::agrees("output", file_.model->forward(input_, {}).output, before_, 1e-12));
  }

  ModelFile file_;
  at::Tensor input_, before_;
  std::map<std::string, at::Tensor> parameters_;
  c10::AutoGradMode no_grad_{false};
};

TEST_F(GatedRnnInvariance, TheFactorsOfAGateChangePlaces) {
  for (const auto& [first, second] :
       {std::pair{"input_gate", "input_map"}, std::pair{"output_gate", "output_map"}}) {
    const at::Tensor kept = weight(first).clone();
    set(first, weight(second));
    set(second, kept);
    expect_the_same_function();
  }
}

TEST_F(GatedRnnInvariance, TheFactorsOfAGateShareAScale) {
  for (const auto& [first, second] :
       {std::pair{"input_gate", "input_map"}, std::pair{"output_gate", "output_map"}}) {
    const at::Tensor scale = scales(weight(first).size(0));
    set(first, weight(first) * scale);
    set(second, weight(second) / scale);
    expect_the_same_function();
  }
}

TEST_F(GatedRnnInvariance, NeuronsChangePlaces) {
  const at::Tensor order = at::randperm(kNeurons);
  for (const char* name : {"input_gate", "input_map", "eigenvalues"}) {
    set(name, weight(name).index_select(0, order));
  }
  for (const char* name : {"output_gate", "output_map"}) {
    set(name, weight(name).index_select(1, order));
  }
  expect_the_same_function();
}

TEST_F(GatedRnnInvariance, GatesChangePlaces) {
  const at::Tensor order = at::randperm(kMemory);
  for (const char* name : {"output_gate", "output_map"}) {
    set(name, weight(name).index_select(0, order));
  }
  set("readout", weight("readout").index_select(1, order));
  expect_the_same_function();
}

TEST_F(GatedRnnInvariance, ANeuronAndItsReadersShareAScale) {
  const at::Tensor scale = scales(kNeurons);
  set("input_gate", weight("input_gate") * scale);
  set("output_gate", weight("output_gate") / scale.t());
  set("output_map", weight("output_map") / scale.t());
  expect_the_same_function();
}

TEST_F(GatedRnnInvariance, QueriesAreMixedByAnInvertibleMatrix) {
  const at::Tensor mixing = at::randn({kWidth, kWidth}, at::kDouble) + 3.0 * at::eye(kWidth);
  at::Tensor queries = weight("input_map").narrow(0, kMemory, kWidth);
  queries.copy_(at::mm(mixing, queries.clone()));
  at::Tensor readers = weight("output_map").narrow(1, kMemory, kWidth);
  readers.copy_(at::mm(readers.clone(), at::linalg_inv(mixing)));
  expect_the_same_function();
}

TEST_F(GatedRnnInvariance, AScaledWeightAloneIsAnotherFunction) {
  set("input_gate", weight("input_gate") * scales(kNeurons));
  EXPECT_FALSE(testing::agrees("output", file_.model->forward(input_, {}).output, before_, 1e-3));
}

}  // namespace
}  // namespace gril
