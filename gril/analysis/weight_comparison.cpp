#include "gril/analysis/weight_comparison.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>

#include "gril/analysis/effective_update.h"
#include "gril/analysis/tensor_distance.h"
#include "gril/analysis/tensor_json.h"
#include "gril/base/check.h"

namespace gril {
namespace {

constexpr double kZero = 1e-12;

/// Both layers in one form, the comparison's whole input.
struct Subjects {
  const GrilLayer& layer;
  LayerMaps trained;
  LayerMaps reference;
  torch::Tensor excited;
};

/// The maps with zero weight on offsets beyond the layer's own window.
LayerMaps padded(LayerMaps maps, int64_t window) {
  const int64_t missing = window - maps.values.size(0);
  const auto grow = [&](const torch::Tensor& tensor) {
    return at::constant_pad_nd(tensor, {0, 0, 0, 0, 0, 0, 0, missing});
  };
  maps.values = grow(maps.values);
  maps.keys = grow(maps.keys);
  maps.queries = grow(maps.queries);
  maps.offset_weights = at::constant_pad_nd(maps.offset_weights, {0, missing, 0, missing});
  maps.query_offsets = at::constant_pad_nd(maps.query_offsets, {0, missing});
  return maps;
}

/// Norm of each block of the update: [i, j] over value and key offsets, [l] over query offsets.
struct BlockNorms {
  torch::Tensor window;
  torch::Tensor query;
};

BlockNorms block_norms(const torch::Tensor& tensor, const torch::Tensor& excited) {
  const torch::Tensor square = (tensor * excited.unsqueeze(3)).square();
  return {square.sum({2, 3, 4, 5, 6}).sqrt(), square.sum({0, 1, 3, 4, 5, 6}).sqrt()};
}

/// max |entry| / |target| over the entries that the construction leaves at zero.
double off_target_share(const torch::Tensor& trained, const torch::Tensor& reference,
                        const torch::Tensor& reachable) {
  const double target = trained.flatten()[reference.argmax().item<int64_t>()].abs().item<double>();
  const torch::Tensor counted = (reference.abs() <= kZero).logical_and(reachable > 0);
  return (trained.abs() * counted).max().item<double>() / target;
}

/// Weights divided by the entry at which the construction is largest.
torch::Tensor over_target(const torch::Tensor& weights, const torch::Tensor& reference_norms) {
  return weights / weights.flatten()[reference_norms.argmax().item<int64_t>()];
}

/// `trained` is M or Dq of a tied layer, otherwise the norms of the update's blocks.
Json offsets_json(const torch::Tensor& trained, const torch::Tensor& reference,
                  const torch::Tensor& reachable, bool parameters) {
  const torch::Tensor normalised = over_target(trained, reference);
  const torch::Tensor target = over_target(reference, reference);
  const bool matrix = trained.dim() == 2;
  return {{"source", parameters ? "parameters" : "norms"},
          {"trained", matrix ? matrix_json(normalised) : vector_json(normalised)},
          {"construction", matrix ? matrix_json(target) : vector_json(target)},
          {"off_target", off_target_share(trained, reference, reachable)}};
}

void add_offsets(Json& result, const Subjects& subjects, const torch::Tensor& trained_update,
                 const torch::Tensor& reference_update) {
  const BlockNorms trained = block_norms(trained_update, subjects.excited);
  const BlockNorms reference = block_norms(reference_update, subjects.excited);
  const BlockNorms reachable =
      block_norms(at::ones({1, 1, 1, 1, 1, 1, 1}, at::kDouble), subjects.excited);
  const bool tied = subjects.layer.options().tied;
  result["window"] = offsets_json(tied ? subjects.trained.offset_weights : trained.window,
                                  reference.window, reachable.window, tied);
  result["query"] = offsets_json(tied ? subjects.trained.query_offsets : trained.query,
                                 reference.query, reachable.query, tied);
}

/// The readout of a layer whose state holds the tokens' own features.
Json readout_json(const Subjects& subjects) {
  if (subjects.layer.options().projections != "identity") {
    return {
        {"applies", false},
        {"reason", "the projections are learned: the readout is known up to a change of basis"}};
  }
  const torch::Tensor trained = subjects.trained.readout.select(1, 0);
  const torch::Tensor diagonal_mask = (subjects.reference.readout.select(1, 0).abs() > kZero);
  // Columns that the construction never reads hold features that are zero in every value.
  const torch::Tensor columns = diagonal_mask.any(0).unsqueeze(0);
  const torch::Tensor diagonal = trained.masked_select(diagonal_mask);
  const torch::Tensor others =
      trained.masked_select(diagonal_mask.logical_not().logical_and(columns.expand_as(trained)));
  const double mean = diagonal.mean().item<double>();
  const double rms = others.numel() > 0 ? std::sqrt(others.square().mean().item<double>()) : 0.0;
  return {{"applies", true},
          {"trained", matrix_json(trained / mean)},
          {"construction", matrix_json(diagonal_mask.to(torch::kFloat64))},
          {"mean_diagonal", mean},
          {"diagonal_spread", (diagonal / mean).std(0, false).item<double>()},
          {"off_diagonal_rms", rms / std::abs(mean)}};
}

/// How many updates lie between the one that takes in an example and the reading; age 0 is the
/// newest example of the prompt.
struct UpdateAge {
  int64_t newest;
  int64_t per_example;
};

UpdateAge update_age(const LinearRegression& task, const GrilLayer& layer, int64_t value_offset) {
  const int64_t examples = task.options().examples;
  const bool two_tokens =
      task.layout() == TokenLayout::kInterleaved || task.layout() == TokenLayout::kBlocks;
  const int64_t label = two_tokens ? 2 * examples - 1 : examples - 1;
  const int64_t last = token_count(task.layout(), examples) - 1;
  const int64_t stride = layer.options().stride;
  return {(last - label - value_offset) / stride - (layer.options().strict ? 1 : 0),
          (two_tokens ? 2 : 1) / stride};
}

Json comparison_json(const TensorDistance& comparison) {
  return {{"scale", comparison.scale},
          {"cosine", comparison.cosine},
          {"relative_distance", comparison.scaled}};
}

void add_update(Json& result, const Subjects& subjects, const LinearRegression& task,
                const torch::Tensor& reference_update, int64_t value_offset) {
  const UpdateAge age = update_age(task, subjects.layer, value_offset);
  const torch::Tensor reference = canonical_update(reference_update, subjects.excited);
  constexpr int64_t kMostAges = 64;
  const int64_t examples = std::min(task.options().examples, kMostAges);
  Json by_age = Json::array();
  for (int64_t example = 0; example < examples; ++example) {
    const torch::Tensor update =
        update_tensor(subjects.trained, age.newest + example * age.per_example);
    const TensorDistance comparison =
        tensor_distance(canonical_update(update, subjects.excited), reference);
    by_age.push_back(comparison.scale);
    if (example == 0) result["update"]["newest"] = comparison_json(comparison);
    if (example + 1 == examples) result["update"]["oldest"] = comparison_json(comparison);
  }
  result["learning_rate_per_example_by_age"] = by_age;
}

/// Why the comparison does not apply, or nothing when it does.
std::optional<std::string> obstacle(const SequenceModel& model, const GrilLayer& reference) {
  if (model.size() != 1) {
    return concatenate("the model has ", model.size(), " layers; one step is one layer");
  }
  const auto* layer = dynamic_cast<const GrilLayer*>(&model.layer(0));
  if (layer == nullptr) return "the layer is not a GRIL layer";
  if (!layer->options().cross_product) return "the layer has no cross product of values and keys";
  if (!layer->options().multiplicative_readout) {
    return "the layer has no multiplicative readout, its output is linear in the state";
  }
  if (layer->options().normalisation != "none") {
    return "the layer divides its readings, the construction does not";
  }
  if (!reference.options().cross_product) {
    return "the tokens hold the products x·y already; the construction has no cross product";
  }
  if (layer->options().stride != reference.options().stride) {
    return concatenate("the layer's stride is ", layer->options().stride, ", the construction's ",
                       reference.options().stride);
  }
  if (layer->options().strict && !reference.options().strict) {
    return "the layer reads its state before the update, the construction after it";
  }
  return std::nullopt;
}

void add_initial_weights(Json& result, const GrilLayer& layer) {
  if (!layer.options().initial_weights) return;
  const auto parameters = layer.named_parameters();
  result["initial_weights_norm"] = parameters["initial_weights"].norm().item<double>();
}

}  // namespace

Json compare_weights(const SequenceModel& model, const LinearRegression& task,
                     const GrilLayer& reference) {
  const at::NoGradGuard no_gradients;
  if (const auto reason = obstacle(model, reference)) {
    return {{"applies", false}, {"reason", *reason}};
  }
  const auto& layer = dynamic_cast<const GrilLayer&>(model.layer(0));
  const int64_t window = std::max(layer.options().window, reference.options().window);
  const LayerMaps trained = padded(layer_maps(layer), window);
  if (const int64_t elements = update_elements(trained); elements > kMostUpdateElements) {
    return {{"applies", false},
            {"reason", concatenate("the layer is too wide: its update has ", elements,
                                   " coefficients, the comparison holds ", kMostUpdateElements)}};
  }
  const Subjects subjects{layer, trained, padded(layer_maps(reference), window),
                          excited_entries(task, window, layer.options().stride)};
  const torch::Tensor trained_update = update_tensor(subjects.trained, 0);
  const torch::Tensor reference_update = update_tensor(subjects.reference, 0);
  Json result = {{"applies", true}};
  add_offsets(result, subjects, trained_update, reference_update);
  result["readout"] = readout_json(subjects);
  const torch::Tensor norms = block_norms(reference_update, subjects.excited).window;
  const int64_t target = norms.argmax().item<int64_t>();
  add_update(result, subjects, task, reference_update, target / window);
  if (result["readout"]["applies"].get<bool>()) {
    const int64_t query =
        block_norms(reference_update, subjects.excited).query.argmax().item<int64_t>();
    result["learning_rate_per_example"] =
        result["readout"]["mean_diagonal"].get<double>() *
        subjects.trained.offset_weights.flatten()[target].item<double>() *
        subjects.trained.query_offsets[query].item<double>();
  }
  add_initial_weights(result, layer);
  return result;
}

}  // namespace gril
