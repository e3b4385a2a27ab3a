#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>

#include "gril/base/config_section.h"

/// What linear_attention.h, deep_gril.h and softmax_attention.h share: the sizes of their heads and
/// the maps that make values, keys and queries.
namespace gril {

/// Letters: D input_size, m output_size, H heads, dv value_size, dk key_size.
struct AttentionSizes {
  int64_t input_size = 0;   ///< D; required
  int64_t output_size = 0;  ///< m; 0 stands for H·dv. Must be H·dv without output_map
  int64_t heads = 1;        ///< H
  int64_t value_size = 0;   ///< dv per head; 0 stands for D / H
  int64_t key_size = 0;     ///< dk per head; 0 stands for D / H
  bool output_map = false;  ///< whether W_O exists
};

/// The sizes with every one filled in. Errors: InvalidArgument "[where] …".
AttentionSizes resolve(AttentionSizes sizes, const char* where);
/// Reads the sizes from a configuration; leaves the section open. Errors: InvalidArgument.
AttentionSizes read_attention_sizes(ConfigSection& section);
/// Every size with its value.
Json to_json(const AttentionSizes& sizes);

/// The maps of an attention layer, registered in the layer that owns them: value_map W_V (H·dv, D),
/// key_map W_K and query_map W_Q (H·dk, D), output_map W_O (m, H·dv) when asked for.
class AttentionMaps {
 public:
  /// sizes: resolved ones.
  AttentionMaps(torch::nn::Module& owner, const AttentionSizes& sizes);

  /// Every map N(0, scale²/columns).
  void initialize(uint64_t seed, double scale = 1.0);

  /// W x for each token of x (B, T, D): (B, T, H, dv) or (B, T, H, dk).
  torch::Tensor values(const torch::Tensor& input) const;
  torch::Tensor keys(const torch::Tensor& input) const;
  torch::Tensor queries(const torch::Tensor& input) const;
  /// W_V, W_K and W_Q below each other (H·(dv + 2 dk), D): one product makes all streams.
  torch::Tensor stream_map() const;
  /// W_O [readings]_heads: readings (B, T, H, dv) to outputs (B, T, m).
  torch::Tensor output(const torch::Tensor& readings) const;

  /// Undefined when not asked for.
  const torch::Tensor& output_map() const { return output_map_; }
  /// In the dtype and on the device of the whole layer.
  const torch::Tensor& value_map() const { return value_map_; }
  /// Of all maps, a multiply-add counted as two.
  double operations() const;

 private:
  torch::Tensor per_head(const torch::Tensor& input, const torch::Tensor& map) const;

  int64_t heads_;
  torch::Tensor value_map_, key_map_, query_map_, output_map_;
};

}  // namespace gril
