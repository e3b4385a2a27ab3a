#include "gril/analysis/effective_update.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"

namespace gril {
namespace {

/// u_{t-i} for every update position, (B, updates, w, D), zero-padded before the first token.
torch::Tensor update_windows(const torch::Tensor& tokens, int64_t window, int64_t stride) {
  const torch::Tensor padded = at::cat(
      {at::zeros({tokens.size(0), window - 1, tokens.size(2)}, tokens.options()), tokens}, 1);
  std::vector<torch::Tensor> windows;
  for (int64_t position = 0; position < tokens.size(1); position += stride) {
    windows.push_back(padded.narrow(1, position, window).flip({1}));
  }
  return at::stack(windows, 1);
}

}  // namespace

int64_t update_elements(const LayerMaps& maps) {
  const int64_t features = maps.values.size(0) * maps.values.size(3);
  return features * features * features * maps.readout.size(0);
}

torch::Tensor update_tensor(const LayerMaps& maps, int64_t updates_ago) {
  const int64_t window = maps.values.size(0);
  const int64_t width = maps.values.size(3);
  const int64_t outputs = maps.readout.size(0);
  const int64_t elements = update_elements(maps);
  require(elements <= kMostUpdateElements, "effective_update",
          "the tensor of all products must have at most ", kMostUpdateElements, " elements; got ",
          elements, '.');
  const torch::Tensor decay = maps.decay.pow(static_cast<double>(updates_ago));
  // written[i,o,a,h,k] = Σ_v C[o,h,v] λ[h,v,k]ⁿ WV_i[h,v,a]
  const torch::Tensor written =
      at::einsum("ohv,hvk,ihva->ioahk", {maps.readout, decay, maps.values});
  const torch::Tensor read = at::einsum("jhkb,lhkc->hkjlbc", {maps.keys, maps.queries});
  const int64_t state = maps.keys.size(1) * maps.keys.size(2);
  const torch::Tensor product =
      at::matmul(written.reshape({window * outputs * width, state}), read.reshape({state, -1}));
  const torch::Tensor tensor =
      product.reshape({window, outputs, width, window, window, width, width})
          .permute({0, 3, 4, 1, 2, 5, 6});
  return tensor * maps.offset_weights.reshape({window, window, 1, 1, 1, 1, 1});
}

torch::Tensor excited_entries(const LinearRegression& task, int64_t window, int64_t stride) {
  constexpr int64_t kPrompts = 16;
  const torch::Tensor tokens = task.sample(kPrompts, 0, torch::kFloat64).tokens;
  const torch::Tensor windows = (update_windows(tokens, window, stride) != 0).to(torch::kFloat64);
  const int64_t width = tokens.size(2);
  const torch::Tensor flat = windows.reshape({-1, window * width});
  const torch::Tensor pairs =
      (at::mm(flat.t(), flat) > 0).to(torch::kFloat64).reshape({window, width, window, width});
  const torch::Tensor queries = windows.select(1, windows.size(1) - 1).amax(0);
  return pairs.permute({0, 2, 1, 3}).reshape({window, window, 1, width, width, 1}) *
         queries.reshape({1, 1, window, 1, 1, width});
}

torch::Tensor canonical_update(const torch::Tensor& tensor, const torch::Tensor& excited) {
  const torch::Tensor averaged = 0.5 * (tensor + tensor.permute({1, 0, 2, 3, 5, 4, 6}));
  return averaged * excited.unsqueeze(3);
}

}  // namespace gril
