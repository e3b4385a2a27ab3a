#include "gril/ops/blas_kernels.h"

#include <cstdlib>

#include "gril/ops/instruction_sets.h"
#include "gril/ops/loaded_function.h"

namespace gril {
namespace {

constexpr const char* kChoice = "OPENBLAS_CORETYPE";

/// OpenBLAS's name for kernels that the vectors in use can run; "" when there are none better.
std::string kernels_for(const std::string& instruction_set) {
  if (instruction_set == "AVX3") return "SkylakeX";
  if (instruction_set == "AVX2") return "Haswell";
  return "";
}

}  // namespace

std::string blas_kernels() {
  auto* name = loaded_function<char*()>("openblas_get_corename");
  return name == nullptr ? "" : name();
}

bool choose_blas_kernels() {
  if (std::getenv(kChoice) != nullptr || blas_kernels() != "Prescott") return false;
  // Exported by OpenBLAS builds that hold kernels for several processors.
  auto* forget = loaded_function<void()>("gotoblas_dynamic_quit");
  auto* choose = loaded_function<void()>("gotoblas_dynamic_init");
  const std::string kernels = kernels_for(instruction_sets().in_use);
  if (forget == nullptr || choose == nullptr || kernels.empty()) return false;
  setenv(kChoice, kernels.c_str(), 1);
  forget();
  choose();
  return blas_kernels() == kernels;
}

}  // namespace gril
