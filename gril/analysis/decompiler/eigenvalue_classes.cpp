#include "gril/analysis/decompiler/eigenvalue_classes.h"

#include <ATen/ATen.h>

namespace gril {
namespace {

constexpr double kSlack = 0.01;

}  // namespace

EigenvalueClass eigenvalue_class(double eigenvalue) {
  // Written so that a NaN falls through to the last line.
  if (eigenvalue > 1.0 - kSlack && eigenvalue <= 1.0 + kSlack) return EigenvalueClass::kMemory;
  if (eigenvalue >= -kSlack && eigenvalue < kSlack) return EigenvalueClass::kForget;
  if (eigenvalue >= kSlack && eigenvalue <= 1.0 - kSlack) return EigenvalueClass::kBetween;
  return EigenvalueClass::kOutside;
}

std::string eigenvalue_class_name(EigenvalueClass kind) {
  switch (kind) {
    case EigenvalueClass::kMemory:
      return "memory";
    case EigenvalueClass::kForget:
      return "forget";
    case EigenvalueClass::kBetween:
      return "between";
    case EigenvalueClass::kOutside:
      break;
  }
  return "outside";
}

torch::Tensor memory_mask(const torch::Tensor& eigenvalues) {
  constexpr double kSplit = 0.5;
  return eigenvalues > kSplit;
}

Polarity polarity(const torch::Tensor& eigenvalues) {
  const torch::Tensor memory = memory_mask(eigenvalues);
  return {memory.nonzero().squeeze(1), memory.logical_not().nonzero().squeeze(1)};
}

EigenvalueCounts count_eigenvalues(const std::vector<double>& eigenvalues) {
  EigenvalueCounts counts;
  for (const double eigenvalue : eigenvalues) {
    switch (eigenvalue_class(eigenvalue)) {
      case EigenvalueClass::kMemory:
        ++counts.memory;
        break;
      case EigenvalueClass::kForget:
        ++counts.forget;
        break;
      case EigenvalueClass::kBetween:
        ++counts.between;
        break;
      case EigenvalueClass::kOutside:
        ++counts.outside;
        break;
    }
  }
  return counts;
}

Json to_json(const EigenvalueCounts& counts) {
  return {{"memory", counts.memory},
          {"forget", counts.forget},
          {"between", counts.between},
          {"outside", counts.outside}};
}

}  // namespace gril
