#include "gril/stream/activation_function.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace gril::stream {
namespace {

template <double (*Function)(double)>
void on_every_number(std::span<double> numbers) {
  std::transform(numbers.begin(), numbers.end(), numbers.begin(), Function);
}

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double gelu(double x) { return 0.5 * x * (1.0 + std::erf(x / std::numbers::sqrt2)); }
double relu(double x) { return x > 0.0 ? x : 0.0; }
double silu(double x) { return x * sigmoid(x); }
double hyperbolic_tangent(double x) { return std::tanh(x); }

// The largest argument becomes 0, so that no exponential overflows.
void softmax(std::span<double> numbers) {
  const double largest = *std::max_element(numbers.begin(), numbers.end());
  double sum = 0.0;
  for (double& number : numbers) sum += number = std::exp(number - largest);
  for (double& number : numbers) number /= sum;
}

/// One line per function, in alphabetical order.
const std::vector<std::pair<std::string, ActivationFunction>>& table() {
  static const std::vector<std::pair<std::string, ActivationFunction>> functions = {
      {"gelu", on_every_number<gelu>},
      {"relu", on_every_number<relu>},
      {"sigmoid", on_every_number<sigmoid>},
      {"silu", on_every_number<silu>},
      {"softmax", softmax},
      {"tanh", on_every_number<hyperbolic_tangent>}};
  return functions;
}

std::vector<std::string> names_of_table() {
  std::vector<std::string> names;
  for (const auto& [name, function] : table()) names.push_back(name);
  return names;
}

}  // namespace

const std::vector<std::string>& activation_function_names() {
  static const std::vector<std::string> names = names_of_table();
  return names;
}

ActivationFunction activation_function(const std::string& name) {
  return std::find_if(table().begin(), table().end(),
                      [&](const auto& line) { return line.first == name; })
      ->second;
}

}  // namespace gril::stream
