#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// The features φ(x) of an input x of d numbers that descent sees in its place: those of a fixed
/// network with one hidden layer (gril/layers/multilayer_perceptron.h),
///     φ(x) = B act(A x + a) + b,
/// or x itself. Descent on W φ(x) moves the output layer W alone; φ stays as it is.
/// Source: Learning in the Recurrent State (arXiv 2410.11687), the extension by an MLP.
struct FeatureMap {
  int64_t size = 0;         ///< P, features; 0 stands for φ(x) = x, and then all below is unused
  int64_t hidden_size = 0;  ///< h, hidden units
  std::string activation = "tanh";       ///< act: gelu, relu, sigmoid, silu or tanh
  std::vector<double> hidden_map = {};   ///< A (h, d), row-major
  std::vector<double> hidden_bias = {};  ///< a (h)
  std::vector<double> output_map = {};   ///< B (P, h), row-major
  std::vector<double> output_bias = {};  ///< b (P)

  bool is_identity() const { return size == 0; }
};

/// gelu, relu, sigmoid, silu, tanh: those of gril/layers/activation.h that treat each number alone.
const std::vector<std::string>& feature_activation_names();

/// A map with entries of A N(0, 1/d), of B N(0, 1/h), of a and b N(0, 1), from `seed` alone.
/// Errors: InvalidArgument "[feature_map] …" for a size below 1 or an unknown activation.
FeatureMap random_feature_map(int64_t inputs, int64_t size, int64_t hidden_size,
                              const std::string& activation, uint64_t seed);

/// Errors: InvalidArgument "[feature_map] …" for sizes below 1, an unknown activation, or a map or
/// bias of another size.
void check(const FeatureMap& map, int64_t inputs);

/// null for the identity, else {activation, hidden_map, hidden_bias, output_map, output_bias}.
Json to_json(const FeatureMap& map, int64_t inputs);
/// Errors: InvalidArgument for missing or unknown keys, and as check(map, inputs).
FeatureMap read_feature_map(const Json& tree, int64_t inputs, const std::string& where);

}  // namespace gril
