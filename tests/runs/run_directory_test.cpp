#include "gril/runs/run_directory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

TEST(RunDirectory, CreateMakesTheFoldersOfARun) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "runs/a");
  EXPECT_TRUE(std::filesystem::is_directory(run.analysis()));
  EXPECT_TRUE(std::filesystem::is_directory(run.last_model().parent_path()));
  EXPECT_EQ(run.config(), folder / "runs/a/config.toml");
}

TEST(RunDirectory, AnEmptyFolderMayBeARun) {
  const TemporaryFolder folder;
  EXPECT_EQ(RunDirectory::create(folder.path()).root(), folder.path());
}

TEST(RunDirectory, AFolderWithFilesIsRefusedAndLeftAsItIs) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "notes.txt", "mine", "test");
  EXPECT_EQ(error_text<InvalidArgument>([&] { RunDirectory::create(folder.path()); }),
            "[run] " + folder.path().string() +
                ": must be a new or empty folder; got one with files in it. Choose another folder, "
                "or continue that run with --resume.");
  EXPECT_EQ(folder.entries(), 1U);
  EXPECT_EQ(read_file(folder / "notes.txt", "test"), "mine");
}

TEST(RunDirectory, AFileIsRefused) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "mine", "test");
  EXPECT_EQ(error_text<InvalidArgument>([&] { RunDirectory::create(folder / "a"); }),
            "[run] " + (folder / "a").string() +
                ": must be a new folder; got a file. Choose another folder.");
}

TEST(RunDirectory, AFolderThatCannotBeMadeGivesTheSystemsReason) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "mine", "test");
  EXPECT_EQ(error_text<InvalidFile>([&] { RunDirectory::create(folder / "a/run"); }),
            "[run] " + (folder / "a/run/checkpoints").string() +
                ": must be a folder that can be made; got Not a directory.");
}

TEST(RunDirectory, OpenNeedsAConfiguration) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_text<InvalidArgument>([&] { RunDirectory::open(folder.path()); }),
            "[run] " + folder.path().string() +
                ": must be the folder of a run; got no config.toml in it. Check the path.");
  write_file_atomically(folder / "config.toml", "", "test");
  EXPECT_EQ(RunDirectory::open(folder.path()).root(), folder.path());
}

}  // namespace
}  // namespace gril
