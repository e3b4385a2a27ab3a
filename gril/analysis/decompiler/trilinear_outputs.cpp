#include "gril/analysis/decompiler/trilinear_outputs.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace gril {

torch::Tensor triple_products(const SampleSequences& sequences, double memory_eigenvalue,
                              int64_t most_numbers) {
  const int64_t d = sequences.tokens.size(2);
  const int64_t per_sequence = sequences.tokens.size(1) * d * d * d;
  const SampleSequences some =
      first_sequences(sequences, std::max<int64_t>(1, most_numbers / per_sequence));
  const torch::Tensor pairs = (some.tokens.unsqueeze(3) * some.tokens.unsqueeze(2)).flatten(2);
  std::vector<torch::Tensor> memory{pairs.select(1, 0)};
  for (int64_t t = 1; t < pairs.size(1); ++t) {
    memory.push_back(memory_eigenvalue * memory.back() + pairs.select(1, t));
  }
  const torch::Tensor remembered = counted(some, at::stack(memory, 1));
  const torch::Tensor current = counted(some, some.tokens);
  return (remembered.unsqueeze(2) * current.unsqueeze(1)).flatten(1);
}

torch::Tensor trilinear_outputs(const torch::Tensor& tensor, const torch::Tensor& products) {
  return at::matmul(products, tensor.flatten(1).t());
}

}  // namespace gril
