#include "cli/bench/scratch_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gril/base/check.h"

namespace gril::bench {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "gril-bench-XXXXXX").string();
  require(mkdtemp(name.data()) != nullptr, "bench", "a temporary folder must be creatable in ",
          fs::temp_directory_path().string(), "; got: ", std::strerror(errno),
          ". Set TMPDIR to a folder you may write to.");
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace gril::bench
