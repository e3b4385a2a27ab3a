#pragma once

#include <cstdint>

#include "gril/base/config_section.h"
#include "gril/tasks/in_context/in_context_task.h"
#include "gril/tasks/in_context/label_noise.h"

namespace gril {

/// Settings of the task LinearRegression, the keys of the section [task].
struct LinearRegressionOptions {
  int64_t inputs = 10;    ///< d, features of x; at least 1
  int64_t outputs = 1;    ///< m, features of y; 1 is the scalar target
  int64_t examples = 10;  ///< N, context examples of a prompt; at least 1
  TokenLayout layout = TokenLayout::kInterleaved;
  double input_range = 1.0;   ///< r, width of the interval of every coordinate of x; in [1e-9, 1e9]
  double weight_scale = 1.0;  ///< s, standard deviation of the entries of W; in [1e-9, 1e9]
  double label_noise = 0.0;   ///< z, scale of the noise on every label; in [0, 1e9]
  NoiseLaw noise = NoiseLaw::kNormal;  ///< law of the noise, normal or student_t
  double noise_degrees = 3.0;          ///< ν, degrees of freedom of student_t; above 2
  double input_correlation = 0.0;  ///< ρ of neighbouring coordinates of x; above -1 and below 1
  /// K, in 1 … N: the examples come in K segments and K > 1 further features of a token say in
  /// which (gril/base/example_segments.h).
  int64_t segments = 1;
};

/// In-context linear regression: every prompt has a linear map of its own, shown by N examples.
/// Source: gd-ssm's data (arXiv 2410.11687v1), the same law as von Oswald et al. 2023.
///
///     x_1 … x_N, x_q  coordinates uniform in [-r/2, r/2); with ρ, an autoregression over them of
///                     covariance r²/12 ρ^|i-j| (uniform_inputs.h)
///     W               (m, d), entries normal, mean 0, standard deviation s
///     y = W x + z ε   ε standard normal or Student's t with ν degrees of freedom (label_noise.h),
///                     for every example and for the query
///
/// One prompt with d = 2, m = 1, N = 2 as interleaved tokens, time from left to right:
///
///     x_1[0]   0     x_2[0]   0     x_q[0]
///     x_1[1]   y_1   x_2[1]   y_2   x_q[1]     target: y_q
///
/// The best prediction without looking at the context is 0; its half squared error per output is
/// ½ d (r²/12) s² (+ ½ z² var ε, var ε = 1 or ν/(ν - 2)), whatever ρ.
class LinearRegression : public InContextTask {
 public:
  /// Errors: InvalidArgument "[linear_regression] …" for a size, range or scale outside its rule
  /// and for a layout that cannot hold m outputs.
  explicit LinearRegression(const LinearRegressionOptions& options);

  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override;
  int64_t output_size() const override { return options_.outputs; }
  TokenLayout layout() const override { return options_.layout; }
  /// Half squared error at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  const LinearRegressionOptions& options() const { return options_; }

 private:
  LinearRegressionOptions options_;
  TokenShape shape_;
};

/// The noise on the labels.
LabelNoise noise_of(const LinearRegressionOptions& options);

/// Reads the options from a configuration ("kind" may be there and must be "linear_regression");
/// finishes the section. Errors: InvalidArgument.
LinearRegressionOptions read_linear_regression_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const LinearRegressionOptions& options);

}  // namespace gril
