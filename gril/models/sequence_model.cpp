#include "gril/models/sequence_model.h"

#include <ATen/ATen.h>

#include <iterator>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/seed.h"
#include "gril/layers/padded_sequences.h"
#include "gril/models/inner_parameters.h"
#include "gril/models/layer_registry.h"

namespace gril {
namespace {

constexpr int64_t kMostRepeats = 1000;
constexpr std::size_t kMostLayers = 10000;

/// The sections under "layers", each of kind "repeat" in place of it its own ones, `times` times.
std::vector<ConfigSection> layer_sections(ConfigSection& section) {
  std::vector<ConfigSection> result;
  for (ConfigSection& part : section.sections("layers")) {
    if (part.value("kind") != Json("repeat")) {
      result.push_back(std::move(part));
      continue;
    }
    part.need("times");
    part.need("layers");
    const int64_t times = part.integer("times", 1, 1, kMostRepeats);
    const std::vector<ConfigSection> group = layer_sections(part);
    part.finish();
    require(group.size() <= (kMostLayers - result.size()) / static_cast<std::size_t>(times),
            "model", part.name(), ": a stack may have ", kMostLayers, " layers; got ", times,
            " times ", group.size(), ".");
    for (int64_t i = 0; i < times; ++i) result.insert(result.end(), group.begin(), group.end());
  }
  return result;
}

}  // namespace

SequenceModel::SequenceModel(const Json& config, const std::string& where)
    : SequenceModel(ConfigSection(config, where, "model"), where) {}

SequenceModel::SequenceModel(ConfigSection section, const std::string& where) {
  std::vector<ConfigSection> sections = layer_sections(section);
  section.finish();
  require(!sections.empty(), "model", where, ": layers must list at least one layer; got none.");
  const auto container = register_module("layers", std::make_shared<torch::nn::Module>("layers"));
  config_["layers"] = Json::array();
  for (ConfigSection& part : sections) {
    ConfiguredLayer made = make_layer(part);
    const std::size_t index = layers_.size();
    require(index == 0 || layers_.back()->output_size() == made.layer->input_size(), "model", where,
            ": layer ", index, " must take what layer ", index - 1, " gives; got input_size ",
            made.layer->input_size(), " after output_size ",
            index == 0 ? 0 : layers_.back()->output_size(), ".");
    require(index == 0 || made.layer->input_symbols() == 0, "model", where, ": layer ", index,
            " must take the numbers that layer ", index - 1,
            " gives; got a layer that takes symbols. Put it first.");
    container->register_module(std::to_string(index), made.layer);
    state_sizes_.push_back(made.layer->initial_state(0).size());
    layers_.push_back(std::move(made.layer));
    config_["layers"].push_back(std::move(made.options));
  }
  SequenceModel::initialize(0);
}

std::vector<LayerState> SequenceModel::split_state(const LayerState& state) const {
  std::vector<LayerState> parts(layers_.size());
  if (state.empty()) return parts;
  std::size_t total = 0;
  for (const std::size_t size : state_sizes_) total += size;
  TORCH_CHECK_VALUE(state.size() == total, "[model] state must hold ", total, " tensors; got ",
                    state.size(), ". Pass initial_state(batch) or the state of an earlier call.");
  auto next = state.begin();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = next + static_cast<std::ptrdiff_t>(state_sizes_[i]);
    parts[i].assign(next, end);
    next = end;
  }
  return parts;
}

SequenceOutput SequenceModel::forward(const torch::Tensor& input, const LayerState& state) const {
  return run(&SequenceLayer::forward, input, state);
}

SequenceOutput SequenceModel::step(const torch::Tensor& input, const LayerState& state) const {
  return run(&SequenceLayer::step, input, state);
}

SequenceOutput SequenceModel::run(Pass pass, const torch::Tensor& input,
                                  const LayerState& state) const {
  const std::vector<LayerState> parts = split_state(state);
  SequenceOutput result{input, {}};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    SequenceOutput part = (*layers_[i].*pass)(result.output, parts[i]);
    result.output = std::move(part.output);
    result.state.insert(result.state.end(), std::make_move_iterator(part.state.begin()),
                        std::make_move_iterator(part.state.end()));
  }
  return result;
}

PaddedSequences SequenceModel::forward_padded(const PaddedSequences& sequences) const {
  return forward_cleared(clear_padding(sequences));
}

PaddedSequences SequenceModel::forward_cleared(PaddedSequences sequences) const {
  for (const auto& layer : layers_) sequences = layer->forward_padded(sequences);
  return sequences;
}

LayerState SequenceModel::initial_state(int64_t batch) const {
  LayerState result;
  for (const auto& layer : layers_) {
    const LayerState part = layer->initial_state(batch);
    result.insert(result.end(), part.begin(), part.end());
  }
  return result;
}

int64_t SequenceModel::input_size() const { return layers_.front()->input_size(); }
int64_t SequenceModel::output_size() const { return layers_.back()->output_size(); }

void SequenceModel::set_noise_seed(std::optional<uint64_t> seed) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->set_noise_seed(seed ? std::optional(child_seed(*seed, "layer", i)) : std::nullopt);
  }
}

void SequenceModel::initialize(uint64_t seed) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->initialize(child_seed(seed, "layer", i));
  }
}

std::vector<std::string> SequenceModel::recurrence_parameters() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (std::string& name : inner_recurrence_parameters(*layers_[i], concatenate("layers.", i))) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

double SequenceModel::operations_per_token() const {
  double sum = 0.0;
  for (const auto& layer : layers_) sum += layer->operations_per_token();
  return sum;
}

}  // namespace gril
