#include "gril/models/tied_embedding.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/base/check.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/layers/symbol_input.h"
#include "gril/models/inner_parameters.h"

namespace gril {
namespace {

constexpr const char* kWhere = "tied_embedding";

TiedEmbeddingOptions read_options(ConfigSection& section) {
  TiedEmbeddingOptions options;
  for (const char* key : {"symbols", "size"}) section.need(key);
  options.symbols = section.integer("symbols", options.symbols, 1);
  options.size = section.integer("size", options.size, 1);
  options.initial_scale = section.number("initial_scale", options.initial_scale);
  require(options.initial_scale > 0.0, kWhere, section.name(),
          ": initial_scale must be above 0; got ", options.initial_scale, ".");
  return options;
}

}  // namespace

TiedEmbedding::TiedEmbedding(ConfigSection& section)
    : options_(read_options(section)),
      body_(std::make_shared<SequenceModel>(section, section.name())) {
  require(body_->input_symbols() == 0, kWhere, section.name(),
          ": the layers must take vectors of the table; got layers that take symbols.");
  require(body_->input_size() == options_.size && body_->output_size() == options_.size, kWhere,
          section.name(), ": the layers must take and give size = ", options_.size,
          " features; got input_size ", body_->input_size(), " and output_size ",
          body_->output_size(), ".");
  table_ = register_parameter("table", parameter_zeros({options_.symbols, options_.size}));
  bias_ = register_parameter("bias", parameter_zeros({options_.symbols}));
  register_module("body", body_);
  TiedEmbedding::initialize(0);
}

void TiedEmbedding::initialize(uint64_t seed) {
  draw_normal(table_, options_.initial_scale, seed, "table");
  set_constant(bias_, 0.0);
  body_->initialize(seed);
}

torch::Tensor TiedEmbedding::vectors_of(const torch::Tensor& input) const {
  check_symbol_input(input, options_.symbols, 1, kWhere);
  return at::embedding(table_, input.squeeze(2));
}

torch::Tensor TiedEmbedding::scores_of(const torch::Tensor& output) const {
  return at::linear(output, table_, bias_);
}

SequenceOutput TiedEmbedding::forward(const torch::Tensor& input, const LayerState& state) const {
  SequenceOutput inner = body_->forward(vectors_of(input), state);
  return {scores_of(inner.output), std::move(inner.state)};
}

SequenceOutput TiedEmbedding::step(const torch::Tensor& input, const LayerState& state) const {
  SequenceOutput inner = body_->step(vectors_of(input.unsqueeze(1)).squeeze(1), state);
  return {scores_of(inner.output), std::move(inner.state)};
}

PaddedSequences TiedEmbedding::forward_padded(const PaddedSequences& sequences) const {
  const PaddedSequences inner =
      body_->forward_cleared({vectors_of(sequences.tokens), sequences.lengths});
  return {scores_of(inner.tokens), inner.lengths};
}

std::vector<std::string> TiedEmbedding::recurrence_parameters() const {
  return inner_recurrence_parameters(*body_, "body");
}

double TiedEmbedding::operations_per_token() const {
  const double map = static_cast<double>(options_.symbols) * static_cast<double>(options_.size);
  return body_->operations_per_token() + 2.0 * map;
}

Json to_json(const TiedEmbedding& layer) {
  Json json = {{"symbols", layer.options().symbols},
               {"size", layer.options().size},
               {"initial_scale", layer.options().initial_scale}};
  json.update(layer.body().config());
  return json;
}

}  // namespace gril
