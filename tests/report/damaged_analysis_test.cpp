#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "gril/base/error.h"
#include "gril/base/json_file.h"
#include "gril/report/run_report.h"
#include "tests/report/page_checks.h"
#include "tests/report/sample_analysis.h"
#include "tests/report/sample_decompilation.h"
#include "tests/report/sample_steps.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

namespace fs = std::filesystem;
using Place = Json::json_pointer;

/// A gnuplot that draws nothing in no time, first on PATH.
class DrawnByNobody {
 public:
  DrawnByNobody() : path_(std::getenv("PATH")) {
    fs::create_symlink("/bin/true", folder_.path() / "gnuplot");
    setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
  }
  ~DrawnByNobody() { setenv("PATH", path_.c_str(), 1); }
  DrawnByNobody(const DrawnByNobody&) = delete;
  DrawnByNobody& operator=(const DrawnByNobody&) = delete;

 private:
  TemporaryFolder folder_;
  std::string path_;
};

RunDirectory sample_stack(const fs::path& root) {
  RunDirectory run = write_sample_run(root);
  write_sample_steps(run);
  write_json(run.analysis() / "interpolation.json",
             {{"applies", true},
              {"step_size", 6.0625},
              {"positions", {0.0, 1.0}},
              {"losses", {0.20125, 0.2025}}},
             "test");
  return run;
}

RunDirectory sample_decompilation(const fs::path& root) {
  RunDirectory run = write_sample_decompilation(root);
  add_sample_descent(run);
  return run;
}

/// Every place of a tree; of a list its first element alone, of keys of one name the first.
void add_places(const Json& tree, const Place& here, std::vector<Place>& places) {
  if (!here.empty()) places.push_back(here);
  if (tree.is_object()) {
    for (const auto& [key, value] : tree.items()) add_places(value, here / key, places);
  } else if (tree.is_array() && !tree.empty()) {
    add_places(tree.front(), here / std::size_t{0}, places);
  }
}

/// The tree in its damaged forms: without a key or an element, and null there, for lists an empty
/// one. Null for a number is no damage and has a test of its own.
std::vector<Json> damaged(const Json& tree, const Place& place) {
  std::vector<Json> trees(1, tree);
  Json& parent = trees[0][place.parent_pointer()];
  if (parent.is_object()) {
    parent.erase(place.back());
  } else {
    parent.erase(0);
  }
  if (tree[place].is_number_float()) return trees;
  trees.push_back(tree);
  trees[1][place] = tree[place].is_array() ? Json::array() : Json();
  return trees;
}

/// Whether a message is one line that names a file or the folder of the run's analysis.
bool names_it(const std::string& text, const RunDirectory& run) {
  return text.rfind("[report] " + run.analysis().string(), 0) == 0 &&
         text.find('\n') == std::string::npos;
}

/// "" for a run whose report is drawn or refused in such a line, otherwise what happened.
std::string fault_of(const RunDirectory& run) {
  try {
    run_report(run);
  } catch (const InvalidFile& error) {
    return names_it(error.what(), run) ? "" : error.what();
  } catch (const InvalidArgument& error) {  // a file that another kind of analysis has
    return names_it(error.what(), run) ? "" : error.what();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> faults_of(const RunDirectory& run) {
  const DrawnByNobody quick;
  std::set<std::string> faults;
  for (const fs::path& file : fs::directory_iterator(run.analysis())) {
    const Json tree = read_json(file, "test");
    std::vector<Place> places;
    add_places(tree, Place(), places);
    std::set<std::string> seen;
    for (const Place& place : places) {
      if (!seen.insert(place.back()).second) continue;
      for (const Json& other : damaged(tree, place)) {
        write_json(file, other, "test");
        const std::string fault = fault_of(run);
        if (!fault.empty()) faults.insert(file.filename().string() + place.to_string() + fault);
      }
    }
    write_json(file, tree, "test");
  }
  return {faults.begin(), faults.end()};
}

TEST(DamagedAnalysis, OfDescentIsDrawnOrRefusedByFileAndKey) {
  const TemporaryFolder folder;
  EXPECT_EQ(faults_of(sample_stack(folder / "run")), std::vector<std::string>{});
}

TEST(DamagedAnalysis, OfADecompilationIsDrawnOrRefusedByFileAndKey) {
  const TemporaryFolder folder;
  EXPECT_EQ(faults_of(sample_decompilation(folder / "run")), std::vector<std::string>{});
}

TEST(DamagedAnalysis, SeenFromOutsideIsDrawnOrRefusedByFileAndKey) {
  const TemporaryFolder folder;
  EXPECT_EQ(faults_of(write_sample_black_box(folder / "run")), std::vector<std::string>{});
}

/// Every number that is no count, as NaN is written.
void leave_no_number(Json& tree) {
  if (tree.is_number_float()) tree = nullptr;
  if (!tree.is_structured()) return;
  for (Json& value : tree) leave_no_number(value);
}

void leave_no_number(const RunDirectory& run) {
  for (const fs::path& file : fs::directory_iterator(run.analysis())) {
    Json tree = read_json(file, "test");
    leave_no_number(tree);
    write_json(file, tree, "test");
  }
}

TEST(DamagedAnalysis, NumbersThatDoNotExistAreDashes) {
  const TemporaryFolder folder;
  for (const RunDirectory& run : {sample_stack(folder / "a"), sample_decompilation(folder / "b"),
                                  write_sample_black_box(folder / "c")}) {
    leave_no_number(run);
    const std::string page = run_report(run);
    EXPECT_EQ(page_faults(page), std::vector<std::string>{});
    EXPECT_GT(count(page, ">–</td>"), 10) << run.root();
    EXPECT_GT(count(page, ": none of its numbers exists."), 1) << run.root();
    EXPECT_EQ(count(page, ">nan"), 0) << run.root();
  }
}

TEST(DamagedAnalysis, NamesFileAndKey) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder / "run");
  Json weights = sample_weights();
  weights["window"].erase("off_target");
  write_json(run.analysis() / "weights.json", weights, "test");
  EXPECT_EQ(fault_of(run), "");
  try {
    run_report(run);
    FAIL() << "the report was drawn";
  } catch (const InvalidFile& error) {
    EXPECT_EQ(
        std::string(error.what()),
        "[report] " + (run.analysis() / "weights.json").string() +
            ": \"window.off_target\" must be there; got no such key. Run gril analyze again.");
  }
}

}  // namespace
}  // namespace gril
