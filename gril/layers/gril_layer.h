#pragma once

#include <cstdint>
#include <string>

#include "gril/base/config_section.h"
#include "gril/layers/running_divisor.h"
#include "gril/layers/sequence_layer.h"
#include "gril/layers/state_decay.h"
#include "gril/layers/tied_scan.h"
#include "gril/layers/update_schedule.h"

namespace gril {

/// Settings of a GrilLayer. Letters: D input_size, D' written_features, m output_size, w window, H
/// heads, dv value_size, dk key_size.
struct GrilLayerOptions {
  int64_t input_size = 0;   ///< D, features of a token; required
  int64_t output_size = 0;  ///< m, features of an output; required
  int64_t window = 1;       ///< w, tokens in the causal, zero-padded window
  int64_t stride = 1;       ///< tokens from one update to the next; the first token is an update
  int64_t heads = 1;        ///< H, states side by side
  int64_t value_size = 0;   ///< dv per head; 0 stands for D / H (1 without cross_product)
  int64_t key_size = 0;     ///< dk per head; 0 stands for D / H
  /// "learned": value, key and query are trained maps of the tokens. "identity": they are the
  /// tokens themselves (needs tied, H = 1, dv = dk = D), as in the first version of the paper.
  std::string projections = "learned";
  /// One map for all offsets (W_V, W_K, W_Q), the offset weights M and D_q select; otherwise one
  /// map per offset and M, D_q all ones.
  bool tied = true;
  /// Without it the update is linear in the tokens: v = 1 (dv = 1), the state a vector per head.
  bool cross_product = true;
  /// Values and keys are made from the first so many features of a token, queries from all; 0
  /// stands for D. The state then sums products of these features alone, whatever else the stack
  /// has put behind them.
  int64_t written_features = 0;
  /// Without it the output is linear in the state, y_t = C vec S_t, and there is no query: an
  /// ablation, whose cost grows with the length times the size of the state.
  bool multiplicative_readout = true;
  bool strict = false;  ///< read the state before the update
  DecayKind decay = DecayKind::kElementwise;
  double fixed_decay = 1.0;      ///< λ in (0, 1], used with kFixed
  bool initial_weights = false;  ///< adds W0 q_t to the output, W0 trained (starts at 0)
  /// What readings are divided by, running_divisor.h: "none", "count" or "power". The latter two
  /// need one λ per head (fixed or per_head decay), "power" untied maps as well.
  std::string normalisation = "none";
};

/// The GRIL layer: windowed cross product, diagonal state, multiplicative readout.
/// Source: Learning in the Recurrent State (arXiv 2410.11687).
///
///     v_{t,i} = WV_i u_{t-i},  k_{t,j} = WK_j u_{t-j},     offsets i, j = 0 (current) … w-1; of
///                                                          u the first D' features
///     S_t = Λ ∘ S_{t-1} + Σ_{i,j} M[i,j] v_{t,i} k_{t,j}ᵀ                 per head, dv × dk
///     q_t = Σ_j Dq[j] WQ_j u_{t-j}
///     y_t = C [S_t q_t / c_t]_heads + W0 [q_t]_heads  (without multiplicative readout: C [vec
///     S_t])
///
/// c_t = 1, or with `normalisation` what the updates so far add up to: with it a sum of gradients
/// is the gradient of a mean, whatever the length of the context. With stride s only the tokens 1,
/// 1+s, 1+2s, … update and read; between them the output is held.
///
/// Parameters (named as here; absent ones do not exist):
///     value_map, key_map, query_map   tied: (H·dv, D'), (H·dk, D'), (H·dk, D);
///                                     untied: (w, H·dv, D'), …; projections = "identity": absent
///     offset_weights  M, (w, w)       tied and cross_product only; rows value, columns key offset
///     key_offsets     (w)             tied without cross_product
///     query_offsets   Dq, (w)         tied only
///     log_decay_rate  p, (H) or (H, dv, dk), λ = exp(-exp(p)); fixed decay: buffer `decay`, (H)
///     readout         C, (m, H·dv); without multiplicative readout (m, H·dv·dk), and neither
///                     query_map nor query_offsets
///     initial_weights W0, (m, H·dk)
/// State: the S of every head (B, H, dv, dk), the last w-1 tokens (B, w-1, D); with stride > 1 also
/// the held output (B, m) and the tokens since the last update modulo the stride (B), int64, one
/// number for the whole batch; with normalisation at the end c (B, H).
class GrilLayer : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[gril] …" for sizes that do not
  /// fit.
  explicit GrilLayer(const GrilLayerOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// Maps and readout N(0, 1/fan-in), offset_weights and key_offsets N(0, 0.1²), query_offsets
  /// N(0, 1), decay as in state_decay.h, initial_weights 0.
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  /// With every size filled in.
  const GrilLayerOptions& options() const { return options_; }

 private:
  void register_parameters();
  /// The features of tokens (…, D) that values and keys are made from.
  torch::Tensor written(const torch::Tensor& tokens) const;
  WindowedScan scan_tied(const torch::Tensor& padded, const UpdateSchedule& schedule,
                         const torch::Tensor& state) const;
  WindowedScan scan_untied(const torch::Tensor& padded, const UpdateSchedule& schedule,
                           const torch::Tensor& state) const;
  /// Divides the readings by c_t and moves `divisor` (B, H) on.
  void normalise(WindowedScan& scan, torch::Tensor& divisor) const;
  /// The states themselves as readings, (B, n, H, dv·dk), and no queries.
  WindowedScan scan_states(const torch::Tensor& padded, const UpdateSchedule& schedule,
                           const torch::Tensor& state) const;
  /// The scan that the options ask for.
  WindowedScan scanned(const torch::Tensor& padded, const UpdateSchedule& schedule,
                       const torch::Tensor& state) const;
  /// C and W0: readings and queries to outputs (B, n, m).
  torch::Tensor read(const WindowedScan& scan) const;

  GrilLayerOptions options_;
  StateDecay decay_;
  torch::Tensor value_map_, key_map_, query_map_;
  torch::Tensor offset_weights_, key_offsets_, query_offsets_;
  torch::Tensor readout_, initial_weights_;
};

/// The options with every size filled in. Errors: InvalidArgument "[gril] …".
GrilLayerOptions resolve(GrilLayerOptions options);
/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
GrilLayerOptions read_gril_layer_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const GrilLayerOptions& options);

}  // namespace gril
