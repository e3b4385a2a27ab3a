#include "gril/constructions/one_step_delay_as_gated_rnn.h"

#include <ATen/ATen.h>

#include "gril/layers/gated_linear_rnn.h"

namespace gril {

ExactLayer one_step_delay_as_gated_rnn(int64_t width) {
  constexpr double kEpsilon = 0x1p-26;
  const int64_t d = width;
  const int64_t neurons = 2 * d + 1;
  const auto zeros = [](int64_t rows, int64_t columns) {
    return at::zeros({rows, columns}, at::kDouble);
  };
  const at::Tensor identity = at::eye(d, at::kDouble);
  const at::Tensor constant = at::cat({zeros(1, d), at::ones({1, 1}, at::kDouble)}, 1);
  const at::Tensor tokens = at::constant_pad_nd(identity, {0, 1});
  const at::Tensor difference = at::cat({identity, -identity}, 1) / kEpsilon;
  const at::Tensor current = at::cat({zeros(d, d), identity}, 1);

  const GatedLinearRnnOptions options{
      .input_size = d, .output_size = 2 * d, .state_size = neurons, .gate_size = 2 * d};
  return {layer_json("gated_linear_rnn", to_json(options)),
          {{"input_gate", constant.repeat({neurons, 1})},
           {"input_map", at::cat({tokens, tokens, constant})},
           {"eigenvalues",
            at::cat({at::full({d}, kEpsilon, at::kDouble), at::zeros({d + 1}, at::kDouble)})},
           {"output_gate", at::constant_pad_nd(at::cat({difference, current}), {0, 1})},
           {"output_map", at::cat({zeros(2 * d, 2 * d), at::ones({2 * d, 1}, at::kDouble)}, 1)},
           {"readout", at::eye(2 * d, at::kDouble)}}};
}

}  // namespace gril
