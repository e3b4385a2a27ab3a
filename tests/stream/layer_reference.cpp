#include "tests/stream/layer_reference.h"

namespace gril::test {
namespace {

using Vector = std::vector<double>;

std::size_t size(int64_t number) { return static_cast<std::size_t>(number); }

/// u_{t-j}, zero before the first token.
Vector token_at(const LayerSpec& spec, const std::vector<Vector>& tokens, int64_t t) {
  return t < 0 ? Vector(size(spec.input_size), 0.0) : tokens[size(t)];
}

/// W_j u with the map called `name`: tied, per offset, or the identity; of u as many features as
/// the map has columns.
Vector project(const LayerSpec& spec, const LayerTensors& tensors, const std::string& name,
               int64_t offset, const Vector& u) {
  if (spec.projections == "identity") return u;
  const Numbers& map = tensors.at(name);
  const std::size_t width = size(map.shape.back());
  const std::size_t rows = map.values.size() / width / (spec.tied ? 1 : size(spec.window));
  const std::size_t start = spec.tied ? 0 : size(offset) * rows * width;
  Vector result(rows, 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t c = 0; c < width; ++c) {
      result[row] += map.values[start + row * width + c] * u[c];
    }
  }
  return result;
}

/// M[i, j] for the value offset i and the key offset j.
double offset_weight(const LayerSpec& spec, const LayerTensors& tensors, int64_t i, int64_t j) {
  if (!spec.tied) return 1.0;
  if (!spec.cross_product) return tensors.at("key_offsets").values[size(j)];
  return tensors.at("offset_weights").values[size(i * spec.window + j)];
}

double decay_at(const LayerSpec& spec, const LayerTensors& tensors, int64_t h, int64_t i,
                int64_t j) {
  if (spec.decay == "fixed") return tensors.at("decay").values[size(h)];
  const Vector& p = tensors.at("log_decay_rate").values;
  const bool per_head = spec.decay == "per_head";
  return std::exp(-std::exp(p[size(per_head ? h : (h * spec.value_size + i) * spec.key_size + j)]));
}

/// Σ_{i,j} M[i,j] v_{t,i} k_{t,j}ᵀ of one head at (i, j), summed over the window.
double update_at(const LayerSpec& spec, const LayerTensors& tensors,
                 const std::vector<Vector>& tokens, int64_t t, int64_t row, int64_t column) {
  double sum = 0.0;
  for (int64_t j = 0; j < spec.window; ++j) {
    const double key =
        project(spec, tensors, "key_map", j, token_at(spec, tokens, t - j))[size(column)];
    if (!spec.cross_product) {
      sum += offset_weight(spec, tensors, 0, j) * key;
      continue;
    }
    for (int64_t i = 0; i < spec.window; ++i) {
      const double value =
          project(spec, tensors, "value_map", i, token_at(spec, tokens, t - i))[size(row)];
      sum += offset_weight(spec, tensors, i, j) * value * key;
    }
  }
  return sum;
}

Vector query_at(const LayerSpec& spec, const LayerTensors& tensors,
                const std::vector<Vector>& tokens, int64_t t) {
  Vector query(size(spec.heads * spec.key_size), 0.0);
  for (int64_t j = 0; j < spec.window; ++j) {
    const double weight = spec.tied ? tensors.at("query_offsets").values[size(j)] : 1.0;
    const Vector part = project(spec, tensors, "query_map", j, token_at(spec, tokens, t - j));
    for (std::size_t i = 0; i < query.size(); ++i) query[i] += weight * part[i];
  }
  return query;
}

/// [S q] of every head; S is (H, dv, dk).
Vector read(const LayerSpec& spec, const Vector& state, const Vector& query) {
  Vector result(size(spec.heads * spec.value_size), 0.0);
  for (std::size_t row = 0; row < result.size(); ++row) {
    const std::size_t head = row / size(spec.value_size);
    for (std::size_t j = 0; j < size(spec.key_size); ++j) {
      result[row] += state[row * size(spec.key_size) + j] * query[head * size(spec.key_size) + j];
    }
  }
  return result;
}

}  // namespace

std::vector<Vector> layer_reference(const LayerSpec& spec, const LayerTensors& tensors,
                                    const std::vector<Vector>& tokens) {
  const std::size_t values = size(spec.heads * spec.value_size);
  const std::size_t keys = size(spec.heads * spec.key_size);
  Vector state(values * size(spec.key_size), 0.0);
  std::vector<Vector> outputs;
  for (int64_t t = 0; t < static_cast<int64_t>(tokens.size()); ++t) {
    if (t % spec.stride != 0) {
      outputs.push_back(outputs.back());
      continue;
    }
    const Vector query = query_at(spec, tensors, tokens, t);
    Vector reading = read(spec, state, query);
    for (int64_t row = 0; row < static_cast<int64_t>(values); ++row) {
      const int64_t head = row / spec.value_size;
      for (int64_t j = 0; j < spec.key_size; ++j) {
        double& number = state[size(row * spec.key_size + j)];
        number = decay_at(spec, tensors, head, row % spec.value_size, j) * number +
                 update_at(spec, tensors, tokens, t, row, head * spec.key_size + j);
      }
    }
    if (!spec.strict) reading = read(spec, state, query);
    Vector output(size(spec.output_size), 0.0);
    for (std::size_t m = 0; m < output.size(); ++m) {
      for (std::size_t i = 0; i < values; ++i) {
        output[m] += tensors.at("readout").values[m * values + i] * reading[i];
      }
      for (std::size_t i = 0; spec.initial_weights && i < keys; ++i) {
        output[m] += tensors.at("initial_weights").values[m * keys + i] * query[i];
      }
    }
    outputs.push_back(output);
  }
  return outputs;
}

}  // namespace gril::test
