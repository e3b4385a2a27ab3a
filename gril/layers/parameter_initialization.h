#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string_view>

/// How parameters start. Each is drawn in float64 from child_seed(seed, name) and then rounded to
/// its own dtype, so a float32 and a float64 layer start at the same point.
namespace gril {

/// While one lives, the parameters that its thread makes may have so many numbers in all: for a
/// configuration from outside, whose sizes must be checked before memory is taken for them.
class ParameterBudget {
 public:
  explicit ParameterBudget(int64_t numbers);
  ~ParameterBudget();
  ParameterBudget(const ParameterBudget&) = delete;
  ParameterBudget& operator=(const ParameterBudget&) = delete;

 private:
  int64_t before_;
};

/// A parameter to be filled: zeros of this shape in float32.
/// Errors: InvalidArgument "[parameters] …" when that is more than the ParameterBudget leaves, or
/// more than 2^48 numbers.
torch::Tensor parameter_zeros(at::IntArrayRef shape);

/// Fills `parameter` with N(0, deviation²).
void draw_normal(torch::Tensor& parameter, double deviation, uint64_t seed, std::string_view name);

/// Fills a map (outputs, inputs) with N(0, 1/inputs): outputs of the size of its inputs.
void draw_map(torch::Tensor& map, uint64_t seed, std::string_view name);

/// Fills `parameter` with Uniform(lowest, highest).
void draw_uniform(torch::Tensor& parameter, double lowest, double highest, uint64_t seed,
                  std::string_view name);

/// Fills `parameter` with `value`.
void set_constant(torch::Tensor& parameter, double value);

}  // namespace gril
