#include "gril/models/available_device.h"

#include <torch/cuda.h>

#include "gril/base/check.h"

namespace gril {

torch::Device available_device(const std::string& name, std::string_view where) {
  const torch::Device device(name);
  require(
      device.is_cpu() || torch::cuda::is_available(), where, "device ", device,
      " is not available: libtorch sees no GPU. Choose the device cpu, or build with a libtorch "
      "that has CUDA on a machine with a GPU.");
  return device;
}

}  // namespace gril
