#pragma once

#include <signal.h>

namespace gril {

/// While an object of this class lives, the first SIGINT (Ctrl-C) or SIGTERM only notes that the
/// program is asked to stop; the second one ends it as usual. The destructor restores what was
/// there before.
///
///     const InterruptGuard interrupt;
///     for (...) if (interrupt.requested()) { save(); break; }
///
/// errors  InvalidArgument when another guard lives: signals belong to the whole process.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Whether a signal has come since the guard was made.
  bool requested() const noexcept;

 private:
  struct sigaction earlier_interrupt_ = {};
  struct sigaction earlier_terminate_ = {};
};

}  // namespace gril
