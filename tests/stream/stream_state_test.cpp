#include "gril/stream/stream_state.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using stream::decode_state;
using stream::encode_state;

constexpr uint64_t kModel = 0x1234567890abcdefU;
const std::vector<double> state_numbers = {1.5, -0.0, 1e-300, 3.0};

TEST(StreamState, NumbersComeBackBitForBit) {
  const std::string bytes = encode_state(kModel, state_numbers);
  EXPECT_EQ(bytes.size(), stream::encoded_state_size(state_numbers.size()));
  const stream::StreamState state = decode_state(bytes, kModel, state_numbers.size());
  EXPECT_EQ(state.model, kModel);
  EXPECT_EQ(state.numbers, state_numbers);
  EXPECT_TRUE(std::signbit(state.numbers[1]));
}

TEST(StreamState, BytesAreTheDocumentedOnes) {
  const std::string bytes = encode_state(1, std::vector<double>{1.0});
  const std::string expected("grilstat\1\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x3f",
                             36);
  EXPECT_EQ(bytes.substr(0, 36), expected);
}

TEST(StreamState, HashIsFnv1a) {
  EXPECT_EQ(stream::fnv1a(""), 0xcbf29ce484222325U);
  EXPECT_EQ(stream::fnv1a("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(stream::fnv1a("foobar"), 0x85944171f73967e8U);
  EXPECT_EQ(stream::fnv1a("bar", stream::fnv1a("foo")), stream::fnv1a("foobar"));
}

TEST(StreamState, EveryDamagedByteIsFound) {
  const std::string good = encode_state(kModel, state_numbers);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string damaged = good;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_THROW(decode_state(damaged, kModel, state_numbers.size()), InvalidFile) << i;
  }
}

TEST(StreamState, EveryCutIsFound) {
  const std::string good = encode_state(kModel, state_numbers);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_THROW(decode_state(good.substr(0, size), kModel, state_numbers.size()), InvalidFile)
        << size;
  }
}

TEST(StreamState, ErrorsSayWhatIsWrong) {
  const std::string good = encode_state(kModel, state_numbers);
  const auto file_error = [](const std::string& bytes) {
    return error_text<InvalidFile>([&] { decode_state(bytes, kModel, state_numbers.size()); });
  };
  EXPECT_EQ(file_error("hello"),
            "[stream_state] a state must start with \"grilstat\" and its header; got 5 bytes of "
            "something else. Give the bytes that save returned.");
  std::string version_2 = good;
  version_2[8] = 2;
  EXPECT_EQ(file_error(version_2),
            "[stream_state] the version must be 1; got 2. Save the state with this version of "
            "gril.");
  EXPECT_EQ(file_error(good.substr(0, good.size() - 8)),
            "[stream_state] a state of 4 numbers must have its size; got 60 bytes. The state was "
            "cut off.");
  std::string flipped = good;
  flipped[40] = static_cast<char>(flipped[40] ^ 1);
  EXPECT_EQ(file_error(flipped),
            "[stream_state] the checksum must fit the state; got another one. The state was "
            "damaged.");
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { decode_state(good, kModel + 1, state_numbers.size()); }),
      "[stream_state] the state must belong to this model; got one of another. Open the "
      "model it was saved from.");
}

}  // namespace
}  // namespace gril::test
