#include "gril/analysis/decompiler/attention_weights.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "gril/analysis/decompiler/state_forms.h"
#include "gril/analysis/tensor_json.h"

namespace gril {
namespace {

/// λ of every state element, however the layer stores it.
torch::Tensor decay_of(const LinearAttention& layer) {
  const LinearAttentionOptions& o = layer.options();
  const std::vector<int64_t> shape{o.heads, o.value_size, o.key_size};
  const auto wide = [](const torch::Tensor& tensor) { return tensor.detach().to(torch::kFloat64); };
  if (o.decay == DecayKind::kFixed) {
    return wide(layer.named_buffers()["decay"]).reshape({-1, 1, 1}).expand(shape);
  }
  const torch::Tensor decay = wide(layer.named_parameters()["log_decay_rate"]).exp().neg().exp();
  return decay.dim() == 1 ? decay.reshape({-1, 1, 1}).expand(shape) : decay.reshape(shape);
}

}  // namespace

torch::Tensor attention_tensor(const AttentionHeads& heads) {
  return symmetrised(at::einsum("hka,hbc->kabc", {heads.values, heads.products}), 1, 2);
}

AttentionWeights attention_weights(const LinearAttention& layer) {
  const LinearAttentionOptions& o = layer.options();
  const auto parameters = layer.named_parameters();
  const auto map = [&](const char* name, int64_t size) {
    return parameters[name].detach().to(torch::kFloat64).reshape({o.heads, size, o.input_size});
  };
  const torch::Tensor mixing = o.output_map ? parameters["output_map"].detach().to(torch::kFloat64)
                                            : at::eye(o.output_size, at::kDouble);
  return {.value_map = map("value_map", o.value_size),
          .key_map = map("key_map", o.key_size),
          .query_map = map("query_map", o.key_size),
          .output_map = mixing.reshape({o.output_size, o.heads, o.value_size}),
          .decay = decay_of(layer)};
}

AttentionWeights attention_weights(const LinearAttentionWeights& claimed) {
  std::vector<torch::Tensor> values, keys, queries, outputs;
  for (std::size_t head = 0; head < claimed.heads.size(); ++head) {
    const AttentionMatrices matrices = attention_matrices(claimed, head);
    values.push_back(matrices.value);
    keys.push_back(matrices.key);
    queries.push_back(matrices.query);
    outputs.push_back(matrices.output);
  }
  const auto heads = static_cast<int64_t>(claimed.heads.size());
  return {
      .value_map = at::stack(values),
      .key_map = at::stack(keys),
      .query_map = at::stack(queries),
      .output_map = at::stack(outputs, 1),
      .decay = at::full({heads, claimed.value_size, claimed.key_size}, claimed.decay, at::kDouble),
      .rotation = claimed.rotation};
}

AttentionWeights attention_weights(const LinearAttentionTeacher& teacher) {
  const int64_t heads = teacher.value_map.size(0);
  const int64_t d = teacher.value_map.size(1);
  return {.value_map = teacher.value_map,
          .key_map = teacher.key_map,
          .query_map = teacher.query_map,
          .output_map = at::eye(d, at::kDouble).unsqueeze(1).expand({d, heads, d}),
          .decay = at::full({heads, d, teacher.key_map.size(1)}, teacher.decay, at::kDouble),
          .rotation = teacher.rotation};
}

AttentionWeights factored(const AttentionHeads& one_head) {
  const auto [u, s, vh] = at::linalg_svd(one_head.products, /*full_matrices=*/false);
  const torch::Tensor roots = s.sqrt().unsqueeze(2);
  const int64_t m = one_head.values.size(1);
  return {.value_map = one_head.values,
          .key_map = roots * u.transpose(1, 2),
          .query_map = roots * vh,
          .output_map = at::eye(m, at::kDouble).unsqueeze(1),
          .decay = at::ones({1, m, s.size(1)}, at::kDouble)};
}

AttentionHeads heads_of(const AttentionWeights& weights) {
  return {at::einsum("khv,hva->hka", {weights.output_map, weights.value_map}),
          at::einsum("hjb,hjc->hbc", {weights.key_map, weights.query_map})};
}

Json to_json(const AttentionHeads& heads) {
  Json list = Json::array();
  for (int64_t h = 0; h < heads.values.size(0); ++h) {
    list.push_back({{"value_map", matrix_json(heads.values[h])},
                    {"query_key", matrix_json(heads.products[h])}});
  }
  return list;
}

torch::Tensor attention_tensor(const AttentionWeights& weights, int64_t age) {
  const torch::Tensor decay = weights.decay.pow(static_cast<double>(age));
  const torch::Tensor written =
      at::einsum("khv,hvj,hva->kahj", {weights.output_map, decay, weights.value_map});
  const torch::Tensor read = at::einsum("hjb,hjc->hjbc", {weights.key_map, weights.query_map});
  const double turn = std::cos(weights.rotation * static_cast<double>(age));
  return turn * symmetrised(at::einsum("kahj,hjbc->kabc", {written, read}), 1, 2);
}

}  // namespace gril
