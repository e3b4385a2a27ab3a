#include "cli/bench/python_process.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <memory>

#include "gril/base/check.h"

namespace gril::bench {
namespace {

/// The word as the shell reads it back unchanged.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char letter : word) text += letter == '\'' ? "'\\''" : std::string(1, letter);
  return text + "'";
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t end = text.rfind('\n');
  return end == std::string::npos ? text : text.substr(end + 1);
}

}  // namespace

PythonResult run_python(const std::string& python, const std::vector<std::string>& arguments,
                        bool errors_too) {
  std::string command = quoted(python);
  for (const std::string& argument : arguments) command += ' ' + quoted(argument);
  if (errors_too) command += " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  require(pipe != nullptr, "bench", "a process must be startable; got none for ", command,
          ". Free memory or end other programs.");
  PythonResult result;
  std::array<char, 4096> block = {};
  for (std::size_t size = 0; (size = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    result.output.append(block.data(), size);
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

std::string pytorch_version(const std::string& python) {
  const PythonResult result =
      run_python(python, {"-c", "import torch; print(torch.__version__)"}, true);
  require(result.exit_code == 0, "bench", "--python must name a Python with PyTorch; got ", python,
          ", which says: ", last_line(result.output),
          ". Name another, or leave the option out to measure gril alone.");
  return last_line(result.output);
}

}  // namespace gril::bench
