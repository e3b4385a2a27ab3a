#include "gril/base/seed.h"

#include "gril/base/fnv1a.h"

namespace gril {
namespace {

uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

}  // namespace

uint64_t child_seed(uint64_t seed, std::string_view name, uint64_t index) {
  return mix(mix(mix(seed) ^ fnv1a(name)) ^ index);
}

}  // namespace gril
