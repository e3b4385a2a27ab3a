#pragma once

#include <cstdint>

#include "gril/base/config_section.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Settings of the task LinearClassification, the keys of the section [task].
struct LinearClassificationOptions {
  int64_t inputs = 10;    ///< d, features of x; at least 1
  int64_t classes = 5;    ///< C; at least 2
  int64_t examples = 20;  ///< N, context examples of a prompt; at least 1
  TokenLayout layout = TokenLayout::kWindowed;
};

/// In-context classification by a linear map: every prompt has a map of its own, shown by N
/// examples whose labels are one-hot. Source: gril.md 1.5.
///
///     x_1 … x_N, x_q  coordinates standard normal
///     W*              (C, d), entries standard normal
///     label           argmax W* x, a class 0 … C - 1
///
/// One prompt with d = 2, C = 3, N = 2 as blocks, time from left to right; x_1 is of class 2:
///
///     x_1[0]  0  x_2[0]  0  x_q[0]
///     x_1[1]  0  x_2[1]  0  x_q[1]
///     0       0  0       1  0
///     0       0  0       0  0
///     0       1  0       0  0         target: the class of x_q
///
/// All classes are equally likely: without a look at the context the cross-entropy is ln C. Outputs
/// are logits, scored by cross-entropy at the last token. One step of gradient descent on the
/// cross-entropy from W = 0 reaches 1.161 nats at d = 10, C = 5, N = 20 (η = 3), and 0.888 at N =
/// 50 (η = 6).
class LinearClassification : public InContextTask {
 public:
  /// Errors: InvalidArgument "[linear_classification] …" for a size below its least, and for a
  /// layout that cannot hold C numbers per label.
  explicit LinearClassification(const LinearClassificationOptions& options);

  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override { return shape_.width; }
  int64_t output_size() const override { return options_.classes; }
  TokenLayout layout() const override { return options_.layout; }
  /// Cross-entropy at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  const LinearClassificationOptions& options() const { return options_; }

 private:
  LinearClassificationOptions options_;
  TokenShape shape_;
};

/// Reads the options from a configuration ("kind" may be there and must be
/// "linear_classification"); finishes the section. Errors: InvalidArgument.
LinearClassificationOptions read_linear_classification_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const LinearClassificationOptions& options);

}  // namespace gril
