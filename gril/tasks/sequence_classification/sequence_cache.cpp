#include "gril/tasks/sequence_classification/sequence_cache.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "gril/base/cache_folder.h"
#include "gril/base/check.h"
#include "gril/base/fnv1a.h"
#include "gril/base/log.h"
#include "gril/tasks/sequence_classification/sequence_cache_file.h"

namespace gril {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWhere = "cache";
constexpr const char* kAuto = "auto";
constexpr const char* kNone = "none";
constexpr uint64_t kLeastBytes = uint64_t{1} << 20;
constexpr int64_t kFormat = 2;

/// Relative names, sizes and times of last change of all files of a source, one a line. Of times
/// there are two: a file may be put in the place of another with its time of last writing, but the
/// system sets that of its last change of any kind.
struct FileList {
  std::vector<std::string> lines;
  uint64_t bytes = 0;
};

void add_file(FileList& list, const fs::path& path, const fs::path& folder) {
  struct stat status = {};
  const int reason = stat(path.c_str(), &status) == 0 ? 0 : errno;
  if (reason != 0 || !S_ISREG(status.st_mode)) {
    throw fs::filesystem_error("stat", path, std::error_code(reason, std::generic_category()));
  }
  const auto text = [](const timespec& time) {
    return concatenate(time.tv_sec, '.', time.tv_nsec);
  };
  list.lines.push_back(concatenate(path.lexically_relative(folder).generic_string(), ' ',
                                   status.st_size, ' ', text(status.st_mtim), ' ',
                                   text(status.st_ctim), '\n'));
  list.bytes += static_cast<uint64_t>(status.st_size);
}

/// Nothing where a file is not there or cannot be looked at: the reader will say what is wrong.
std::optional<FileList> files_of(const SequenceSource& source) {
  FileList list;
  try {
    for (const std::string& name : source.names) {
      const fs::path path = source.folder / name;
      if (!fs::is_directory(path)) {
        add_file(list, path, source.folder);
        continue;
      }
      constexpr auto kLinksToo = fs::directory_options::follow_directory_symlink;
      for (const auto& entry : fs::recursive_directory_iterator(path, kLinksToo)) {
        if (entry.is_regular_file()) add_file(list, entry.path(), source.folder);
      }
    }
  } catch (const fs::filesystem_error&) {
    return std::nullopt;
  }
  if (list.lines.empty()) return std::nullopt;
  std::sort(list.lines.begin(), list.lines.end());
  return list;
}

/// What the cache of a source states about it.
std::string key_of(const SequenceSource& source, const FileList& files) {
  uint64_t digest = kEmptyFnv1a;
  for (const std::string& line : files.lines) digest = fnv1a(line, digest);
  return Json{{"format", kFormat},         {"kind", source.kind},
              {"options", source.options}, {"files", files.lines.size()},
              {"bytes", files.bytes},      {"names_sizes_and_times", hash_text(digest)}}
      .dump();
}

/// The folder of the cache; empty for none.
fs::path folder_of(const std::string& place, uint64_t bytes) {
  if (place == kNone) return {};
  if (place != kAuto) return place;
  return bytes < kLeastBytes ? fs::path() : cache_folder();
}

std::optional<ReadSequences> load(const fs::path& path, const std::string& key) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return std::nullopt;
  try {
    return load_sequences(path, key);
  } catch (const InvalidFile& damage) {
    log_warning(damage.what(), " Reading the data again.");
  } catch (const InvalidArgument& obstacle) {  // a folder of that name
    log_warning(obstacle.what(), " Reading the data again.");
  }
  return std::nullopt;
}

void store(const fs::path& path, const std::string& key, const ReadSequences& sequences) {
  try {
    fs::create_directories(path.parent_path());
    store_sequences(path, key, sequences);
    log_info("[", kWhere, "] ", path.string(), ": kept for the next start.");
  } catch (const fs::filesystem_error& failure) {
    log_warning('[', kWhere, "] ", path.string(), ": not written: ", failure.code().message(), '.');
  } catch (const InvalidFile& failure) {
    log_warning(failure.what(), " The data are not kept for the next start.");
  } catch (const InvalidArgument& failure) {
    log_warning(failure.what(), " The data are not kept for the next start.");
  }
}

}  // namespace

ReadSequences cached_sequences(const SequenceSource& source, const std::string& place,
                               const std::function<ReadSequences()>& read) {
  require(!place.empty(), source.kind,
          "cache must be \"auto\", \"none\" or a folder; got \"\". Leave it out for \"auto\".");
  if (place == kNone) return read();
  const std::optional<FileList> files = files_of(source);
  const fs::path folder = files ? folder_of(place, files->bytes) : fs::path();
  if (folder.empty()) return read();
  const std::string key = key_of(source, *files);
  const fs::path path = folder / (source.kind + '-' + hash_text(fnv1a(key)) + ".safetensors");
  std::optional<ReadSequences> kept = load(path, key);
  if (kept) return *std::move(kept);
  ReadSequences sequences = read();
  const std::optional<FileList> after = files_of(source);  // it may have changed meanwhile
  if (after && key_of(source, *after) == key) store(path, key, sequences);
  return sequences;
}

std::string read_cache_option(ConfigSection& section) { return section.text("cache", kAuto); }

void add_cache_option(Json& tree, const std::string& place) {
  if (place != kAuto) tree["cache"] = place;
}

}  // namespace gril
