#include "gril/analysis/ablations/layer_edits.h"

#include <ATen/ATen.h>

#include <string>
#include <utility>

#include "gril/base/check.h"
#include "gril/constructions/example_window.h"
#include "gril/constructions/selector.h"
#include "gril/layers/gril_layer.h"

namespace gril {
namespace {

/// Where the construction finds an example: tokens back. Constructed tokens show none.
struct TargetEntry {
  int64_t value = -1;
  int64_t key = -1;
};

int64_t only_offset(const std::vector<torch::Tensor>& maps) {
  for (std::size_t offset = 0; offset < maps.size(); ++offset) {
    if (maps[offset].any().item<bool>()) return static_cast<int64_t>(offset);
  }
  return -1;
}

TargetEntry target_entry(const LinearRegressionOptions& task) {
  if (task.layout == TokenLayout::kConstructed) return {};
  const ExampleWindow window = example_window(task.layout, task.inputs, task.outputs, 1.0);
  return {only_offset(window.targets), only_offset(window.inputs)};
}

/// The GRIL layers of a model with the prefix of their weights.
std::vector<std::pair<std::string, const GrilLayer*>> gril_layers(const SequenceModel& model) {
  std::vector<std::pair<std::string, const GrilLayer*>> layers;
  for (const auto& item : model.named_modules({}, false)) {
    if (const auto* layer = dynamic_cast<const GrilLayer*>(item.value().get())) {
      layers.emplace_back(item.key() + ".", layer);
    }
  }
  return layers;
}

/// A weight of the layer, or undefined where it has none of this name.
torch::Tensor found(const NamedWeights& weights, const std::string& name) {
  for (const auto& [known, tensor] : weights) {
    if (known == name) return tensor;
  }
  return {};
}

/// Zero but for one index of the first axis.
void keep_only(const torch::Tensor& tensor, int64_t index) {
  for (int64_t i = 0; i < tensor.size(0); ++i) {
    if (i != index) tensor[i].zero_();
  }
}

/// The changes of one layer, collected.
class EditList {
 public:
  EditList(const GrilLayerOptions& options, const LinearRegressionOptions& task, int64_t layer)
      : options_(options), task_(task), layer_(layer) {}

  void add(const std::string& name, std::function<void(const NamedWeights&)> apply) {
    edits_.push_back({.name = name, .layer = layer_, .apply = std::move(apply)});
  }

  void add_entry(const std::string& name, bool target,
                 std::function<void(const NamedWeights&)> apply) {
    add(name, std::move(apply));
    edits_.back().entry = true;
    edits_.back().target = target;
  }

  void add_window() {
    const TargetEntry target = target_entry(task_);
    for (int64_t value = 0; value < options_.window && options_.cross_product; ++value) {
      for (int64_t key = 0; key < options_.window; ++key) {
        add_entry(concatenate("window_", value, '_', key, "_only"),
                  value == target.value && key == target.key,
                  [value, key](const NamedWeights& weights) {
                    const torch::Tensor pairing = found(weights, "offset_weights");
                    if (pairing.defined()) {
                      keep_only(pairing, value);
                      keep_only(pairing.t(), key);
                    } else {
                      keep_only(found(weights, "value_map"), value);
                      keep_only(found(weights, "key_map"), key);
                    }
                  });
      }
    }
  }

  void add_query() {
    for (int64_t offset = 0; offset < options_.window && options_.multiplicative_readout;
         ++offset) {
      add_entry(concatenate("query_", offset, "_only"), offset == 0,
                [offset](const NamedWeights& weights) {
                  const torch::Tensor tied = found(weights, "query_offsets");
                  keep_only(tied.defined() ? tied : found(weights, "query_map"), offset);
                });
    }
  }

  void add_decay() {
    add("decay_one", [](const NamedWeights& weights) {
      const torch::Tensor rate = found(weights, "log_decay_rate");
      // exp(-exp(-50)) is 1 in float64.
      if (rate.defined()) rate.fill_(-50.0);
      const torch::Tensor fixed = found(weights, "decay");
      if (fixed.defined()) fixed.fill_(1.0);
    });
  }

  void add_readout() {
    // Elsewhere the state's basis is not that of the targets.
    if (options_.projections != "identity" || task_.layout != TokenLayout::kInterleaved ||
        options_.output_size != task_.outputs || !options_.multiplicative_readout) {
      return;
    }
    const int64_t outputs = task_.outputs;
    const int64_t width = options_.value_size;
    add("readout_diagonal", [outputs, width](const NamedWeights& weights) {
      found(weights, "readout").mul_(selector(outputs, width, width - outputs));
    });
  }

  void add_heads() {
    for (int64_t head = 0; head < options_.heads && options_.heads > 1; ++head) {
      add(concatenate("head_", head + 1, "_removed"),
          [head, heads = options_.heads](const NamedWeights& weights) {
            for (const char* name : {"readout", "initial_weights"}) {
              const torch::Tensor map = found(weights, name);
              if (!map.defined()) continue;
              const int64_t columns = map.size(1) / heads;
              map.narrow(1, head * columns, columns).zero_();
            }
          });
    }
  }

  void add_layer() {
    add("layer_removed", [](const NamedWeights& weights) {
      found(weights, "readout").zero_();
      const torch::Tensor skip = found(weights, "initial_weights");
      if (skip.defined()) skip.zero_();
    });
  }

  const std::vector<LayerEdit>& edits() const { return edits_; }

 private:
  const GrilLayerOptions& options_;
  const LinearRegressionOptions& task_;
  int64_t layer_;
  std::vector<LayerEdit> edits_;
};

NamedWeights weights_below(const SequenceModel& model, const std::string& prefix) {
  NamedWeights weights;
  const auto add = [&](const std::string& name, const torch::Tensor& tensor) {
    if (name.rfind(prefix, 0) == 0) weights.emplace_back(name.substr(prefix.size()), tensor);
  };
  for (const auto& item : model.named_parameters()) add(item.key(), item.value());
  for (const auto& item : model.named_buffers()) add(item.key(), item.value());
  return weights;
}

}  // namespace

std::vector<LayerEdit> layer_edits(const SequenceModel& model, const LinearRegression& task) {
  std::vector<LayerEdit> edits;
  const auto layers = gril_layers(model);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const GrilLayerOptions& options = layers[i].second->options();
    EditList list(options, task.options(), static_cast<int64_t>(i) + 1);
    if (options.window > 1) {
      list.add_window();
      list.add_query();
    }
    list.add_decay();
    list.add_readout();
    list.add_heads();
    if (layers.size() > 1) list.add_layer();
    edits.insert(edits.end(), list.edits().begin(), list.edits().end());
  }
  return edits;
}

std::shared_ptr<SequenceModel> edited(const SequenceModel& model, const LayerEdit& edit) {
  auto copy = std::make_shared<SequenceModel>(model.config(), "ablation");
  copy->to(torch::kFloat64);
  const at::NoGradGuard no_gradients;
  const NamedWeights from = weights_below(model, "");
  const NamedWeights to = weights_below(*copy, "");
  for (std::size_t i = 0; i < from.size(); ++i) to[i].second.copy_(from[i].second);
  const std::string prefix = gril_layers(*copy).at(static_cast<std::size_t>(edit.layer - 1)).first;
  edit.apply(weights_below(*copy, prefix));
  return copy;
}

}  // namespace gril
