#pragma once

#include <dlfcn.h>

namespace gril {

/// The function of this name in the loaded libraries, or null: which BLAS is behind libblas.so.3
/// is known only when the program runs.
template <typename Function>
Function* loaded_function(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace gril
