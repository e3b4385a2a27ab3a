#pragma once

#include <string>
#include <vector>

#include "gril/base/json_value.h"
#include "gril/report/html_page.h"

namespace gril {

/// Parts that the pages of all kinds of analysis share; each reads summary.json.

/// A number at the top of a page, as far as the summary has it.
struct MetricTile {
  const char* metric;  ///< its name in the summary
  std::string label;
  std::string note = {};  ///< where the metric has no interval
  int digits = 5;
};
std::vector<HtmlTile> metric_tiles(const JsonValue& summary, const std::vector<MetricTile>& wanted);

/// Every metric with its interval, unit and meaning.
HtmlTable metrics_table(const JsonValue& summary);

/// The task in one sentence.
std::string task_sentence(const JsonValue& task);

/// On how much the numbers were measured, in which arithmetic, with which conventions.
std::string conventions_sentence(const JsonValue& summary);

}  // namespace gril
