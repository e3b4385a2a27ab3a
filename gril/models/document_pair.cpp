#include "gril/models/document_pair.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/layers/padded_sequences.h"
#include "gril/layers/symbol_input.h"
#include "gril/layers/whole_sequence.h"
#include "gril/models/inner_parameters.h"

namespace gril {
namespace {

constexpr const char* kWhere = "document_pair";

/// The body checks the dtype of numbers.
void check_tokens(const DocumentPair& layer, const at::Tensor& tokens) {
  if (layer.input_symbols() > 0) {
    check_symbol_input(tokens, layer.input_symbols(), layer.input_size(), kWhere);
  } else {
    check_sequence_input(tokens, layer.input_size(), tokens, kWhere);
  }
}

}  // namespace

DocumentPair::DocumentPair(const ConfigSection& section)
    : body_(std::make_shared<SequenceModel>(section, section.name())) {
  register_module("body", body_);
}

SequenceOutput DocumentPair::forward(const torch::Tensor& input, const LayerState& state) const {
  check_tokens(*this, input);
  LayerState end = whole_sequence_end(state, initial_state(input.size(0)), input.size(1), kWhere);
  return {forward_padded({input, {}}).tokens, std::move(end)};
}

SequenceOutput DocumentPair::step(const torch::Tensor&, const LayerState&) const {
  refuse_single_token(kWhere);
}

PaddedSequences DocumentPair::forward_padded(const PaddedSequences& sequences) const {
  check_tokens(*this, sequences.tokens);
  const at::Tensor read = last_tokens(body_->forward_cleared(taken_apart(sequences, 2)));
  const int64_t batch = sequences.tokens.size(0);
  const at::Tensor a = read.narrow(0, 0, batch);
  const at::Tensor b = read.narrow(0, batch, batch);
  return {at::cat({a, b, a - b, a * b}, 1).unsqueeze(1), {}};
}

LayerState DocumentPair::initial_state(int64_t batch) const {
  return whole_sequence_start(batch, *this);
}

std::vector<std::string> DocumentPair::recurrence_parameters() const {
  return inner_recurrence_parameters(*body_, "body");
}

}  // namespace gril
