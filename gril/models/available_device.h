#pragma once

#include <torch/types.h>

#include <string>
#include <string_view>

namespace gril {

/// The device of a name, "cpu" or "cuda".
/// Errors: InvalidArgument "[where] device cuda is not available …" where libtorch sees no GPU.
torch::Device available_device(const std::string& name, std::string_view where);

}  // namespace gril
