#include "gril/synthetic_data/pathfinder_files.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/base/seed.h"
#include "gril/synthetic_data/pathfinder_image.h"

namespace gril {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWhere = "pathfinder";

int64_t batches(const PathfinderSet& set) { return (set.count + set.batch - 1) / set.batch; }

int64_t images_of(const PathfinderSet& set, int64_t batch) {
  return std::min(set.batch, set.count - batch * set.batch);
}

fs::path metadata_path(const fs::path& level, int64_t batch) {
  return level / "metadata" / concatenate(batch, ".npy");
}

/// Writes a file in a folder that is not shown before it is whole.
void write_hidden(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  require_file(file.good(), kWhere, path.string(),
               ": must be writable; got a full disk or no rights.");
}

void create_folders(const fs::path& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  require_file(!failure, kWhere, path.string(), ": must be a folder that can be written; got ",
               failure.message(), ".");
}

/// The images of a batch, in a folder that takes its name when it is whole; otherwise it goes.
class BatchFolder {
 public:
  BatchFolder(const fs::path& images, int64_t batch)
      : path_(images / concatenate(batch)), partial_(images / concatenate(batch, ".partial")) {
    fs::remove_all(partial_);
    create_folders(partial_);
  }
  ~BatchFolder() {
    std::error_code ignored;
    fs::remove_all(partial_, ignored);
  }
  BatchFolder(const BatchFolder&) = delete;
  BatchFolder& operator=(const BatchFolder&) = delete;

  void write(const std::string& name, const std::string& bytes) const {
    write_hidden(partial_ / name, bytes);
  }
  void commit() const {
    std::error_code failure;
    fs::remove_all(path_, failure);
    fs::rename(partial_, path_, failure);
    require_file(!failure, kWhere, path_.string(), ": must be writable; got ", failure.message(),
                 ".");
  }

 private:
  fs::path path_;
  fs::path partial_;
};

std::string metadata_line(const PathfinderLaw& law, const PathfinderImage& image, int64_t batch,
                          int64_t number) {
  const std::string continuity = law.continuity == 1.0 ? "1.0" : concatenate(law.continuity);
  return concatenate("imgs/", batch, " sample_", number, ".png ", number, ' ', image.label, ' ',
                     continuity, ' ', law.contour_length, ' ', law.distractor_length, ' ',
                     law.paddle.length, ' ', law.paddle.thickness, ' ', image.margin, " 1\n");
}

/// What the threads share.
class SetWriter {
 public:
  SetWriter(const fs::path& level, const PathfinderSet& set,
            const std::function<bool(int64_t)>& go_on)
      : level_(level),
        set_(set),
        law_(pathfinder_law(set.size, set.difficulty, kWhere)),
        go_on_(go_on) {
    for (int64_t batch = 0; batch < batches(set); ++batch) {
      if (fs::exists(metadata_path(level, batch))) {
        counts_.images += images_of(set, batch);
      } else {
        missing_.push_back(batch);
      }
    }
    shown_ = counts_.images;
  }

  /// Draws batches until none is missing.
  void work() {
    PathfinderDrawer drawer(law_);
    try {
      while (const std::optional<int64_t> batch = next_batch()) {
        if (!write_batch(drawer, *batch)) return;
      }
    } catch (...) {
      stop_ = true;
      throw;
    }
  }

  PathfinderCounts counts() const {
    PathfinderCounts counts = counts_;
    counts.finished = counts.images == set_.count;
    return counts;
  }

 private:
  std::optional<int64_t> next_batch() {
    const std::size_t place = next_++;
    return place < missing_.size() ? std::optional(missing_[place]) : std::nullopt;
  }

  bool write_batch(PathfinderDrawer& drawer, int64_t batch) {
    const BatchFolder folder(level_ / "imgs", batch);
    const uint64_t seed = child_seed(set_.seed, "pathfinder", static_cast<uint64_t>(set_.size));
    std::string metadata;
    int64_t same_snake = 0;
    for (int64_t number = 0; number < images_of(set_, batch); ++number) {
      const int64_t index = batch * set_.batch + number;
      const PathfinderImage image =
          drawer.draw(child_seed(seed, "image", static_cast<uint64_t>(index)));
      folder.write(concatenate("sample_", number, ".png"), png_bytes(image.image, kWhere));
      metadata += metadata_line(law_, image, batch, number);
      same_snake += image.label;
      if (!show_one_more()) return false;
    }
    folder.commit();
    write_file_atomically(metadata_path(level_, batch), metadata, kWhere);
    const std::lock_guard lock(mutex_);
    counts_.images += images_of(set_, batch);
    counts_.drawn += images_of(set_, batch);
    counts_.same_snake += same_snake;
    return true;
  }

  bool show_one_more() {
    const std::lock_guard lock(mutex_);
    if (!stop_ && !go_on_(++shown_)) stop_ = true;
    return !stop_;
  }

  fs::path level_;
  PathfinderSet set_;
  PathfinderLaw law_;
  const std::function<bool(int64_t)>& go_on_;
  std::vector<int64_t> missing_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  PathfinderCounts counts_;
  int64_t shown_ = 0;
};

void check_options(const PathfinderSet& set, int64_t jobs) {
  constexpr int64_t kMost = 100'000'000;
  constexpr int64_t kMostJobs = 1024;
  pathfinder_law(set.size, set.difficulty, kWhere);
  for (const int64_t images : {set.count, set.batch}) {
    require(images >= 1 && images <= kMost, kWhere, "the number of images must lie in [1, ", kMost,
            "]; got ", images, ".");
  }
  require(jobs >= 1 && jobs <= kMostJobs, kWhere, "the number of jobs must lie in [1, ", kMostJobs,
          "]; got ", jobs, ".");
}

}  // namespace

PathfinderCounts write_pathfinder(const fs::path& folder, const PathfinderSet& set,
                                  EarlierData earlier, int64_t jobs,
                                  const std::function<bool(int64_t)>& go_on) {
  check_options(set, jobs);
  const fs::path level = folder / set.difficulty;
  const GeneratedFolder target{level,
                               {"imgs", "metadata"},
                               {{"data", "pathfinder"},
                                {"size", set.size},
                                {"difficulty", set.difficulty},
                                {"count", set.count},
                                {"seed", set.seed},
                                {"batch", set.batch}}};
  check_generated_folder(target, earlier, kWhere);
  if (earlier == EarlierData::kReplace) remove_content(target, kWhere);
  create_generated_folder(target, kWhere);
  write_generated_json(target, kWhere);
  create_folders(level / "imgs");
  create_folders(level / "metadata");
  SetWriter writer(level, set, go_on);
  std::vector<std::future<void>> threads;
  for (int64_t i = 0; i < std::min(jobs, batches(set)); ++i) {
    threads.push_back(std::async(std::launch::async, [&writer] { writer.work(); }));
  }
  for (std::future<void>& thread : threads) thread.wait();
  for (std::future<void>& thread : threads) thread.get();
  return writer.counts();
}

}  // namespace gril
