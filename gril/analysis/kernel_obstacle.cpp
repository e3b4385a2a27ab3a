#include "gril/analysis/kernel_obstacle.h"

#include <algorithm>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

/// Without exponentials, divisions and thresholds.
bool is_polynomial(const Json& layer) {
  const auto kind = layer.at("kind").get<std::string>();
  if (kind == "gated_linear_unit") return layer.at("gate") == "bilinear";
  const std::vector<std::string> kinds = {"gated_linear_rnn", "gril", "linear", "linear_attention",
                                          "linear_recurrent_unit"};
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

std::optional<std::string> kernel_obstacle(const SequenceModel& model) {
  std::vector<std::string> kinds;
  for (const Json& layer : model.config().at("layers")) {
    kinds.push_back(layer.at("kind").get<std::string>());
    if (!is_polynomial(layer)) {
      return concatenate("no exact kernel form exists: a layer of kind ", kinds.back(),
                         " is no polynomial of its inputs");
    }
  }
  if (kinds == std::vector<std::string>{"gated_linear_rnn"}) return std::nullopt;
  return concatenate("kernels are read off one gated_linear_rnn layer alone; the model has ",
                     join_words(kinds));
}

}  // namespace gril
