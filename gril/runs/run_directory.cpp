#include "gril/runs/run_directory.h"

#include <system_error>

#include "gril/base/check.h"

namespace gril {
namespace fs = std::filesystem;

RunDirectory RunDirectory::create(const fs::path& root) {
  RunDirectory run = plan(root);
  run.make();
  return run;
}

RunDirectory RunDirectory::plan(const fs::path& root) {
  std::error_code reason;
  const fs::file_status status = fs::status(root, reason);
  require(!fs::exists(status) || fs::is_directory(status), "run", root.string(),
          ": must be a new folder; got a file. Choose another folder.");
  if (fs::is_directory(status)) {
    const bool empty = fs::is_empty(root, reason);
    require_file(!reason, "run", root.string(), ": must be readable; got ", reason.message(), ".");
    require(empty, "run", root.string(),
            ": must be a new or empty folder; got one with files in it. Choose another folder, or "
            "continue that run with --resume.");
  }
  return RunDirectory(root);
}

void RunDirectory::make() const {
  for (const char* folder : {"checkpoints", "analysis"}) {
    std::error_code reason;
    fs::create_directories(root_ / folder, reason);
    require_file(!reason, "run", (root_ / folder).string(),
                 ": must be a folder that can be made; got ", reason.message(), ".");
  }
}

RunDirectory RunDirectory::open(const fs::path& root) {
  RunDirectory run(root);
  std::error_code ignored;
  require(fs::is_regular_file(run.config(), ignored), "run", root.string(),
          ": must be the folder of a run; got no config.toml in it. Check the path.");
  return run;
}

}  // namespace gril
