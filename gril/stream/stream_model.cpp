#include "gril/stream/stream_model.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/stream/stream_state.h"
#include "gril/stream/stream_weights.h"

namespace gril::stream {

StreamModel::StreamModel(const std::filesystem::path& path)
    : weights_(std::make_shared<const StreamWeights>(read_stream_weights(path))),
      state_(weights_->layers.state_size(), 0.0),
      spare_(state_),
      scratch_(weights_->layers.scratch_size(), 0.0) {}

std::size_t StreamModel::input_size() const { return weights_->layers.input_size(); }
std::size_t StreamModel::output_size() const { return weights_->layers.output_size(); }
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
  weights_->layers.step(token.data(), state_.data(), scratch_.data(), output.data());
}

void StreamModel::peek(std::span<const double> token, std::span<double> output) {
  check_sizes(token.size(), output.size());
  std::copy(state_.begin(), state_.end(), spare_.begin());
  weights_->layers.step(token.data(), spare_.data(), scratch_.data(), output.data());
}

bool StreamModel::states_add_up() const {
  return weights_->layers.trace({std::vector<bool>(input_size(), true), true}).additive;
}

void StreamModel::prepend(const StreamModel& earlier, int64_t steps) {
  require(fingerprint() == earlier.fingerprint(), "stream_model",
          "merged states must belong to one model; got two. Open the same file for both.");
  require(
      states_add_up(), "stream_model", name(),
      ": merging needs sums of the tokens alone; got layers whose window or stride is not 1, or "
      "whose values or keys depend on earlier states. Stream the whole table instead.");
  weights_->layers.prepend(earlier.state_.data(), state_.data(), steps);
}

void StreamModel::reset() { std::fill(state_.begin(), state_.end(), 0.0); }

std::string StreamModel::save() const { return encode_state(fingerprint(), state_); }

void StreamModel::restore(std::string_view bytes) {
  state_ = decode_state(bytes, fingerprint(), state_.size()).numbers;
}

}  // namespace gril::stream
