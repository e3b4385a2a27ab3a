// The stacks of docs/gated_rnn_variants.md, as they stand there.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gril/layers/gated_linear_rnn.h"
#include "gril/models/sequence_model.h"
#include "tests/support/documented_model.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kWidth = 4;
constexpr int64_t kNeurons = 64;

SequenceModel model_of_page(const std::string& name) {
  return testing::documented_model("docs/gated_rnn_variants.md", name);
}

std::vector<std::string> kinds(const SequenceModel& model) {
  std::vector<std::string> names;
  for (const auto& layer : model.config()["layers"]) names.push_back(layer["kind"]);
  return names;
}

TEST(GatedRnnVariants, AreTheStacksOfTheTable) {
  using Kinds = std::vector<std::string>;
  EXPECT_EQ(kinds(model_of_page("Out")),
            (Kinds{"linear_recurrent_unit", "gated_linear_unit", "linear"}));
  EXPECT_EQ(kinds(model_of_page("In")), (Kinds{"gated_linear_unit", "linear_recurrent_unit"}));
  EXPECT_EQ(kinds(model_of_page("In+Out")),
            (Kinds{"gated_linear_unit", "linear_recurrent_unit", "gated_linear_unit", "linear"}));
  EXPECT_EQ(kinds(model_of_page("In+MLP")),
            (Kinds{"gated_linear_unit", "linear_recurrent_unit", "multilayer_perceptron"}));
  EXPECT_EQ(kinds(model_of_page("Out+MLP")),
            (Kinds{"linear_recurrent_unit", "gated_linear_unit", "multilayer_perceptron"}));
  EXPECT_EQ(kinds(model_of_page("Nonlinear cells")), (Kinds{"lstm", "linear"}));
  for (const char* name : {"Out", "In", "In+Out", "In+MLP", "Out+MLP", "Nonlinear cells"}) {
    const SequenceModel model = model_of_page(name);
    EXPECT_EQ(model.input_size(), kWidth) << name;
    EXPECT_EQ(model.output_size(), kWidth) << name;
  }
}

/// Neurons with eigenvalue 1 and with eigenvalue 0, in turn.
GatedLinearRnn memory_and_forget_neurons() {
  GatedLinearRnn rnn(
      {.input_size = kWidth, .output_size = kWidth, .state_size = kNeurons, .gate_size = kNeurons});
  rnn.to(at::kDouble);
  rnn.initialize(3);
  const at::NoGradGuard no_grad;
  rnn.named_parameters()["eigenvalues"].copy_(at::arange(kNeurons).remainder(2));
  return rnn;
}

/// The weights of the gated RNN written into In+Out, with eigenvalues 1 - delta and delta.
void write(const GatedLinearRnn& rnn, double delta, const SequenceModel& model) {
  const at::NoGradGuard no_grad;
  const auto from = rnn.named_parameters();
  auto to = model.named_parameters();
  to["layers.0.gate_map"].copy_(from["input_gate"].narrow(1, 0, kWidth));
  to["layers.0.gate_bias"].copy_(from["input_gate"].select(1, kWidth));
  to["layers.0.linear_map"].copy_(from["input_map"].narrow(1, 0, kWidth));
  to["layers.0.linear_bias"].copy_(from["input_map"].select(1, kWidth));
  const at::Tensor inside = from["eigenvalues"].clamp(delta, 1.0 - delta);
  to["layers.1.log_decay_rate"].copy_(inside.log().neg().log());
  to["layers.1.log_phase"].fill_(-60.0);
  to["layers.1.log_input_scale"].zero_();
  to["layers.1.input_map_real"].copy_(at::eye(kNeurons));
  to["layers.1.input_map_imaginary"].zero_();
  to["layers.1.readout_real"].copy_(at::eye(kNeurons));
  to["layers.1.readout_imaginary"].zero_();
  to["layers.2.gate_map"].copy_(from["output_gate"]);
  to["layers.2.linear_map"].copy_(from["output_map"]);
  to["layers.3.map"].copy_(from["readout"]);
}

TEST(GatedRnnVariants, InAndOutContainTheGatedRnnInALimit) {
  const GatedLinearRnn rnn = memory_and_forget_neurons();
  SequenceModel model = model_of_page("In+Out");
  model.to(at::kDouble);
  const at::Tensor input = testing::random_normal({8, 20, kWidth}, 5);
  const at::Tensor expected = rnn.forward(input, {}).output;
  std::vector<double> errors;
  for (const double delta : {1e-4, 1e-5}) {
    write(rnn, delta, model);
    errors.push_back(testing::relative_rms(model.forward(input, {}).output, expected));
  }
  EXPECT_LE(errors[0], 3e-3);
  EXPECT_NEAR(std::log10(errors[0] / errors[1]), 1.0, 0.25) << "the order in delta";
}

/// Without a gate at the input the state is linear in the tokens and a product of two states is
/// even: linear attention, which is odd, is orthogonal to it. gated_rnn_attention.md, claim 14.
TEST(GatedRnnVariants, OutAnswersNegatedTokensAlikeAndSoCannotBeAttention) {
  const at::NoGradGuard no_grad;
  const at::Tensor input = testing::random_normal({2, 9, kWidth}, 5);
  SequenceModel out = model_of_page("Out");
  SequenceModel both = model_of_page("In+Out");
  for (SequenceModel* model : {&out, &both}) {
    model->to(at::kDouble);
    model->initialize(3);
  }
  both.named_parameters()["layers.0.gate_bias"].fill_(1.0);
  EXPECT_TRUE(
      testing::agrees("Out", out.forward(-input, {}).output, out.forward(input, {}).output, 1e-12));
  EXPECT_FALSE(testing::agrees("In+Out", both.forward(-input, {}).output,
                               both.forward(input, {}).output, 1e-3));
}

}  // namespace
}  // namespace gril
