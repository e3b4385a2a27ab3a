#include "gril/constructions/linear_attention_algorithm.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gril/constructions/attention_subspaces.h"
#include "gril/constructions/trial_numbers.h"

namespace gril {
namespace {

using Number = long double;

/// Normal and uniform tokens.
constexpr int64_t kBoundedScales = 2;

/// A number and the same number with every term taken by its absolute value.
struct Term {
  Number value = 0;
  Number size = 0;

  Term& operator+=(const Term& other) {
    value += other.value;
    size += other.size;
    return *this;
  }
};

Term operator*(const Term& a, const Term& b) { return {a.value * b.value, a.size * b.size}; }

Term term(double number) { return {number, std::fabs(static_cast<Number>(number))}; }

using Terms = std::vector<Term>;

/// weights (rows, columns) · every vector of `vectors` (count, columns).
Terms project(const std::vector<double>& weights, const Terms& vectors, std::size_t columns) {
  const std::size_t rows = weights.size() / columns;
  Terms result;
  for (std::size_t first = 0; first < vectors.size(); first += columns) {
    for (std::size_t i = 0; i < rows; ++i) {
      Term sum;
      for (std::size_t c = 0; c < columns; ++c) {
        sum += term(weights[i * columns + c]) * vectors[first + c];
      }
      result.push_back(sum);
    }
  }
  return result;
}

Term dot(const Term* a, const Term* b, std::size_t size) {
  Term sum;
  for (std::size_t c = 0; c < size; ++c) sum += a[c] * b[c];
  return sum;
}

/// Adds one head to the answers (T, outputs) of all tokens.
void add_head(const LinearAttentionWeights& a, const LinearAttentionHead& head, const Terms& tokens,
              Terms& answers) {
  const auto value_size = static_cast<std::size_t>(a.value_size);
  const auto key_size = static_cast<std::size_t>(a.key_size);
  const auto width = static_cast<std::size_t>(a.width);
  const Terms values = project(head.value_weights, tokens, width);
  const Terms keys = project(head.key_weights, tokens, width);
  const Terms queries = project(head.query_weights, tokens, width);
  const std::size_t length = tokens.size() / width;
  for (std::size_t t = 0; t < length; ++t) {
    Terms reading(value_size);
    for (std::size_t s = 0; s <= t; ++s) {
      const auto age = static_cast<Number>(t - s);
      const Number decay = std::pow(static_cast<Number>(a.decay), age);
      const Term weight = {decay * std::cos(static_cast<Number>(a.rotation) * age), decay};
      const Term score = weight * dot(&keys[s * key_size], &queries[t * key_size], key_size);
      for (std::size_t i = 0; i < value_size; ++i) reading[i] += values[s * value_size + i] * score;
    }
    if (!head.output_weights.empty()) reading = project(head.output_weights, reading, value_size);
    for (std::size_t i = 0; i < reading.size(); ++i) answers[t * reading.size() + i] += reading[i];
  }
}

/// Σ_{s≤t} λ^{t-s} |x_s|² |x_t| for every token.
std::vector<Number> token_norms(const LinearAttentionWeights& a, const Terms& tokens) {
  const auto width = static_cast<std::size_t>(a.width);
  std::vector<Number> norms;
  Number sum = 0;
  for (std::size_t first = 0; first < tokens.size(); first += width) {
    const Number square = dot(&tokens[first], &tokens[first], width).value;
    sum = a.decay * sum + square;
    norms.push_back(sum * std::sqrt(square));
  }
  return norms;
}

/// Σ_h |W_O| |W_V| |W_K| |W_Q|, for inversion times the condition number of W_V.
double norm_factor(const LinearAttentionClaim& claim) {
  const bool inverts = claim.variant == AttentionVariant::kSymmetricInverse;
  if (!inverts && claim.variant != AttentionVariant::kLowRank) return 0.0;
  double sum = 0.0;
  for (std::size_t h = 0; h < claim.attention.heads.size(); ++h) {
    const AttentionMatrices head = attention_matrices(claim.attention, h);
    const at::Tensor product =
        head.output.norm() * head.value.norm() * head.key.norm() * head.query.norm();
    sum += product.item<double>() * (inverts ? condition_number(head.value) : 1.0);
  }
  return sum;
}

}  // namespace

LinearAttentionAlgorithm::LinearAttentionAlgorithm(LinearAttentionClaim claim)
    : claim_(std::move(claim)), norm_factor_(norm_factor(claim_)) {}

bool LinearAttentionAlgorithm::in_a_limit() const {
  return cell_limit(claim_.cell, claim_.attention.decay).has_value();
}

int64_t LinearAttentionAlgorithm::default_length() const {
  constexpr int64_t kTokens = 64;
  constexpr int64_t kTokensInALimit = 20;
  return in_a_limit() ? kTokensInALimit : kTokens;
}

/// Weights formed of products and sums over heads or of a factorisation, three maps, two gates, the
/// recurrence (a factor and a sum per token; in an LRU a complex one, and an eigenvalue out of two
/// exponentials and a cosine), the output gate over all neurons twice, the readout over all gates.
/// Neurons and gates: at most those of one memory per head, or of the tensor.
double LinearAttentionAlgorithm::roundings(int64_t length) const {
  constexpr double kMaps = 3.0;
  constexpr double kGates = 3.0;
  constexpr double kFactorisation = 30.0;
  const double per_token = claim_.cell == AttentionCell::kLru ? 16.0 : 2.0;
  const auto number = [](int64_t size) { return static_cast<double>(size); };
  const double d = number(claim_.attention.width);
  const double heads = static_cast<double>(claim_.attention.heads.size());
  const double values = number(claim_.attention.value_size);
  const double keys = number(claim_.attention.key_size);
  const double pairs = std::max(heads * values * keys, d * d);
  const double gates = std::max(pairs, d * d * d);
  const double formed = heads * (values + keys) + (norm_factor_ > 0.0 ? kFactorisation * d : 0.0);
  return formed + kMaps * (d + 2.0) + kGates + per_token * number(length) +
         2.0 * (pairs + heads * keys + d) + gates;
}

ClaimTrial LinearAttentionAlgorithm::draw(int64_t length, uint64_t seed, int64_t index) const {
  const LinearAttentionWeights& attention = claim_.attention;
  ClaimTrial trial;
  trial.length = length;
  trial.tokens = TrialNumbers(seed, index, in_a_limit() ? kBoundedScales : kTrialScales)
                     .vectors(length, attention.width);
  trial.roundings = roundings(length);
  Terms tokens;
  for (const double number : trial.tokens) tokens.push_back(term(number));
  Terms answers(static_cast<std::size_t>(length * attention.outputs));
  for (const auto& head : attention.heads) add_head(attention, head, tokens, answers);
  const std::vector<Number> norms = token_norms(attention, tokens);
  for (int64_t t = 0; t < length; ++t) trial.positions.push_back(t);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Number norm = norm_factor_ * norms[i / static_cast<std::size_t>(attention.outputs)];
    trial.answers.push_back(answers[i].value);
    trial.magnitudes.push_back(norm_factor_ > 0.0 ? norm : answers[i].size);
  }
  return trial;
}

}  // namespace gril
