#pragma once

#include <string_view>

namespace gril {

/// Version of this library, for example "0.1.0".
std::string_view version();

/// Commit this library was built from; "-modified" follows when tracked files differed from it.
/// "unknown" when it was built outside a git checkout.
std::string_view commit();

/// Compiler that built this library, for example "GNU 12.2.0".
std::string_view compiler();

}  // namespace gril
