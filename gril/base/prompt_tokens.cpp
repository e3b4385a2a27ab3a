#include "gril/base/prompt_tokens.h"

#include <algorithm>
#include <string_view>

#include "gril/base/check.h"

namespace gril {
namespace {

using Row = std::span<const double>;

void check_size(std::size_t size, int64_t expected, std::string_view name) {
  require(size == static_cast<std::size_t>(expected), "token_layout", name, " must hold ", expected,
          " numbers; got ", size, ".");
}

Row row(Row matrix, int64_t index, int64_t width) {
  return matrix.subspan(static_cast<std::size_t>(index * width), static_cast<std::size_t>(width));
}

/// x_{i+1} for i = 0 … N-1, which is the query for the last example.
Row next_input(const Prompt& prompt, int64_t index) {
  if (index + 1 == prompt.examples) return prompt.query;
  return row(prompt.context_inputs, index + 1, prompt.inputs);
}

/// Fills one token from left to right.
class TokenWriter {
 public:
  TokenWriter(std::span<double> tokens, int64_t width)
      : tokens_(tokens), width_(static_cast<std::size_t>(width)) {}

  void begin(int64_t token) { position_ = static_cast<std::size_t>(token) * width_; }
  void put(Row numbers) {
    std::copy(numbers.begin(), numbers.end(), tokens_.begin() + offset());
    position_ += numbers.size();
  }
  void put_scaled(Row numbers, double factor) {
    std::transform(numbers.begin(), numbers.end(), tokens_.begin() + offset(),
                   [factor](double number) { return number * factor; });
    position_ += numbers.size();
  }
  void skip(int64_t features) { position_ += static_cast<std::size_t>(features); }

 private:
  std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(position_); }

  std::span<double> tokens_;
  std::size_t width_;
  std::size_t position_ = 0;
};

void write_example(TokenLayout layout, const Prompt& prompt, int64_t index, TokenWriter& writer) {
  const Row input = row(prompt.context_inputs, index, prompt.inputs);
  const Row target = row(prompt.context_targets, index, prompt.outputs);
  switch (layout) {
    case TokenLayout::kConstructed:
      writer.begin(index);
      writer.put_scaled(input, target[0]);
      writer.put(next_input(prompt, index));
      break;
    case TokenLayout::kInterleaved:
      writer.begin(2 * index);
      writer.put(input);
      writer.begin(2 * index + 1);
      writer.skip(prompt.inputs - prompt.outputs);
      writer.put(target);
      break;
    case TokenLayout::kPairs:
      writer.begin(index);
      writer.put(input);
      writer.put(target);
      break;
    case TokenLayout::kWindowed:
      writer.begin(index);
      writer.put(input);
      writer.put(target);
      writer.put(next_input(prompt, index));
      break;
    case TokenLayout::kBlocks:
      writer.begin(2 * index);
      writer.put(input);
      writer.begin(2 * index + 1);
      writer.skip(prompt.inputs);
      writer.put(target);
      break;
  }
}

void write_markers(TokenLayout layout, const Prompt& prompt, int64_t first_feature,
                   TokenWriter& writer) {
  const int64_t per_example = tokens_per_example(layout);
  for (int64_t token = 0; token < prompt.examples * per_example; ++token) {
    writer.begin(token);
    writer.skip(first_feature);
    writer.put(row(prompt.context_markers, token / per_example, prompt.markers));
  }
}

}  // namespace

void write_tokens(TokenLayout layout, const Prompt& prompt, std::span<double> tokens) {
  const TokenShape shape = token_shape(layout, prompt.inputs, prompt.outputs);
  const int64_t count = token_count(layout, prompt.examples);
  check_size(prompt.context_inputs.size(), prompt.examples * prompt.inputs, "context_inputs");
  check_size(prompt.context_targets.size(), prompt.examples * prompt.outputs, "context_targets");
  check_size(prompt.query.size(), prompt.inputs, "query");
  check_size(prompt.context_markers.size(), prompt.examples * prompt.markers, "context_markers");
  check_size(tokens.size(), count * (shape.width + prompt.markers), "tokens");

  std::fill(tokens.begin(), tokens.end(), 0.0);
  TokenWriter writer(tokens, shape.width + prompt.markers);
  for (int64_t i = 0; i < prompt.examples; ++i) write_example(layout, prompt, i, writer);
  write_markers(layout, prompt, shape.width, writer);
  writer.begin(count - 1);
  writer.skip(shape.query_offset);
  writer.put(prompt.query);
}

}  // namespace gril
