#include "gril/base/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/base/safetensors_example.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

/// The message for a file of these bytes, with the folder's name taken out.
std::string refused_text(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.safetensors").string();
  write_file_atomically(path, bytes, "test");
  const std::string start = "[safetensors] " + path + ": ";
  const std::string text = error_text<InvalidFile>([&] { read_safetensors(path); });
  EXPECT_TRUE(text.starts_with(start)) << text;
  return text.substr(std::min(text.size(), start.size()));
}

std::string refused_header(const std::string& header, std::size_t data_size) {
  return refused_text(safetensors_bytes(header, std::string(data_size, '\0')));
}

std::string tensor_a(const std::string& dtype, const std::string& shape,
                     const std::string& offsets) {
  return R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
         "}}";
}

TEST(Safetensors, WhatIsWrittenIsReadBackTheSame) {
  const TemporaryFolder folder;
  const SafetensorsFile file = example_file();
  write_safetensors(folder / "a.safetensors", file);
  EXPECT_EQ(difference(read_safetensors(folder / "a.safetensors"), file), "");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(Safetensors, AnEmptyFileOfTensorsIsReadBack) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a.safetensors", {});
  EXPECT_EQ(read_file(folder / "a.safetensors", "test"), safetensors_bytes("{}      ", ""));
  EXPECT_TRUE(read_safetensors(folder / "a.safetensors").tensors.empty());
}

TEST(Safetensors, EveryTensorStartsAtAMultipleOfItsElementSize) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a.safetensors", example_file());
  const std::string bytes = read_file(folder / "a.safetensors", "test");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof(length));
  EXPECT_EQ(length % 8, 0U);
  // bias F64 (16 bytes), step I64 (8), weight F32 (24), mask U8 (3): wide elements first.
  const std::string header = bytes.substr(8, length);
  EXPECT_NE(header.find(R"("bias":{"dtype":"F64","shape":[2],"data_offsets":[0,16]})"),
            std::string::npos);
  EXPECT_NE(header.find(R"("step":{"dtype":"I64","shape":[],"data_offsets":[16,24]})"),
            std::string::npos);
  EXPECT_NE(header.find(R"("mask":{"dtype":"U8","shape":[3],"data_offsets":[48,51]})"),
            std::string::npos);
}

TEST(Safetensors, TruncatedFilesAreRefused) {
  EXPECT_EQ(refused_text(""), "must begin with 8 bytes of header length; got a file of 0 bytes.");
  EXPECT_EQ(refused_text("1234567"),
            "must begin with 8 bytes of header length; got a file of 7 bytes.");
  EXPECT_EQ(refused_text(safetensors_bytes("{}", "").substr(0, 9)),
            "the header must end inside the file of 9 bytes; got 2 bytes of header.");
  EXPECT_EQ(refused_header(tensor_a("F32", "[2]", "[0,8]"), 7),
            "tensor \"a\": data_offsets must lie in the 7 bytes of data; got 0 to 8.");
}

TEST(Safetensors, AHeaderLengthThatLiesIsRefusedBeforeAnythingIsAllocated) {
  EXPECT_EQ(refused_text(std::string(8, '\xff') + "{}"),
            "the header must be at most 100000000 bytes; got 18446744073709551615.");
  EXPECT_EQ(refused_text(std::string("\x00\xe1\xf5\x05\x00\x00\x00\x00", 8) + "{}"),
            "the header must end inside the file of 10 bytes; got 100000000 bytes of header.");
}

TEST(Safetensors, AHeaderThatIsNoJsonObjectIsRefused) {
  EXPECT_EQ(refused_header("[]", 0), "the header must start with \"{\".");
  EXPECT_EQ(refused_header("{\"a\":", 0), "the header must be JSON; got an error at byte 6.");
  EXPECT_EQ(refused_header("{\"a\":1e999}", 0),
            "the header must be JSON; got a number beyond all ranges.");
  EXPECT_EQ(refused_header("{\"a\":" + std::string(100000, '['), 0),
            "the header may be nested 100 levels deep; got more.");
  EXPECT_EQ(refused_header("{\"\xff\":1}", 0), "the header must be JSON; got an error at byte 3.");
  EXPECT_EQ(refused_header(std::string(100000, '{'), 0),
            "the header must be JSON; got an error at byte 2.");
}

TEST(Safetensors, AKeyGivenTwiceIsRefused) {
  EXPECT_EQ(refused_header(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
                           R"("a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                           0),
            "the header must have each key once; got \"a\" twice.");
  EXPECT_EQ(
      refused_header(R"({"a":{"dtype":"U8","dtype":"F32","shape":[0],"data_offsets":[0,0]}})", 0),
      "the header must have each key once; got \"dtype\" twice.");
}

TEST(Safetensors, AnIncompleteEntryIsRefused) {
  const std::string rule = "tensor \"a\" must have exactly dtype, shape and data_offsets; got ";
  EXPECT_EQ(refused_header(R"({"a":3})", 0), rule + "number.");
  EXPECT_EQ(refused_header(R"({"a":{"dtype":"F32","shape":[0]}})", 0), rule + "2 keys.");
  EXPECT_EQ(refused_header(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":1}})", 0),
            rule + "4 keys.");
}

TEST(Safetensors, AnUnknownElementTypeIsRefusedByName) {
  EXPECT_EQ(refused_header(tensor_a("BF16", "[1]", "[0,2]"), 2),
            "tensor \"a\": dtype must be F32, F64, I64 or U8; got \"BF16\".");
  EXPECT_EQ(refused_header(R"({"a":{"dtype":7,"shape":[0],"data_offsets":[0,0]}})", 0),
            "tensor \"a\": dtype must be a text; got number.");
}

TEST(Safetensors, AShapeThatIsNoShapeIsRefused) {
  const std::string rule = "tensor \"a\": shape must be an array of integers from 0 on.";
  EXPECT_EQ(refused_header(tensor_a("U8", "[-1]", "[0,0]"), 0), rule);
  EXPECT_EQ(refused_header(tensor_a("U8", "[1.0]", "[0,1]"), 1), rule);
  EXPECT_EQ(refused_header(tensor_a("U8", "3", "[0,1]"), 1), rule);
  EXPECT_EQ(refused_header(tensor_a("U8", "[9223372036854775808]", "[0,0]"), 0),
            "tensor \"a\": a size must fit 63 bits; got 9223372036854775808.");
  EXPECT_EQ(refused_header(tensor_a("F32", "[4294967296,4294967296]", "[0,0]"), 0),
            "tensor \"a\": the number of elements must fit 63 bits; got [4294967296,4294967296].");
}

TEST(Safetensors, OffsetsThatDoNotFitTheShapeAreRefused) {
  EXPECT_EQ(refused_header(tensor_a("F32", "[3]", "[0,8]"), 8),
            "tensor \"a\": dtype and shape need 12 bytes; got data_offsets of 8 bytes.");
  EXPECT_EQ(refused_header(tensor_a("F32", "[2]", "[8,0]"), 8),
            "tensor \"a\": data_offsets must lie in the 8 bytes of data; got 8 to 0.");
  EXPECT_EQ(refused_header(tensor_a("F32", "[2]", "[0,4,8]"), 8),
            "tensor \"a\": data_offsets must be a pair; got 3 numbers.");
  EXPECT_EQ(refused_header(tensor_a("F32", "[2]", "[-8,0]"), 8),
            "tensor \"a\": data_offsets must be an array of integers from 0 on.");
}

TEST(Safetensors, OverlapsAndHolesAreRefused) {
  const auto two = [](const std::string& a, const std::string& b) {
    return R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + a +
           R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + b + "}}";
  };
  EXPECT_EQ(refused_header(two("[0,4]", "[2,6]"), 6),
            "tensor \"b\" must begin at byte 4 of the data, where the one before ends; got 2.");
  EXPECT_EQ(refused_header(two("[0,4]", "[5,9]"), 9),
            "tensor \"b\" must begin at byte 4 of the data, where the one before ends; got 5.");
  EXPECT_EQ(refused_header(two("[4,8]", "[0,4]"), 9),
            "tensors must cover the 9 bytes of data; got 8.");
}

TEST(Safetensors, MetadataMustBeTexts) {
  EXPECT_EQ(refused_header(R"({"__metadata__":{"a":1}})", 0),
            "__metadata__ \"a\" must be a text; got number.");
  EXPECT_EQ(refused_header(R"({"__metadata__":[]})", 0),
            "__metadata__ must be an object; got array.");
}

TEST(Safetensors, AMissingFileIsTheCallersMistake) {
  EXPECT_EQ(error_text<InvalidArgument>([] { read_safetensors("no/such.safetensors"); }),
            "[safetensors] no/such.safetensors: must be a file; got no such file. Check the path.");
}

TEST(Safetensors, WhatTheFormatCannotHoldIsNotWritten) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.safetensors").string();
  const auto refused = [&](const SafetensorsFile& file) {
    return error_text<InvalidArgument>([&] { write_safetensors(path, file); });
  };
  EXPECT_EQ(refused({{{"a", {ElementType::kFloat32, {2}, std::vector<std::byte>(7)}}}, {}}),
            "[safetensors] " + path + ": tensor \"a\": dtype and shape need 8 bytes; got 7.");
  EXPECT_EQ(refused({{{"__metadata__", {ElementType::kUint8, {0}, {}}}}, {}}),
            "[safetensors] " + path + ": a tensor cannot be called __metadata__.");
  EXPECT_EQ(refused({{}, {{"a", "\xff"}}}),
            "[safetensors] " + path + ": names and metadata must be UTF-8; got other bytes.");
  EXPECT_EQ(folder.entries(), 0U);
}

}  // namespace
}  // namespace gril
