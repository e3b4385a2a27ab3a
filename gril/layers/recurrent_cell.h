#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/base/config_section.h"

/// What torch's cells, lstm.h and gru.h, share: their options and their parameters.
namespace gril {

/// Settings of an Lstm or a Gru. Letters: d input_size, n state_size.
struct RecurrentCellOptions {
  int64_t input_size = 0;  ///< d; required
  int64_t state_size = 0;  ///< n, units; also the size of an output; required
};

/// The parameters of a cell of G gates, registered in the layer that owns them: input_map (G·n, d),
/// recurrent_map (G·n, n), input_bias and recurrent_bias (G·n), the rows gate by gate.
class RecurrentCell {
 public:
  /// where: the kind of the owner, for messages. Errors: InvalidArgument "[where] …".
  RecurrentCell(torch::nn::Module& owner, const RecurrentCellOptions& options, int64_t gates,
                const char* where);

  /// input_map N(0, 1/d), recurrent_map N(0, 1/n), biases 0.
  void initialize(uint64_t seed);

  const torch::Tensor& input_map() const { return input_map_; }
  /// One value for the n input biases of a gate.
  void set_input_bias(int64_t gate, double value);
  /// In the order that at::lstm and at::gru take.
  std::vector<torch::Tensor> tensors() const;
  /// Zeros (batch, n), in the dtype and on the device of the parameters.
  torch::Tensor zero_state(int64_t batch) const;
  /// Of both maps, a multiply-add counted as two.
  double map_operations() const;

 private:
  torch::Tensor input_map_, recurrent_map_, input_bias_, recurrent_bias_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
RecurrentCellOptions read_recurrent_cell_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const RecurrentCellOptions& options);

}  // namespace gril
