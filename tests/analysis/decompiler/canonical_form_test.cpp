#include "gril/analysis/decompiler/canonical_form.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

torch::Tensor all_neurons(const StateForms& forms) { return at::arange(forms.neurons, at::kLong); }

/// What the form computes, from its own fields alone.
torch::Tensor outputs_of_form(const CanonicalForm& form, const torch::Tensor& tokens) {
  const StateForms forms{.input_gate = form.input_gate,
                         .input_map = form.input_map,
                         .output_forms = form.output_forms,
                         .eigenvalues = form.eigenvalues,
                         .neurons = static_cast<int64_t>(form.neurons.size())};
  return outputs_of(forms, states_of(forms, tokens));
}

TEST(CanonicalForm, IsTheSameFunction) {
  const torch::Tensor tokens = random_numbers({2, 7, 3}, 1);
  for (const bool side_gate : {false, true}) {
    const GatedRnnWeights network = random_network({.side_gate = side_gate}, 3);
    const StateForms forms = state_forms(network);
    const CanonicalForm form = canonical_form(forms, all_neurons(forms));
    EXPECT_TRUE(testing::agrees("outputs", outputs_of_form(form, tokens),
                                layer_outputs(network, tokens), 1e-12));
  }
}

TEST(CanonicalForm, SortsAndScalesNeurons) {
  const StateForms forms = state_forms(random_network({}, 3));
  const CanonicalForm form = canonical_form(forms, at::tensor({6, 1, 4}, at::kLong));
  EXPECT_EQ(form.neurons.size(), 3U);
  for (int64_t i = 0; i < 3; ++i) {
    if (i > 0) {
      EXPECT_LE(form.eigenvalues[i].item<double>(), form.eigenvalues[i - 1].item<double>());
    }
    EXPECT_EQ(form.eigenvalues[i].item<double>(),
              forms.eigenvalues[form.neurons[static_cast<std::size_t>(i)]].item<double>());
    EXPECT_NEAR(form.input_gate[i].norm().item<double>(), form.input_map[i].norm().item<double>(),
                1e-13);
    const torch::Tensor product = at::outer(form.input_gate[i], form.input_map[i]);
    EXPECT_NEAR((0.5 * (product + product.t())).norm().item<double>(), 1.0, 1e-13);
    EXPECT_GT(form.input_gate[i].max().item<double>(), -form.input_gate[i].min().item<double>());
  }
}

TEST(CanonicalForm, WritesAttentionWithOneProductPerQuery) {
  const GatedRnnWeights network =
      in_other_coordinates(attention_network(random_heads(1, 3, 0, 5)), 3);
  const StateForms forms = state_forms(network);
  const CanonicalForm form = canonical_form(forms, all_neurons(forms));
  ASSERT_EQ(form.products.size(), 3U);
  for (std::size_t k = 0; k < 3; ++k) {
    const CanonicalForm::Products& products = form.products[k];
    EXPECT_LE(products.singular_values.size(0), 3);
    const torch::Tensor rebuilt =
        at::matmul(products.memory.t(), products.singular_values.unsqueeze(1) * products.query);
    const torch::Tensor block =
        form.output_forms[static_cast<int64_t>(k)]
            .narrow(0, 0, form.memory)
            .narrow(1, form.memory, form.output_forms.size(1) - form.memory);
    EXPECT_TRUE(testing::agrees("block", rebuilt, block, 1e-8));
  }
}

TEST(CanonicalForm, HasNoProductsWithoutMemory) {
  GatedRnnWeights network = random_network({}, 3);
  network.eigenvalues.zero_();
  const StateForms forms = state_forms(network);
  const CanonicalForm form = canonical_form(forms, all_neurons(forms));
  EXPECT_EQ(form.memory, 0);
  EXPECT_EQ(form.products[0].singular_values.size(0), 0);
}

}  // namespace
}  // namespace gril
