#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gril::stream {

/// How far a stream between two layers depends on the state, found from the weights alone.
struct TokenTrace {
  std::vector<bool> from_token;  ///< per feature: a function of the current token alone
  /// Whether every layer so far adds to its state what such features say, one token at a time: then
  /// the states of two halves of a stream add up to the state of the whole.
  bool additive = true;
};

/// One layer of a model as the streaming runtime runs it: weights that never change. The state and
/// the memory to work in belong to the caller, so that streams can share the weights.
class StreamLayer {
 public:
  virtual ~StreamLayer() = default;
  virtual std::size_t input_size() const = 0;   ///< features of a token
  virtual std::size_t output_size() const = 0;  ///< features of an output
  /// Numbers of the state; all 0 before the first token.
  virtual std::size_t state_size() const { return 0; }
  /// Numbers a step needs to work in.
  virtual std::size_t scratch_size() const { return 0; }

  /// One token: reads `input`, moves `state` on, writes `output`; they may not overlap. Neither
  /// allocates nor throws.
  virtual void step(const double* input, double* state, double* scratch, double* output) const = 0;

  /// The trace of the output, given that of the input.
  virtual TokenTrace trace(const TokenTrace& input) const = 0;
  /// Turns the state after `steps` tokens into the one after the tokens of `earlier` and these.
  /// Only where the trace is additive.
  virtual void prepend(const double* /*earlier*/, double* /*state*/, int64_t /*steps*/) const {}
};

}  // namespace gril::stream
