#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gril {

/// One set of Long Range Arena as it lies on disk.
struct ArenaSet {
  std::string task;  ///< "listops", "text", "retrieval", "image", "pathfinder32" … "pathfinder256"
  std::string layout;  ///< whose habit the folder follows: a name of arena_layouts()
  std::filesystem::path folder;
  std::vector<std::string> missing;  ///< of its files and folders, relative to `folder`
};

/// The layouts in circulation, as find_arena_sets names them:
///
///     released   lra_release/ as the archive unpacks it, or what is in it
///     s5         raw_datasets/lra_release/lra_release/ (S5, minimal-LRU)
///     s4         listops/, aan/, pathfinder/pathfinder32/ … (S4, safari)
///     folder     the set itself, one folder for each (the original repository's --data_dir)
///
/// IMDB and CIFAR-10, which the archive lacks, stand in aclImdb/ and cifar-10-batches-bin/ or as
/// records of one gray plane in train.bin and test.bin, beside the others or in imdb/, cifar10/ and
/// cifar10-gray/.
std::vector<std::string> arena_layouts();

/// The sets in the folder `root`, by task; a set is there when its first file is.
/// Errors: InvalidArgument "[where] …" when `root` is no folder or holds no set; the text names
/// what was looked for.
std::vector<ArenaSet> find_arena_sets(const std::filesystem::path& root, const std::string& where);

}  // namespace gril
