#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gril::stream {

/// A 64-bit FNV-1a hash, continued from `hash`. It finds damage, not forgery.
uint64_t fnv1a(std::string_view bytes, uint64_t hash = 0xcbf29ce484222325u);

/// The state of a stream as a value: numbers, and the fingerprint of the model they belong to.
struct StreamState {
  uint64_t model = 0;
  std::vector<double> numbers;
};

/// Bytes of a state, all little-endian:
/// "grilstat", version (uint32, 1), fingerprint of the model (uint64), count (uint64), the numbers
/// (float64), FNV-1a of everything before (uint64).
std::string encode_state(uint64_t model, std::span<const double> numbers);

/// The reverse. Checks everything before anything is returned.
/// errors  InvalidFile "[stream_state] …" for bytes that are no state, of another version, cut off
///         or damaged; InvalidArgument for the state of another model or with another count.
StreamState decode_state(std::string_view bytes, uint64_t model, std::size_t count);

/// Bytes that encode_state makes for `count` numbers.
std::size_t encoded_state_size(std::size_t count);

}  // namespace gril::stream
