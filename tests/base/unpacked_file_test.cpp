#include "gril/base/unpacked_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/gzip_file.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

std::string contents(const std::filesystem::path& path) {
  const auto stream = open_unpacked(path, "test");
  std::streambuf& bytes = *stream->rdbuf();
  return {std::istreambuf_iterator<char>(&bytes), std::istreambuf_iterator<char>()};
}

std::string refusal(const std::filesystem::path& path) {
  return error_text<InvalidFile>([&] { contents(path); });
}

/// Longer than every buffer, and not compressible to nothing.
std::string long_text() {
  std::string text;
  for (int i = 0; i < 60000; ++i) text += std::to_string(i * 7919 % 10007) + '\n';
  return text;
}

TEST(UnpackedFile, PlainFilesComeAsTheyAre) {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string(), std::string("a,b\n1,2\n"), long_text()}) {
    write_file_atomically(folder / "t", text, "test");
    EXPECT_EQ(contents(folder / "t"), text);
  }
}

TEST(UnpackedFile, GzipIsUnpackedWhateverTheName) {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string(), std::string("a,b\n1,2\n"), long_text()}) {
    write_gzip(folder / "t.csv", text);
    EXPECT_EQ(contents(folder / "t.csv"), text);
  }
}

TEST(UnpackedFile, SeveralMembersAreOneFile) {
  const TemporaryFolder folder;
  write_gzip(folder / "t.gz", long_text());
  write_gzip(folder / "t.gz", "end", "ab");
  EXPECT_EQ(contents(folder / "t.gz"), long_text() + "end");
}

TEST(UnpackedFile, DamagedAndShortenedGzipIsRefused) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "t.gz";
  write_gzip(path, long_text());
  const std::string whole = read_file(path, "test");
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{5}, whole.size() / 2, whole.size() - 1}) {
    write_file_atomically(path, whole.substr(0, size), "test");
    EXPECT_EQ(refusal(path), "[test] " + path.string() +
                                 ": must be whole gzip data; got an end in the middle. Copy the "
                                 "file again.");
  }
  std::string damaged = whole;
  damaged[damaged.size() - 6] ^= 1;  // the checksum
  write_file_atomically(path, damaged, "test");
  EXPECT_EQ(refusal(path), "[test] " + path.string() +
                               ": must be whole gzip data; got damaged ones (data error). Copy the "
                               "file again.");
  write_file_atomically(path, whole + "more", "test");
  EXPECT_EQ(refusal(path).substr(0, 7), "[test] ");
}

TEST(UnpackedFile, MissingFileAndFolderAreTheCallersMistakes) {
  EXPECT_EQ(error_text<InvalidArgument>([] { open_unpacked("/no/such.csv", "test"); }),
            "[test] /no/such.csv: must be a file; got no such file. Check the path.");
  EXPECT_EQ(error_text<InvalidArgument>([] { open_unpacked("/", "test"); }),
            "[test] /: must be a file; got a folder. Name the file in it.");
}

}  // namespace
}  // namespace gril
