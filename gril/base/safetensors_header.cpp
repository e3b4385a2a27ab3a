#include "gril/base/safetensors_header.h"

#include <algorithm>
#include <array>
#include <limits>

#include "gril/base/check.h"
#include "gril/base/json_text.h"

namespace gril {
namespace {

using SortedJson = nlohmann::json;  // ordered_json looks keys up one by one: too slow for many
constexpr std::string_view kWhere = "safetensors";
constexpr std::array kTypes = {ElementType::kFloat32, ElementType::kFloat64, ElementType::kInt64,
                               ElementType::kUint8};

/// One entry of the header, with the words its messages begin with.
class EntryReader {
 public:
  EntryReader(const std::string& path, const std::string& name, const SortedJson& fields)
      : subject_(concatenate(path, ": tensor ", shown_text(name))), fields_(fields) {
    const bool complete = fields.is_object() && fields.size() == 3 && fields.contains("dtype") &&
                          fields.contains("shape") && fields.contains("data_offsets");
    require_file(
        complete, kWhere, subject_, " must have exactly dtype, shape and data_offsets; got ",
        fields.is_object() ? concatenate(fields.size(), " keys") : fields.type_name(), ".");
  }

  ElementType type() const {
    const SortedJson& name = fields_.at("dtype");
    require_file(name.is_string(), kWhere, subject_, ": dtype must be a text; got ",
                 name.type_name(), ".");
    const auto wanted = name.get<std::string>();
    const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](ElementType type) {
      return element_name(type) == wanted;
    });
    require_file(found != kTypes.end(), kWhere, subject_,
                 ": dtype must be F32, F64, I64 or U8; got ", shown_text(wanted), ".");
    return *found;
  }

  std::vector<int64_t> shape() const {
    std::vector<int64_t> sizes;
    for (const uint64_t size : naturals("shape")) {
      require_file(size <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()), kWhere,
                   subject_, ": a size must fit 63 bits; got ", size, ".");
      sizes.push_back(static_cast<int64_t>(size));
    }
    return sizes;
  }

  /// The pair data_offsets, in the data and as long as the shape says.
  void check_range(TensorEntry& entry, uint64_t data_size) const {
    const std::vector<uint64_t> range = naturals("data_offsets");
    require_file(range.size() == 2, kWhere, subject_, ": data_offsets must be a pair; got ",
                 range.size(), " numbers.");
    require_file(range[0] <= range[1] && range[1] <= data_size, kWhere, subject_,
                 ": data_offsets must lie in the ", data_size, " bytes of data; got ", range[0],
                 " to ", range[1], ".");
    const ByteCount count = byte_count(entry.type, entry.shape);
    require_file(count.fits, kWhere, subject_, ": the number of elements must fit 63 bits; got ",
                 fields_.at("shape").dump(), ".");
    require_file(count.bytes == range[1] - range[0], kWhere, subject_, ": dtype and shape need ",
                 count.bytes, " bytes; got data_offsets of ", range[1] - range[0], " bytes.");
    entry.begin = range[0];
    entry.end = range[1];
  }

 private:
  std::vector<uint64_t> naturals(const std::string& key) const {
    const SortedJson& values = fields_.at(key);
    const bool good = values.is_array() &&
                      std::all_of(values.begin(), values.end(),
                                  [](const SortedJson& v) { return v.is_number_unsigned(); });
    require_file(good, kWhere, subject_, ": ", key, " must be an array of integers from 0 on.");
    return values.get<std::vector<uint64_t>>();
  }

  std::string subject_;
  const SortedJson& fields_;
};

std::map<std::string, std::string> read_metadata(const SortedJson& tree, const std::string& path) {
  std::map<std::string, std::string> metadata;
  require_file(tree.is_object(), kWhere, path, ": __metadata__ must be an object; got ",
               tree.type_name(), ".");
  for (const auto& [key, value] : tree.items()) {
    require_file(value.is_string(), kWhere, path, ": __metadata__ ", shown_text(key),
                 " must be a text; got ", value.type_name(), ".");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// Every byte of the data belongs to exactly one tensor.
void check_tiling(const std::vector<TensorEntry>& entries, uint64_t data_size,
                  const std::string& path) {
  uint64_t covered = 0;
  for (const TensorEntry& entry : entries) {
    require_file(entry.begin == covered, kWhere, path, ": tensor ", shown_text(entry.name),
                 " must begin at byte ", covered, " of the data, where the one before ends; got ",
                 entry.begin, ".");
    covered = entry.end;
  }
  require_file(covered == data_size, kWhere, path, ": tensors must cover the ", data_size,
               " bytes of data; got ", covered, ".");
}

}  // namespace

ByteCount byte_count(ElementType type, const std::vector<int64_t>& shape) {
  uint64_t bytes = element_size(type);
  for (const int64_t size : shape) {
    if (size < 0) return {false, 0};
    const auto factor = static_cast<uint64_t>(size);
    constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
    if (factor != 0 && bytes > kMost / factor) return {false, 0};
    bytes *= factor;
  }
  return {true, bytes};
}

SafetensorsHeader parse_safetensors_header(std::string_view text, uint64_t data_size,
                                           const std::string& path) {
  require_file(text.starts_with('{'), kWhere, path, ": the header must start with \"{\".");
  const SortedJson tree = parse_json<SortedJson>(text, kWhere, path + ": the header");
  SafetensorsHeader header;
  for (const auto& [name, fields] : tree.items()) {
    if (name == "__metadata__") {
      header.metadata = read_metadata(fields, path);
      continue;
    }
    const EntryReader reader(path, name, fields);
    TensorEntry entry{.name = name, .type = reader.type(), .shape = reader.shape()};
    reader.check_range(entry, data_size);
    header.entries.push_back(std::move(entry));
  }
  std::sort(header.entries.begin(), header.entries.end(),
            [](const TensorEntry& a, const TensorEntry& b) {
              return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
            });
  check_tiling(header.entries, data_size, path);
  return header;
}

std::string safetensors_header_text(const SafetensorsHeader& header, const std::string& path) {
  Json tree = Json::object();
  if (!header.metadata.empty()) tree["__metadata__"] = header.metadata;
  for (const TensorEntry& entry : header.entries) {
    tree.push_back({entry.name, Json{{"dtype", element_name(entry.type)},
                                     {"shape", entry.shape},
                                     {"data_offsets", {entry.begin, entry.end}}}});
  }
  constexpr std::size_t kAlignment = 8;
  try {
    std::string text = tree.dump();
    text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
    return text;
  } catch (const Json::type_error&) {
    throw InvalidArgument(concatenate("[safetensors] ", path,
                                      ": names and metadata must be UTF-8; got other bytes."));
  }
}

}  // namespace gril
