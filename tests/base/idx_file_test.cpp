#include "gril/base/idx_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/gzip_file.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

using namespace std::string_literals;

/// Two images of 1 x 3, pixels 0, 1, 2, 253, 254, 255.
const std::string kImages = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03\0\x01\x02\xfd\xfe\xff"s;
/// Labels 1, 963 and -2 in 16 bits.
const std::string kShortLabels = "\0\0\x0b\x01\0\0\0\x03\0\x01\x03\xc3\xff\xfe"s;

class IdxFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& bytes) const {
    write_file_atomically(path(), bytes, "test");
    return path();
  }
  std::filesystem::path path() const { return folder_ / "t.idx"; }
  std::string refusal(const std::string& bytes) const {
    const std::string text =
        error_text<InvalidFile>([&] { read_idx_bytes(write(bytes), 3, "images"); });
    const std::string start = "[images] " + path().string() + ": ";
    EXPECT_EQ(text.substr(0, start.size()), start);
    return text.substr(std::min(start.size(), text.size()));
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(IdxFile, ReadsBytesAndTheirSizes) {
  const IdxBytes images = read_idx_bytes(write(kImages), 3, "images");
  EXPECT_EQ(images.sizes, (std::vector<int64_t>{2, 1, 3}));
  EXPECT_EQ(images.numbers, (std::vector<uint8_t>{0, 1, 2, 253, 254, 255}));
}

TEST_F(IdxFile, ReadsLabelsOfEightAndSixteenBits) {
  EXPECT_EQ(read_idx_labels(write(kShortLabels), 1, "labels").numbers,
            (std::vector<int16_t>{1, 963, -2}));
  const IdxArray bytes = read_idx_labels(write("\0\0\x08\x01\0\0\0\x02\x07\xff"s), 1, "labels");
  EXPECT_EQ(bytes.sizes, std::vector<int64_t>{2});
  EXPECT_EQ(bytes.numbers, (std::vector<int16_t>{7, 255}));
}

TEST_F(IdxFile, ReadsGzip) {
  write_gzip(path(), kImages);
  EXPECT_EQ(read_idx_bytes(path(), 3, "images").numbers.size(), 6U);
}

TEST_F(IdxFile, RefusesOtherFilesAndTypes) {
  const std::string expected =
      "must be an IDX file of unsigned bytes; got another start. Give the images as idx3-ubyte and "
      "the labels as idx1.";
  EXPECT_EQ(refusal("\x89PNG and so on"), expected);
  EXPECT_EQ(refusal("\0\0\x0d\x03\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\0"s), expected);
  EXPECT_EQ(refusal(""), "must be an IDX file; got an end inside its header.");
  EXPECT_EQ(refusal(kImages.substr(0, 10)), "must be an IDX file; got an end inside its header.");
  EXPECT_EQ(error_text<InvalidFile>([&] { read_idx_labels(write(kImages), 1, "labels"); }),
            "[labels] " + path().string() +
                ": must have 1 dimension; got 3. Are images and labels the wrong way round?");
}

TEST_F(IdxFile, RefusesSizesThatContradictTheFile) {
  EXPECT_EQ(refusal(kImages.substr(0, kImages.size() - 1)),
            "must hold 6 bytes of numbers as its header says; got 5. Copy the file again.");
  EXPECT_EQ(refusal(kImages + "x"),
            "must hold 6 bytes of numbers as its header says; got more. Copy the file again.");
  EXPECT_EQ(refusal("\0\0\x08\x03\0\0\0\x02\0\0\0\0\0\0\0\x03"s),
            "dimension 2 must not be empty; got size 0.");
}

TEST_F(IdxFile, AllocatesNoMoreThanTheFileShows) {
  // 4,194,303 x 32 x 32 bytes are claimed, just below 4 GiB, and 3 are there.
  EXPECT_EQ(
      refusal("\0\0\x08\x03\0\x3f\xff\xff\0\0\0\x20\0\0\0\x20"
              "abc"s),
      "must hold 4294966272 bytes of numbers as its header says; got 3. Copy the file again.");
  EXPECT_EQ(refusal("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s),
            "must hold at most 4 GiB; got a header that claims more.");
}

}  // namespace
}  // namespace gril
