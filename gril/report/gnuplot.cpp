#include "gril/report/gnuplot.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "gril/base/check.h"
#include "gril/base/file.h"

extern char** environ;  // NOLINT(readability-identifier-naming): POSIX's name

namespace gril {
namespace {

namespace fs = std::filesystem;

/// A folder of its own under the system's temporary folder, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "gril-figure-XXXXXX").string();
    require(mkdtemp(name.data()) != nullptr, "gnuplot", "a temporary folder must be creatable in ",
            fs::temp_directory_path().string(), "; got: ", std::strerror(errno),
            ". Set TMPDIR to a folder you may write to.");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The files a child process has as standard output and standard error.
class ChildOutput {
 public:
  ChildOutput(const fs::path& output, const fs::path& messages) {
    posix_spawn_file_actions_init(&actions_);
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, output.c_str(), kFlags, 0600);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, messages.c_str(), kFlags, 0600);
  }
  ~ChildOutput() { posix_spawn_file_actions_destroy(&actions_); }
  ChildOutput(const ChildOutput&) = delete;
  ChildOutput& operator=(const ChildOutput&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// Runs gnuplot on a script file; returns its exit status, or the spawn's error number in `error`.
struct ProcessResult {
  int error = 0;
  int status = 0;
};

ProcessResult run_program(std::string script, const ChildOutput& output) {
  std::string program = "gnuplot";
  std::string defaults = "-d";  // no settings of the user's
  std::array<char*, 4> arguments{program.data(), defaults.data(), script.data(), nullptr};
  pid_t child = 0;
  ProcessResult result;
  result.error =
      posix_spawnp(&child, program.c_str(), output.get(), nullptr, arguments.data(), environ);
  if (result.error != 0) return result;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  return result;
}

std::string first_lines(const fs::path& path) {
  std::string text = read_file(path, "gnuplot");
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.substr(0, 400);
}

}  // namespace

std::string run_gnuplot(const std::string& script, int width, int height) {
  const TemporaryFolder folder;
  const fs::path script_path = folder.path() / "figure.gp";
  std::ofstream(script_path) << "set terminal svg size " << width << ',' << height
                             << " dynamic noenhanced font \"sans-serif,15\"\n"
                             << "set encoding utf8\n"
                             << script;
  const fs::path drawing = folder.path() / "figure.drawing";
  const fs::path messages = folder.path() / "messages.txt";
  const ProcessResult result = run_program(script_path.string(), ChildOutput(drawing, messages));
  require(result.error != ENOENT, "gnuplot",
          "the program gnuplot draws the figures and must be on PATH; got none. Install it with: "
          "apt-get install gnuplot-nox");
  require(result.error == 0, "gnuplot",
          "the program must start; got: ", std::strerror(result.error), '.');
  require(result.status == 0, "gnuplot",
          "the program must accept the script; got: ", first_lines(messages));
  return read_file(drawing, "gnuplot");
}

}  // namespace gril
