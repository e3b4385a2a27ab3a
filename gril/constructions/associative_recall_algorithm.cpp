#include "gril/constructions/associative_recall_algorithm.h"

#include <random>

#include "gril/base/seed.h"

namespace gril {
namespace {

/// One-hot tokens, appended one after the other.
class OneHotTokens {
 public:
  explicit OneHotTokens(int64_t width) : width_(static_cast<std::size_t>(width)) {}

  void append(std::initializer_list<int64_t> features) {
    const std::size_t start = numbers_.size();
    numbers_.resize(start + width_, 0.0);
    for (const int64_t feature : features)
      numbers_[start + static_cast<std::size_t>(feature)] = 1.0;
  }
  const std::vector<double>& numbers() const { return numbers_; }

 private:
  std::size_t width_;
  std::vector<double> numbers_;
};

std::vector<int64_t> uniform(int64_t count, int64_t end, std::mt19937_64& generator) {
  std::uniform_int_distribution<int64_t> distribution(0, end - 1);
  std::vector<int64_t> numbers(static_cast<std::size_t>(count));
  for (int64_t& number : numbers) number = distribution(generator);
  return numbers;
}

}  // namespace

ClaimTrial AssociativeRecallAlgorithm::draw(int64_t length, uint64_t seed, int64_t index) const {
  std::mt19937_64 generator(child_seed(seed, "recall trial", static_cast<uint64_t>(index)));
  const std::vector<int64_t> map = uniform(claim_.keys, claim_.values, generator);
  const std::vector<int64_t> keys = uniform(length, claim_.keys, generator);
  const auto asked = static_cast<std::size_t>(uniform(1, length, generator).front());
  const int64_t query = keys[asked];
  const auto value_of = [&](int64_t key) { return map[static_cast<std::size_t>(key)]; };

  const bool joint = claim_.layout == RecallLayout::kJoint;
  OneHotTokens tokens(claim_.token_width());
  std::vector<long double> counts(static_cast<std::size_t>(claim_.values), 0.0L);
  for (const int64_t key : keys) {
    const int64_t value_feature = claim_.keys + value_of(key);
    if (joint) {
      tokens.append({key, value_feature});
    } else {
      tokens.append({key});
      tokens.append({value_feature});
    }
    if (key == query) counts[static_cast<std::size_t>(value_of(key))] += 1.0L;
  }
  if (!joint) tokens.append({claim_.keys + claim_.values});
  tokens.append({query});

  ClaimTrial trial;
  trial.length = claim_.length(length);
  trial.tokens = tokens.numbers();
  trial.positions = {trial.length - 1};
  trial.answers = counts;
  trial.magnitudes.assign(counts.size(), static_cast<long double>(length));
  trial.choices = {value_of(query)};
  // The recurrence, and a few per map and gate: all other terms of the sums are zero. The delay of
  // interleaved tokens is off by two roundings per pair.
  constexpr double kMapsAndGates = 12.0;
  trial.roundings = 2.0 * static_cast<double>(trial.length) + kMapsAndGates;
  return trial;
}

}  // namespace gril
