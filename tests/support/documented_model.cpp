#include "tests/support/documented_model.h"

#include <stdexcept>

#include "gril/base/config_file.h"
#include "gril/base/file.h"
#include "tests/support/temporary_folder.h"

namespace gril::testing {

Json documented_config(const std::string& page, const std::string& name) {
  const std::string text = read_file(GRIL_SOURCE_DIR "/" + page, "test");
  const std::string fence = "```toml\n";
  const std::size_t heading = text.find("\n## " + name + "\n");
  if (heading == std::string::npos) throw std::runtime_error("no heading " + name);
  const std::size_t begin = text.find(fence, heading) + fence.size();
  const TemporaryFolder folder;
  const auto file = folder / "model.toml";
  write_file_atomically(file, text.substr(begin, text.find("```", begin) - begin), "test");
  return read_toml(file);
}

SequenceModel documented_model(const std::string& page, const std::string& name) {
  return {documented_config(page, name)["model"], name};
}

}  // namespace gril::testing
