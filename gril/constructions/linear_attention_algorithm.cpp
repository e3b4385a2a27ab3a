#include "gril/constructions/linear_attention_algorithm.h"

#include <cmath>
#include <utility>

#include "gril/constructions/trial_numbers.h"

namespace gril {
namespace {

using Number = long double;

/// A number and the same number with every term taken by its absolute value.
struct Term {
  Number value = 0;
  Number size = 0;
};

/// weights · x for every token x (length, d).
std::vector<Term> project(const std::vector<double>& weights, const std::vector<double>& tokens,
                          std::size_t width) {
  std::vector<Term> result(tokens.size());
  for (std::size_t row = 0; row < tokens.size(); row += width) {
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t c = 0; c < width; ++c) {
        const Number term = static_cast<Number>(weights[i * width + c]) * tokens[row + c];
        result[row + i].value += term;
        result[row + i].size += std::fabs(term);
      }
    }
  }
  return result;
}

Term dot(const std::vector<Term>& a, std::size_t row_a, const std::vector<Term>& b,
         std::size_t row_b, std::size_t width) {
  Term sum;
  for (std::size_t c = 0; c < width; ++c) {
    sum.value += a[row_a + c].value * b[row_b + c].value;
    sum.size += a[row_a + c].size * b[row_b + c].size;
  }
  return sum;
}

}  // namespace

LinearAttentionAlgorithm::LinearAttentionAlgorithm(LinearAttentionWeights attention)
    : attention_(std::move(attention)) {}

int64_t LinearAttentionAlgorithm::default_length() const {
  constexpr int64_t kTokens = 64;
  return kTokens;
}

ClaimTrial LinearAttentionAlgorithm::draw(int64_t length, uint64_t seed, int64_t index) const {
  const auto d = static_cast<std::size_t>(attention_.width);
  ClaimTrial trial;
  trial.length = length;
  trial.tokens = TrialNumbers(seed, index).vectors(length, attention_.width);
  const auto values = project(attention_.value_weights, trial.tokens, d);
  const auto keys = project(attention_.key_weights, trial.tokens, d);
  const auto queries = project(attention_.query_weights, trial.tokens, d);
  for (int64_t t = 0; t < length; ++t) {
    const auto row = static_cast<std::size_t>(t) * d;
    std::vector<Term> answer(d);
    for (std::size_t earlier = 0; earlier <= row; earlier += d) {
      const Term score = dot(keys, earlier, queries, row, d);
      for (std::size_t i = 0; i < d; ++i) {
        answer[i].value += values[earlier + i].value * score.value;
        answer[i].size += values[earlier + i].size * score.size;
      }
    }
    trial.positions.push_back(t);
    for (const Term& number : answer) {
      trial.answers.push_back(number.value);
      trial.magnitudes.push_back(number.size);
    }
  }
  // Three maps of d + 1 terms with their rounded weights, two gates, the recurrence (a factor and a
  // sum per token), the output gate over d² + d neurons twice and the readout over d² products.
  const double n = static_cast<double>(attention_.width);
  constexpr double kMaps = 3.0;
  constexpr double kGates = 3.0;
  trial.roundings =
      kMaps * (n + 2.0) + kGates + 2.0 * static_cast<double>(length) + 2.0 * (n * n + n) + n * n;
  return trial;
}

}  // namespace gril
