#include "gril/tasks/language/text_files.h"

#include <array>
#include <string>
#include <system_error>

#include "gril/base/check.h"

namespace gril {
namespace {

struct Layout {
  const char* training;
  const char* validation;
  const char* test;
  const char* description;
};

constexpr std::array kLayouts = {
    Layout{"ptb.train.txt", "ptb.valid.txt", "ptb.test.txt", ""},
    Layout{"wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens", ""},
    Layout{"train.txt", "valid.txt", "test.txt", ""},
    Layout{"train.bin", "val.bin", "test.bin", "meta.json"},
};

/// The file of this name, packed or not; empty when there is none.
std::filesystem::path file_in(const std::filesystem::path& folder, const std::string& name) {
  std::error_code ignored;
  for (const std::string& candidate : {name, name + ".gz"}) {
    if (std::filesystem::is_regular_file(folder / candidate, ignored)) return folder / candidate;
  }
  return {};
}

std::string layout_names() {
  std::string names;
  for (const Layout& layout : kLayouts) {
    names += concatenate(names.empty() ? "" : "; ", layout.training, ", ", layout.validation);
  }
  return names;
}

}  // namespace

TextFiles find_text_files(const std::filesystem::path& path, std::string_view where) {
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(path, ignored);
  require(folder || std::filesystem::exists(path, ignored), where, path.string(),
          ": must be a text file or a folder; got no such file. Check the path and $GRIL_DATA.");
  if (!folder) return {.training = path, .validation = {}, .test = {}, .description = {}};
  for (const Layout& layout : kLayouts) {
    const std::filesystem::path training = file_in(path, layout.training);
    if (training.empty()) continue;
    const std::filesystem::path validation = file_in(path, layout.validation);
    require(!validation.empty(), where, path.string(), ": must hold ", layout.validation,
            " beside ", layout.training, "; got none.");
    return {.training = training,
            .validation = validation,
            .test = file_in(path, layout.test),
            .description =
                *layout.description == '\0' ? std::filesystem::path() : path / layout.description};
  }
  require(false, where, path.string(), ": must hold the files of one layout (", layout_names(),
          "); got none of them.");
  return {};
}

}  // namespace gril
