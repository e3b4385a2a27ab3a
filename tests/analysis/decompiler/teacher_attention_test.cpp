#include "gril/analysis/decompiler/teacher_attention.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "gril/constructions/trilinear_tensor.h"
#include "gril/tasks/in_context/teacher_student.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

ModelFile model_of(const Json& layer) {
  auto model = std::make_shared<SequenceModel>(Json{{"layers", Json::array({layer})}}, "test");
  model->to(torch::kFloat64);
  return {model, nullptr, nullptr};
}

LinearAttentionClaim decaying_claim() {
  LinearAttentionClaim claim;
  claim.attention = random_linear_attention({.width = 3, .heads = 2, .decay = 0.9}, 1);
  claim.variant = AttentionVariant::kSymmetric;
  return claim;
}

TEST(MemoryDecay, FitsOneEigenvalue) {
  const torch::Tensor tensor = random_numbers({2, 3, 3, 3}, 1);
  const MemoryDecay exact = memory_decay(tensor, 0.9 * tensor);
  EXPECT_NEAR(exact.eigenvalue, 0.9, 1e-15);
  EXPECT_NEAR(exact.spread, 0.0, 1e-15);
  torch::Tensor uneven = tensor.clone();
  uneven[0].mul_(0.5);
  const double share = (tensor[0].square().sum() / tensor.square().sum()).item<double>();
  const MemoryDecay mixed = memory_decay(tensor, uneven);
  EXPECT_NEAR(mixed.eigenvalue, 1.0 - 0.5 * share, 1e-14);
  EXPECT_NEAR(mixed.spread, 0.5 * std::sqrt(share * (1.0 - share)), 1e-14);
  EXPECT_EQ(memory_decay(0.0 * tensor, 0.0 * tensor).eigenvalue, 1.0);
}

TEST(TeacherAttention, IsTheOneOfTheTask) {
  TeacherStudentOptions options;
  options.width = 3;
  options.heads = 2;
  options.decay = 0.8;
  const TeacherStudent task(options);
  ModelFile file = model_of({{"kind", "linear_attention"}, {"input_size", 3}});
  EXPECT_EQ(own_teacher(file, "m"), std::nullopt);
  file.task = task.config();
  const auto teacher = own_teacher(file, "m");
  ASSERT_TRUE(teacher);
  EXPECT_EQ(teacher->source, "the teacher of its task");
  EXPECT_NEAR(teacher->decay().eigenvalue, 0.8, 1e-12);
  const torch::Tensor tokens = random_numbers({1, 3, 3}, 2);
  torch::Tensor expected = at::zeros({3}, at::kDouble);
  for (int64_t s = 0; s < 3; ++s) {
    expected += at::einsum("kabc,a,b,c->k", {attention_tensor(*teacher->weights, 2 - s),
                                             tokens[0][s], tokens[0][s], tokens[0][2]});
  }
  EXPECT_TRUE(
      testing::agrees("output", expected, teacher_outputs(task.teacher(), tokens)[0][2], 1e-12));
}

TEST(TeacherAttention, IsWhatAConstructionClaims) {
  const LinearAttentionClaim claim = decaying_claim();
  const ModelFile file = linear_attention_model(claim, at::kDouble);
  const auto own = own_teacher(file, "a.safetensors");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->source, "the linear attention that a.safetensors claims");
  EXPECT_TRUE(testing::agrees("T", own->tensor, trilinear_tensor(claim.attention), 1e-13));
  EXPECT_NEAR(own->decay().eigenvalue, 0.9, 1e-12);
}

TEST(TeacherAttention, MayBeALayerOrAnotherNetwork) {
  const ModelFile layer = model_of(
      {{"kind", "linear_attention"}, {"input_size", 3}, {"decay", "fixed"}, {"fixed_decay", 0.5}});
  const TeacherAttention given = given_teacher(layer, "t");
  EXPECT_EQ(given.source, "the linear attention layer t");
  EXPECT_NEAR(given.decay().eigenvalue, 0.5, 1e-12);
  EXPECT_TRUE(given.weights);
  const LinearAttentionClaim claim = decaying_claim();
  ModelFile network = linear_attention_model(claim, at::kDouble);
  network.claim = nullptr;
  const TeacherAttention unnamed = given_teacher(network, "t");
  EXPECT_EQ(unnamed.source, "the gated linear RNN t");
  EXPECT_FALSE(unnamed.weights);
  EXPECT_TRUE(testing::agrees("T", unnamed.tensor, trilinear_tensor(claim.attention), 1e-12));
}

TEST(TeacherAttention, RefusesAModelOfAnotherKind) {
  const ModelFile gril =
      model_of({{"kind", "gril"}, {"input_size", 2}, {"output_size", 2}, {"window", 3}});
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { given_teacher(gril, "g.safetensors"); }),
      "[teacher_attention] g.safetensors: a teacher must be one linear_attention layer, claim "
      "linear attention, or be one gated_linear_rnn; got gril.");
}

TEST(TeacherAttention, SaysWhenANetworkCannotRepresentIt) {
  const ModelFile file = linear_attention_model(decaying_claim(), at::kDouble);
  TeacherAttention teacher = *own_teacher(file, "t");
  EXPECT_EQ(representation_obstacle(teacher, 3, 3, 9, false), std::nullopt);
  EXPECT_EQ(representation_obstacle(teacher, 3, 3, 6, true), std::nullopt);
  EXPECT_EQ(representation_obstacle(teacher, 3, 3, 8, false),
            "it needs 6 memory and 3 query neurons; the model has 8 in all");
  EXPECT_EQ(representation_obstacle(teacher, 4, 3, 99, false),
            "it takes 3 features and gives 3 outputs; the model takes 4 and gives 3");
  teacher.weights->rotation = 0.3;
  EXPECT_EQ(representation_obstacle(teacher, 3, 3, 99, false),
            "it rotates by 0.3 radians per token; the eigenvalues of a gated linear RNN are real");
}

}  // namespace
}  // namespace gril
