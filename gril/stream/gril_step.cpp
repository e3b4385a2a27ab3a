#include "gril/stream/gril_step.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gril::stream {
namespace {

std::size_t divisor_size(const GrilStepShape& shape) {
  return shape.normalisation == Normalisation::kNone ? 0 : shape.heads;
}

/// Where the parts of a layer's state lie.
struct StateParts {
  StateParts(const GrilStepShape& shape, double* state)
      : past(state),
        memory(past + (shape.window - 1) * shape.input_size),
        divisor(memory + shape.heads * shape.key_size * shape.value_size),
        held(divisor + divisor_size(shape)),
        phase(held + shape.output_size) {}

  double* past;     // the last w-1 tokens, newest first
  double* memory;   // S
  double* divisor;  // of every head
  double* held;
  double* phase;
};

/// Where the intermediate vectors of a step lie.
struct ScratchParts {
  ScratchParts(const GrilStepShape& shape, double* scratch)
      : window(scratch),
        value(window + shape.window * shape.input_size),
        key(value + shape.heads * shape.value_size),
        query(key + shape.heads * shape.key_size),
        read(query + shape.heads * shape.key_size) {}

  double* window;
  double* value;
  double* key;
  double* query;
  double* read;
};

void apply(const WindowMap& map, const double* z, double* y) {
  std::fill_n(y, map.rows(), 0.0);
  map.add_to(z, y);
}

void forget(const GrilStepWeights& weights, double* memory) {
  for (std::size_t i = 0; i < weights.decay.size(); ++i) memory[i] *= weights.decay[i];
}

// S += v kᵀ for every head; memory is (H, dk, dv).
void add_outer_product(const GrilStepShape& shape, const double* value, const double* key,
                       double* memory) {
  for (std::size_t head = 0; head < shape.heads; ++head, value += shape.value_size) {
    for (std::size_t j = 0; j < shape.key_size; ++j, ++key, memory += shape.value_size) {
      for (std::size_t i = 0; i < shape.value_size; ++i) memory[i] += value[i] * *key;
    }
  }
}

// c = λ c + 1, or + |k|², for every head.
void add_to_divisor(const GrilStepWeights& weights, const double* key, double* divisor) {
  const GrilStepShape& shape = weights.shape;
  for (std::size_t head = 0; head < divisor_size(shape); ++head, key += shape.key_size) {
    const bool power = shape.normalisation == Normalisation::kPower;
    const double more = power ? std::inner_product(key, key + shape.key_size, key, 0.0) : 1.0;
    divisor[head] = weights.head_decay(head) * divisor[head] + more;
  }
}

void update_memory(const GrilStepWeights& weights, const ScratchParts& scratch,
                   const StateParts& state) {
  forget(weights, state.memory);
  for (const GrilStepWeights::Term& term : weights.terms) {
    if (term.value.rows() == 0) {
      std::fill_n(scratch.value, weights.shape.heads, 1.0);
    } else {
      apply(term.value, scratch.window, scratch.value);
    }
    apply(term.key, scratch.window, scratch.key);
    add_outer_product(weights.shape, scratch.value, scratch.key, state.memory);
  }
  add_to_divisor(weights, scratch.key, state.divisor);  // the power needs one term, see the reader
}

// [S q], or [S q / c], of every head. Without an update S and c are 0, and so is the reading.
void read_memory(const GrilStepShape& shape, const StateParts& state, const double* query,
                 double* read) {
  const double* memory = state.memory;
  for (std::size_t head = 0; head < shape.heads; ++head, read += shape.value_size) {
    std::fill_n(read, shape.value_size, 0.0);
    for (std::size_t j = 0; j < shape.key_size; ++j, ++query, memory += shape.value_size) {
      for (std::size_t i = 0; i < shape.value_size; ++i) read[i] += memory[i] * *query;
    }
    if (divisor_size(shape) == 0 || state.divisor[head] == 0.0) continue;
    for (std::size_t i = 0; i < shape.value_size; ++i) read[i] /= state.divisor[head];
  }
}

}  // namespace

std::size_t GrilStep::state_size() const {
  const GrilStepShape& shape = weights_.shape;
  return (shape.window - 1) * shape.input_size + shape.heads * shape.key_size * shape.value_size +
         divisor_size(shape) + (shape.stride > 1 ? shape.output_size + 1 : 0);
}

std::size_t GrilStep::scratch_size() const {
  const GrilStepShape& shape = weights_.shape;
  return shape.window * shape.input_size + 2 * shape.heads * (shape.value_size + shape.key_size);
}

TokenTrace GrilStep::trace(const TokenTrace& input) const {
  const GrilStepShape& shape = weights_.shape;
  TokenTrace trace{std::vector<bool>(shape.output_size), input.additive};
  const auto all = [](const std::vector<bool>& rows) {
    return std::all_of(rows.begin(), rows.end(), [](bool row) { return row; });
  };
  trace.additive = trace.additive && shape.window == 1 && shape.stride == 1;
  if (!trace.additive) return trace;
  for (const GrilStepWeights::Term& term : weights_.terms) {
    trace.additive = trace.additive && all(term.value.rows_within(input.from_token)) &&
                     all(term.key.rows_within(input.from_token));
  }
  const std::vector<bool> no_reading(shape.heads * shape.value_size);
  const std::vector<bool> no_query(shape.heads * shape.key_size);
  trace.from_token = weights_.readout.rows_within(no_reading);
  const std::vector<bool> unasked = weights_.initial_weights.rows_within(no_query);
  for (std::size_t i = 0; i < unasked.size(); ++i) {
    trace.from_token[i] = trace.from_token[i] && unasked[i];
  }
  return trace;
}

void GrilStep::prepend(const double* earlier, double* state, int64_t steps) const {
  const GrilStepShape& shape = weights_.shape;
  const std::size_t memory = shape.heads * shape.key_size * shape.value_size;  // window 1: no past
  const auto power = static_cast<double>(steps);
  for (std::size_t i = 0; i < memory; ++i) {
    state[i] += std::pow(weights_.decay[i], power) * earlier[i];
  }
  for (std::size_t head = 0; head < divisor_size(shape); ++head) {
    state[memory + head] += std::pow(weights_.head_decay(head), power) * earlier[memory + head];
  }
}

void GrilStep::step(const double* input, double* state, double* scratch, double* output) const {
  const GrilStepShape& shape = weights_.shape;
  const StateParts now(shape, state);
  const ScratchParts work(shape, scratch);
  const std::size_t past_size = (shape.window - 1) * shape.input_size;
  std::copy_n(input, shape.input_size, work.window);
  std::copy_n(now.past, past_size, work.window + shape.input_size);
  const bool holds = shape.stride > 1;
  double* const result = holds ? now.held : output;
  if (!holds || *now.phase == 0.0) {
    apply(weights_.query, work.window, work.query);
    if (shape.strict) read_memory(shape, now, work.query, work.read);
    update_memory(weights_, work, now);
    if (!shape.strict) read_memory(shape, now, work.query, work.read);
    apply(weights_.readout, work.read, result);
    weights_.initial_weights.add_to(work.query, result);
  }
  if (holds) {
    const double next_phase = *now.phase + 1.0;
    *now.phase = next_phase == static_cast<double>(shape.stride) ? 0.0 : next_phase;
    std::copy_n(now.held, shape.output_size, output);
  }
  std::copy_n(work.window, past_size, now.past);
}

}  // namespace gril::stream
