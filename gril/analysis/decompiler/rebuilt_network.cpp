#include "gril/analysis/decompiler/rebuilt_network.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gril/analysis/decompiler/trilinear_outputs.h"
#include "gril/base/check.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "gril/constructions/low_rank_memory.h"
#include "gril/constructions/tensor_memory.h"

namespace gril {
namespace {

/// Sizes of a network to be tried: one head when value_rank > 0, else the tensor.
struct Candidate {
  int64_t neurons = 0;
  int64_t value_rank = 0;      ///< r_v
  int64_t key_query_rank = 0;  ///< r_m
  int64_t overlap = 0;         ///< μ
  int64_t memory_size = 0;     ///< r
  int64_t query_size = 0;      ///< q
};

std::vector<Candidate> candidates(int64_t outputs, int64_t d) {
  std::vector<Candidate> all;
  for (int64_t r = 1; r <= d; ++r) {
    for (int64_t q = 1; q <= d; ++q) {
      all.push_back({.neurons = r * (r + 1) / 2 + q, .memory_size = r, .query_size = q});
    }
  }
  for (int64_t v = 1; v <= std::min(outputs, d); ++v) {
    for (int64_t m = 1; m <= d; ++m) {
      for (int64_t shared = std::max<int64_t>(0, v + m - d); shared <= std::min(v, m); ++shared) {
        all.push_back({.neurons = v * m - shared * (shared - 1) / 2 + m,
                       .value_rank = v,
                       .key_query_rank = m,
                       .overlap = shared});
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& a, const Candidate& b) { return a.neurons < b.neurons; });
  return all;
}

/// Bases of what T reads (second index) and is asked for (fourth), the strongest directions first.
struct TensorBases {
  torch::Tensor memory;
  torch::Tensor query;
};

TensorBases tensor_bases(const torch::Tensor& tensor) {
  const auto basis = [&](int64_t axis) {
    const torch::Tensor rows = tensor.transpose(0, axis).flatten(1);
    return std::get<0>(at::linalg_svd(rows, /*full_matrices=*/false)).t();
  };
  return {basis(1), basis(3)};
}

/// V and M cut to ranks, with the μ closest directions of both row spaces made one.
LinearAttentionWeights cut_head(const AttentionHeads& head, const Candidate& sizes) {
  const torch::Tensor value = head.values[0];
  const torch::Tensor product = head.products[0];
  const torch::Tensor rows =
      std::get<2>(at::linalg_svd(value, false)).narrow(0, 0, sizes.value_rank);
  const torch::Tensor columns =
      std::get<0>(at::linalg_svd(product, false)).narrow(1, 0, sizes.key_query_rank).t();
  const auto [left, cosines, right] = at::linalg_svd(at::matmul(rows, columns.t()), true);
  torch::Tensor value_basis = at::matmul(left.t(), rows);
  torch::Tensor key_basis = at::matmul(right, columns);
  const torch::Tensor read = at::matmul(value, value_basis.t());
  const torch::Tensor asked = at::matmul(key_basis, product);
  for (int64_t i = 0; i < sizes.overlap; ++i) {
    const torch::Tensor middle = value_basis[i] + key_basis[i];
    const torch::Tensor direction = middle / middle.norm();
    value_basis[i].copy_(direction);
    key_basis[i].copy_(direction);
  }
  const auto numbers = [](const torch::Tensor& matrix) {
    const torch::Tensor plain = matrix.contiguous();
    return std::vector<double>(plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel());
  };
  LinearAttentionWeights attention;
  attention.width = value.size(1);
  attention.outputs = value.size(0);
  attention.value_size = sizes.value_rank;
  attention.key_size = sizes.key_query_rank;
  attention.heads = {{.value_weights = numbers(value_basis),
                      .key_weights = numbers(key_basis),
                      .query_weights = numbers(asked),
                      .output_weights = numbers(read)}};
  return attention;
}

/// What is tried, one candidate after another.
class Search {
 public:
  Search(const RebuildSource& source, const SampleSequences& selection)
      : source_(source), bases_(tensor_bases(source.tensor)) {
    constexpr int64_t kMostNumbers = 20'000'000;
    products_ = triple_products(selection, source.memory_eigenvalue, kMostNumbers);
    const at::NoGradGuard no_gradients;
    const torch::Tensor outputs =
        counted(selection, source.model.forward(selection.tokens, {}).output);
    outputs_ = outputs.narrow(0, 0, products_.size(0));
  }

  /// rms difference of a tensor's outputs, over the rms of the network's.
  double difference(const torch::Tensor& tensor) const {
    return std::sqrt(relative_mean_square(trilinear_outputs(tensor, products_), outputs_));
  }

  torch::Tensor tensor_of(const Candidate& sizes) const {
    if (sizes.value_rank > 0) {
      return attention_tensor(heads_of(attention_weights(cut_head(source_.nearest_head, sizes))));
    }
    const torch::Tensor memory = projection(bases_.memory.narrow(0, 0, sizes.memory_size));
    const torch::Tensor query = projection(bases_.query.narrow(0, 0, sizes.query_size));
    const torch::Tensor kept = at::einsum("kijl,ia->kajl", {source_.tensor, memory});
    return at::einsum("kajl,jb,lc->kabc", {kept, memory, query});
  }

  MemoryQueryForm form_of(const Candidate& sizes) const {
    MemoryQueryForm form =
        sizes.value_rank > 0
            ? low_rank_memory(cut_head(source_.nearest_head, sizes))
            : tensor_memory(source_.tensor, bases_.memory.narrow(0, 0, sizes.memory_size),
                            bases_.query.narrow(0, 0, sizes.query_size));
    form.decay = source_.memory_eigenvalue;
    return form;
  }

 private:
  static torch::Tensor projection(const torch::Tensor& rows) { return at::matmul(rows.t(), rows); }

  const RebuildSource& source_;
  TensorBases bases_;
  torch::Tensor products_;
  torch::Tensor outputs_;
};

std::string route_of(const Candidate& sizes) {
  if (sizes.value_rank > 0) {
    return concatenate("one head with W_V of rank ", sizes.value_rank, ", W_K^T W_Q of rank ",
                       sizes.key_query_rank, " and ", sizes.overlap, " directions in common");
  }
  return concatenate("the whole tensor, read in ", sizes.memory_size, " and asked in ",
                     sizes.query_size, " directions");
}

void certify(RebuiltNetwork& network, const SequenceModel& original,
             const SampleSequences& sequences) {
  const at::NoGradGuard no_gradients;
  const auto outputs = [&](const SequenceModel& model) {
    return counted(sequences, model.forward(sequences.tokens, {}).output);
  };
  const torch::Tensor expected = outputs(original);
  const torch::Tensor actual = outputs(*network.model);
  network.rms_difference = std::sqrt(relative_mean_square(actual, expected));
  network.largest_difference =
      ((actual - expected).abs().max() / expected.abs().max()).item<double>();
}

}  // namespace

std::optional<RebuiltNetwork> rebuild_network(const RebuildSource& source, double tolerance,
                                              const SampleSequences& selection,
                                              const SampleSequences& certification) {
  constexpr double kNoAttention = 0.5;
  constexpr double kAllowance = 1.05;
  constexpr double kRounding = 1e-12;
  const Search search(source, selection);
  const double whole = search.difference(source.tensor);
  if (!(whole <= kNoAttention)) return std::nullopt;
  const double allowed = std::max({tolerance, kAllowance * whole, kRounding});
  for (const Candidate& sizes : candidates(source.tensor.size(0), source.tensor.size(1))) {
    const double difference = search.difference(search.tensor_of(sizes));
    if (difference > allowed) continue;
    const MemoryQueryForm form = search.form_of(sizes);
    RebuiltNetwork network{
        .model = exact_model({linear_attention_as_gated_rnn(form)}, torch::kFloat64),
        .route = route_of(sizes),
        .memory_neurons = form.memory_neurons(),
        .query_neurons = form.query_neurons(),
        .gates = form.gates(),
        .selection_difference = difference};
    certify(network, source.model, certification);
    return network;
  }
  return std::nullopt;
}

Json to_json(const std::optional<RebuiltNetwork>& network) {
  if (!network) {
    return {{"applies", false},
            {"reason",
             "the products of remembered and current tokens make up less than half of the "
             "outputs: the network is not rebuilt as attention"}};
  }
  return {{"applies", true},
          {"route", network->route},
          {"memory_neurons", network->memory_neurons},
          {"query_neurons", network->query_neurons},
          {"gates", network->gates},
          {"selection_difference", network->selection_difference},
          {"rms_difference", network->rms_difference},
          {"largest_difference", network->largest_difference}};
}

}  // namespace gril
