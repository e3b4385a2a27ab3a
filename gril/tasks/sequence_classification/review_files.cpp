#include "gril/tasks/sequence_classification/review_files.h"

#include <algorithm>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/file.h"

namespace gril {
namespace {

std::vector<std::filesystem::path> texts_in(const std::filesystem::path& folder,
                                            const std::string& where) {
  std::error_code ignored;
  require(std::filesystem::is_directory(folder, ignored), where, folder.string(),
          ": must be a folder of reviews, one a file; got no such folder. Name the folder that "
          "holds train/pos, train/neg, test/pos and test/neg.");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  require_file(!files.empty(), where, folder.string(), ": must hold *.txt files; got none.");
  return files;
}

Reviews read_part(const std::filesystem::path& folder, const std::string& where) {
  Reviews reviews;
  for (const auto& [name, label] : {std::pair<std::string, int64_t>{"neg", 0}, {"pos", 1}}) {
    for (const std::filesystem::path& path : texts_in(folder / name, where)) {
      std::string text = read_file(path, where);
      require_file(!text.empty(), where, path.string(), ": must hold a text; got an empty file.");
      reviews.texts.push_back(std::move(text));
      reviews.labels.push_back(label);
      reviews.names.push_back(path.string());
    }
  }
  return reviews;
}

}  // namespace

ReviewSet read_reviews(const std::filesystem::path& folder, const std::string& where) {
  return {read_part(folder / "train", where), read_part(folder / "test", where)};
}

}  // namespace gril
