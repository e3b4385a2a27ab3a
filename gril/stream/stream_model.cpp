#include "gril/stream/stream_model.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/stream/stream_state.h"
#include "gril/stream/stream_weights.h"

namespace gril::stream {

StreamModel::StreamModel(const std::filesystem::path& path)
    : weights_(std::make_shared<const StreamWeights>(read_stream_weights(path))) {
  std::size_t numbers = 0;
  std::size_t scratch = 0;
  std::size_t widest = 0;
  for (const GrilStepWeights& layer : weights_->layers) {
    numbers += state_size(layer.shape);
    scratch = std::max(scratch, scratch_size(layer.shape));
    widest = std::max(widest, layer.shape.output_size);
  }
  state_.assign(numbers, 0.0);
  spare_.assign(numbers, 0.0);
  between_.assign(2 * widest, 0.0);
  scratch_.assign(scratch, 0.0);
}

std::size_t StreamModel::input_size() const { return weights_->layers.front().shape.input_size; }
std::size_t StreamModel::output_size() const { return weights_->layers.back().shape.output_size; }
uint64_t StreamModel::fingerprint() const { return weights_->fingerprint; }
const std::string& StreamModel::name() const { return weights_->name; }
const std::string& StreamModel::task() const { return weights_->task; }

void StreamModel::check_sizes(std::size_t token, std::size_t output) const {
  require(token == input_size() && output == output_size(), "stream_model",
          "token and output must have ", input_size(), " and ", output_size(), " features; got ",
          token, " and ", output, ". Use the sizes of the model.");
}

void StreamModel::step(std::span<const double> token, std::span<double> output) {
  check_sizes(token.size(), output.size());
  run(token, state_, output);
}

void StreamModel::peek(std::span<const double> token, std::span<double> output) {
  check_sizes(token.size(), output.size());
  std::copy(state_.begin(), state_.end(), spare_.begin());
  run(token, spare_, output);
}

// The outputs of the layers alternate between the two halves of between_.
void StreamModel::run(std::span<const double> token, std::vector<double>& state,
                      std::span<double> output) {
  const std::size_t half = between_.size() / 2;
  const double* input = token.data();
  double* layer_state = state.data();
  double* layer_output = between_.data();
  for (std::size_t i = 0; i < weights_->layers.size(); ++i) {
    const GrilStepWeights& layer = weights_->layers[i];
    layer_output = between_.data() + (i % 2) * half;
    gril_step(layer, input, layer_state, scratch_.data(), layer_output);
    layer_state += state_size(layer.shape);
    input = layer_output;
  }
  std::copy_n(layer_output, output.size(), output.begin());
}

void StreamModel::reset() { std::fill(state_.begin(), state_.end(), 0.0); }

std::string StreamModel::save() const { return encode_state(fingerprint(), state_); }

void StreamModel::restore(std::string_view bytes) {
  state_ = decode_state(bytes, fingerprint(), state_.size()).numbers;
}

}  // namespace gril::stream
