#include "gril/base/png_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

/// 2 x 3 pixels 0, 1, 2, 253, 254, 255, packed by Pillow 13.0 with a filter.
const std::string kPacked = from_hex(
    "89504e470d0a1a0a0000000d4948445200000003000000020800000000b81f39c60000001049444154789c6364"
    "606464fccbc80800031901049c6a0d810000000049454e44ae426082");
/// The same pixels in the seven passes of Adam7.
const std::string kInterlaced = from_hex(
    "89504e470d0a1a0a0000000d4948445200000003000000020800000001cf1809500000001249444154789c6360"
    "6060626064f8fbef3f00060f02fe7e929e990000000049454e44ae426082");
/// One pixel of red, green and blue, by Pillow.
const std::string kColours = from_hex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360"
    "606402000008000436e0b0a60000000049454e44ae426082");
/// One pixel of 16-bit gray, by Pillow.
const std::string kSixteenBits = from_hex(
    "89504e470d0a1a0a0000000d49484452000000010000000110000000006aee47160000000b49444154789c6360"
    "64000000050002d16633780000000049454e44ae426082");

class PngFile : public testing::Test {
 protected:
  GrayImage read(const std::string& bytes) const {
    write_file_atomically(path(), bytes, "test");
    return read_png(path(), "images");
  }
  std::string refusal(const std::string& bytes) const {
    const std::string text = error_text<InvalidFile>([&] { read(bytes); });
    const std::string start = "[images] " + path().string() + ": ";
    EXPECT_EQ(text.substr(0, start.size()), start);
    return text.substr(std::min(start.size(), text.size()));
  }
  std::filesystem::path path() const { return folder_ / "t.png"; }

 private:
  TemporaryFolder folder_;
};

TEST_F(PngFile, ReadsWhatAnotherProgramWrote) {
  for (const std::string& bytes : {kPacked, kInterlaced}) {
    const GrayImage image = read(bytes);
    EXPECT_EQ(image.height, 2U);
    EXPECT_EQ(image.width, 3U);
    EXPECT_EQ(image.pixels, (std::vector<uint8_t>{0, 1, 2, 253, 254, 255}));
  }
}

TEST_F(PngFile, ReadsBackWhatItWrites) {
  // 256 rows of 257 bytes: more than one block of 65,535.
  for (const auto& [height, width] : {std::pair{1, 1}, {2, 3}, {32, 32}, {256, 256}, {1, 70000}}) {
    GrayImage image{static_cast<std::size_t>(height), static_cast<std::size_t>(width), {}};
    for (std::size_t i = 0; i < image.height * image.width; ++i) {
      image.pixels.push_back(static_cast<uint8_t>(i * i / 3));
    }
    const GrayImage back = read(png_bytes(image, "test"));
    EXPECT_EQ(back.height, image.height);
    EXPECT_EQ(back.width, image.width);
    EXPECT_EQ(back.pixels, image.pixels);
  }
}

TEST_F(PngFile, WritesTheSameBytesEverywhere) {
  const GrayImage image{1, 2, {7, 255}};
  EXPECT_EQ(png_bytes(image, "test"),
            from_hex("89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000e494"
                     "4415478010103"
                     "00fcff0007ff011001072bc2fcf20000000049454e44ae426082"));
}

TEST_F(PngFile, RefusesOtherFilesAndImages) {
  EXPECT_EQ(refusal(""), "must be a PNG image; got an empty file.");
  EXPECT_EQ(refusal("GIF89a"), "must be a PNG image; got another start.");
  const std::string gray = "must be 8-bit gray; got colours, transparency or another depth.";
  EXPECT_EQ(refusal(kColours), gray);
  EXPECT_EQ(refusal(kSixteenBits), gray);
  EXPECT_EQ(error_text<InvalidArgument>([] { read_png("/nowhere/t.png", "images"); }),
            "[images] /nowhere/t.png: must be a file; got no such file. Check the path.");
}

TEST_F(PngFile, RefusesDamagedFiles) {
  EXPECT_EQ(refusal(kPacked.substr(0, 20)),
            "must have a whole header; got \"the file ends early\". Copy the file again.");
  EXPECT_EQ(refusal(kPacked.substr(0, 50)),
            "must be a whole image; got \"the file ends early\". Copy the file again.");
  std::string damaged = kPacked;
  damaged[45] ^= 1;
  const std::string rule = "must be a whole image; got \"";
  EXPECT_EQ(refusal(damaged).substr(0, rule.size()), rule);
}

TEST_F(PngFile, AllocatesNoPixelsThatTheFileCannotHold) {
  // Headers of 8192 x 8192 and of (2^31 - 1)^2 pixels, and no data.
  EXPECT_EQ(
      refusal(from_hex("89504e470d0a1a0a0000000d494844520000200000002000080000000057c19585000000004"
                       "944415435af061e")),
      "must hold what its header says, at most 67108864 pixels; got 8192 x 8192 in 45 bytes.");
  EXPECT_EQ(refusal(from_hex("89504e470d0a1a0a0000000d494844527fffffff7fffffff080000000031a254ba000"
                             "000004944415435af061e")),
            "must have a whole header; got \"Invalid IHDR data\". Copy the file again.");
}

TEST_F(PngFile, RefusesToWriteImagesWithoutPixels) {
  EXPECT_EQ(
      error_text<InvalidArgument>([] {
        png_bytes({0, 4, {}}, "images");
      }),
      "[images] an image must have height x width pixels, and at least one; got 0 for 0 x 4.");
  EXPECT_EQ(
      error_text<InvalidArgument>([] {
        png_bytes({2, 2, {1, 2, 3}}, "images");
      }),
      "[images] an image must have height x width pixels, and at least one; got 3 for 2 x 2.");
}

}  // namespace
}  // namespace gril
