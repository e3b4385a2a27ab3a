#include "gril/stream/stream_stack.h"

#include <algorithm>
#include <utility>

namespace gril::stream {

StreamStack::StreamStack(Layers layers) : layers_(std::move(layers)) {
  for (const auto& layer : layers_) {
    state_size_ += layer->state_size();
    widest_ = std::max(widest_, layer->output_size());
    layer_scratch_ = std::max(layer_scratch_, layer->scratch_size());
  }
}

// What the layers hand on alternates between the two halves at the start of the scratch.
void StreamStack::step(const double* input, double* state, double* scratch, double* output) const {
  double* const layer_scratch = scratch + 2 * widest_;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool last = i + 1 == layers_.size();
    double* const layer_output = last ? output : scratch + (i % 2) * widest_;
    layers_[i]->step(input, state, layer_scratch, layer_output);
    state += layers_[i]->state_size();
    input = layer_output;
  }
}

TokenTrace StreamStack::trace(const TokenTrace& input) const {
  TokenTrace trace = input;
  for (const auto& layer : layers_) trace = layer->trace(trace);
  return trace;
}

void StreamStack::prepend(const double* earlier, double* state, int64_t steps) const {
  for (const auto& layer : layers_) {
    layer->prepend(earlier, state, steps);
    earlier += layer->state_size();
    state += layer->state_size();
  }
}

}  // namespace gril::stream
