#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gril/base/safetensors.h"

namespace gril::stream {

/// The tensors of a model file, taken out one by one as float64; what is left at the end is
/// surplus.
///
/// errors  InvalidFile "[stream] path: …".
class ModelTensors {
 public:
  ModelTensors(std::map<std::string, StoredTensor> tensors, std::string path);

  /// The numbers of a tensor, row-major, whatever its stored type (F32, F64).
  /// errors  no such tensor, another shape or type, a number that is not finite.
  std::vector<double> take(const std::string& name, const std::vector<std::size_t>& shape);

  /// Refuses tensors that nobody took.
  void finish() const;

 private:
  std::map<std::string, StoredTensor> tensors_;
  std::string path_;
};

}  // namespace gril::stream
