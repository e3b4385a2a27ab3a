#pragma once

#include <cstdint>

#include "gril/base/config_section.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// How the amplitude and the phase of a sine belong together.
enum class SinePhase {
  kIndependent,  ///< two independent draws
  kCorrelated,   ///< one draw decides both, as in the released code of arXiv 2410.11687v1
};

/// Settings of the task SineRegression, the keys of the section [task].
struct SineRegressionOptions {
  int64_t examples = 10;  ///< N, context examples of a prompt; at least 1
  TokenLayout layout = TokenLayout::kInterleaved;
  double input_range = 10.0;  ///< r, width of the interval of x; in [1e-9, 1e9]
  double scale = 1.0;         ///< s, factor of amplitude and phase; in [1e-9, 1e9]
  SinePhase phase = SinePhase::kIndependent;
};

/// In-context regression of a sine: every prompt has an amplitude and a phase of its own, shown by
/// N examples; x and y are numbers. Source: gd-ssm's data (arXiv 2410.11687v1) and von Oswald et
/// al. 2023; gril.md 1.4.
///
///     x_1 … x_N, x_q  uniform in [-r/2, r/2)
///     a = (0.1 + 0.4 u) s,  φ = π u' s   u, u' uniform in [0, 1), independent or equal
///     y = a sin(x + φ)
///
/// One prompt with N = 2 as interleaved tokens, time from left to right:
///
///     x_1   y_1   x_2   y_2   x_q     target: y_q
///
/// The half squared error of the prediction 0 is, for s = 1 and E a² = 0.31/3,
///
///     independent   E a² / 4 = 0.025833 at every range
///     correlated    (E a² - 0.08/π² · sin(r)/r) / 4: 0.024128 at r = 1, 0.025945 at r = 10
///
/// because E sin²(x + φ) is ½ for a phase that is uniform over half a turn, and
/// E a² cos 2φ = 0.08/π² where one draw decides both.
class SineRegression : public InContextTask {
 public:
  /// Errors: InvalidArgument "[sine_regression] …" for a size, range or scale outside its rule.
  explicit SineRegression(const SineRegressionOptions& options);

  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override { return token_shape(options_.layout, 1, 1).width; }
  int64_t output_size() const override { return 1; }
  TokenLayout layout() const override { return options_.layout; }
  /// Half squared error at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  const SineRegressionOptions& options() const { return options_; }

 private:
  SineRegressionOptions options_;
};

/// Reads the options from a configuration ("kind" may be there and must be "sine_regression");
/// finishes the section. Errors: InvalidArgument.
SineRegressionOptions read_sine_regression_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const SineRegressionOptions& options);

}  // namespace gril
