#include "gril/constructions/tensor_memory.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

at::Tensor normal_numbers(const std::vector<int64_t>& shape, uint64_t seed) {
  return at::empty(shape, at::kDouble)
      .normal_(0.0, 1.0, at::make_generator<at::CPUGeneratorImpl>(seed));
}

at::Tensor symmetric_tensor(int64_t outputs, int64_t width, uint64_t seed) {
  const at::Tensor raw = normal_numbers({outputs, width, width, width}, seed);
  return 0.5 * (raw + raw.transpose(1, 2));
}

at::Tensor orthonormal_rows(int64_t rows, int64_t width, uint64_t seed) {
  return std::get<0>(at::linalg_qr(normal_numbers({width, rows}, seed))).t();
}

/// Σ_s Σ_abc T[k,a,b,c] x_s[a] x_s[b] x_t[c] at the last token, as loops over tokens.
at::Tensor last_output(const at::Tensor& tensor, const at::Tensor& tokens) {
  const at::Tensor query = tokens[tokens.size(0) - 1];
  at::Tensor output = at::zeros({tensor.size(0)}, at::kDouble);
  for (int64_t s = 0; s < tokens.size(0); ++s) {
    output += at::einsum("kabc,a,b,c->k", {tensor, tokens[s], tokens[s], query});
  }
  return output;
}

void expect_function(const MemoryQueryForm& form, const at::Tensor& tensor) {
  const at::NoGradGuard no_gradients;
  const at::Tensor tokens = normal_numbers({1, 7, tensor.size(1)}, 4);
  const auto model = exact_model({linear_attention_as_gated_rnn(form)}, at::kDouble);
  EXPECT_TRUE(testing::agrees("output", model->forward(tokens, {}).output[0][6],
                              last_output(tensor, tokens[0]), 1e-12));
}

TEST(TensorMemory, HoldsAnyTensorInTheUnitBases) {
  const at::Tensor tensor = symmetric_tensor(3, 4, 1);
  const at::Tensor identity = at::eye(4, at::kDouble);
  const MemoryQueryForm form = tensor_memory(tensor, identity, identity);
  EXPECT_EQ(form.memory_neurons(), 10);
  EXPECT_EQ(form.query_neurons(), 4);
  expect_function(form, tensor);
}

TEST(TensorMemory, ProjectsOnSmallerBases) {
  const at::Tensor tensor = symmetric_tensor(3, 4, 1);
  const at::Tensor memory = orthonormal_rows(2, 4, 2);
  const at::Tensor query = orthonormal_rows(3, 4, 3);
  const MemoryQueryForm form = tensor_memory(tensor, memory, query);
  EXPECT_EQ(form.memory_neurons(), 3);
  EXPECT_EQ(form.query_neurons(), 3);
  const at::Tensor onto = at::mm(memory.t(), memory);
  expect_function(
      form, at::einsum("kijl,ia,jb,lc->kabc", {tensor, onto, onto, at::mm(query.t(), query)}));
}

}  // namespace
}  // namespace gril
