#include "gril/tasks/sequence_classification/arena_sets.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

constexpr const char* kReleased = "released";
constexpr const char* kS5 = "s5";
constexpr const char* kS4 = "s4";
constexpr const char* kFolder = "folder";

/// A set by what is in its folder, the file that tells it from others first.
struct Contents {
  std::string task;
  std::vector<std::string> files;
};

struct Place {
  std::string layout;
  std::string folder;
};

Contents pathfinder(const std::string& size) {
  return {"pathfinder" + size, {"curv_contour_length_14/metadata", "curv_contour_length_14/imgs"}};
}

/// The places of a set that the archive holds as `released` and S4 keeps as `s4`.
std::vector<Place> archive_places(const std::string& released, const std::string& s4) {
  return {{kReleased, "lra_release/lra_release/" + released},
          {kReleased, "lra_release/" + released},
          {kReleased, released},
          {kS5, "raw_datasets/lra_release/lra_release/" + released},
          {kS4, s4},
          {kFolder, "."}};
}

struct Candidate {
  Contents contents;
  std::vector<Place> places;
};

std::vector<Candidate> candidates() {
  std::vector<Candidate> result = {
      {{"listops", {"basic_train.tsv", "basic_val.tsv", "basic_test.tsv"}},
       archive_places("listops-1000", "listops")},
      {{"text", {"train/pos", "train/neg", "test/pos", "test/neg"}},
       {{kS4, "aclImdb"}, {kS4, "imdb/aclImdb"}, {kFolder, "."}}},
      {{"retrieval",
        {"new_aan_pairs.train.tsv", "new_aan_pairs.eval.tsv", "new_aan_pairs.test.tsv"}},
       archive_places("tsv_data", "aan")},
      {{"image",
        {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
         "data_batch_5.bin", "test_batch.bin"}},
       {{kS4, "cifar-10-batches-bin"}, {kS4, "cifar10/cifar-10-batches-bin"}, {kFolder, "."}}},
      {{"image", {"test.bin", "train.bin"}}, {{kS4, "cifar10-gray"}, {kFolder, "."}}},
  };
  for (const char* size : {"32", "64", "128", "256"}) {
    const Contents contents = pathfinder(size);
    std::vector<Place> places = archive_places(contents.task, "pathfinder/" + contents.task);
    places.pop_back();  // a folder alone does not say its size; its name must
    result.push_back({contents, places});
  }
  return result;
}

/// Whether `root` is itself the folder of a set whose size its name tells.
bool is_pathfinder_folder(const std::filesystem::path& root, const Contents& contents) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::canonical(root, ignored);
  return contents.task == whole.filename();
}

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

ArenaSet set_in(const Contents& contents, const std::string& layout,
                const std::filesystem::path& folder) {
  ArenaSet set{contents.task, layout, folder, {}};
  for (const std::string& file : contents.files) {
    if (!is_there(folder / file)) set.missing.push_back(file);
  }
  return set;
}

}  // namespace

std::vector<std::string> arena_layouts() { return {kReleased, kS5, kS4, kFolder}; }

std::vector<ArenaSet> find_arena_sets(const std::filesystem::path& root, const std::string& where) {
  std::error_code ignored;
  require(std::filesystem::is_directory(root, ignored), where, root.string(),
          ": must be a folder; got ", is_there(root) ? "a file" : "no such folder",
          ". Name the folder of the data.");
  std::vector<ArenaSet> sets;
  std::vector<std::string> wanted;
  for (const Candidate& candidate : candidates()) {
    const std::string& first = candidate.contents.files.front();
    if (std::find(wanted.begin(), wanted.end(), first) == wanted.end()) wanted.push_back(first);
    for (const Place& place : candidate.places) {
      const std::filesystem::path folder = place.folder == "." ? root : root / place.folder;
      if (is_there(folder / first))
        sets.push_back(set_in(candidate.contents, place.layout, folder));
    }
    if (is_pathfinder_folder(root, candidate.contents) && is_there(root / first)) {
      sets.push_back(set_in(candidate.contents, kFolder, root));
    }
  }
  require(!sets.empty(), where, root.string(),
          ": must hold a set of Long Range Arena; got none of ", join_words(wanted),
          ", neither in it nor where the layouts ", join_words({kReleased, kS5, kS4}),
          " have them.");
  return sets;
}

}  // namespace gril
