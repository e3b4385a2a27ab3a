#include "gril/tasks/sequence_classification/pathfinder_files.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <istream>
#include <memory>
#include <sstream>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/png_file.h"
#include "gril/base/unpacked_file.h"
#include "gril/tasks/sequence_classification/tsv_lines.h"

namespace gril {
namespace {

/// The number that a name such as "12.npy" begins with, -1 for another name.
int64_t number_of(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  int64_t number = -1;
  const auto [end, failure] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  return failure == std::errc() && end == stem.data() + stem.size() ? number : -1;
}

std::vector<std::filesystem::path> metadata_files(const std::filesystem::path& folder,
                                                  const std::string& where) {
  const std::filesystem::path metadata = folder / "metadata";
  std::error_code ignored;
  require(std::filesystem::is_directory(metadata, ignored), where, metadata.string(),
          ": must be a folder of metadata; got no such folder. Name the folder that holds it.");
  std::vector<std::pair<int64_t, std::filesystem::path>> files;
  for (const auto& entry : std::filesystem::directory_iterator(metadata)) {
    const int64_t number = number_of(entry.path());
    if (entry.path().extension() == ".npy" && number >= 0) {
      files.emplace_back(number, entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  require(!files.empty(), where, metadata.string(),
          ": must hold text files 0.npy, 1.npy, …; got none.");
  std::vector<std::filesystem::path> paths;
  for (auto& [number, path] : files) paths.push_back(std::move(path));
  return paths;
}

struct NamedImage {
  std::filesystem::path path;
  int64_t label;
};

NamedImage named_image(const std::string& line, const std::string& name,
                       const std::filesystem::path& folder, const std::string& where) {
  std::istringstream words(line);
  std::string subfolder;
  std::string file;
  std::string number;
  std::string label;
  words >> subfolder >> file >> number >> label;
  require_file(label == "0" || label == "1", where, name,
               ": must name folder, file, number and a label 0 or 1; got \"", line, "\".");
  return {folder / subfolder / file, label == "1" ? 1 : 0};
}

/// Puts the images together.
class ImageCollection {
 public:
  explicit ImageCollection(std::string where) : where_(std::move(where)) {}

  void add(const NamedImage& named) {
    GrayImage image;
    try {
      image = read_png(named.path, where_);
    } catch (const InvalidFile& damage) {
      if (images_.skipped++ == 0) images_.first_skipped = damage.what();
      return;
    }
    const auto side = static_cast<int64_t>(image.width);
    if (images_.side == 0) images_.side = side;
    require_file(image.height == image.width && side == images_.side, where_, named.path.string(),
                 ": images must be square and of one size, ", images_.side, " x ", images_.side,
                 "; got ", image.height, " x ", image.width, ".");
    pixels_.insert(pixels_.end(), image.pixels.begin(), image.pixels.end());
    images_.labels.push_back(named.label);
  }

  PathfinderImages finish(const std::filesystem::path& folder) && {
    require_file(images_.skipped > 0 || !images_.labels.empty(), where_, folder.string(),
                 ": its metadata must name images; got none.");
    require_file(!images_.labels.empty(), where_, folder.string(),
                 ": must hold images; got none that can be read (", images_.first_skipped, ").");
    const auto owner = std::make_shared<std::vector<uint8_t>>(std::move(pixels_));
    images_.pixels = at::from_blob(
        owner->data(), {static_cast<int64_t>(images_.labels.size()), images_.side * images_.side},
        [owner](void* /*data*/) {}, at::kByte);
    return std::move(images_);
  }

 private:
  std::string where_;
  PathfinderImages images_;
  std::vector<uint8_t> pixels_;
};

}  // namespace

PathfinderImages read_pathfinder_images(const std::filesystem::path& folder,
                                        const std::string& where) {
  ImageCollection images(where);
  for (const std::filesystem::path& path : metadata_files(folder, where)) {
    const std::unique_ptr<std::istream> file = open_unpacked(path, where);
    std::istream lines(file->rdbuf());
    lines.exceptions(std::ios::badbit);  // what the buffer throws comes through
    std::string line;
    for (int64_t number = 1; std::getline(lines, line); ++number) {
      images.add(named_image(line, line_name(path, number), folder, where));
    }
  }
  return std::move(images).finish(folder);
}

}  // namespace gril
