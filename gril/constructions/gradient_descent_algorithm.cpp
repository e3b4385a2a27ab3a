#include "gril/constructions/gradient_descent_algorithm.h"

#include <cmath>
#include <utility>

#include "gril/base/prompt_tokens.h"
#include "gril/base/token_layout.h"
#include "gril/constructions/trial_numbers.h"

namespace gril {
namespace {

using Number = long double;

std::size_t place(int64_t row, int64_t column, int64_t width) {
  return static_cast<std::size_t>(row * width + column);
}

/// A context of N examples and the query, x_{N+1}, as the last row of inputs.
struct Context {
  int64_t examples;
  std::vector<double> inputs;   ///< (N+1, d)
  std::vector<double> targets;  ///< (N, m)
};

Context draw_context(const GradientDescentStep& step, int64_t examples, TrialNumbers numbers) {
  constexpr double kNoise = 0.1;
  const int64_t d = step.inputs;
  const int64_t m = step.outputs;
  Context context{examples, numbers.vectors(examples + 1, d), {}};
  const std::vector<double> weights = numbers.normal(m * d);
  const std::vector<double> noise = numbers.normal(examples * m);
  for (int64_t i = 0; i < examples; ++i) {
    for (int64_t o = 0; o < m; ++o) {
      double target = 0.0;
      for (int64_t c = 0; c < d; ++c) {
        target += weights[place(o, c, d)] * context.inputs[place(i, c, d)];
      }
      context.targets.push_back(target * (1.0 + kNoise * noise[place(i, o, m)]));
    }
  }
  return context;
}

/// The algorithm's weights W0 - η ∇L_i(W0), and the same sums over absolute values.
class Gradient {
 public:
  explicit Gradient(const GradientDescentStep& step)
      : step_(step),
        sum_(static_cast<std::size_t>(step.outputs * step.inputs)),
        magnitude_(sum_.size()) {}

  /// Adds the residual of one example times its input; earlier examples lose weight.
  void add(const double* input, const double* target) {
    for (int64_t o = 0; o < step_.outputs; ++o) {
      Number residual = target[o];
      Number size = std::fabs(target[o]);
      for (int64_t c = 0; c < step_.inputs; ++c) {
        residual -= initial(o, c) * input[c];
        size += std::fabs(initial(o, c) * input[c]);
      }
      for (int64_t c = 0; c < step_.inputs; ++c) {
        const std::size_t k = place(o, c, step_.inputs);
        sum_[k] = step_.decay * sum_[k] + residual * input[c];
        magnitude_[k] = step_.decay * magnitude_[k] + size * std::fabs(input[c]);
      }
    }
  }

  /// Appends the prediction for `query` and its magnitude.
  void predict(const double* query, ClaimTrial& trial) const {
    const Number factor = static_cast<Number>(step_.learning_rate) / step_.examples;
    for (int64_t o = 0; o < step_.outputs; ++o) {
      Number prediction = 0;
      Number size = 0;
      for (int64_t c = 0; c < step_.inputs; ++c) {
        const std::size_t k = place(o, c, step_.inputs);
        prediction += (initial(o, c) + factor * sum_[k]) * query[c];
        size +=
            (std::fabs(initial(o, c)) + std::fabs(factor) * magnitude_[k]) * std::fabs(query[c]);
      }
      trial.answers.push_back(prediction);
      trial.magnitudes.push_back(size);
    }
  }

 private:
  Number initial(int64_t o, int64_t c) const {
    return step_.starts_from_zero() ? 0 : step_.initial_weights[place(o, c, step_.inputs)];
  }

  const GradientDescentStep& step_;
  std::vector<Number> sum_;
  std::vector<Number> magnitude_;
};

/// Sums of a window of three tokens in each of the maps, one factor and one addition per token of
/// the scan for three ranks, the sums of the readings and of the readout.
double count_roundings(const GradientDescentStep& step, int64_t tokens, int64_t width) {
  constexpr int64_t kLongestWindow = 3;
  constexpr int64_t kMaps = 3;
  constexpr int64_t kRoundedWeights = 8;
  return static_cast<double>(kMaps * kLongestWindow * width + (2 + kLongestWindow) * tokens +
                             step.inputs + step.outputs + kRoundedWeights);
}

}  // namespace

GradientDescentAlgorithm::GradientDescentAlgorithm(GradientDescentStep step)
    : step_(std::move(step)) {
  check(step_);
}

int64_t GradientDescentAlgorithm::width() const {
  return token_shape(step_.layout, step_.inputs, step_.outputs).width;
}

ClaimTrial GradientDescentAlgorithm::draw(int64_t length, uint64_t seed, int64_t index) const {
  const Context context = draw_context(step_, length, TrialNumbers(seed, index));
  const int64_t d = step_.inputs;
  const std::span<const double> inputs = context.inputs;
  const auto context_size = static_cast<std::size_t>(length * d);

  ClaimTrial trial;
  trial.length = token_count(step_.layout, length);
  trial.tokens.resize(static_cast<std::size_t>(trial.length * width()));
  write_tokens(step_.layout,
               {.inputs = d,
                .outputs = step_.outputs,
                .examples = length,
                .context_inputs = inputs.first(context_size),
                .context_targets = context.targets,
                .query = inputs.subspan(context_size)},
               trial.tokens);
  trial.positions = prediction_positions(step_.layout, length);
  trial.roundings = count_roundings(step_, trial.length, width());
  Gradient gradient(step_);
  for (int64_t i = 0; i < length; ++i) {
    gradient.add(&context.inputs[place(i, 0, d)], &context.targets[place(i, 0, step_.outputs)]);
    gradient.predict(&context.inputs[place(i + 1, 0, d)], trial);
  }
  return trial;
}

}  // namespace gril
