#pragma once

#include <cstdint>

#include "gril/base/config_section.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// The units of the random networks.
enum class NetworkUnits {
  kRelu,    ///< max(z, 0)
  kCosine,  ///< √2 cos z
};

/// Settings of the task NetworkRegression, the keys of the section [task].
struct NetworkRegressionOptions {
  int64_t inputs = 10;                       ///< d, features of x; at least 1
  int64_t outputs = 1;                       ///< m, features of y; at least 1
  int64_t examples = 20;                     ///< N, context examples of a prompt; at least 1
  int64_t hidden_size = 100;                 ///< h, units of the one hidden layer; at least 1
  NetworkUnits units = NetworkUnits::kRelu;  ///< φ, relu or cosine
  TokenLayout layout = TokenLayout::kInterleaved;
  double input_range = 1.0;  ///< r, width of the interval of every coordinate of x; in [1e-9, 1e9]
  double scale = 1.0;        ///< s, standard deviation of y; in [1e-9, 1e9]
};

/// In-context regression of a random network: every prompt has a network with one hidden layer of
/// its own, shown by N examples.
///
///     x_1 … x_N, x_q  coordinates uniform in [-r/2, r/2), variance σ² = r²/12
///     W1              (h, d), entries normal, variance 1/(d σ²)
///     b               (h), standard normal (relu) or uniform in [0, 2π) (cosine)
///     W2              (m, h), entries normal, variance s²/h
///     y = W2 φ(W1 x + b)
///
/// One prompt with d = 2, m = 1, N = 2 as interleaved tokens, time from left to right:
///
///     x_1[0]   0     x_2[0]   0     x_q[0]
///     x_1[1]   y_1   x_2[1]   y_2   x_q[1]     target: y_q
///
/// Both units have mean square 1 exactly, whatever d, r and h, so y has mean 0 and variance s²: the
/// half squared error of the prediction 0 is ½ s² per output. Over networks, the labels of two
/// inputs of one prompt have the covariance
///
///     cosine   s² exp(-|x - x'|² / (2 d σ²)), a Gaussian kernel
///     relu     s² |v| |v'| (sin θ + (π - θ) cos θ) / (2π), v = (x / √(d σ²), 1), θ the angle of v
///              and v' (the arc-cosine kernel of Cho and Saul 2009)
///
/// so that kernel regression with it is the best linear prediction of y_q from the context.
class NetworkRegression : public InContextTask {
 public:
  /// Errors: InvalidArgument "[network_regression] …" for a size, range or scale outside its rule
  /// and for a layout that cannot hold m outputs.
  explicit NetworkRegression(const NetworkRegressionOptions& options);

  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override { return shape_.width; }
  int64_t output_size() const override { return options_.outputs; }
  TokenLayout layout() const override { return options_.layout; }
  /// Half squared error at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  const NetworkRegressionOptions& options() const { return options_; }

 private:
  NetworkRegressionOptions options_;
  TokenShape shape_;
};

/// Reads the options from a configuration ("kind" may be there and must be "network_regression");
/// finishes the section. Errors: InvalidArgument.
NetworkRegressionOptions read_network_regression_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const NetworkRegressionOptions& options);

}  // namespace gril
