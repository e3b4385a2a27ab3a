#include "gril/analysis/kernel_obstacle.h"

#include <algorithm>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

/// Without exponentials, divisions and thresholds.
bool is_polynomial(const Json& layer, const std::string& kind) {
  if (kind == "gated_linear_unit") return layer.at("gate") == "bilinear";
  const std::vector<std::string> kinds = {
      "gated_linear_rnn",    "gril", "linear", "linear_attention", "linear_recurrent_unit",
      "positional_embedding"};
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// The layers of every stack inside a layer; none where it holds no stack.
Json inner_layers(const Json& layer, const std::string& kind) {
  if (kind == "residual" || kind == "append" || kind == "repeat") return layer.at("layers");
  if (kind != "bidirectional") return Json::array();
  Json layers = layer.at("forward").at("layers");
  for (const Json& other : layer.at("backward").at("layers")) layers.push_back(other);
  return layers;
}

/// The kind of the first layer that is no polynomial, also inside another.
std::optional<std::string> first_other(const Json& layers) {
  for (const Json& layer : layers) {
    const auto kind = layer.at("kind").get<std::string>();
    if (const Json inside = inner_layers(layer, kind); !inside.empty()) {
      if (const auto other = first_other(inside)) return other;
    } else if (!is_polynomial(layer, kind)) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> kernel_obstacle(const SequenceModel& model) {
  const Json layers = model.config().at("layers");
  if (const auto other = first_other(layers)) {
    return concatenate("no exact kernel form exists: a layer of kind ", *other,
                       " is no polynomial of its inputs");
  }
  std::vector<std::string> kinds;
  for (const Json& layer : layers) kinds.push_back(layer.at("kind").get<std::string>());
  if (kinds == std::vector<std::string>{"gated_linear_rnn"}) return std::nullopt;
  return concatenate("kernels are read off one gated_linear_rnn layer alone; the model has ",
                     join_words(kinds));
}

}  // namespace gril
