#include "gril/constructions/gradient_descent_algorithm.h"

#include <algorithm>
#include <span>
#include <utility>

#include "gril/base/example_segments.h"
#include "gril/base/prompt_tokens.h"
#include "gril/base/token_layout.h"
#include "gril/constructions/descent_by_examples.h"
#include "gril/constructions/descent_by_moments.h"
#include "gril/constructions/feature_values.h"
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

/// Row `index` of a context's numbers.
std::span<const double> row(const std::vector<double>& numbers, int64_t index, int64_t width) {
  return std::span<const double>(numbers).subspan(place(index, 0, width),
                                                  static_cast<std::size_t>(width));
}

/// The context with φ(x) for x, the query last.
struct FeatureContext {
  FeatureContext(const GradientDescentClaim& claim, const Context& context) : source(context) {
    for (int64_t i = 0; i <= context.examples; ++i) {
      inputs.push_back(feature_values(claim.features, row(context.inputs, i, claim.inputs)));
    }
  }
  const SizedNumbers& input(int64_t i) const { return inputs[static_cast<std::size_t>(i)]; }
  std::span<const double> target(int64_t i) const {
    const auto width = static_cast<int64_t>(source.targets.size()) / source.examples;
    return row(source.targets, i, width);
  }

  const Context& source;
  std::vector<SizedNumbers> inputs;
};

void append(const SizedNumbers& prediction, ClaimTrial& trial) {
  trial.answers.insert(trial.answers.end(), prediction.value.begin(), prediction.value.end());
  trial.magnitudes.insert(trial.magnitudes.end(), prediction.size.begin(), prediction.size.end());
}

/// Adds the examples one after the other and predicts the next input after each.
template <typename Descent>
void descend_along(Descent& descent, const FeatureContext& context, int64_t first, int64_t count,
                   ClaimTrial& trial) {
  for (int64_t i = first; i < first + count; ++i) {
    descent.add(context.input(i), context.target(i));
    append(descent.predict(context.input(i + 1)), trial);
  }
}

Number factor(const GradientDescentClaim& claim, std::size_t step, int64_t examples) {
  return static_cast<Number>(claim.learning_rates[step]) / examples;
}

void descend_over_minibatches(const GradientDescentClaim& claim, const FeatureContext& context,
                              ClaimTrial& trial) {
  const std::vector<int64_t> claimed = segment_sizes(claim.examples, claim.steps());
  const std::vector<int64_t> shown = segment_sizes(context.source.examples, claim.steps());
  DescentByExamples descent(claim);
  int64_t first = 0;
  for (std::size_t k = 0; k < shown.size(); ++k) {
    descent.begin_step(factor(claim, k, claimed[k]));
    descend_along(descent, context, first, shown[k], trial);
    first += shown[k];
  }
}

/// Every step sees all examples; the query is asked at the end.
void descend_over_whole_context(const GradientDescentClaim& claim, const FeatureContext& context,
                                ClaimTrial& trial) {
  DescentByExamples descent(claim);
  const int64_t examples = context.source.examples;
  for (std::size_t k = 0; k < claim.learning_rates.size(); ++k) {
    descent.begin_step(factor(claim, k, claim.examples));
    for (int64_t i = 0; i < examples; ++i) descent.add(context.input(i), context.target(i));
  }
  append(descent.predict(context.input(examples)), trial);
}

void descend_after_every_example(const GradientDescentClaim& claim, const FeatureContext& context,
                                 ClaimTrial& trial) {
  DescentByMoments descent(claim);
  descend_along(descent, context, 0, context.source.examples, trial);
}

void descend(const GradientDescentClaim& claim, const FeatureContext& context, ClaimTrial& trial) {
  switch (claim.route) {
    case DescentRoute::kCausal:
    case DescentRoute::kSubLayers:
      return descend_after_every_example(claim, context, trial);
    case DescentRoute::kFullSums:
      return descend_over_whole_context(claim, context, trial);
    case DescentRoute::kMinibatches:
      return descend_over_minibatches(claim, context, trial);
  }
}

/// Per step: sums of a window of three tokens in each of the maps, one factor and one addition per
/// token of the scan for three ranks, the sums of the readings and of the readout, a softmax, and
/// the features that enter it twice. All but one step of one plain layer stand between two linear
/// layers and carry at most three groups of channels each behind the token.
double count_roundings(const GradientDescentClaim& claim, int64_t tokens) {
  constexpr int64_t kLongestWindow = 3;
  constexpr int64_t kMaps = 3;
  constexpr int64_t kRoundedWeights = 8;
  constexpr int64_t kFunction = 8;  // an exponential or an activation, a division
  const int64_t columns = claim.weight_columns();
  const FeatureMap& map = claim.features;
  const int64_t features = map.is_identity() ? 0 : claim.inputs + map.hidden_size + kFunction;
  const bool softmax = claim.loss == DescentLoss::kCrossEntropy;
  const bool stack =
      claim.steps() > 1 || softmax || claim.route != DescentRoute::kCausal || !map.is_identity();
  const int64_t stream = token_width(claim) + (stack ? 3 * (columns + claim.outputs) : 0);
  const int64_t per_step = kMaps * kLongestWindow * stream + (2 + kLongestWindow) * tokens +
                           columns + claim.outputs + kRoundedWeights + 2 * features +
                           (softmax ? claim.outputs + kFunction : 0);
  return static_cast<double>(claim.steps() * per_step + features + (stack ? 2 * stream : 0));
}

}  // namespace

GradientDescentAlgorithm::GradientDescentAlgorithm(GradientDescentClaim claim)
    : claim_(std::move(claim)) {
  check(claim_);
}

int64_t GradientDescentAlgorithm::width() const { return token_width(claim_); }

ClaimTrial GradientDescentAlgorithm::draw(int64_t length, uint64_t seed, int64_t index) const {
  // Tiny or equal inputs have equal features: the errors of classes would cancel to no answer.
  const int64_t scales = claim_.features.is_identity() ? kTrialScales : kDistinctTrialScales;
  const Context context = draw_context(claim_, length, TrialNumbers(seed, index, scales));
  const int64_t d = claim_.inputs;
  const std::span<const double> inputs = context.inputs;
  const auto context_size = static_cast<std::size_t>(length * d);
  const std::vector<double> markers = segment_markers(length, claim_.segments());

  ClaimTrial trial;
  trial.length = token_count(claim_.layout, length);
  trial.tokens.resize(static_cast<std::size_t>(trial.length * width()));
  write_tokens(claim_.layout,
               {.inputs = d,
                .outputs = claim_.outputs,
                .examples = length,
                .context_inputs = inputs.first(context_size),
                .context_targets = context.targets,
                .query = inputs.subspan(context_size),
                .markers = marker_width(claim_.segments()),
                .context_markers = markers},
               trial.tokens);
  trial.positions = prediction_positions(claim_.layout, length);
  if (claim_.route == DescentRoute::kFullSums) trial.positions = {trial.positions.back()};
  trial.roundings = count_roundings(claim_, trial.length);
  descend(claim_, FeatureContext(claim_, context), trial);
  return trial;
}

}  // namespace gril
