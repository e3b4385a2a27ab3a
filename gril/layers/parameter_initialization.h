#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string_view>

/// How parameters start. Each is drawn in float64 from child_seed(seed, name) and then rounded to
/// its own dtype, so a float32 and a float64 layer start at the same point.
namespace gril {

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
