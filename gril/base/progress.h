#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace gril {

/// Where a job stands.
struct ProgressState {
  std::string label;     ///< what runs, for example "train"
  std::string unit;      ///< what is counted, for example "steps"
  int64_t done = 0;      ///< units done
  int64_t total = 1;     ///< units in all
  int64_t first = 0;     ///< units that were done before the clock started (resumed jobs)
  double seconds = 0.0;  ///< since the clock started
  std::string note;      ///< figures of the caller, for example "loss 0.0213"
};

/// `train 45% 450/1000 steps, 123 steps/s, 4 s left, loss 0.0213`, with a bar after the label for
/// terminals. Rate and time left are missing while nothing has been counted.
std::string progress_text(const ProgressState& state, bool bar);

/// "59 s", "12 min 5 s", "3 h 2 min".
std::string duration_text(double seconds);

/// Where and how often a Progress writes.
struct ProgressOutput {
  std::ostream* stream = nullptr;  ///< nullptr: std::cerr
  bool terminal = false;           ///< a bar drawn in place; otherwise one line per interval
  int columns = 0;                 ///< width of the terminal, where a bar is cut; 0: no limit
  double interval = 10.0;          ///< seconds between two drawings
  std::function<double()> clock;   ///< seconds; empty: the steady clock

  /// stderr: a bar ten times a second on a terminal, a line every ten seconds otherwise.
  static ProgressOutput standard_error();
};

/// Shows how a long job advances.
///
///     Progress progress("train", "steps", options.steps, first_step);
///     for (...) progress.update(step, concatenate("loss ", loss));
///     progress.finish();
class Progress {
 public:
  Progress(std::string label, std::string unit, int64_t total, int64_t first = 0,
           ProgressOutput output = ProgressOutput::standard_error());

  /// `done` units are done in all. Cheap: draws only when the interval has passed.
  void update(int64_t done, const std::string& note = "");
  /// Draws the last state and ends its line.
  void finish();

 private:
  void draw(double now, const char* end);

  ProgressState state_;
  ProgressOutput output_;
  double start_ = 0.0;
  double last_drawn_ = 0.0;
};

}  // namespace gril
