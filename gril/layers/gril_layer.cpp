#include "gril/layers/gril_layer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <utility>

#include "gril/layers/parameter_initialization.h"
#include "gril/layers/token_window.h"

namespace gril {
namespace {

/// Places of the tensors in the state.
constexpr std::size_t kMatrix = 0;
constexpr std::size_t kHistory = 1;
constexpr std::size_t kHeld = 2;
constexpr std::size_t kPhase = 3;

/// The phase of a batch: one number, because all its sequences update together.
int64_t common_phase(const at::Tensor& phase, int64_t stride) {
  if (phase.numel() == 0) return 0;
  const auto lowest = phase.min().item<int64_t>();
  const auto highest = phase.max().item<int64_t>();
  TORCH_CHECK_VALUE(lowest == highest && lowest >= 0 && lowest < stride,
                    "[gril] the phase must be one number from 0 to ", stride - 1,
                    " for the whole batch; got ", lowest, " to ", highest, ".");
  return lowest;
}

}  // namespace

GrilLayer::GrilLayer(const GrilLayerOptions& options) : options_(resolve(options)) {
  register_parameters();
  GrilLayer::initialize(0);
}

void GrilLayer::register_parameters() {
  const auto& o = options_;
  const int64_t values = o.heads * o.value_size;
  const int64_t keys = o.heads * o.key_size;
  const auto add = [this](const char* name, const std::vector<int64_t>& shape) {
    return register_parameter(name, parameter_zeros(shape));
  };
  const auto add_map = [&](const char* name, int64_t rows, int64_t features) {
    return o.tied ? add(name, {rows, features}) : add(name, {o.window, rows, features});
  };
  if (o.projections == "learned") {
    if (o.cross_product) value_map_ = add_map("value_map", values, o.written_features);
    key_map_ = add_map("key_map", keys, o.written_features);
    if (o.multiplicative_readout) query_map_ = add_map("query_map", keys, o.input_size);
  }
  if (o.tied && o.cross_product) offset_weights_ = add("offset_weights", {o.window, o.window});
  if (o.tied && !o.cross_product) key_offsets_ = add("key_offsets", {o.window});
  if (o.tied && o.multiplicative_readout) query_offsets_ = add("query_offsets", {o.window});
  decay_ = StateDecay(*this, o.decay, {o.heads, o.value_size, o.key_size}, o.fixed_decay);
  const int64_t readings = o.multiplicative_readout ? values : values * o.key_size;
  readout_ = add("readout", {o.output_size, readings});
  if (o.initial_weights) initial_weights_ = add("initial_weights", {o.output_size, keys});
}

void GrilLayer::initialize(uint64_t seed) {
  const auto draw = [seed](at::Tensor& parameter, double deviation, const char* name) {
    if (parameter.defined()) draw_normal(parameter, deviation, seed, name);
  };
  constexpr double kOffsetDeviation = 0.1;
  const auto draw_map = [&](at::Tensor& map, int64_t features, const char* name) {
    const int64_t fan_in = features * (options_.tied ? 1 : options_.window);
    draw(map, 1.0 / std::sqrt(static_cast<double>(fan_in)), name);
  };
  draw_map(value_map_, options_.written_features, "value_map");
  draw_map(key_map_, options_.written_features, "key_map");
  draw_map(query_map_, options_.input_size, "query_map");
  draw(offset_weights_, kOffsetDeviation, "offset_weights");
  draw(key_offsets_, kOffsetDeviation, "key_offsets");
  draw(query_offsets_, 1.0, "query_offsets");
  draw(readout_, 1.0 / std::sqrt(static_cast<double>(readout_.size(1))), "readout");
  decay_.initialize(seed);
  const c10::AutoGradMode no_grad(false);
  if (initial_weights_.defined()) initial_weights_.zero_();
}

std::vector<std::string> GrilLayer::recurrence_parameters() const {
  return decay_.parameter_names();
}

double GrilLayer::operations_per_token() const {
  const auto& o = options_;
  const double w = static_cast<double>(o.window);
  const double d = static_cast<double>(o.input_size);
  const double values = static_cast<double>(o.heads * o.value_size);
  const double keys = static_cast<double>(o.heads * o.key_size);
  const double ranks = o.tied && o.cross_product ? w : 1.0;
  const double written = static_cast<double>(o.written_features);
  const double queries = o.multiplicative_readout ? 1.0 : 0.0;
  const double rows = o.cross_product ? values + keys : keys;
  const double maps =
      o.projections == "identity" ? 0.0 : 2.0 * (written * rows + queries * d * keys);
  const double stride = static_cast<double>(o.stride);
  // Tied maps run once per token, untied ones once per offset of an update.
  const double mapping = o.tied ? maps * stride : maps * w;
  const double mixing = o.tied ? 2.0 * w * (ranks + queries) * keys : 0.0;
  const double scanning =
      (2.0 * ranks + 1.0 + 2.0 * queries) * values * static_cast<double>(o.key_size);
  const double skip = o.initial_weights ? keys : 0.0;
  const double readings = static_cast<double>(readout_.size(1));
  const double reading = 2.0 * static_cast<double>(o.output_size) * (readings + skip);
  double dividing = o.normalisation == "none" ? 0.0 : values;
  if (o.normalisation == "power") dividing += 2.0 * keys;
  return (mapping + mixing + scanning + reading + dividing) / stride;
}

LayerState GrilLayer::initial_state(int64_t batch) const {
  const auto numbers = readout_.options().requires_grad(false);
  LayerState state = {
      at::zeros({batch, options_.heads, options_.value_size, options_.key_size}, numbers),
      at::zeros({batch, options_.window - 1, options_.input_size}, numbers)};
  if (options_.stride > 1) {
    state.push_back(at::zeros({batch, options_.output_size}, numbers));
    state.push_back(at::zeros({batch}, numbers.dtype(at::kLong)));
  }
  if (options_.normalisation != "none") {
    state.push_back(at::zeros({batch, options_.heads}, numbers));
  }
  return state;
}

SequenceOutput GrilLayer::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, readout_, "gril");
  const bool fresh = state.empty();
  if (!fresh) check_layer_state(state, initial_state(input.size(0)), "gril");
  const bool skips = options_.stride > 1;
  const int64_t phase = fresh || !skips ? 0 : common_phase(state[kPhase], options_.stride);
  const UpdateSchedule schedule(input.size(1), options_.stride, phase);

  const at::Tensor padded =
      with_history(input, fresh ? at::Tensor() : state[kHistory], options_.window);
  const at::Tensor before = fresh ? at::Tensor() : state[kMatrix];
  WindowedScan scan;
  scan.state = before;
  at::Tensor updated;
  at::Tensor divisor = fresh || options_.normalisation == "none" ? at::Tensor() : state.back();
  if (schedule.count > 0) {
    scan = scanned(padded, schedule, before);
    if (options_.normalisation != "none") normalise(scan, divisor);
    updated = read(scan);
  }
  const at::Tensor output =
      hold_between_updates(updated, fresh || !skips ? at::Tensor() : state[kHeld], schedule);

  LayerState next = {scan.state, padded.narrow(1, input.size(1), options_.window - 1).clone()};
  if (skips) {
    next.push_back(output.select(1, input.size(1) - 1).clone());
    next.push_back(at::full({input.size(0)}, schedule.next_phase(),
                            input.options().dtype(at::kLong).requires_grad(false)));
  }
  if (options_.normalisation != "none") next.push_back(divisor);
  return {output, std::move(next)};
}

void GrilLayer::normalise(WindowedScan& scan, torch::Tensor& divisor) const {
  const at::Tensor weights = options_.normalisation == "power"
                                 ? scan.keys.square().sum(-1)
                                 : at::ones_like(scan.readings.select(3, 0)).detach();
  DividedReadings divided =
      divide_by_running_divisor(scan.readings, weights, decay_.value(), divisor, options_.strict);
  scan.readings = std::move(divided.readings);
  divisor = std::move(divided.divisor);
}

torch::Tensor GrilLayer::read(const WindowedScan& scan) const {
  const int64_t batch = scan.readings.size(0);
  const int64_t updates = scan.readings.size(1);
  const auto rows = [&](const at::Tensor& tensor) {
    return tensor.reshape({batch * updates, tensor.size(2) * tensor.size(3)});
  };
  at::Tensor output = at::mm(rows(scan.readings), readout_.t());
  if (initial_weights_.defined()) {
    output = at::addmm(output, rows(scan.queries), initial_weights_.t());
  }
  return output.view({batch, updates, options_.output_size});
}

}  // namespace gril
