#include "gril/base/interrupt.h"

#include <atomic>

#include "gril/base/check.h"

namespace gril {
namespace {

// A signal handler reaches nothing but global objects, and of those only lock-free atomics.
std::atomic<bool> guarded = false;
std::atomic<bool> signalled = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_signal(int /*number*/) {
  signalled.store(true);
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGINT, &standard, nullptr);
  sigaction(SIGTERM, &standard, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  require(!guarded.exchange(true), "interrupt", "one guard at a time; got a second.");
  signalled.store(false);
  struct sigaction noting = {};
  noting.sa_handler = note_signal;
  noting.sa_flags = SA_RESTART;
  sigemptyset(&noting.sa_mask);
  sigaction(SIGINT, &noting, &earlier_interrupt_);
  sigaction(SIGTERM, &noting, &earlier_terminate_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &earlier_interrupt_, nullptr);
  sigaction(SIGTERM, &earlier_terminate_, nullptr);
  guarded.store(false);
}

bool InterruptGuard::requested() const noexcept { return signalled.load(); }

}  // namespace gril
