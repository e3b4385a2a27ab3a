#include "gril/generation/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "generate";

/// The `count` most probable symbols, the most probable first.
std::vector<std::size_t> most_probable(const std::vector<double>& probabilities,
                                       std::size_t count) {
  std::vector<std::size_t> symbols(probabilities.size());
  std::iota(symbols.begin(), symbols.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) {
    return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
  };
  std::partial_sort(symbols.begin(), symbols.begin() + static_cast<std::ptrdiff_t>(count),
                    symbols.end(), before);
  symbols.resize(count);
  return symbols;
}

/// The first of `symbols` that have at least `share` of their sum together.
void keep_share(std::vector<std::size_t>& symbols, const std::vector<double>& probabilities,
                double share) {
  double whole = 0;
  for (const std::size_t symbol : symbols) whole += probabilities[symbol];
  double sum = 0;
  std::size_t kept = 0;
  while (kept < symbols.size() && sum < share * whole) sum += probabilities[symbols[kept++]];
  symbols.resize(kept);
}

}  // namespace

void check_sampling(const SamplingOptions& options) {
  require(std::isfinite(options.temperature) && options.temperature >= 0, kWhere,
          "temperature must be at least 0; got ", options.temperature, ".");
  require(options.top_k >= 0, kWhere, "top-k must be at least 1, or 0 for all symbols; got ",
          options.top_k, ".");
  require(options.top_p > 0 && options.top_p <= 1, kWhere,
          "top-p must be above 0 and at most 1; got ", options.top_p, ".");
}

std::vector<double> symbol_probabilities(std::span<const double> logits,
                                         const SamplingOptions& options) {
  for (const double logit : logits) {
    require(std::isfinite(logit), kWhere, "the outputs of the model must be finite; got ", logit,
            ". Was its training stable?");
  }
  std::vector<double> probabilities(logits.size(), 0);
  const auto largest = std::max_element(logits.begin(), logits.end());
  if (options.temperature == 0) {
    probabilities[static_cast<std::size_t>(largest - logits.begin())] = 1;
    return probabilities;
  }
  for (std::size_t i = 0; i < logits.size(); ++i) {
    probabilities[i] = std::exp((logits[i] - *largest) / options.temperature);
  }
  const std::size_t most = options.top_k == 0
                               ? logits.size()
                               : std::min(logits.size(), static_cast<std::size_t>(options.top_k));
  if (most < logits.size() || options.top_p < 1) {
    std::vector<std::size_t> kept = most_probable(probabilities, most);
    if (options.top_p < 1) keep_share(kept, probabilities, options.top_p);
    std::vector<double> chosen(logits.size(), 0);
    for (const std::size_t symbol : kept) chosen[symbol] = probabilities[symbol];
    probabilities = std::move(chosen);
  }
  const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

int64_t symbol_at(std::span<const double> probabilities, double u) {
  int64_t last = 0;  // the last possible one: rounding may leave the sum a little below u
  double sum = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] == 0) continue;
    last = static_cast<int64_t>(i);
    sum += probabilities[i];
    if (u < sum) break;
  }
  return last;
}

}  // namespace gril
