#include "gril/base/json_file.h"

#include "gril/base/file.h"
#include "gril/base/json_text.h"

namespace gril {

Json read_json(const std::filesystem::path& path, std::string_view where) {
  constexpr uint64_t kMostBytes = 100'000'000;
  return parse_json<Json>(read_file(path, where, kMostBytes), where, path.string() + ":");
}

void write_json(const std::filesystem::path& path, const Json& tree, std::string_view where) {
  constexpr int kIndent = 2;
  try {
    write_file_atomically(path, tree.dump(kIndent) + "\n", where);
  } catch (const Json::type_error&) {
    throw InvalidArgument(
        concatenate('[', where, "] ", path.string(), ": texts must be UTF-8; got other bytes."));
  }
}

}  // namespace gril
