#include "gril/stream/state_transfer.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream_state";
constexpr double kLargestCount = 9007199254740992.0;  // 2^53: every integer up to it is a double

}  // namespace

void StateTransfer::numbers(std::span<double> numbers) {
  if (!reading_) {
    numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
    return;
  }
  require_file(numbers_.size() - taken_ >= numbers.size(), kWhere,
               "a part of the state must hold the numbers of its method; got ", numbers_.size(),
               ", which are too few. Save the state anew.");
  std::copy_n(numbers_.begin() + static_cast<std::ptrdiff_t>(taken_), numbers.size(),
              numbers.begin());
  taken_ += numbers.size();
}

void StateTransfer::number(double& number) { numbers({&number, 1}); }

void StateTransfer::count(int64_t& count) {
  double stored = static_cast<double>(count);
  number(stored);
  require_file(stored >= 0.0 && stored <= kLargestCount && std::floor(stored) == stored, kWhere,
               "a count must be an integer from 0 to 2^53; got ", stored,
               ". The state was damaged.");
  count = static_cast<int64_t>(stored);
}

void StateTransfer::index(std::size_t& index, std::size_t highest) {
  auto stored = static_cast<int64_t>(index);
  count(stored);
  require_file(static_cast<std::size_t>(stored) <= highest, kWhere,
               "a position must lie between 0 and ", highest, "; got ", stored,
               ". The state was damaged.");
  index = static_cast<std::size_t>(stored);
}

void StateTransfer::finish() const {
  require_file(taken_ == numbers_.size(), kWhere,
               "a part of the state must hold the numbers of its method; got ", numbers_.size(),
               ", which are too many. Save the state anew.");
}

}  // namespace gril::stream
