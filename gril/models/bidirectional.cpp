#include "gril/models/bidirectional.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr int64_t kTime = 1;

std::shared_ptr<SequenceModel> make_body(ConfigSection& section, const char* key) {
  const ConfigSection body = section.section(key);
  return std::make_shared<SequenceModel>(body, body.name());
}

}  // namespace

Bidirectional::Bidirectional(ConfigSection& section)
    : forward_(make_body(section, "forward")), backward_(make_body(section, "backward")) {
  section.finish();
  require(forward_->input_size() == backward_->input_size(), "bidirectional", section.name(),
          ": both directions must take the same features; got input_size ", forward_->input_size(),
          " and ", backward_->input_size(), ".");
  register_module("forward_body", forward_);
  register_module("backward_body", backward_);
}

SequenceOutput Bidirectional::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, input_size(), forward_->parameters().front(), "bidirectional");
  const int64_t batch = input.size(0);
  if (!state.empty()) {
    check_layer_state(state, initial_state(batch), "bidirectional");
    const int64_t seen = batch == 0 ? 0 : state[0].max().item<int64_t>();
    TORCH_CHECK_VALUE(seen == 0,
                      "[bidirectional] the whole sequence must come at once, because every output "
                      "depends on later tokens; got a state that has seen ",
                      seen, " tokens. Pass the whole sequence and an empty state.");
  }
  const at::Tensor later = backward_->forward(input.flip({kTime}), {}).output.flip({kTime});
  return {at::cat({forward_->forward(input, {}).output, later}, -1),
          {initial_state(batch).front() + input.size(kTime)}};
}

SequenceOutput Bidirectional::step(const torch::Tensor&, const LayerState&) const {
  TORCH_CHECK_VALUE(false,
                    "[bidirectional] the whole sequence must come at once, because every output "
                    "depends on later tokens; got a single token. Use forward.");
}

LayerState Bidirectional::initial_state(int64_t batch) const {
  const auto numbers = forward_->parameters().front().options().requires_grad(false);
  return {at::zeros({batch}, numbers.dtype(at::kLong))};
}

void Bidirectional::initialize(uint64_t seed) {
  forward_->initialize(child_seed(seed, "forward"));
  backward_->initialize(child_seed(seed, "backward"));
}

std::vector<std::string> Bidirectional::recurrence_parameters() const {
  std::vector<std::string> names;
  for (const std::string& name : forward_->recurrence_parameters()) {
    names.push_back("forward_body." + name);
  }
  for (const std::string& name : backward_->recurrence_parameters()) {
    names.push_back("backward_body." + name);
  }
  return names;
}

double Bidirectional::operations_per_token() const {
  return forward_->operations_per_token() + backward_->operations_per_token();
}

}  // namespace gril
