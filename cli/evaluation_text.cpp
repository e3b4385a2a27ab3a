#include "cli/evaluation_text.h"

#include "gril/base/check.h"

namespace gril::cli {

std::string result_text(const Result& result) {
  const std::string error = result.uncertainty ? concatenate(" ± ", *result.uncertainty) : "";
  return concatenate(result.value, error, " (", result.unit, ")");
}

std::string further_text(const Evaluation& evaluation) {
  std::string text;
  for (const Result& result : evaluation.further) {
    std::string words = result.name;
    for (char& letter : words) letter = letter == '_' ? ' ' : letter;
    text += words + ' ' + result_text(result) + '\n';
  }
  return text;
}

Json results_json(const Evaluation& evaluation) {
  Json list = Json::array();
  list.push_back(to_json(evaluation.loss));
  for (const Result& result : evaluation.further) list.push_back(to_json(result));
  return list;
}

}  // namespace gril::cli
