#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "gril/stream/stream_layer.h"
#include "gril/stream/window_map.h"

namespace gril::stream {

/// What the readings of a layer are divided by: gril/layers/gril_layer.h.
enum class Normalisation { kNone, kCount, kPower };

/// Sizes of one GRIL layer; letters as in gril/layers/gril_layer.h.
struct GrilStepShape {
  std::size_t input_size = 0;   ///< D
  std::size_t output_size = 0;  ///< m
  std::size_t window = 1;       ///< w
  std::size_t stride = 1;
  std::size_t heads = 1;       ///< H
  std::size_t value_size = 1;  ///< dv
  std::size_t key_size = 1;    ///< dk
  bool strict = false;         ///< read the state before the update
  Normalisation normalisation = Normalisation::kNone;
};

/// The weights of one GRIL layer in the form one step needs. With z the window of the last w
/// tokens, newest first, the layer's offset weights and maps become
///
///     S_t = Λ ∘ S_{t-1} + Σ_r (V_r z)(K_r z)ᵀ per head,   q = Q z,   y = C [S q / c] + W0 [q]
///
/// with c = 1 or what `normalisation` says, and at most w terms r, one in every construction.
struct GrilStepWeights {
  /// One term of the update. A value map without rows stands for v = 1.
  struct Term {
    WindowMap value;  ///< V_r, (H·dv, w·D)
    WindowMap key;    ///< K_r, (H·dk, w·D)
  };

  GrilStepShape shape;
  std::vector<Term> terms;
  WindowMap query;            ///< Q, (H·dk, w·D)
  std::vector<double> decay;  ///< Λ, (H, dk, dv): keys are rows, so the inner loop runs over values
  WindowMap readout;          ///< C, (m, H·dv)
  WindowMap initial_weights;  ///< W0, (m, H·dk); no rows when absent

  /// λ of a head whose numbers share one.
  double head_decay(std::size_t head) const {
    return decay[head * shape.key_size * shape.value_size];
  }
};

/// One GRIL layer. State: the last w-1 tokens, S (H, dk, dv), c (H) where the layer is normalised;
/// with a stride above 1 the held output (m) and the phase within the stride. Cost of a step: the
/// kept columns of the maps, and H·dv·dk per term and for the read.
class GrilStep final : public StreamLayer {
 public:
  explicit GrilStep(GrilStepWeights weights) : weights_(std::move(weights)) {}

  std::size_t input_size() const override { return weights_.shape.input_size; }
  std::size_t output_size() const override { return weights_.shape.output_size; }
  std::size_t state_size() const override;
  std::size_t scratch_size() const override;
  void step(const double* input, double* state, double* scratch, double* output) const override;
  /// Sums add up when window and stride are 1 and values and keys come from the token alone; an
  /// output does when it reads neither state nor query.
  TokenTrace trace(const TokenTrace& input) const override;
  /// S = λ^steps S_earlier + S, and c likewise.
  void prepend(const double* earlier, double* state, int64_t steps) const override;

 private:
  GrilStepWeights weights_;
};

}  // namespace gril::stream
