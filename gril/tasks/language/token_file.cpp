#include "gril/tasks/language/token_file.h"

#include <istream>
#include <limits>
#include <memory>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/json_file.h"
#include "gril/base/unpacked_file.h"

namespace gril {
namespace {

constexpr std::size_t kBytesAtOnce = 1 << 20;  // a multiple of every token

uint32_t little_endian(const uint8_t* bytes, int64_t count) {
  uint32_t value = 0;
  for (int64_t i = 0; i < count; ++i) value |= uint32_t{bytes[i]} << (8 * i);
  return value;
}

}  // namespace

TokenDescription read_token_description(const std::filesystem::path& path, std::string_view where) {
  const Json tree = read_json(path, where);
  require(tree.is_object(), where, path.string(), ": must hold one JSON object; got ",
          tree.type_name(), ".");
  ConfigSection section(tree, path.string());
  section.need("dtype");
  section.need("vocabulary_size");
  TokenDescription description;
  description.bytes = section.choice("dtype", "", {"uint16", "uint32"}) == "uint16" ? 2 : 4;
  description.vocabulary_size =
      section.integer("vocabulary_size", 0, 2, std::numeric_limits<int32_t>::max());
  const Json symbols = section.value("symbols");
  section.finish();
  if (symbols.is_null()) return description;
  require(
      symbols.is_array() && symbols.size() == static_cast<std::size_t>(description.vocabulary_size),
      where, path.string(), ": symbols must be a list of ", description.vocabulary_size,
      " texts; got ", symbols.is_array() ? concatenate(symbols.size()) : symbols.type_name(), ".");
  for (const Json& symbol : symbols) {
    require(symbol.is_string(), where, path.string(), ": symbols must be texts; got ",
            symbol.dump(), ".");
    description.symbols.push_back(symbol.get<std::string>());
  }
  return description;
}

std::vector<int32_t> read_tokens(const std::filesystem::path& path,
                                 const TokenDescription& description, std::string_view where) {
  const std::unique_ptr<std::istream> file = open_unpacked(path, where);
  const std::string name = path.string();
  std::vector<int32_t> tokens;
  std::vector<uint8_t> block(kBytesAtOnce);
  const auto width = static_cast<std::size_t>(description.bytes);
  for (std::size_t count = block.size(); count == block.size();) {
    count = static_cast<std::size_t>(file->rdbuf()->sgetn(
        reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(block.size())));
    require_file(count % width == 0, where, name, ": must hold tokens of ", width,
                 " bytes; got an end in the middle of one, at byte ", tokens.size() * width + count,
                 ". Copy the file again, or correct its dtype.");
    for (std::size_t i = 0; i < count; i += width) {
      const uint32_t token = little_endian(block.data() + i, description.bytes);
      require_file(token < static_cast<uint64_t>(description.vocabulary_size), where, name,
                   ": tokens must be below the vocabulary size ", description.vocabulary_size,
                   "; got ", token, " at byte ", tokens.size() * width,
                   ". Correct dtype or vocabulary_size.");
      tokens.push_back(static_cast<int32_t>(token));
    }
  }
  require_file(!tokens.empty(), where, name, ": must hold tokens; got an empty file.");
  return tokens;
}

}  // namespace gril
