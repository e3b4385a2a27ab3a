#pragma once

#include <memory>
#include <vector>

#include "gril/stream/stream_layer.h"

namespace gril::stream {

/// Layers one above the other, at least one; the output of each is the next one's input. The state
/// is that of the layers, one after another.
class StreamStack final : public StreamLayer {
 public:
  using Layers = std::vector<std::unique_ptr<const StreamLayer>>;
  explicit StreamStack(Layers layers);

  std::size_t input_size() const override { return layers_.front()->input_size(); }
  std::size_t output_size() const override { return layers_.back()->output_size(); }
  std::size_t state_size() const override { return state_size_; }
  std::size_t scratch_size() const override { return 2 * widest_ + layer_scratch_; }
  void step(const double* input, double* state, double* scratch, double* output) const override;
  TokenTrace trace(const TokenTrace& input) const override;
  void prepend(const double* earlier, double* state, int64_t steps) const override;

 private:
  Layers layers_;
  std::size_t state_size_ = 0;
  std::size_t widest_ = 0;  // output of a layer
  std::size_t layer_scratch_ = 0;
};

}  // namespace gril::stream
