#include "gril/base/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <utility>

#include "gril/base/check.h"

namespace gril {
namespace {

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double fraction_done(const ProgressState& state) {
  if (state.total <= 0) return 1.0;
  return std::clamp(static_cast<double>(state.done) / static_cast<double>(state.total), 0.0, 1.0);
}

std::string bar_text(double fraction) {
  constexpr std::size_t kWidth = 24;
  const auto filled = static_cast<std::size_t>(fraction * static_cast<double>(kWidth));
  return concatenate('[', std::string(filled, '='), std::string(kWidth - filled, ' '), "] ");
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = std::llround(seconds);
  constexpr long long kMinute = 60;
  constexpr long long kHour = 3600;
  if (whole < kMinute) return concatenate(whole, " s");
  if (whole < kHour) return concatenate(whole / kMinute, " min ", whole % kMinute, " s");
  return concatenate(whole / kHour, " h ", whole % kHour / kMinute, " min");
}

std::string progress_text(const ProgressState& state, bool bar) {
  const double fraction = fraction_done(state);
  std::ostringstream text;
  text << state.label << ' ' << (bar ? bar_text(fraction) : "")
       << static_cast<int>(std::floor(100.0 * fraction)) << "% " << state.done << '/' << state.total
       << ' ' << state.unit;
  const auto counted = static_cast<double>(state.done - state.first);
  if (counted > 0.0 && state.seconds > 0.0) {
    const double rate = counted / state.seconds;
    text << ", " << std::setprecision(3) << rate << ' ' << state.unit << "/s, "
         << duration_text(static_cast<double>(std::max<int64_t>(state.total - state.done, 0)) /
                          rate)
         << " left";
  }
  if (!state.note.empty()) text << ", " << state.note;
  return text.str();
}

ProgressOutput ProgressOutput::standard_error() {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  winsize size = {};
  const bool known = terminal && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
  return {.stream = nullptr,
          .terminal = terminal,
          .columns = known ? size.ws_col : 0,
          .interval = terminal ? 0.1 : 10.0,
          .clock = {}};
}

Progress::Progress(std::string label, std::string unit, int64_t total, int64_t first,
                   ProgressOutput output)
    : output_(std::move(output)) {
  state_ = {.label = std::move(label),
            .unit = std::move(unit),
            .done = first,
            .total = total,
            .first = first,
            .seconds = 0.0,
            .note = ""};
  if (output_.stream == nullptr) output_.stream = &std::cerr;
  if (!output_.clock) output_.clock = steady_seconds;
  start_ = output_.clock();
  last_drawn_ = start_;
}

void Progress::update(int64_t done, const std::string& note) {
  const double now = output_.clock();
  state_.done = done;
  state_.note = note;
  if (now - last_drawn_ >= output_.interval) draw(now, output_.terminal ? "" : "\n");
}

void Progress::finish() { draw(output_.clock(), "\n"); }

void Progress::draw(double now, const char* end) {
  state_.seconds = now - start_;
  last_drawn_ = now;
  std::string text = progress_text(state_, output_.terminal);
  // A line that wraps could not be erased as one.
  const auto columns = static_cast<std::size_t>(output_.columns);
  if (output_.terminal && columns > 0 && text.size() >= columns) text.resize(columns - 1);
  *output_.stream << concatenate(output_.terminal ? "\r\x1b[K" : "", text, end) << std::flush;
}

}  // namespace gril
