#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/token_layout.h"
#include "gril/constructions/exact_model.h"

namespace gril {

/// Where an untied GrilLayer finds an example and the next query in the tokens of a layout: one map
/// per offset of its window, offset 0 the current token.
///
/// layout       window, stride  x_j                 y_j                 query    read
/// interleaved  3, 2            u_{t-2}             P_y u_{t-1}         u_t      after the update
/// pairs        1, 1            P_x u_t             P_y u_t             P_x u_t  before it (strict)
/// windowed     1, 1            P_x u_t             P_y u_t             P_next u_t  after it
/// blocks       2, 1            P_x u_{t-1}         P_y u_t             P_x u_t  after it
struct ExampleWindow {
  std::vector<torch::Tensor> inputs;   ///< x_j = Σ_o inputs[o] u_{t-o}, each (d, D)
  std::vector<torch::Tensor> targets;  ///< y_j = Σ_o targets[o] u_{t-o}, each (m, D)
  torch::Tensor query;                 ///< the next query is query · u_t, (d, D)
  int64_t stride = 1;
  bool strict = false;
  double decay = 1.0;                  ///< of the layer's state per update
  double read_decay = 1.0;             ///< what the newest example weighs when it is read
  std::string normalisation = "none";  ///< of the layer's readings
};

/// decay: λ, by which an example weighs less for every later one. Blocks update twice per example
/// and are read one update after it: their decay and read_decay are √λ.
/// Errors: InvalidArgument for sizes outside the layout and for constructed tokens, which show no
/// example.
ExampleWindow example_window(TokenLayout layout, int64_t inputs, int64_t outputs, double decay);

/// The same for tokens with further features behind: maps (rows, width).
ExampleWindow widened(ExampleWindow window, int64_t width);

/// What an untied GrilLayer does with its window, all float64; D features of a token, H heads.
struct WindowMaps {
  std::vector<torch::Tensor> values;  ///< per offset, (H·dv, D)
  std::vector<torch::Tensor> keys;    ///< per offset, (H·dk, D)
  torch::Tensor query;                ///< of the current token, (H·dk, D)
  torch::Tensor readout;              ///< C, (outputs, H·dv)
  torch::Tensor query_readout = {};   ///< W0, (outputs, H·dk); undefined for none
  int64_t heads = 1;                  ///< H
};

/// The GrilLayer that updates, fades and reads as `window` says, with these maps.
ExactLayer windowed_layer(const ExampleWindow& window, const WindowMaps& maps);

}  // namespace gril
