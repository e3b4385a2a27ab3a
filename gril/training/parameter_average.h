#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// One step of the exponential moving average of parameters; a_0 has the weight 0:
///
///     a_t = a_{t-1} + (1 - d) / (1 - dᵗ) (p_t - a_{t-1})
///         = Σ_{s=1…t} d^{t-s} p_s / Σ_{s=1…t} d^{t-s}
///
/// The weights of the steps 1 … t add up to 1, so that where training started leaves no trace.
///
/// average  a_{t-1}, (P), becomes a_t
/// values   p_t, (P), the parameters after step t
/// decay    d, in (0, 1); about 1 / (1 - d) steps count
/// step     t ≥ 1
void update_average(const torch::Tensor& average, const torch::Tensor& values, double decay,
                    int64_t step);

/// While it lives, `values` hold `average`; then what they held before, bit for bit. An undefined
/// average changes nothing.
class ExchangedValues {
 public:
  ExchangedValues(const torch::Tensor& values, const torch::Tensor& average);
  ~ExchangedValues();
  ExchangedValues(const ExchangedValues&) = delete;
  ExchangedValues& operator=(const ExchangedValues&) = delete;

 private:
  torch::Tensor values_;
  torch::Tensor before_;
};

}  // namespace gril
