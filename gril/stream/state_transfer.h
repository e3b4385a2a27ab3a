#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace gril::stream {

/// The numbers of a state in a fixed order, on their way out or in: one list of members serves
/// both.
///
///     void RunningMean::transfer(StateTransfer& state) {
///       state.count(rows_);
///       state.number(mean_);
///     }
///
/// errors  on the way in, InvalidFile "[stream_state] …" when there are too few numbers, or a count
///         that cannot be.
class StateTransfer {
 public:
  /// Out: collects what it is given.
  StateTransfer() = default;
  /// In: overwrites what it is given with `numbers`.
  explicit StateTransfer(std::vector<double> numbers)
      : numbers_(std::move(numbers)), reading_(true) {}

  void number(double& number);
  void numbers(std::span<double> numbers);
  /// 0 … 2^53.
  void count(int64_t& count);
  /// 0 … highest.
  void index(std::size_t& index, std::size_t highest);

  /// What was collected.
  const std::vector<double>& collected() const { return numbers_; }
  /// On the way in: refuses numbers that nobody took.
  void finish() const;

 private:
  std::vector<double> numbers_;
  bool reading_ = false;
  std::size_t taken_ = 0;
};

}  // namespace gril::stream
