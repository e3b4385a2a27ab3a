#include "gril/tasks/in_context/batch_tokens.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "batch_tokens";

struct PromptBatch {
  const torch::Tensor& inputs;
  const torch::Tensor& targets;
  const torch::Tensor& query;
  const torch::Tensor& markers;

  int64_t examples() const { return inputs.size(1); }
  int64_t width() const { return inputs.size(2); }
  int64_t outputs() const { return targets.size(2); }
  int64_t marker_width() const { return markers.defined() ? markers.size(1) : 0; }
};

void check(const PromptBatch& prompt) {
  require(prompt.inputs.dim() == 3 && prompt.targets.dim() == 3 && prompt.query.dim() == 2, kWhere,
          "context_inputs (B, N, d), context_targets (B, N, m) and query_inputs (B, d) are "
          "needed; got ",
          prompt.inputs.sizes(), ", ", prompt.targets.sizes(), " and ", prompt.query.sizes(), ".");
  require(prompt.targets.size(0) == prompt.inputs.size(0) &&
              prompt.targets.size(1) == prompt.inputs.size(1) &&
              prompt.query.size(0) == prompt.inputs.size(0) &&
              prompt.query.size(1) == prompt.inputs.size(2),
          kWhere, "context_inputs (B, N, d), context_targets (B, N, m) and query_inputs (B, d) ",
          "must share B, N and d; got ", prompt.inputs.sizes(), ", ", prompt.targets.sizes(),
          " and ", prompt.query.sizes(), ".");
  require(prompt.targets.scalar_type() == prompt.inputs.scalar_type() &&
              prompt.query.scalar_type() == prompt.inputs.scalar_type(),
          kWhere, "inputs, targets and query must have one dtype; got ",
          prompt.inputs.scalar_type(), ", ", prompt.targets.scalar_type(), " and ",
          prompt.query.scalar_type(), ".");
  require(!prompt.markers.defined() ||
              (prompt.markers.dim() == 2 && prompt.markers.size(0) == prompt.examples() &&
               prompt.markers.scalar_type() == prompt.inputs.scalar_type()),
          kWhere, "context_markers must be (N, K) = (", prompt.examples(),
          ", K) of the dtype of the inputs; got ",
          prompt.markers.defined() ? prompt.markers.sizes() : at::IntArrayRef(), ".");
}

/// The features [begin, begin + size) of the tokens first, first + stride, ….
torch::Tensor block(const torch::Tensor& tokens, int64_t first, int64_t stride, int64_t count,
                    int64_t begin, int64_t size) {
  return tokens.slice(1, first, first + (count - 1) * stride + 1, stride).narrow(2, begin, size);
}

/// One token per example and x_{i+1} beside it; the last example stands beside the query.
void write_next_inputs(const torch::Tensor& tokens, const PromptBatch& prompt, int64_t begin) {
  const int64_t examples = prompt.examples();
  const int64_t width = prompt.width();
  if (examples > 1) {
    block(tokens, 0, 1, examples - 1, begin, width).copy_(prompt.inputs.narrow(1, 1, examples - 1));
  }
  tokens.select(1, examples - 1).narrow(1, begin, width).copy_(prompt.query);
}

void write_constructed(const torch::Tensor& tokens, const PromptBatch& prompt) {
  block(tokens, 0, 1, prompt.examples(), 0, prompt.width()).copy_(prompt.inputs * prompt.targets);
  write_next_inputs(tokens, prompt, prompt.width());
}

void write_windowed(const torch::Tensor& tokens, const PromptBatch& prompt) {
  block(tokens, 0, 1, prompt.examples(), 0, prompt.width()).copy_(prompt.inputs);
  block(tokens, 0, 1, prompt.examples(), prompt.width(), prompt.outputs()).copy_(prompt.targets);
  write_next_inputs(tokens, prompt, prompt.width() + prompt.outputs());
}

/// x_1, y_1, …, x_N, y_N, x_q, each in its own features of a token that is zero elsewhere.
void write_alternating(const torch::Tensor& tokens, const PromptBatch& prompt,
                       int64_t target_begin) {
  const int64_t examples = prompt.examples();
  block(tokens, 0, 2, examples, 0, prompt.width()).copy_(prompt.inputs);
  block(tokens, 1, 2, examples, target_begin, prompt.outputs()).copy_(prompt.targets);
  tokens.select(1, 2 * examples).narrow(1, 0, prompt.width()).copy_(prompt.query);
}

void write_pairs(const torch::Tensor& tokens, const PromptBatch& prompt) {
  const int64_t examples = prompt.examples();
  block(tokens, 0, 1, examples, 0, prompt.width()).copy_(prompt.inputs);
  block(tokens, 0, 1, examples, prompt.width(), prompt.outputs()).copy_(prompt.targets);
  tokens.select(1, examples).narrow(1, 0, prompt.width()).copy_(prompt.query);
}

void write_markers(const torch::Tensor& tokens, TokenLayout layout, const PromptBatch& prompt,
                   int64_t begin) {
  if (prompt.marker_width() == 0) return;
  const int64_t per_example = tokens_per_example(layout);
  for (int64_t first = 0; first < per_example; ++first) {
    block(tokens, first, per_example, prompt.examples(), begin, prompt.marker_width())
        .copy_(prompt.markers.expand({tokens.size(0), -1, -1}));
  }
}

}  // namespace

torch::Tensor batch_tokens(TokenLayout layout, const torch::Tensor& context_inputs,
                           const torch::Tensor& context_targets, const torch::Tensor& query_inputs,
                           const torch::Tensor& context_markers) {
  const PromptBatch prompt{context_inputs, context_targets, query_inputs, context_markers};
  check(prompt);
  const TokenShape shape = token_shape(layout, prompt.width(), prompt.outputs());
  const torch::Tensor tokens =
      at::zeros({context_inputs.size(0), token_count(layout, prompt.examples()),
                 shape.width + prompt.marker_width()},
                context_inputs.options());
  switch (layout) {
    case TokenLayout::kConstructed:
      write_constructed(tokens, prompt);
      break;
    case TokenLayout::kInterleaved:
      write_alternating(tokens, prompt, prompt.width() - prompt.outputs());
      break;
    case TokenLayout::kPairs:
      write_pairs(tokens, prompt);
      break;
    case TokenLayout::kWindowed:
      write_windowed(tokens, prompt);
      break;
    case TokenLayout::kBlocks:
      write_alternating(tokens, prompt, prompt.width());
      break;
  }
  write_markers(tokens, layout, prompt, shape.width);
  return tokens;
}

Prompts regression_prompts(TokenLayout layout, const torch::Tensor& inputs,
                           const torch::Tensor& labels, const torch::Tensor& context_markers) {
  const int64_t examples = inputs.size(1) - 1;
  Prompts prompts;
  prompts.targets = labels.select(1, examples).contiguous();
  prompts.context_inputs = inputs.narrow(1, 0, examples);
  prompts.context_targets = labels.narrow(1, 0, examples);
  prompts.query_inputs = inputs.select(1, examples);
  prompts.context_markers = context_markers;
  prompts.tokens = batch_tokens(layout, prompts.context_inputs, prompts.context_targets,
                                prompts.query_inputs, context_markers);
  return prompts;
}

Prompts classification_prompts(TokenLayout layout, const torch::Tensor& inputs,
                               const torch::Tensor& labels, int64_t classes) {
  const torch::Tensor one_hot =
      at::zeros({labels.size(0), labels.size(1), classes}, inputs.options());
  one_hot.scatter_(2, labels.unsqueeze(2), 1);
  Prompts prompts = regression_prompts(layout, inputs, one_hot);
  prompts.targets = labels.select(1, labels.size(1) - 1).contiguous();
  return prompts;
}

Prompts first_examples(const Prompts& prompts, TokenLayout layout, int64_t examples) {
  const int64_t available = prompts.context_inputs.size(1);
  require(examples >= 1 && examples <= available, kWhere,
          "the number of examples must be between 1 and ", available, "; got ", examples, ".");
  Prompts shorter = prompts;
  shorter.context_inputs = prompts.context_inputs.narrow(1, 0, examples);
  shorter.context_targets = prompts.context_targets.narrow(1, 0, examples);
  if (prompts.context_markers.defined()) {
    shorter.context_markers = prompts.context_markers.narrow(0, 0, examples);
  }
  shorter.tokens = batch_tokens(layout, shorter.context_inputs, shorter.context_targets,
                                prompts.query_inputs, shorter.context_markers);
  return shorter;
}

}  // namespace gril
