#include "gril/stream/gril_step.h"

#include <algorithm>

namespace gril::stream {
namespace {

/// Where the parts of a layer's state lie.
struct StateParts {
  StateParts(const GrilStepShape& shape, double* state)
      : past(state),
        memory(past + (shape.window - 1) * shape.input_size),
        held(memory + shape.heads * shape.key_size * shape.value_size),
        phase(held + shape.output_size) {}

  double* past;    // the last w-1 tokens, newest first
  double* memory;  // S
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

void update_memory(const GrilStepWeights& weights, const ScratchParts& scratch, double* memory) {
  forget(weights, memory);
  for (const GrilStepWeights::Term& term : weights.terms) {
    if (term.value.rows() == 0) {
      std::fill_n(scratch.value, weights.shape.heads, 1.0);
    } else {
      apply(term.value, scratch.window, scratch.value);
    }
    apply(term.key, scratch.window, scratch.key);
    add_outer_product(weights.shape, scratch.value, scratch.key, memory);
  }
}

// [S q] of every head.
void read_memory(const GrilStepShape& shape, const double* memory, const double* query,
                 double* read) {
  for (std::size_t head = 0; head < shape.heads; ++head, read += shape.value_size) {
    std::fill_n(read, shape.value_size, 0.0);
    for (std::size_t j = 0; j < shape.key_size; ++j, ++query, memory += shape.value_size) {
      for (std::size_t i = 0; i < shape.value_size; ++i) read[i] += memory[i] * *query;
    }
  }
}

}  // namespace

std::size_t state_size(const GrilStepShape& shape) {
  return (shape.window - 1) * shape.input_size + shape.heads * shape.key_size * shape.value_size +
         shape.output_size + 1;
}

std::size_t scratch_size(const GrilStepShape& shape) {
  return shape.window * shape.input_size + 2 * shape.heads * (shape.value_size + shape.key_size);
}

void gril_step(const GrilStepWeights& weights, const double* token, double* state, double* scratch,
               double* output) {
  const GrilStepShape& shape = weights.shape;
  const StateParts now(shape, state);
  const ScratchParts work(shape, scratch);
  const std::size_t past_size = (shape.window - 1) * shape.input_size;
  std::copy_n(token, shape.input_size, work.window);
  std::copy_n(now.past, past_size, work.window + shape.input_size);
  if (*now.phase == 0.0) {
    apply(weights.query, work.window, work.query);
    if (shape.strict) read_memory(shape, now.memory, work.query, work.read);
    update_memory(weights, work, now.memory);
    if (!shape.strict) read_memory(shape, now.memory, work.query, work.read);
    apply(weights.readout, work.read, now.held);
    weights.initial_weights.add_to(work.query, now.held);
  }
  const double next_phase = *now.phase + 1.0;
  *now.phase = next_phase == static_cast<double>(shape.stride) ? 0.0 : next_phase;
  std::copy_n(now.held, shape.output_size, output);
  std::copy_n(work.window, past_size, now.past);
}

}  // namespace gril::stream
