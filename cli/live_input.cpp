#include "cli/live_input.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/unpacked_file.h"

namespace gril::cli {
namespace {

/// Between two looks at whether a signal has come.
constexpr int kMilliseconds = 100;

class LiveBuffer : public std::streambuf {
 public:
  LiveBuffer(int descriptor, const InterruptGuard& interrupt)
      : descriptor_(descriptor), interrupt_(interrupt) {}

 protected:
  int_type underflow() override {
    const ssize_t count = wait() ? read(descriptor_, bytes_.data(), bytes_.size()) : 0;
    if (count < 0 && errno == EINTR) return underflow();
    if (count <= 0) return traits_type::eof();
    setg(bytes_.data(), bytes_.data(), bytes_.data() + count);
    return traits_type::to_int_type(*gptr());
  }

 private:
  /// Until there is something to read; false when the program is asked to stop.
  bool wait() const {
    pollfd waiting = {.fd = descriptor_, .events = POLLIN, .revents = 0};
    while (!interrupt_.requested()) {
      if (poll(&waiting, 1, kMilliseconds) > 0) return true;
    }
    return false;
  }

  int descriptor_;
  const InterruptGuard& interrupt_;
  std::array<char, 1 << 16> bytes_;
};

/// A stream with its buffer, and the descriptor that it closes, if any.
class LiveStream : public std::istream {
 public:
  LiveStream(int descriptor, const InterruptGuard& interrupt, bool owned)
      : std::istream(nullptr), buffer_(descriptor, interrupt), owned_(owned ? descriptor : -1) {
    rdbuf(&buffer_);
  }
  ~LiveStream() override {
    if (owned_ >= 0) close(owned_);
  }
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

 private:
  LiveBuffer buffer_;
  int owned_;
};

}  // namespace

std::unique_ptr<std::istream> live_input(int descriptor, const InterruptGuard& interrupt) {
  return std::make_unique<LiveStream>(descriptor, interrupt, false);
}

std::unique_ptr<std::istream> open_live(const std::filesystem::path& pipe,
                                        const InterruptGuard& interrupt, std::string_view where) {
  const int descriptor = open(pipe.c_str(), O_RDONLY | O_CLOEXEC);
  require_file(descriptor >= 0, where, pipe.string(), ": must be readable; got \"",
               std::generic_category().message(errno), "\". Check its rights.");
  return unpacked(std::make_unique<LiveStream>(descriptor, interrupt, true), where, pipe.string());
}

}  // namespace gril::cli
