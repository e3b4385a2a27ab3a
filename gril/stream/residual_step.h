#pragma once

#include <utility>

#include "gril/stream/stream_stack.h"

namespace gril::stream {

/// y = x + f(x), f a stack that gives as many features as it takes: gril/models/residual.h.
class ResidualStep final : public StreamLayer {
 public:
  explicit ResidualStep(StreamStack body) : body_(std::move(body)) {}

  std::size_t input_size() const override { return body_.input_size(); }
  std::size_t output_size() const override { return body_.output_size(); }
  std::size_t state_size() const override { return body_.state_size(); }
  std::size_t scratch_size() const override { return body_.scratch_size(); }
  void step(const double* input, double* state, double* scratch, double* output) const override {
    body_.step(input, state, scratch, output);
    for (std::size_t i = 0; i < input_size(); ++i) output[i] += input[i];
  }
  TokenTrace trace(const TokenTrace& input) const override {
    TokenTrace trace = body_.trace(input);
    for (std::size_t i = 0; i < input_size(); ++i) {
      trace.from_token[i] = trace.from_token[i] && input.from_token[i];
    }
    return trace;
  }
  void prepend(const double* earlier, double* state, int64_t steps) const override {
    body_.prepend(earlier, state, steps);
  }

 private:
  StreamStack body_;
};

}  // namespace gril::stream
