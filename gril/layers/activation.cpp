#include "gril/layers/activation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

/// One line per function, in alphabetical order.
const std::vector<std::pair<std::string, Activation>>& table() {
  static const std::vector<std::pair<std::string, Activation>> functions = {
      {"gelu", [](const at::Tensor& x) { return at::gelu(x); }},
      {"relu", [](const at::Tensor& x) { return at::relu(x); }},
      {"sigmoid", [](const at::Tensor& x) { return at::sigmoid(x); }},
      {"silu", [](const at::Tensor& x) { return at::silu(x); }},
      {"softmax", [](const at::Tensor& x) { return at::softmax(x, -1); }},
      {"tanh", [](const at::Tensor& x) { return at::tanh(x); }},
  };
  return functions;
}

std::vector<std::string> names_of_table() {
  std::vector<std::string> names;
  for (const auto& [name, function] : table()) names.push_back(name);
  return names;
}

}  // namespace

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = names_of_table();
  return names;
}

Activation activation_from_name(const std::string& name, const char* where) {
  const auto found = std::find_if(table().begin(), table().end(),
                                  [&](const auto& line) { return line.first == name; });
  require(found != table().end(), where, "activation must be one of ",
          join_words(activation_names()), "; got \"", name, "\".",
          suggestion(name, activation_names()));
  return found->second;
}

}  // namespace gril
