#include "gril/report/feature_names.h"

#include "gril/base/check.h"

namespace gril {

std::vector<std::string> feature_names(const JsonValue& task, std::size_t count) {
  std::size_t inputs = count;
  if (task.is_object() && task.text_or("kind", "") == "linear_regression" &&
      task.text_or("layout", "") == "pairs") {
    inputs = task["inputs"].count();
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(i < inputs ? concatenate('x', i + 1) : concatenate('y', i - inputs + 1));
  }
  return names;
}

std::vector<std::string> pair_names(const std::vector<std::string>& features) {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < features.size(); ++a) {
    for (std::size_t b = a; b < features.size(); ++b) names.push_back(features[a] + features[b]);
  }
  return names;
}

std::vector<std::string> augmented_pair_names(const std::vector<std::string>& features) {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < features.size(); ++a) {
    for (std::size_t b = a; b < features.size(); ++b) names.push_back(features[a] + features[b]);
    names.push_back(features[a]);
  }
  names.emplace_back("1");
  return names;
}

}  // namespace gril
