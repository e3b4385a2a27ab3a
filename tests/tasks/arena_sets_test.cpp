#include "gril/tasks/sequence_classification/arena_sets.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

class ArenaSets : public testing::Test {
 protected:
  void make(const std::string& file) const {
    const std::filesystem::path path = folder_ / file;
    std::filesystem::create_directories(path.parent_path());
    write_file_atomically(path, "x", "test");
  }
  /// "task layout folder" of every set below `root`.
  std::vector<std::string> found(const std::string& root) const {
    std::vector<std::string> lines;
    for (const ArenaSet& set : find_arena_sets(folder_ / root, "test")) {
      const std::string folder = std::filesystem::relative(set.folder, folder_.path()).string();
      lines.push_back(set.task + ' ' + set.layout + ' ' + folder);
    }
    return lines;
  }
  using Lines = std::vector<std::string>;

  TemporaryFolder folder_;
};

TEST_F(ArenaSets, AreFoundInEveryLayout) {
  const std::string release = "lra_release/lra_release/";
  make("a/" + release + "listops-1000/basic_train.tsv");
  make("a/" + release + "tsv_data/new_aan_pairs.train.tsv");
  make("a/" + release + "pathfinder32/curv_contour_length_14/metadata/0.npy");
  make("a/" + release + "pathfinder128/curv_contour_length_14/metadata/0.npy");
  make("b/raw_datasets/" + release + "listops-1000/basic_train.tsv");
  make("c/listops/basic_train.tsv");
  make("c/aan/new_aan_pairs.train.tsv");
  make("c/pathfinder/pathfinder64/curv_contour_length_14/metadata/0.npy");
  make("c/aclImdb/train/pos/0_9.txt");
  make("c/cifar10/cifar-10-batches-bin/data_batch_1.bin");
  const Lines released = {"listops released a/" + release + "listops-1000",
                          "retrieval released a/" + release + "tsv_data",
                          "pathfinder32 released a/" + release + "pathfinder32",
                          "pathfinder128 released a/" + release + "pathfinder128"};
  EXPECT_EQ(found("a"), released);
  EXPECT_EQ(found("a/lra_release"), released);
  EXPECT_EQ(found("a/" + release), released);
  EXPECT_EQ(found("b"), Lines{"listops s5 b/raw_datasets/" + release + "listops-1000"});
  const Lines s4 = {"listops s4 c/listops", "text s4 c/aclImdb", "retrieval s4 c/aan",
                    "image s4 c/cifar10/cifar-10-batches-bin",
                    "pathfinder64 s4 c/pathfinder/pathfinder64"};
  EXPECT_EQ(found("c"), s4);
  EXPECT_EQ(found("c/aclImdb"), Lines{"text folder c/aclImdb"});
  EXPECT_EQ(found("c/pathfinder/pathfinder64"),
            Lines{"pathfinder64 folder c/pathfinder/pathfinder64"});
}

TEST_F(ArenaSets, NameTheFilesTheyLack) {
  make("basic_train.tsv");
  make("basic_test.tsv");
  const std::vector<ArenaSet> sets = find_arena_sets(folder_.path(), "test");
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets.front().missing, Lines{"basic_val.tsv"});
}

TEST_F(ArenaSets, AreRefusedWhereThereAreNone) {
  make("basic_val.tsv");
  const std::string root = folder_.path().string();
  EXPECT_EQ(error_text<InvalidArgument>([&] { find_arena_sets(root, "test"); }),
            "[test] " + root +
                ": must hold a set of Long Range Arena; got none of basic_train.tsv, train/pos, "
                "new_aan_pairs.train.tsv, data_batch_1.bin, test.bin, "
                "curv_contour_length_14/metadata, neither in it nor where the layouts released, "
                "s5, s4 have them.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { find_arena_sets(root + "/gone", "test"); }),
            "[test] " + root +
                "/gone: must be a folder; got no such folder. Name the folder of the data.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { find_arena_sets(root + "/basic_val.tsv", "test"); }),
            "[test] " + root +
                "/basic_val.tsv: must be a folder; got a file. Name the folder of the data.");
}

}  // namespace
}  // namespace gril
