#include "gril/models/bidirectional.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/layers/padded_sequences.h"
#include "gril/layers/whole_sequence.h"
#include "gril/models/inner_parameters.h"

namespace gril {
namespace {

constexpr const char* kWhere = "bidirectional";
constexpr int64_t kTime = 1;

std::shared_ptr<SequenceModel> make_body(ConfigSection& section, const char* key) {
  const ConfigSection body = section.section(key);
  return std::make_shared<SequenceModel>(body, body.name());
}

}  // namespace

Bidirectional::Bidirectional(ConfigSection& section)
    : forward_(make_body(section, "forward")), backward_(make_body(section, "backward")) {
  section.finish();
  require(forward_->input_size() == backward_->input_size(), kWhere, section.name(),
          ": both directions must take the same features; got input_size ", forward_->input_size(),
          " and ", backward_->input_size(), ".");
  require(forward_->input_symbols() == backward_->input_symbols(), kWhere, section.name(),
          ": both directions must take the same symbols; got ", forward_->input_symbols(), " and ",
          backward_->input_symbols(), " different ones (0: numbers).");
  register_module("forward_body", forward_);
  register_module("backward_body", backward_);
}

SequenceOutput Bidirectional::forward(const torch::Tensor& input, const LayerState& state) const {
  // The bodies check the shape of the input.
  at::Tensor output = forward_padded({input, {}}).tokens;
  return {std::move(output),
          whole_sequence_end(state, initial_state(input.size(0)), input.size(kTime), kWhere)};
}

PaddedSequences Bidirectional::forward_padded(const PaddedSequences& sequences) const {
  const PaddedSequences earlier = forward_->forward_cleared(sequences);
  const PaddedSequences later =
      backward_->forward_cleared({reversed_tokens(sequences), sequences.lengths});
  return {at::cat({earlier.tokens, reversed_tokens(later)}, -1), earlier.lengths};
}

SequenceOutput Bidirectional::step(const torch::Tensor&, const LayerState&) const {
  refuse_single_token(kWhere);
}

LayerState Bidirectional::initial_state(int64_t batch) const {
  return whole_sequence_start(batch, *this);
}

void Bidirectional::set_noise_seed(std::optional<uint64_t> seed) {
  const auto child = [&](const char* name) {
    return seed ? std::optional(child_seed(*seed, name)) : std::nullopt;
  };
  forward_->set_noise_seed(child("forward"));
  backward_->set_noise_seed(child("backward"));
}

void Bidirectional::initialize(uint64_t seed) {
  forward_->initialize(child_seed(seed, "forward"));
  backward_->initialize(child_seed(seed, "backward"));
}

std::vector<std::string> Bidirectional::recurrence_parameters() const {
  std::vector<std::string> names = inner_recurrence_parameters(*forward_, "forward_body");
  for (std::string& name : inner_recurrence_parameters(*backward_, "backward_body")) {
    names.push_back(std::move(name));
  }
  return names;
}

double Bidirectional::operations_per_token() const {
  return forward_->operations_per_token() + backward_->operations_per_token();
}

}  // namespace gril
