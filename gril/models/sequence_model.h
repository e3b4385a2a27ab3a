#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/base/json.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// A stack of sequence layers built from a configuration; itself a SequenceLayer.
/// The state of a model is the concatenation of the states of its layers; parameters are named
/// layers.<index>.<name>.
///
/// Configuration (TOML section [model], JSON inside a checkpoint):
///     [[model.layers]]
///     kind = "gril"          # a name of the layer registry
///     input_size = 10        # the options of that layer
///     ...
/// A group of layers that comes several times, each time with parameters of its own:
///     [[model.layers]]
///     kind = "repeat"
///     times = 4              # 1 … 1000
///     [[model.layers.layers]]
///     kind = "residual"      # as in [[model.layers]]
///     ...
/// It is only a way of writing: config() and the parameters have its layers one by one.
class SequenceModel : public SequenceLayer {
 public:
  /// `config`: {"layers": [{"kind": …, options…}, …]}; `where` names its origin in messages.
  /// Starts as initialize(0), float32.
  /// Errors: InvalidArgument for no layers, an unknown kind or key, sizes that do not
  /// chain, or a layer of symbols that is not the first.
  SequenceModel(const Json& config, const std::string& where);
  /// The same from a section of which the keys beside "layers" have been read.
  SequenceModel(ConfigSection section, const std::string& where);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  /// One step of every layer.
  SequenceOutput step(const torch::Tensor& input, const LayerState& state) const override;
  /// Clears the padding (layers/padded_sequences.h), then forward_cleared.
  /// errors  also c10::ValueError "[padding] …" for lengths that do not fit the tokens.
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  /// forward_padded of every layer, for a stack inside another: the lengths have been checked and
  /// nothing at padding is infinite or NaN.
  PaddedSequences forward_cleared(PaddedSequences sequences) const;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override;
  int64_t output_size() const override;
  int64_t input_symbols() const override { return layers_.front()->input_symbols(); }
  /// Layer i gets child_seed(seed, "layer", i).
  void set_noise_seed(std::optional<uint64_t> seed) override;
  /// Layer i from child_seed(seed, "layer", i).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  /// The resolved configuration: every option with its value. SequenceModel(config()) is equal.
  const Json& config() const { return config_; }
  const SequenceLayer& layer(std::size_t index) const { return *layers_.at(index); }
  SequenceLayer& layer(std::size_t index) { return *layers_.at(index); }
  std::size_t size() const { return layers_.size(); }

 private:
  using Pass = SequenceOutput (SequenceLayer::*)(const torch::Tensor&, const LayerState&) const;
  /// The input through all layers, each by its forward or its step.
  SequenceOutput run(Pass pass, const torch::Tensor& input, const LayerState& state) const;
  /// The part of a model's state that belongs to each layer; empty for an empty state.
  std::vector<LayerState> split_state(const LayerState& state) const;

  std::vector<std::shared_ptr<SequenceLayer>> layers_;
  std::vector<std::size_t> state_sizes_;  ///< tensors in the state of each layer
  Json config_;
};

}  // namespace gril
