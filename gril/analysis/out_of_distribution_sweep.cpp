#include "gril/analysis/out_of_distribution_sweep.h"

#include <array>

#include "gril/analysis/prediction_comparison.h"
#include "gril/base/check.h"

namespace gril {
namespace {

/// One setting of the task.
struct Setting {
  const char* name;  ///< in the name of the prompts
  LinearRegression (*with)(const LinearRegression& task, double value);
};

const Setting& setting_of(Shift shift) {
  static const std::array<Setting, 4> settings{{{"input range", with_input_range},
                                                {"weight scale", with_weight_scale},
                                                {"input correlation", with_input_correlation},
                                                {"heavy-tailed noise", with_heavy_tailed_noise}}};
  return settings.at(static_cast<std::size_t>(shift));
}

ShiftPoint measure(const SequenceModel& model, const LinearRegression& trained_task,
                   std::size_t index, const ShiftOptions& options) {
  const double setting = options.settings[index];
  const Setting& changed = setting_of(options.shift);
  const LinearRegression task = changed.with(trained_task, setting);
  ComparisonOptions comparison_options;
  comparison_options.sample = options.sample;
  comparison_options.sample.name += concatenate(", ", changed.name, ' ', index);
  comparison_options.descent = options.descent;
  comparison_options.sensitivities = options.sensitivities;
  comparison_options.least_squares = false;
  const PredictionComparison comparison = compare_predictions(model, task, comparison_options);
  ShiftPoint point;
  point.setting = setting;
  point.model = bootstrap_mean(comparison.model_losses, options.bootstrap);
  point.gradient_descent = bootstrap_mean(comparison.gradient_descent_losses, options.bootstrap);
  point.ratio = bootstrap_ratio(comparison.model_losses, comparison.gradient_descent_losses,
                                options.bootstrap);
  point.prediction_distance = comparison.prediction_distance;
  point.sensitivity_cosine = comparison.sensitivity_cosine;
  point.sensitivity_distance = comparison.sensitivity_distance;
  return point;
}

}  // namespace

std::vector<double> equally_spaced(double first, double last, int64_t count) {
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i) {
    const double share = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0.0;
    values.push_back(first + share * (last - first));
  }
  return values;
}

std::vector<ShiftPoint> sweep_shift(const SequenceModel& model, const LinearRegression& task,
                                    const ShiftOptions& options) {
  std::vector<ShiftPoint> points;
  for (std::size_t index = 0; index < options.settings.size(); ++index) {
    points.push_back(measure(model, task, index, options));
  }
  return points;
}

Json to_json(const std::vector<ShiftPoint>& points, double trained_setting) {
  Json rows = Json::array();
  for (const ShiftPoint& point : points) {
    rows.push_back({{"setting", point.setting},
                    {"model", to_json(point.model)},
                    {"gradient_descent", to_json(point.gradient_descent)},
                    {"ratio", to_json(point.ratio)},
                    {"prediction_distance", point.prediction_distance},
                    {"sensitivity_cosine", point.sensitivity_cosine},
                    {"sensitivity_distance", point.sensitivity_distance}});
  }
  return {{"trained_setting", trained_setting}, {"points", rows}};
}

}  // namespace gril
