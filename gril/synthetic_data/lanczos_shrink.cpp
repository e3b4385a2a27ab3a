#include "gril/synthetic_data/lanczos_shrink.h"

#include <algorithm>
#include <cmath>

#include "gril/synthetic_data/angles.h"

namespace gril {
namespace {

constexpr double kLobes = 3.0;
constexpr int kFractionBits = 22;

/// sin(pi x) / (pi x).
double sinc(double x) { return x == 0.0 ? 1.0 : sine(kPi * x) / (kPi * x); }

double lanczos(double x) { return std::abs(x) < kLobes ? sinc(x) * sinc(x / kLobes) : 0.0; }

/// Which pixels one of the result is made from.
struct Sum {
  int64_t first = 0;
  std::vector<int64_t> weights;  ///< times 2^kFractionBits
};

Sum sum_of(int64_t pixel, int64_t from, int64_t to) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double reach = kLobes * scale;
  const double centre = (static_cast<double>(pixel) + 0.5) * scale;
  Sum sum;
  sum.first = std::max<int64_t>(0, static_cast<int64_t>(centre - reach + 0.5));
  const int64_t end = std::min(from, static_cast<int64_t>(centre + reach + 0.5));
  std::vector<double> weights;
  double total = 0.0;
  for (int64_t i = sum.first; i < end; ++i) {
    weights.push_back(lanczos((static_cast<double>(i) - centre + 0.5) / scale));
    total += weights.back();
  }
  for (const double weight : weights) {
    sum.weights.push_back(std::llround(weight / total * (int64_t{1} << kFractionBits)));
  }
  return sum;
}

/// Every row of `size` numbers made shorter; the result is transposed, so that a second call makes
/// the columns shorter.
std::vector<uint8_t> shrink_rows(const std::vector<uint8_t>& values, int64_t size,
                                 const std::vector<Sum>& sums) {
  const auto rows = static_cast<int64_t>(values.size()) / size;
  std::vector<uint8_t> result;
  result.reserve(sums.size() * static_cast<std::size_t>(rows));
  for (const Sum& sum : sums) {
    for (int64_t row = 0; row < rows; ++row) {
      const uint8_t* pixels = values.data() + row * size + sum.first;
      int64_t total = int64_t{1} << (kFractionBits - 1);
      for (std::size_t i = 0; i < sum.weights.size(); ++i) total += sum.weights[i] * pixels[i];
      result.push_back(static_cast<uint8_t>(std::clamp<int64_t>(total >> kFractionBits, 0, 255)));
    }
  }
  return result;
}

}  // namespace

ByteGrid lanczos_shrink(const ByteGrid& grid, int64_t size) {
  std::vector<Sum> sums;
  for (int64_t pixel = 0; pixel < size; ++pixel) sums.push_back(sum_of(pixel, grid.size, size));
  ByteGrid result(size);
  result.values = shrink_rows(shrink_rows(grid.values, grid.size, sums), grid.size, sums);
  return result;
}

}  // namespace gril
