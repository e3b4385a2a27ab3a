#pragma once

#include <algorithm>
#include <utility>

#include "gril/stream/stream_stack.h"

namespace gril::stream {

/// y = [x; f(x)], f a stack: gril/models/append.h.
class AppendStep final : public StreamLayer {
 public:
  explicit AppendStep(StreamStack body) : body_(std::move(body)) {}

  std::size_t input_size() const override { return body_.input_size(); }
  std::size_t output_size() const override { return body_.input_size() + body_.output_size(); }
  std::size_t state_size() const override { return body_.state_size(); }
  std::size_t scratch_size() const override { return body_.scratch_size(); }
  void step(const double* input, double* state, double* scratch, double* output) const override {
    std::copy_n(input, input_size(), output);
    body_.step(input, state, scratch, output + input_size());
  }
  TokenTrace trace(const TokenTrace& input) const override {
    const TokenTrace body = body_.trace(input);
    TokenTrace trace{input.from_token, body.additive};
    trace.from_token.insert(trace.from_token.end(), body.from_token.begin(), body.from_token.end());
    return trace;
  }
  void prepend(const double* earlier, double* state, int64_t steps) const override {
    body_.prepend(earlier, state, steps);
  }

 private:
  StreamStack body_;
};

}  // namespace gril::stream
