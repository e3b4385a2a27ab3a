#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace gril {

/// See TrialNumbers.
inline constexpr int64_t kTrialScales = 5;
/// The first of them, in which vectors are neither tiny nor equal.
inline constexpr int64_t kDistinctTrialScales = 3;

/// Random numbers of a certificate's trials. Trial `index` of a seed has its own generator, and the
/// scales take turns: 0 normal, 1 uniform in (-1/2, 1/2), 2 normal with one coordinate a thousand
/// times larger, 3 normal times 1e-6, 4 the same vector every time.
class TrialNumbers {
 public:
  /// scales: how many of the five take turns.
  TrialNumbers(uint64_t seed, int64_t index, int64_t scales = kTrialScales);

  /// `count` vectors of `width` numbers, row-major, in the scale of this trial.
  std::vector<double> vectors(int64_t count, int64_t width);
  /// Independent N(0, 1).
  std::vector<double> normal(int64_t count);

 private:
  std::mt19937_64 generator_;
  int64_t scale_;
};

}  // namespace gril
