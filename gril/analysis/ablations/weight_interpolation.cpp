#include "gril/analysis/ablations/weight_interpolation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/analysis/layer_maps.h"
#include "gril/base/check.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/example_window.h"
#include "gril/constructions/selector.h"

namespace gril {
namespace {

/// Weights of one layer in the construction's coordinates; all float64.
struct AlignedWeights {
  std::vector<std::pair<std::string, torch::Tensor>> maps;  ///< by parameter name
  torch::Tensor decay;  ///< λ itself, (H, dv, dk) or one number
};

const GrilLayer& only_layer(const SequenceModel& model) {
  return dynamic_cast<const GrilLayer&>(model.layer(0));
}

bool has_identity_maps(const GrilLayer& layer) { return layer.options().projections == "identity"; }

/// Window 3 and stride 2 of interleaved tokens: entry (1, 2) of M and 0 of Dq.
AlignedWeights aligned_identity(const LayerMaps& maps) {
  const torch::Tensor target = maps.offset_weights[1][2];
  const torch::Tensor query = maps.query_offsets[0];
  return {{{"offset_weights", maps.offset_weights / target},
           {"query_offsets", maps.query_offsets / query},
           {"readout", maps.readout.flatten(1) * target * query}},
          maps.decay};
}

AlignedWeights constructed_identity(const LayerMaps& maps, const LinearRegressionOptions& task,
                                    double rate) {
  torch::Tensor pairing = at::zeros_like(maps.offset_weights);
  pairing[1][2] = 1.0;
  torch::Tensor newest = at::zeros_like(maps.query_offsets);
  newest[0] = 1.0;
  const int64_t width = maps.readout.size(2);
  return {{{"offset_weights", pairing},
           {"query_offsets", newest},
           {"readout", rate * selector(task.outputs, width, width - task.outputs)}},
          at::ones_like(maps.decay)};
}

/// Per offset (w, size, D), zero behind the construction's own window.
torch::Tensor over_window(const std::vector<torch::Tensor>& maps, int64_t window) {
  const torch::Tensor stacked = at::stack(maps);
  return at::constant_pad_nd(stacked, {0, 0, 0, 0, 0, window - stacked.size(0)});
}

AlignedWeights constructed_maps(const LayerMaps& maps, const ExampleWindow& window, double rate) {
  const int64_t offsets = maps.values.size(0);
  return {{{"value_map", over_window(window.targets, offsets)},
           {"key_map", over_window(window.inputs, offsets)},
           {"query_map", over_window({window.query}, offsets)},
           {"readout", rate * at::eye(maps.readout.size(0), at::kDouble)}},
          at::ones({1}, at::kDouble)};
}

/// One head. Values: v' = s (C N/η) v with s that brings them nearest to y. Keys: k' = Z k nearest
/// to x. Queries: q' = Z⁻ᵀ q / s.
AlignedWeights aligned_maps(const LayerMaps& maps, const ExampleWindow& window, double rate) {
  const auto flat = [](const torch::Tensor& map) {  // (size, w · D)
    return map.permute({1, 0, 2}).flatten(1);
  };
  const torch::Tensor readout = maps.readout.select(1, 0);
  // Tied maps of one offset: M[0,0] belongs to the keys.
  const torch::Tensor pairing =
      maps.offset_weights.numel() == 1 ? maps.offset_weights.flatten() : at::ones({1}, at::kDouble);
  const torch::Tensor keys = maps.keys.select(1, 0) * pairing;
  const int64_t offsets = keys.size(0);
  const torch::Tensor change =
      at::mm(flat(over_window(window.inputs, offsets)), at::linalg_pinv(flat(keys)));
  const torch::Tensor values = at::matmul(readout / rate, maps.values.select(1, 0));
  const torch::Tensor targets = over_window(window.targets, offsets);
  const torch::Tensor scale = targets.square().sum() / (targets * values).sum();
  return {{{"value_map", scale * values},
           {"key_map", at::matmul(change, keys)},
           {"query_map", at::matmul(change.inverse().t(), maps.queries.select(1, 0)) / scale},
           {"readout", rate * at::eye(readout.size(0), at::kDouble)}},
          maps.decay.flatten().slice(0, 0, 1)};
}

/// A model at one place of the line.
std::shared_ptr<SequenceModel> model_at(const GrilLayer& layer, const AlignedWeights& trained,
                                        const AlignedWeights& constructed, double position) {
  GrilLayerOptions options = layer.options();
  ExactLayer exact;
  for (std::size_t i = 0; i < trained.maps.size(); ++i) {
    exact.parameters.emplace_back(
        trained.maps[i].first,
        at::lerp(trained.maps[i].second, constructed.maps[i].second, position));
  }
  const torch::Tensor decay = at::lerp(trained.decay, constructed.decay, position);
  if (has_identity_maps(layer)) {
    options.decay = DecayKind::kElementwise;
    // -log 1 = 0, whose logarithm says so.
    exact.parameters.emplace_back("log_decay_rate", decay.log().neg().log());
  } else {
    options.tied = false;
    options.written_features = options.input_size;
    options.decay = DecayKind::kFixed;
    options.fixed_decay = decay.item<double>();
  }
  exact.options = layer_json("gril", to_json(options));
  return exact_model({exact}, torch::kFloat64);
}

std::optional<std::string> learned_obstacle(const GrilLayerOptions& o,
                                            const LinearRegressionOptions& task) {
  const ExampleWindow window = example_window(task.layout, task.inputs, task.outputs, 1.0);
  const auto offsets = static_cast<int64_t>(window.inputs.size());
  if (o.tied && o.window > 1) return "tied maps of several offsets are not those of one example";
  if (o.heads != 1 || o.value_size != task.outputs || o.key_size != task.inputs) {
    return concatenate("the layer has ", o.heads, " heads with ", o.value_size, " values and ",
                       o.key_size, " keys, the construction one with ", task.outputs, " and ",
                       task.inputs);
  }
  if (o.decay == DecayKind::kElementwise) {
    return "a decay of every state element ties the basis of values and keys";
  }
  if (o.window < offsets || o.stride != window.stride || o.strict != window.strict) {
    return "the layer's window is not that of the construction";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> interpolation_obstacle(const SequenceModel& model,
                                                  const LinearRegression& task) {
  if (model.size() != 1) {
    return concatenate("the model has ", model.size(),
                       " layers; the basis of the stream between them is not known");
  }
  const auto* layer = dynamic_cast<const GrilLayer*>(&model.layer(0));
  if (layer == nullptr) return "the layer is not a GRIL layer";
  const GrilLayerOptions& o = layer->options();
  if (!o.cross_product) return "the layer has no cross product of values and keys";
  if (!o.multiplicative_readout) return "the layer has no multiplicative readout";
  if (o.normalisation != "none") return "the layer divides its readings, the construction does not";
  if (o.initial_weights) return "the layer adds W_0 q, the construction starts from W_0 = 0";
  if (task.layout() == TokenLayout::kConstructed) {
    return "the tokens hold the products x·y already; the construction has no cross product";
  }
  if (!has_identity_maps(*layer)) return learned_obstacle(o, task.options());
  if (task.layout() != TokenLayout::kInterleaved || o.window != 3 || o.stride != 2 || o.strict) {
    return "identity maps are those of the construction for interleaved tokens, window 3 and "
           "stride 2";
  }
  return std::nullopt;
}

WeightInterpolation interpolate_weights(const SequenceModel& model, const LinearRegression& task,
                                        double step_size, const PromptSample& sample) {
  const auto obstacle = interpolation_obstacle(model, task);
  require(!obstacle, "weight_interpolation", obstacle.value_or(""), '.');
  const at::NoGradGuard no_gradients;
  constexpr int kPoints = 11;
  const LinearRegressionOptions& options = task.options();
  const GrilLayer& layer = only_layer(model);
  const LayerMaps maps = layer_maps(layer);
  const bool identity = has_identity_maps(layer);
  const double rate = step_size / static_cast<double>(options.examples);
  const ExampleWindow window = example_window(options.layout, options.inputs, options.outputs, 1.0);
  const AlignedWeights trained =
      identity ? aligned_identity(maps) : aligned_maps(maps, window, rate);
  const AlignedWeights constructed =
      identity ? constructed_identity(maps, options, rate) : constructed_maps(maps, window, rate);
  WeightInterpolation line{.step_size = step_size};
  for (int point = 0; point < kPoints; ++point) {
    line.positions.push_back(static_cast<double>(point) / (kPoints - 1));
    const auto between = model_at(layer, trained, constructed, line.positions.back());
    double sum = 0.0;
    for_each_batch(task, sample, [&](const Prompts& batch) {
      sum += prompt_losses(query_predictions(*between, batch.tokens), batch.targets)
                 .sum()
                 .item<double>();
    });
    line.losses.push_back(sum / static_cast<double>(sample.prompts));
  }
  return line;
}

double barrier(const WeightInterpolation& line) {
  double highest = 0.0;
  for (std::size_t i = 0; i < line.losses.size(); ++i) {
    const double straight =
        line.losses.front() + line.positions[i] * (line.losses.back() - line.losses.front());
    highest = std::max(highest, line.losses[i] - straight);
  }
  return highest / line.losses.front();
}

Json to_json(const WeightInterpolation& line, int64_t prompts) {
  return {{"applies", true},
          {"prompts", prompts},
          {"step_size", line.step_size},
          {"positions", line.positions},
          {"losses", line.losses},
          {"barrier", barrier(line)}};
}

void add_metrics(MetricList& list, const WeightInterpolation& line) {
  list.add("interpolation_barrier", barrier(line), "ratio",
           "most that the loss between trained and constructed weights lies above the straight "
           "line between both losses, over the trained one");
  const double highest = *std::max_element(line.losses.begin(), line.losses.end());
  list.add("interpolation_highest_loss_ratio", highest / line.losses.front(), "ratio",
           "highest loss between trained and constructed weights over the trained one");
}

}  // namespace gril
