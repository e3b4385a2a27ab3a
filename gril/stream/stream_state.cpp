#include "gril/stream/stream_state.h"

#include <array>
#include <bit>
#include <cstring>

#include "gril/base/check.h"

namespace gril::stream {
namespace {

static_assert(std::endian::native == std::endian::little, "states are written little-endian");

constexpr std::string_view kWhere = "stream_state";
constexpr std::string_view kMagic = "grilstat";
constexpr uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 8 + sizeof(uint32_t) + 2 * sizeof(uint64_t);

template <typename Number>
void append(std::string& bytes, Number number) {
  const auto raw = std::bit_cast<std::array<char, sizeof(Number)>>(number);
  bytes.append(raw.data(), raw.size());
}

template <typename Number>
Number take(std::string_view bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof(Number));
  return number;
}

}  // namespace

uint64_t fnv1a(std::string_view bytes, uint64_t hash) {
  constexpr uint64_t kPrime = 0x100000001b3u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * kPrime;
  return hash;
}

std::size_t encoded_state_size(std::size_t count) {
  return kHeaderBytes + count * sizeof(double) + sizeof(uint64_t);
}

std::string encode_state(uint64_t model, std::span<const double> numbers) {
  std::string bytes;
  bytes.reserve(encoded_state_size(numbers.size()));
  bytes += kMagic;
  append(bytes, kVersion);
  append(bytes, model);
  append(bytes, static_cast<uint64_t>(numbers.size()));
  for (const double number : numbers) append(bytes, number);
  append(bytes, fnv1a(bytes));
  return bytes;
}

StreamState decode_state(std::string_view bytes, uint64_t model, std::size_t count) {
  require_file(bytes.size() >= kHeaderBytes + sizeof(uint64_t) && bytes.starts_with(kMagic), kWhere,
               "a state must start with \"grilstat\" and its header; got ", bytes.size(),
               " bytes of something else. Give the bytes that save returned.");
  const auto version = take<uint32_t>(bytes, 8);
  require_file(version == kVersion, kWhere, "the version must be ", kVersion, "; got ", version,
               ". Save the state with this version of gril.");
  const std::string_view checked = bytes.substr(0, bytes.size() - sizeof(uint64_t));
  const auto stored_count = take<uint64_t>(bytes, 20);
  require_file(stored_count == (checked.size() - kHeaderBytes) / sizeof(double) &&
                   bytes.size() == encoded_state_size(stored_count),
               kWhere, "a state of ", stored_count, " numbers must have its size; got ",
               bytes.size(), " bytes. The state was cut off.");
  require_file(take<uint64_t>(bytes, checked.size()) == fnv1a(checked), kWhere,
               "the checksum must fit the state; got another one. The state was damaged.");
  const auto stored_model = take<uint64_t>(bytes, 12);
  require(stored_model == model && stored_count == count, kWhere,
          "the state must belong to this model; got one of another. Open the model it was saved "
          "from.");
  StreamState state{stored_model, std::vector<double>(count)};
  std::memcpy(state.numbers.data(), bytes.data() + kHeaderBytes, count * sizeof(double));
  return state;
}

}  // namespace gril::stream
