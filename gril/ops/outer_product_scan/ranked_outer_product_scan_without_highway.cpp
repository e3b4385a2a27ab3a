#include "gril/ops/outer_product_scan/outer_product_scan_composition.h"
#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"

namespace gril {

std::tuple<at::Tensor, at::Tensor> ranked_outer_product_scan(const RankedScanArguments& arguments) {
  return ranked_scan_composition(arguments);
}

RankedScanGradients ranked_outer_product_scan_backward(const RankedScanArguments& arguments,
                                                       const at::Tensor& outputs,
                                                       const at::Tensor& final_state,
                                                       bool values_gradient) {
  return ranked_scan_composition_backward(arguments, outputs, final_state, values_gradient);
}

}  // namespace gril
