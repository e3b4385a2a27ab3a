#include "gril/analysis/decompiler/canonical_form.h"

#include <ATen/ATen.h>

#include "gril/analysis/decompiler/eigenvalue_classes.h"
#include "gril/analysis/tensor_json.h"

namespace gril {
namespace {

torch::Tensor row_norms(const torch::Tensor& rows) { return rows.norm(2, {1}, /*keepdim=*/true); }

/// Rows of equal norms with a form of norm 1; returns what was taken out of each neuron.
torch::Tensor balance(StateForms& forms) {
  const torch::Tensor gate = row_norms(forms.input_gate);
  const torch::Tensor map = row_norms(forms.input_map);
  const torch::Tensor sizes = input_forms(forms).flatten(1).norm(2, {1});
  const torch::Tensor largest =
      forms.input_gate.gather(1, forms.input_gate.abs().argmax(1, /*keepdim=*/true)).sign();
  const torch::Tensor scale = (gate * map / sizes.unsqueeze(1)).sqrt() * largest;
  forms.input_gate = forms.input_gate / gate * scale;
  forms.input_map = forms.input_map / map * scale;
  return sizes;
}

CanonicalForm::Products products_of(const torch::Tensor& form, int64_t memory) {
  constexpr double kRounding = 1e-9;
  const int64_t others = form.size(0) - memory;
  if (memory == 0 || others == 0) {
    const auto empty = [](int64_t columns) { return at::zeros({0, columns}, at::kDouble); };
    return {at::zeros({0}, at::kDouble), empty(memory), empty(others)};
  }
  const auto [u, s, vh] = at::linalg_svd(form.narrow(0, 0, memory).narrow(1, memory, others),
                                         /*full_matrices=*/false);
  const int64_t rank = (s > kRounding * s.max()).sum().item<int64_t>();
  return {s.narrow(0, 0, rank), u.narrow(1, 0, rank).t(), vh.narrow(0, 0, rank)};
}

}  // namespace

CanonicalForm canonical_form(const StateForms& forms, const torch::Tensor& kept) {
  const torch::Tensor reading = at::arange(forms.neurons, forms.eigenvalues.size(0), at::kLong);
  const torch::Tensor all = at::cat({kept, reading});
  const torch::Tensor order =
      all.index_select(0, forms.eigenvalues.index_select(0, all).argsort(0, /*descending=*/true));
  StateForms sorted{
      .input_gate = forms.input_gate.index_select(0, order),
      .input_map = forms.input_map.index_select(0, order),
      .output_forms = forms.output_forms.index_select(1, order).index_select(2, order),
      .eigenvalues = forms.eigenvalues.index_select(0, order),
      .neurons = kept.numel()};
  const torch::Tensor sizes = balance(sorted);
  CanonicalForm result;
  for (int64_t i = 0; i < order.numel(); ++i) result.neurons.push_back(order[i].item<int64_t>());
  result.memory = memory_mask(sorted.eigenvalues).sum().item<int64_t>();
  result.eigenvalues = sorted.eigenvalues;
  result.input_gate = sorted.input_gate;
  result.input_map = sorted.input_map;
  result.output_forms = sorted.output_forms * at::outer(sizes, sizes);
  for (int64_t k = 0; k < result.output_forms.size(0); ++k) {
    result.products.push_back(products_of(result.output_forms[k], result.memory));
  }
  return result;
}

Json to_json(const CanonicalForm& form) {
  Json outputs = Json::array();
  for (std::size_t k = 0; k < form.products.size(); ++k) {
    const CanonicalForm::Products& products = form.products[k];
    outputs.push_back({{"form", matrix_json(form.output_forms[static_cast<int64_t>(k)])},
                       {"singular_values", vector_json(products.singular_values)},
                       {"memory", matrix_json(products.memory)},
                       {"query", matrix_json(products.query)}});
  }
  return {{"neurons", form.neurons},
          {"memory", form.memory},
          {"eigenvalues", vector_json(form.eigenvalues)},
          {"input_gate", matrix_json(form.input_gate)},
          {"input_map", matrix_json(form.input_map)},
          {"outputs", outputs}};
}

}  // namespace gril
