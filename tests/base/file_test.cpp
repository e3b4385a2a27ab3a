#include "gril/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

TEST(ReadFile, GivesEveryByte) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 200000U}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 % 251);
    write_file_atomically(folder / "a", bytes, "test");
    EXPECT_EQ(read_file(folder / "a", "test"), bytes);
  }
}

TEST(ReadFile, ReadsWhatHasNoKnownSize) {
  EXPECT_NE(read_file("/proc/self/status", "test").find("Name:"), std::string::npos);
}

TEST(ReadFile, PathsThatNameNoFileAreTheCallersMistake) {
  EXPECT_EQ(error_text<InvalidArgument>([] { read_file("no/such", "test"); }),
            "[test] no/such: must be a file; got no such file. Check the path.");
  EXPECT_EQ(error_text<InvalidArgument>([] { read_file("/proc/self/status/x", "test"); }),
            "[test] /proc/self/status/x: must be a file; got no such file. Check the path.");
  EXPECT_EQ(error_text<InvalidArgument>([] { read_file("/", "test"); }),
            "[test] /: must be a file; got a folder.");
}

TEST(ReadFile, AFileThatCannotBeReadGivesTheSystemsReason) {
  EXPECT_EQ(error_text<InvalidFile>([] { read_file("/proc/self/mem", "test"); }),
            "[test] /proc/self/mem: must be readable; got Input/output error.");
}

TEST(ReadFile, AFileWithoutRightsGivesTheSystemsReason) {
  if (geteuid() == 0) GTEST_SKIP() << "skipped: root may read every file";
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "x", "test");
  chmod((folder / "a").c_str(), 0);
  EXPECT_EQ(error_text<InvalidFile>([&] { read_file(folder / "a", "test"); }),
            "[test] " + (folder / "a").string() + ": must be readable; got Permission denied.");
}

TEST(AtomicFile, ReplacesTheFileOnlyOnCommit) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "earlier", "test");
  {
    AtomicFile file(folder / "a", "test");
    file.write("la");
    file.write("ter");
    EXPECT_EQ(read_file(folder / "a", "test"), "earlier");
    file.commit();
    EXPECT_EQ(read_file(folder / "a", "test"), "later");
  }
  AtomicFile(folder / "uncommitted", "test").write("x");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, TwoWritersOfOneFileDoNotMeet) {
  const TemporaryFolder folder;
  AtomicFile first(folder / "a", "test");
  AtomicFile second(folder / "a", "test");
  first.write("first");
  second.write("second");
  first.commit();
  EXPECT_EQ(read_file(folder / "a", "test"), "first");
  second.commit();
  EXPECT_EQ(read_file(folder / "a", "test"), "second");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, AFullDiskLeavesTheEarlierFileAndNothingElse) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "earlier", "test");
  {
    const FileSizeLimit limit(100);
    const std::string bytes(101, 'x');
    EXPECT_EQ(
        error_text<InvalidFile>([&] { write_file_atomically(folder / "a", bytes, "test"); }),
        "[test] " + (folder / "a").string() +
            ": must be writable; got File too large. The earlier file, if any, is unchanged.");
  }
  EXPECT_EQ(read_file(folder / "a", "test"), "earlier");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, AFolderWithoutRightsGivesTheSystemsReason) {
  if (geteuid() == 0) GTEST_SKIP() << "skipped: root may write everywhere";
  const TemporaryFolder folder;
  chmod(folder.path().c_str(), 0500);
  EXPECT_EQ(error_text<InvalidFile>([&] { write_file_atomically(folder / "a", "x", "test"); }),
            "[test] " + (folder / "a").string() +
                ": must be writable; got Permission denied. The earlier file, if any, is "
                "unchanged.");
  chmod(folder.path().c_str(), 0700);
}

TEST(AtomicFile, ANameTheSystemRefusesGivesItsReason) {
  const TemporaryFolder folder;
  const std::string path = (folder / std::string(300, 'a')).string();
  EXPECT_EQ(error_text<InvalidFile>([&] { write_file_atomically(path, "x", "test"); }),
            "[test] " + path +
                ": must be writable; got File name too long. The earlier file, if any, is "
                "unchanged.");
}

TEST(AtomicFile, PathsThatNameNoPlaceAreTheCallersMistake) {
  const TemporaryFolder folder;
  const std::string inside = (folder / "none/a").string();
  EXPECT_EQ(error_text<InvalidArgument>([&] { write_file_atomically(inside, "x", "test"); }),
            "[test] " + inside + ": its folder must exist; got no such folder. Create " +
                (folder / "none").string() + " first.");
  const std::string itself = folder.path().string();
  EXPECT_EQ(error_text<InvalidArgument>([&] { write_file_atomically(itself, "x", "test"); }),
            "[test] " + itself + ": must be a file; got a folder.");
}

}  // namespace
}  // namespace gril
