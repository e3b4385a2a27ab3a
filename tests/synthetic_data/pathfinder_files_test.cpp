#include "gril/synthetic_data/pathfinder_files.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/png_file.h"
#include "gril/base/seed.h"
#include "gril/synthetic_data/pathfinder_image.h"
#include "gril/synthetic_data/pathfinder_law.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

namespace fs = std::filesystem;

const PathfinderSet kSet{.count = 12, .seed = 4, .batch = 5};

bool go_on(int64_t /*done*/) { return true; }

class PathfinderFiles : public testing::Test {
 protected:
  fs::path root(const std::string& name = "set") const { return folder_ / name; }
  fs::path level(const std::string& name = "set") const {
    return root(name) / "curv_contour_length_14";
  }
  /// Every file below a folder, with its bytes.
  static std::map<fs::path, std::string> contents(const fs::path& folder) {
    std::map<fs::path, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) {
        files[fs::relative(entry.path(), folder)] = read_file(entry.path(), "test");
      }
    }
    return files;
  }
  std::string refusal(const PathfinderSet& set, EarlierData earlier, int64_t jobs = 1) const {
    return error_text<InvalidArgument>(
        [&] { write_pathfinder(root(), set, earlier, jobs, go_on); });
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(PathfinderFiles, HaveTheReleasedLayout) {
  const PathfinderCounts counts = write_pathfinder(root(), kSet, EarlierData::kRefuse, 1, go_on);
  EXPECT_TRUE(counts.finished);
  EXPECT_EQ(counts.images, 12);
  EXPECT_EQ(counts.drawn, 12);
  PathfinderDrawer drawer(pathfinder_law(32, "curv_contour_length_14", "test"));
  int64_t same_snake = 0;
  uint64_t index = 0;
  for (const int batch : {0, 1, 2}) {
    std::istringstream lines(
        read_file(level() / "metadata" / (std::to_string(batch) + ".npy"), "test"));
    std::string line;
    for (int number = 0; std::getline(lines, line); ++number, ++index) {
      // As readers take it: folder, file, and the label in the fourth field.
      std::istringstream fields(line);
      std::string folder, file;
      int64_t given_number = 0, label = 0;
      fields >> folder >> file >> given_number >> label;
      const PathfinderImage expected =
          drawer.draw(child_seed(child_seed(4, "pathfinder", 32), "image", index));
      EXPECT_EQ(read_png(level() / folder / file, "test").pixels, expected.image.pixels);
      EXPECT_EQ(label, expected.label);
      same_snake += label;
      EXPECT_EQ(line, "imgs/" + std::to_string(batch) + " sample_" + std::to_string(number) +
                          ".png " + std::to_string(number) + " " + std::to_string(label) +
                          " 1.0 14 4 2 0.5 1 1");
    }
  }
  EXPECT_EQ(index, 12U);
  EXPECT_EQ(counts.same_snake, same_snake);
  EXPECT_EQ(contents(level()).size(), 16U);
}

TEST_F(PathfinderFiles, AreTheSameForAnyNumberOfJobs) {
  write_pathfinder(root("one"), kSet, EarlierData::kRefuse, 1, go_on);
  write_pathfinder(root("many"), kSet, EarlierData::kRefuse, 4, go_on);
  EXPECT_EQ(contents(root("one")), contents(root("many")));
}

TEST_F(PathfinderFiles, GoOnWhereTheyWereInterrupted) {
  const auto stop = [](int64_t done) { return done < 7; };
  PathfinderCounts counts = write_pathfinder(root(), kSet, EarlierData::kRefuse, 1, stop);
  EXPECT_FALSE(counts.finished);
  EXPECT_EQ(counts.images, 5);
  EXPECT_EQ(contents(level()).size(), 7U);
  EXPECT_FALSE(fs::exists(level() / "imgs" / "1.partial"));
  int64_t first = 0;
  counts = write_pathfinder(root(), kSet, EarlierData::kKeep, 1, [&first](int64_t done) {
    if (first == 0) first = done;
    return true;
  });
  EXPECT_TRUE(counts.finished);
  EXPECT_EQ(counts.images, 12);
  EXPECT_EQ(counts.drawn, 7);
  EXPECT_EQ(first, 6);
  write_pathfinder(root("whole"), kSet, EarlierData::kRefuse, 1, go_on);
  EXPECT_EQ(contents(root()), contents(root("whole")));
}

TEST_F(PathfinderFiles, ReplaceOnlyWhatTheyAreTold) {
  write_pathfinder(root(), kSet, EarlierData::kRefuse, 1, go_on);
  const auto before = contents(root());
  PathfinderSet other = kSet;
  other.count = 3;
  const std::string start = "[pathfinder] " + (level() / "imgs").string();
  EXPECT_EQ(refusal(other, EarlierData::kRefuse),
            start +
                ": must not exist; got earlier data. Choose another folder, or --force to replace "
                "it.");
  EXPECT_EQ(
      refusal(other, EarlierData::kKeep),
      start +
          ": must have been made with "
          R"({"data":"pathfinder","size":32,"difficulty":"curv_contour_length_14","count":3,)"
          R"("seed":4,"batch":5} to go on; got )"
          R"({"data":"pathfinder","size":32,"difficulty":"curv_contour_length_14","count":12,)"
          R"("seed":4,"batch":5}. Give the same )"
          "options, or --force to replace it.");
  EXPECT_EQ(contents(root()), before);
  write_pathfinder(root(), other, EarlierData::kReplace, 1, go_on);
  EXPECT_EQ(contents(level()).size(), 5U);
  write_file_atomically(level() / "notes.txt", "mine", "test");
  write_pathfinder(root(), other, EarlierData::kReplace, 1, go_on);
  EXPECT_EQ(read_file(level() / "notes.txt", "test"), "mine");
  fs::remove(level() / "generated.json");
  EXPECT_EQ(refusal(kSet, EarlierData::kReplace),
            start +
                ": must not exist, or be made by gril (beside a generated.json); got other data. "
                "Choose another folder.");
}

TEST_F(PathfinderFiles, OfEveryDifficultyStandSideBySide) {
  for (const std::string& difficulty : pathfinder_difficulties()) {
    PathfinderSet set{.difficulty = difficulty, .count = 2, .seed = 4};
    EXPECT_TRUE(write_pathfinder(root(), set, EarlierData::kRefuse, 1, go_on).finished);
    EXPECT_EQ(write_pathfinder(root(), set, EarlierData::kKeep, 1, go_on).drawn, 0);
  }
  const auto law_of = [&](const std::string& difficulty) {
    const std::string line = read_file(root() / difficulty / "metadata/0.npy", "test");
    return line.substr(line.find(" 1.0 "), 9);
  };
  EXPECT_EQ(law_of("curv_baseline"), " 1.0 6 2 ");
  EXPECT_EQ(law_of("curv_contour_length_9"), " 1.0 9 3 ");
  EXPECT_EQ(law_of("curv_contour_length_14"), " 1.0 14 4");
}

TEST_F(PathfinderFiles, RefuseSetsThatCannotBe) {
  EXPECT_EQ(refusal({.difficulty = "curv_contour_length_10"}, EarlierData::kRefuse),
            "[pathfinder] the difficulty must be curv_baseline, curv_contour_length_9 or "
            "curv_contour_length_14; got \"curv_contour_length_10\".");
  EXPECT_EQ(refusal({.size = 33}, EarlierData::kRefuse),
            "[pathfinder] the size must be 32, 64, 128 or 256 pixels; got 33.");
  EXPECT_EQ(refusal({.count = 0}, EarlierData::kRefuse),
            "[pathfinder] the number of images must lie in [1, 100000000]; got 0.");
  EXPECT_EQ(refusal({.count = 1}, EarlierData::kRefuse, 0),
            "[pathfinder] the number of jobs must lie in [1, 1024]; got 0.");
  EXPECT_FALSE(fs::exists(root()));
}

}  // namespace
}  // namespace gril
