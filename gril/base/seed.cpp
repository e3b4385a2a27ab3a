#include "gril/base/seed.h"

namespace gril {
namespace {

uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

uint64_t fnv1a(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char letter : text) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 0x100000001b3U;
  }
  return hash;
}

}  // namespace

uint64_t child_seed(uint64_t seed, std::string_view name, uint64_t index) {
  return mix(mix(mix(seed) ^ fnv1a(name)) ^ index);
}

}  // namespace gril
