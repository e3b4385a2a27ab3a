#include "gril/stream/model_tensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "gril/base/check.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream";

template <typename Size>
std::string shape_text(const std::vector<Size>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += concatenate(i == 0 ? "" : ", ", shape[i]);
  }
  return text + ")";
}

template <typename Stored>
std::vector<double> as_doubles(const std::vector<std::byte>& bytes) {
  std::vector<Stored> numbers(bytes.size() / sizeof(Stored));
  if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return {numbers.begin(), numbers.end()};
}

}  // namespace

ModelTensors::ModelTensors(std::map<std::string, StoredTensor> tensors, std::string path)
    : tensors_(std::move(tensors)), path_(std::move(path)) {}

std::vector<double> ModelTensors::take(const std::string& name,
                                       const std::vector<std::size_t>& shape) {
  const auto found = tensors_.find(name);
  require_file(found != tensors_.end(), kWhere, path_, ": tensor \"", name,
               "\" must be there; got none of that name. Write the model anew.");
  const StoredTensor& tensor = found->second;
  const bool same_shape = std::equal(
      shape.begin(), shape.end(), tensor.shape.begin(), tensor.shape.end(),
      [](std::size_t wanted, int64_t stored) { return static_cast<int64_t>(wanted) == stored; });
  require_file(same_shape, kWhere, path_, ": tensor \"", name, "\" must have shape ",
               shape_text(shape), "; got ", shape_text(tensor.shape), ". Write the model anew.");
  const bool is_float = tensor.type == ElementType::kFloat32;
  require_file(is_float || tensor.type == ElementType::kFloat64, kWhere, path_, ": tensor \"", name,
               "\" must be F32 or F64; got ", element_name(tensor.type), ". Write the model anew.");
  std::vector<double> numbers =
      is_float ? as_doubles<float>(tensor.bytes) : as_doubles<double>(tensor.bytes);
  const bool finite =
      std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
  require_file(finite, kWhere, path_, ": tensor \"", name,
               "\" must hold finite numbers; got one that is not. Train the model anew.");
  tensors_.erase(found);
  return numbers;
}

void ModelTensors::finish() const {
  require_file(
      tensors_.empty(), kWhere, path_, ": tensors must belong to the configuration; got \"",
      tensors_.empty() ? "" : tensors_.begin()->first, "\" beside it. Write the model anew.");
}

}  // namespace gril::stream
