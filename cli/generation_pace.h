#pragma once

#include <cstddef>
#include <vector>

namespace gril::cli {

/// How long the symbols of a generation took, at its start and at its end. Constant memory.
class GenerationPace {
 public:
  /// Symbols at either end that count.
  static constexpr std::size_t kWindow = 1000;

  void add(double seconds);

  std::size_t symbols() const { return symbols_; }
  /// Medians of the first and of the last kWindow symbols, or of all where there are fewer; 0
  /// before the first symbol.
  double median_at_start() const;
  double median_at_end() const;

 private:
  std::vector<double> first_;
  std::vector<double> last_;  // a ring
  std::size_t symbols_ = 0;
};

}  // namespace gril::cli
