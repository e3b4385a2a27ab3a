// The stacks of docs/rival_networks.md, as they stand there.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/models/sequence_model.h"
#include "tests/support/documented_model.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

SequenceModel model_of_page(const std::string& name) {
  SequenceModel model = testing::documented_model("docs/rival_networks.md", name);
  model.to(at::kDouble);
  model.initialize(3);
  return model;
}

TEST(RivalNetworks, ObeyTheLawsOfTheirLayers) {
  for (const char* name : {"S5", "Mamba", "Linear transformer", "Softmax transformer"}) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, name);
    const SequenceModel model = model_of_page(name);
    EXPECT_EQ(model.input_size(), 4);
    EXPECT_EQ(model.output_size(), 2);
    testing::expect_pieces_equal_whole(model, {1, 4, 2, 3});
    testing::expect_steps_equal_whole(model, 9);
    testing::expect_recurrence_parameters_exist(model);
  }
}

/// Spec section 6 as loops: outputs (T) for tokens (T) of one sequence.
at::Tensor first_version(const SequenceModel& model, const at::Tensor& tokens) {
  const auto p = model.named_parameters();
  const auto of = [&](const char* name) { return p[name].detach(); };
  const auto embedded = [&](int64_t t) {
    if (t < 0) return at::zeros({10}, at::kDouble);
    return of("layers.0.map").select(1, 0) * tokens[t] + of("layers.0.bias");
  };
  const at::Tensor decay = of("layers.1.log_decay_rate").exp().neg().exp()[0];
  at::Tensor state = at::zeros({10, 10}, at::kDouble);
  at::Tensor held;
  std::vector<at::Tensor> outputs;
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    if (t % 2 == 0) {
      state = decay * state;
      at::Tensor query = at::zeros({10}, at::kDouble);
      for (int64_t i = 0; i < 3; ++i) {
        query = query + of("layers.1.query_offsets")[i] * embedded(t - i);
        for (int64_t j = 0; j < 3; ++j) {
          state = state +
                  of("layers.1.offset_weights")[i][j] * at::outer(embedded(t - i), embedded(t - j));
        }
      }
      held = at::mv(of("layers.1.readout"), at::mv(state, query));
    }
    const at::Tensor gate =
        at::sigmoid(at::mv(of("layers.2.gate_map"), at::gelu(held)) + of("layers.2.gate_bias"));
    outputs.push_back(at::mv(of("layers.3.map"), held * gate) + of("layers.3.bias"));
  }
  return at::stack(outputs);
}

TEST(RivalNetworks, TheFirstVersionEqualsItsEquations) {
  const at::NoGradGuard no_grad;
  const SequenceModel model = model_of_page("First version, non-linear");
  auto p = model.named_parameters();
  for (const char* bias : {"layers.0.bias", "layers.2.gate_bias", "layers.3.bias"}) {
    p[bias].copy_(testing::random_normal(p[bias].sizes().vec(), 4));
  }
  const at::Tensor input = testing::random_normal({2, 9, 1}, 1);
  const at::Tensor output = model.forward(input, {}).output;
  for (int64_t b = 0; b < 2; ++b) {
    const at::Tensor expected = first_version(model, input[b].select(1, 0));
    EXPECT_TRUE(testing::agrees("output", output[b], expected, 1e-12));
  }
}

}  // namespace
}  // namespace gril
