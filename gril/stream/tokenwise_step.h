#pragma once

#include <utility>

#include "gril/stream/activation_function.h"
#include "gril/stream/affine_map.h"
#include "gril/stream/stream_layer.h"

/// The layers that look at one token only, and keep no state.
namespace gril::stream {

/// y = A x + b: gril/layers/linear_layer.h.
class LinearStep final : public StreamLayer {
 public:
  LinearStep(std::size_t input_size, AffineMap map)
      : input_size_(input_size), map_(std::move(map)) {}

  std::size_t input_size() const override { return input_size_; }
  std::size_t output_size() const override { return map_.map.rows(); }
  void step(const double* input, double* state, double* scratch, double* output) const override;
  TokenTrace trace(const TokenTrace& input) const override;

 private:
  std::size_t input_size_;
  AffineMap map_;
};

/// y = B φ(A x + a) + b: gril/layers/multilayer_perceptron.h.
class MultilayerPerceptronStep final : public StreamLayer {
 public:
  MultilayerPerceptronStep(std::size_t input_size, AffineMap hidden, ActivationFunction activation,
                           AffineMap output)
      : input_size_(input_size),
        hidden_(std::move(hidden)),
        activation_(activation),
        output_(std::move(output)) {}

  std::size_t input_size() const override { return input_size_; }
  std::size_t output_size() const override { return output_.map.rows(); }
  std::size_t scratch_size() const override { return hidden_.map.rows(); }
  void step(const double* input, double* state, double* scratch, double* output) const override;
  TokenTrace trace(const TokenTrace& input) const override;

 private:
  std::size_t input_size_;
  AffineMap hidden_;
  ActivationFunction activation_;
  AffineMap output_;
};

/// y = φ(A x + a) ⊙ (B x + b): gril/layers/gated_linear_unit.h. No φ (null) is the bilinear gate.
class GatedLinearUnitStep final : public StreamLayer {
 public:
  GatedLinearUnitStep(std::size_t input_size, AffineMap gate, ActivationFunction activation,
                      AffineMap linear)
      : input_size_(input_size),
        gate_(std::move(gate)),
        activation_(activation),
        linear_(std::move(linear)) {}

  std::size_t input_size() const override { return input_size_; }
  std::size_t output_size() const override { return linear_.map.rows(); }
  std::size_t scratch_size() const override { return gate_.map.rows(); }
  void step(const double* input, double* state, double* scratch, double* output) const override;
  TokenTrace trace(const TokenTrace& input) const override;

 private:
  std::size_t input_size_;
  AffineMap gate_;
  ActivationFunction activation_;
  AffineMap linear_;
};

}  // namespace gril::stream
