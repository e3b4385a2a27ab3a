#pragma once

#include <string>
#include <vector>

#include "gril/analysis/bootstrap.h"
#include "gril/analysis/prompt_sample.h"
#include "gril/analysis/steps/descent_polynomial.h"

namespace gril {

/// What is changed from the trained task. The order is that of the table in the source.
enum class Shift {
  kInputRange,
  kWeightScale,
  kInputCorrelation,  ///< of neighbouring coordinates of an input
  kHeavyTailedNoise,  ///< scale of noise on the labels, Student's t
};

/// The model beside gradient descent on tasks with one setting changed.
struct ShiftPoint {
  double setting = 0.0;  ///< input range r, weight scale s, correlation ρ or noise scale z
  Estimate model;        ///< loss: half squared error, mean over outputs
  Estimate gradient_descent;
  Estimate ratio;  ///< model over gradient descent on the same prompts
  double prediction_distance = 0.0;
  double sensitivity_cosine = 0.0;
  double sensitivity_distance = 0.0;
};

struct ShiftOptions {
  Shift shift = Shift::kInputRange;
  std::vector<double> settings;
  DescentPolynomial descent;  ///< tuned on the trained task and kept: nothing adapts
  PromptSample sample;        ///< its name is a prefix; every setting has prompts of its own
  bool sensitivities = true;  ///< without them the two sensitivity numbers stay 0
  BootstrapOptions bootstrap;
};

/// `count` settings from first to last at equal distances, both included.
std::vector<double> equally_spaced(double first, double last, int64_t count);

/// The model beside `descent` at every setting. Ranges of the published comparisons: input range
/// 0.5 … 2, weight scale 0.5 … 5.
std::vector<ShiftPoint> sweep_shift(const SequenceModel& model, const LinearRegression& task,
                                    const ShiftOptions& options);

/// One part of the file out_of_distribution.json; the format is in gril/analysis/README.md.
Json to_json(const std::vector<ShiftPoint>& points, double trained_setting);

}  // namespace gril
