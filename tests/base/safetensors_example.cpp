#include "tests/base/safetensors_example.h"

#include <cstring>

namespace gril {
namespace {

template <typename Element>
StoredTensor stored(ElementType type, std::vector<int64_t> shape,
                    const std::vector<Element>& values) {
  StoredTensor tensor{type, std::move(shape), {}};
  tensor.bytes.resize(values.size() * sizeof(Element));
  if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

}  // namespace

SafetensorsFile example_file() {
  SafetensorsFile file;
  file.tensors["weight"] =
      stored<float>(ElementType::kFloat32, {2, 3}, {0.0F, 0.5F, -1.0F, 1.5F, -2.0F, 1e-30F});
  file.tensors["bias"] = stored<double>(ElementType::kFloat64, {2}, {0.1, -1e300});
  file.tensors["step"] = stored<int64_t>(ElementType::kInt64, {}, {-9007199254740993});
  file.tensors["mask"] = stored<uint8_t>(ElementType::kUint8, {3}, {0, 1, 255});
  file.tensors["none"] = stored<float>(ElementType::kFloat32, {0, 4}, {});
  file.metadata = {{"gril_format", "1"}, {"text", "quote \" and \xc3\xbc"}};
  return file;
}

std::string difference(const SafetensorsFile& a, const SafetensorsFile& b) {
  if (a.metadata != b.metadata) return "metadata";
  if (a.tensors.size() != b.tensors.size()) return "number of tensors";
  for (const auto& [name, tensor] : a.tensors) {
    const auto found = b.tensors.find(name);
    if (found == b.tensors.end()) return "tensor " + name;
    const StoredTensor& other = found->second;
    if (tensor.type != other.type) return "type of " + name;
    if (tensor.shape != other.shape) return "shape of " + name;
    if (tensor.bytes != other.bytes) return "bytes of " + name;
  }
  return "";
}

std::string safetensors_bytes(const std::string& header, const std::string& data) {
  const uint64_t length = header.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + header + data;
}

}  // namespace gril
