#include "gril/analysis/steps/token_stack.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/analysis/layer_maps.h"
#include "gril/base/check.h"
#include "gril/layers/linear_layer.h"
#include "gril/models/append.h"
#include "gril/models/residual.h"

namespace gril {
namespace {

/// The stream between two layers as maps (width, size) of the sources so far.
using Stream = std::vector<torch::Tensor>;

/// Linear maps on every source of a stream: (rows, width) times (width, size).
Stream mapped(const torch::Tensor& map, const Stream& stream) {
  Stream result;
  for (const torch::Tensor& source : stream) result.push_back(at::matmul(map, source));
  return result;
}

/// Two streams; what one of them lacks is 0.
Stream added(Stream a, const Stream& b) {
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (i < a.size()) {
      a[i] = a[i] + b[i];
    } else {
      a.push_back(b[i]);
    }
  }
  return a;
}

/// One stream behind another; what one of them lacks is 0.
Stream joined(const Stream& a, const Stream& b) {
  Stream result;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto part = [i](const Stream& stream, const Stream& other) {
      return i < stream.size() ? stream[i]
                               : at::zeros({stream[0].size(0), other[i].size(1)}, at::kDouble);
    };
    result.push_back(at::cat({part(a, b), part(b, a)}));
  }
  return result;
}

Stream through_linear(const LinearLayer& layer, const Stream& stream) {
  const auto parameters = layer.named_parameters();
  Stream result = mapped(parameters["map"].detach().to(torch::kFloat64), stream);
  if (layer.options().bias) {
    // The constant is the last feature of source 0.
    torch::Tensor token = result.front().clone();
    token.select(1, token.size(1) - 1) += parameters["bias"].detach().to(torch::kFloat64);
    result.front() = token;
  }
  return result;
}

/// Adds the layer to the stack; its output is the readout of the new source, and W_0 q.
Stream through_gril(const GrilLayer& layer, const Stream& stream, TokenStack& stack) {
  const LayerMaps maps = layer_maps(layer);
  const torch::Tensor queries = maps.queries.select(0, 0);
  const torch::Tensor keys = maps.keys.select(0, 0) * maps.offset_weights;
  TokenStackLayer part{.values = mapped(maps.values.select(0, 0), stream),
                       .keys = mapped(keys, stream),
                       .queries = mapped(queries, stream),
                       .decay = maps.decay,
                       .strict = layer.options().strict};
  const auto& o = layer.options();
  Stream result = mapped(at::zeros({o.output_size, o.input_size}, at::kDouble), stream);
  if (o.initial_weights) {
    const auto parameters = layer.named_parameters();
    const torch::Tensor weights = parameters["initial_weights"].detach().to(torch::kFloat64);
    result = mapped(at::matmul(weights, queries.flatten(0, 1)), stream);
  }
  stack.layers.push_back(std::move(part));
  result.push_back(maps.readout.flatten(1));
  return result;
}

Stream through(const SequenceModel& model, Stream stream, TokenStack& stack) {
  for (std::size_t i = 0; i < model.size(); ++i) {
    const SequenceLayer& layer = model.layer(i);
    if (const auto* linear = dynamic_cast<const LinearLayer*>(&layer)) {
      stream = through_linear(*linear, stream);
    } else if (const auto* residual = dynamic_cast<const Residual*>(&layer)) {
      stream = added(stream, through(residual->body(), stream, stack));
    } else if (const auto* append = dynamic_cast<const Append*>(&layer)) {
      stream = joined(stream, through(append->body(), stream, stack));
    } else {
      stream = through_gril(dynamic_cast<const GrilLayer&>(layer), stream, stack);
    }
  }
  return stream;
}

std::optional<std::string> layer_obstacle(const GrilLayerOptions& options) {
  if (options.window > 1 || options.stride > 1) {
    return concatenate("a gril layer has window ", options.window, " and stride ", options.stride,
                       "; the paths are followed for one token");
  }
  if (!options.cross_product) return "a gril layer has no cross product of values and keys";
  if (!options.multiplicative_readout) return "a gril layer has no multiplicative readout";
  if (options.normalisation != "none") {
    return concatenate("a gril layer divides its readings by ", options.normalisation,
                       ", which is no product of tokens");
  }
  return std::nullopt;
}

/// Counts gril layers on the way.
std::optional<std::string> obstacle_in(const SequenceModel& model, int64_t& layers) {
  for (std::size_t i = 0; i < model.size(); ++i) {
    const SequenceLayer& layer = model.layer(i);
    std::optional<std::string> found;
    if (const auto* gril = dynamic_cast<const GrilLayer*>(&layer)) {
      ++layers;
      found = layer_obstacle(gril->options());
    } else if (const auto* residual = dynamic_cast<const Residual*>(&layer)) {
      found = obstacle_in(residual->body(), layers);
    } else if (const auto* append = dynamic_cast<const Append*>(&layer)) {
      found = obstacle_in(append->body(), layers);
    } else if (dynamic_cast<const LinearLayer*>(&layer) == nullptr) {
      found = concatenate("a layer of kind ",
                          model.config().at("layers").at(i).at("kind").get<std::string>(),
                          " is none of gril, linear, residual and append");
    }
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> token_stack_obstacle(const SequenceModel& model) {
  int64_t layers = 0;
  if (auto found = obstacle_in(model, layers)) return found;
  if (layers == 0) return "the model has no gril layer";
  return std::nullopt;
}

TokenStack token_stack(const SequenceModel& model) {
  const auto obstacle = token_stack_obstacle(model);
  require(!obstacle, "token_stack", obstacle.value_or(""), '.');
  const at::NoGradGuard no_gradients;
  TokenStack stack;
  const int64_t width = model.input_size();
  const torch::Tensor token = at::eye(width + 1, at::kDouble).narrow(0, 0, width);
  stack.outputs = through(model, {token}, stack);
  return stack;
}

torch::Tensor with_constant(const torch::Tensor& tokens) {
  return at::cat({tokens, at::ones({tokens.size(0), tokens.size(1), 1}, tokens.options())}, 2);
}

}  // namespace gril
