#include "gril/constructions/gradient_descent_algorithm.h"

#include <algorithm>
#include <cmath>
#include <span>
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

/// The largest number becomes 1, the others 0.
void make_one_hot(std::span<double> numbers) {
  const auto largest = std::max_element(numbers.begin(), numbers.end()) - numbers.begin();
  std::fill(numbers.begin(), numbers.end(), 0.0);
  numbers[static_cast<std::size_t>(largest)] = 1.0;
}

Context draw_context(const GradientDescentClaim& claim, int64_t examples, TrialNumbers numbers) {
  constexpr double kNoise = 0.1;
  const int64_t d = claim.inputs;
  const int64_t m = claim.outputs;
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
    if (claim.loss == DescentLoss::kCrossEntropy) {
      make_one_hot(std::span<double>(context.targets).last(static_cast<std::size_t>(m)));
    }
  }
  return context;
}

/// A matrix (rows, columns) of the algorithm, and the same over absolute values.
struct SizedMatrix {
  explicit SizedMatrix(int64_t count)
      : value(static_cast<std::size_t>(count)), size(value.size()) {}
  std::vector<Number> value;
  std::vector<Number> size;
};

/// What the weights predict for one input, from logits or predictions W x: themselves, or their
/// softmax. A softmax moves by at most 2 p max|δz| when its arguments move by δz.
void to_prediction(DescentLoss loss, SizedMatrix& outputs) {
  if (loss == DescentLoss::kSquared) return;
  const Number largest = *std::max_element(outputs.value.begin(), outputs.value.end());
  const Number largest_size = *std::max_element(outputs.size.begin(), outputs.size.end());
  Number sum = 0;
  for (Number& value : outputs.value) sum += value = std::exp(value - largest);
  for (std::size_t o = 0; o < outputs.value.size(); ++o) {
    outputs.value[o] /= sum;
    outputs.size[o] = outputs.value[o] * (1 + 2 * largest_size);
  }
}

/// W_K after the first i examples, for i = 1, 2, ….
///
/// With p_j what W_0 predicts, E_i = Σ_{j≤i} λ^{i-j} (y_j - p_j) x_jᵀ = -N ∇L_i(W_0): the first
/// step is (η_1/N) E_i. The squared loss is quadratic, so with A_i = Σ_{j≤i} λ^{i-j} x_j x_jᵀ its
/// gradient at any W is (1/N) ((W - W_0) A_i - E_i).
class Descent {
 public:
  explicit Descent(const GradientDescentClaim& claim)
      : claim_(claim),
        errors_(claim.outputs * claim.inputs),
        moments_(claim.inputs * claim.inputs),
        change_(claim.outputs * claim.inputs) {}

  /// Adds an example, earlier ones lose weight, and descends from W_0.
  void add(const double* input, const double* target) {
    add_errors(input, target);
    if (claim_.steps() > 1) add_moments(input);
    change_ = SizedMatrix(claim_.outputs * claim_.inputs);
    for (int64_t k = 0; k < claim_.steps(); ++k) take_step(k);
  }

  /// Appends the prediction W_K x for `query` and its magnitude.
  void predict(const double* query, ClaimTrial& trial) const {
    for (int64_t o = 0; o < claim_.outputs; ++o) {
      Number prediction = 0;
      Number size = 0;
      for (int64_t c = 0; c < claim_.inputs; ++c) {
        const std::size_t k = place(o, c, claim_.inputs);
        prediction += (initial(o, c) + change_.value[k]) * query[c];
        size += (std::fabs(initial(o, c)) + change_.size[k]) * std::fabs(query[c]);
      }
      trial.answers.push_back(prediction);
      trial.magnitudes.push_back(size);
    }
  }

 private:
  Number initial(int64_t o, int64_t c) const {
    return claim_.starts_from_zero() ? 0 : claim_.initial_weights[place(o, c, claim_.inputs)];
  }

  /// What W_0 predicts for an input.
  SizedMatrix start_prediction(const double* input) const {
    SizedMatrix outputs(claim_.outputs);
    for (int64_t o = 0; o < claim_.outputs; ++o) {
      for (int64_t c = 0; c < claim_.inputs; ++c) {
        outputs.value[static_cast<std::size_t>(o)] += initial(o, c) * input[c];
        outputs.size[static_cast<std::size_t>(o)] += std::fabs(initial(o, c) * input[c]);
      }
    }
    to_prediction(claim_.loss, outputs);
    return outputs;
  }

  void add_errors(const double* input, const double* target) {
    const SizedMatrix predicted = start_prediction(input);
    for (int64_t o = 0; o < claim_.outputs; ++o) {
      const Number error = target[o] - predicted.value[static_cast<std::size_t>(o)];
      const Number size = std::fabs(target[o]) + predicted.size[static_cast<std::size_t>(o)];
      for (int64_t c = 0; c < claim_.inputs; ++c) {
        const std::size_t k = place(o, c, claim_.inputs);
        errors_.value[k] = claim_.decay * errors_.value[k] + error * input[c];
        errors_.size[k] = claim_.decay * errors_.size[k] + size * std::fabs(input[c]);
      }
    }
  }

  void add_moments(const double* input) {
    for (int64_t r = 0; r < claim_.inputs; ++r) {
      for (int64_t c = 0; c < claim_.inputs; ++c) {
        const std::size_t k = place(r, c, claim_.inputs);
        const Number product = static_cast<Number>(input[r]) * input[c];
        moments_.value[k] = claim_.decay * moments_.value[k] + product;
        moments_.size[k] = claim_.decay * moments_.size[k] + std::fabs(product);
      }
    }
  }

  /// W_k - W_0 from W_{k-1} - W_0; the first step starts at zero and needs no moments.
  void take_step(int64_t step) {
    const Number rate = static_cast<Number>(claim_.learning_rates[static_cast<std::size_t>(step)]) /
                        claim_.examples;
    const SizedMatrix before = change_;
    for (int64_t o = 0; o < claim_.outputs; ++o) {
      for (int64_t c = 0; c < claim_.inputs; ++c) {
        const std::size_t k = place(o, c, claim_.inputs);
        Number descent = errors_.value[k];
        Number size = errors_.size[k];
        for (int64_t r = 0; step > 0 && r < claim_.inputs; ++r) {
          descent -=
              before.value[place(o, r, claim_.inputs)] * moments_.value[place(r, c, claim_.inputs)];
          size +=
              before.size[place(o, r, claim_.inputs)] * moments_.size[place(r, c, claim_.inputs)];
        }
        change_.value[k] += rate * descent;
        change_.size[k] += std::fabs(rate) * size;
      }
    }
  }

  const GradientDescentClaim& claim_;
  SizedMatrix errors_;
  SizedMatrix moments_;
  SizedMatrix change_;
};

/// Per step: sums of a window of three tokens in each of the maps, one factor and one addition per
/// token of the scan for three ranks, the sums of the readings and of the readout. Several steps
/// stand between two linear layers and carry channels behind the token, as does a softmax.
double count_roundings(const GradientDescentClaim& claim, int64_t tokens, int64_t width) {
  constexpr int64_t kLongestWindow = 3;
  constexpr int64_t kMaps = 3;
  constexpr int64_t kRoundedWeights = 8;
  const bool softmax = claim.loss == DescentLoss::kCrossEntropy && !claim.starts_from_zero();
  const bool stack = claim.steps() > 1 || softmax;
  const int64_t features = stack ? width + 2 * claim.inputs + claim.outputs : width;
  const int64_t per_step = kMaps * kLongestWindow * features + (2 + kLongestWindow) * tokens +
                           claim.inputs + claim.outputs + kRoundedWeights;
  return static_cast<double>(claim.steps() * per_step + (stack ? 2 * features : 0));
}

}  // namespace

GradientDescentAlgorithm::GradientDescentAlgorithm(GradientDescentClaim claim)
    : claim_(std::move(claim)) {
  check(claim_);
}

int64_t GradientDescentAlgorithm::width() const {
  return token_shape(claim_.layout, claim_.inputs, claim_.outputs).width;
}

ClaimTrial GradientDescentAlgorithm::draw(int64_t length, uint64_t seed, int64_t index) const {
  const Context context = draw_context(claim_, length, TrialNumbers(seed, index));
  const int64_t d = claim_.inputs;
  const std::span<const double> inputs = context.inputs;
  const auto context_size = static_cast<std::size_t>(length * d);

  ClaimTrial trial;
  trial.length = token_count(claim_.layout, length);
  trial.tokens.resize(static_cast<std::size_t>(trial.length * width()));
  write_tokens(claim_.layout,
               {.inputs = d,
                .outputs = claim_.outputs,
                .examples = length,
                .context_inputs = inputs.first(context_size),
                .context_targets = context.targets,
                .query = inputs.subspan(context_size)},
               trial.tokens);
  trial.positions = prediction_positions(claim_.layout, length);
  trial.roundings = count_roundings(claim_, trial.length, width());
  Descent descent(claim_);
  for (int64_t i = 0; i < length; ++i) {
    descent.add(&context.inputs[place(i, 0, d)], &context.targets[place(i, 0, claim_.outputs)]);
    descent.predict(&context.inputs[place(i + 1, 0, d)], trial);
  }
  return trial;
}

}  // namespace gril
