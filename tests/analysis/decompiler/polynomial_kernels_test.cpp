#include "gril/analysis/decompiler/polynomial_kernels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// ⟨KK, S ⊗ S⟩ + ⟨KQ, S ⊗ P⟩ + ⟨QQ, P ⊗ P⟩ at every token of one sequence (T, d).
torch::Tensor kernel_outputs(const PolynomialKernels& kernels, const torch::Tensor& tokens,
                             double decay) {
  const torch::Tensor augmented = augmented_tokens(tokens);
  torch::Tensor kept = at::zeros_like(at::outer(augmented[0], augmented[0]));
  std::vector<torch::Tensor> outputs;
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    const torch::Tensor current = at::outer(augmented[t], augmented[t]);
    kept = decay * kept + current;
    const auto pairing = [](const torch::Tensor& kernel, const torch::Tensor& left,
                            const torch::Tensor& right) {
      return at::einsum("kabce,ab,ce->k", {kernel, left, right});
    };
    outputs.push_back(pairing(kernels.memory_memory, kept, kept) +
                      pairing(kernels.memory_query, kept, current) +
                      pairing(kernels.query_query, current, current));
  }
  return at::stack(outputs);
}

TEST(PolynomialKernels, AreThePolynomialOfTheNetwork) {
  const torch::Tensor tokens = random_numbers({1, 8, 3}, 2);
  for (const bool side_gate : {false, true}) {
    GatedRnnWeights weights =
        random_network({.side_gate = side_gate, .polarised = true}, side_gate ? 8 : 7);
    const PolynomialKernels kernels = polynomial_kernels(state_forms(weights));
    EXPECT_TRUE(testing::agrees("λ in {0, 1}", kernel_outputs(kernels, tokens[0], 1.0),
                                layer_outputs(weights, tokens)[0], 1e-12));
    weights.eigenvalues = 0.8 * weights.eigenvalues;
    EXPECT_TRUE(testing::agrees("λ in {0, 0.8}", kernel_outputs(kernels, tokens[0], 0.8),
                                layer_outputs(weights, tokens)[0], 1e-12));
  }
}

TEST(PolynomialKernels, DescribeThePolarisedNetworkWhateverTheEigenvalues) {
  const torch::Tensor tokens = random_numbers({1, 8, 3}, 2);
  const StateForms forms = state_forms(random_network({}, 7));
  EXPECT_TRUE(testing::agrees("outputs", kernel_outputs(polynomial_kernels(forms), tokens[0], 0.7),
                              polarised_outputs(forms, 0.7, tokens)[0], 1e-12));
}

TEST(PolynomialKernels, HoldTheTeacherOfALinearAttention) {
  const AttentionHeads heads = random_heads(3, 3, 0, 5);
  const PolynomialKernels kernels =
      polynomial_kernels(state_forms(in_other_coordinates(attention_network(heads), 4)));
  EXPECT_TRUE(testing::agrees("T", trilinear_tensor(kernels), attention_tensor(heads), 1e-11));
  const KernelNorms norms = kernel_norms(kernels);
  EXPECT_NEAR(norms.trilinear, attention_tensor(heads).norm().item<double>(), 1e-11);
  EXPECT_LT(norms.relative_rest(), 1e-11);
}

TEST(PolynomialKernels, OfAnAttentionTensorAreThoseOfItsNetwork) {
  const AttentionHeads heads = random_heads(2, 3, 0, 8);
  const PolynomialKernels network = polynomial_kernels(state_forms(attention_network(heads)));
  const PolynomialKernels tensor = attention_kernels(trilinear_tensor(network));
  EXPECT_TRUE(testing::agrees("KK", tensor.memory_memory, network.memory_memory, 1e-13));
  EXPECT_TRUE(testing::agrees("KQ", tensor.memory_query, network.memory_query, 1e-13));
  EXPECT_TRUE(testing::agrees("QQ", tensor.query_query, network.query_query, 1e-13));
}

TEST(PolynomialKernels, NormsLeaveNothingOut) {
  const PolynomialKernels kernels =
      polynomial_kernels(state_forms(random_network({.polarised = true}, 7)));
  const KernelNorms norms = kernel_norms(kernels);
  // T stands twice in KQ, halved: once as c·1 and once as 1·c.
  const double whole = kernels.memory_query.square().sum().item<double>();
  EXPECT_NEAR(
      norms.other_memory_query * norms.other_memory_query + 0.5 * norms.trilinear * norms.trilinear,
      whole, 1e-12);
  EXPECT_GT(norms.other_memory_query, 0.0);
  EXPECT_EQ(norms.memory_memory, kernels.memory_memory.norm().item<double>());
}

TEST(TrilinearTensor, WeighsEveryNeuronByItsOwnAge) {
  GatedRnnWeights weights = random_network({.polarised = true}, 7);
  const StateForms forms = state_forms(weights);
  EXPECT_TRUE(testing::agrees("age 0", trilinear_tensor(forms, 0),
                              trilinear_tensor(polynomial_kernels(forms)), 1e-13));
  weights.eigenvalues = 0.9 * weights.eigenvalues;
  EXPECT_TRUE(testing::agrees("age 3", trilinear_tensor(state_forms(weights), 3),
                              0.9 * 0.9 * 0.9 * trilinear_tensor(forms, 0), 1e-13));
}

TEST(PolynomialKernels, LeaveOutWhatACountedOutputNeverSees) {
  const StateForms forms = state_forms(random_network({.polarised = true}, 7));
  const torch::Tensor read = at::tensor({1.0, 0.0, 1.0, 1.0}, at::kDouble);
  const PolynomialKernels visible = visible_kernels(polynomial_kernels(forms), read);
  torch::Tensor tokens = random_numbers({1, 6, 3}, 2);
  tokens[0][5][1] = 0.0;
  EXPECT_TRUE(testing::agrees("last output", kernel_outputs(visible, tokens[0], 1.0)[5],
                              polarised_outputs(forms, 1.0, tokens)[0][5], 1e-12));
  EXPECT_EQ(visible.memory_query.select(3, 1).abs().max().item<double>(), 0.0);
  EXPECT_EQ(visible.query_query.select(2, 1).abs().max().item<double>(), 0.0);
}

TEST(PolynomialKernels, RefuseAWidthThatDoesNotFitInMemory) {
  const StateForms forms = state_forms(random_network({.features = 60}, 7));
  EXPECT_EQ(error_text<InvalidArgument>([&] { polynomial_kernels(forms); }),
            "[polynomial_kernels] a kernel of 2 outputs and 61 features (the appended 1 included) "
            "must have at most 20000000 coefficients; got 27691682. Analyze a model of fewer "
            "features.");
}

}  // namespace
}  // namespace gril
