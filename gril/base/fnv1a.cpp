#include "gril/base/fnv1a.h"

#include <iomanip>
#include <sstream>

namespace gril {

uint64_t fnv1a(std::span<const std::byte> bytes, uint64_t earlier) {
  constexpr uint64_t kPrime = 0x100000001b3U;
  uint64_t hash = earlier;
  for (const std::byte byte : bytes) {
    hash ^= static_cast<uint64_t>(byte);
    hash *= kPrime;
  }
  return hash;
}

uint64_t fnv1a(std::string_view text, uint64_t earlier) {
  return fnv1a(std::as_bytes(std::span(text)), earlier);
}

std::string hash_text(uint64_t hash) {
  constexpr int kDigits = 16;
  std::ostringstream text;
  text << std::hex << std::setw(kDigits) << std::setfill('0') << hash;
  return text.str();
}

}  // namespace gril
