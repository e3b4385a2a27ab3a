#include "gril/stream/prediction_table.h"

#include <array>
#include <charconv>
#include <utility>

namespace gril::stream {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr std::size_t kFlushBytes = kBufferBytes - 4096;
constexpr int kDigits = 10;

}  // namespace

PredictionTable::PredictionTable(Sink sink, std::span<const std::string_view> method_names)
    : sink_(std::move(sink)) {
  buffer_.reserve(kBufferBytes);
  buffer_ += "row,target";
  for (const std::string_view name : method_names) {
    buffer_ += ',';
    buffer_ += name;
  }
  buffer_ += '\n';
}

void PredictionTable::append_number(double number) {
  std::array<char, 32> digits = {};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                 std::chars_format::general, kDigits);
  buffer_.append(digits.data(), end.ptr);
}

void PredictionTable::add(int64_t row, double target, std::span<const double> predictions) {
  std::array<char, 32> digits = {};
  buffer_.append(digits.data(),
                 std::to_chars(digits.data(), digits.data() + digits.size(), row).ptr);
  buffer_ += ',';
  append_number(target);
  for (const double prediction : predictions) {
    buffer_ += ',';
    append_number(prediction);
  }
  buffer_ += '\n';
  if (buffer_.size() > kFlushBytes) flush();
}

void PredictionTable::flush() {
  sink_(buffer_);
  buffer_.clear();
}

}  // namespace gril::stream
