#include "gril/tasks/in_context/token_parts.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/base/example_segments.h"
#include "gril/base/prompt_tokens.h"

namespace gril {
namespace {

/// A prompt whose numbers say what they are: x_i is i, the query N + 1, and y_i (or x_i·y_i where
/// the layout multiplies) is i (N + 2); padding stays 0.
std::vector<double> marked_tokens(TokenLayout layout, int64_t inputs, int64_t outputs,
                                  int64_t examples) {
  std::vector<double> context_inputs;
  std::vector<double> context_targets;
  for (int64_t i = 1; i <= examples; ++i) {
    const int64_t target_mark = (layout == TokenLayout::kConstructed ? 1 : i) * (examples + 2);
    context_inputs.insert(context_inputs.end(), static_cast<std::size_t>(inputs),
                          static_cast<double>(i));
    context_targets.insert(context_targets.end(), static_cast<std::size_t>(outputs),
                           static_cast<double>(target_mark));
  }
  const std::vector<double> query(static_cast<std::size_t>(inputs),
                                  static_cast<double>(examples + 1));
  const int64_t size = token_count(layout, examples) * token_shape(layout, inputs, outputs).width;
  std::vector<double> tokens(static_cast<std::size_t>(size));
  write_tokens(layout,
               {.inputs = inputs,
                .outputs = outputs,
                .examples = examples,
                .context_inputs = context_inputs,
                .context_targets = context_targets,
                .query = query},
               tokens);
  return tokens;
}

std::string name_of(int64_t mark, TokenLayout layout, int64_t examples) {
  if (mark == 0) return "0";
  if (mark <= examples) return concatenate("x_", mark);
  if (mark == examples + 1) return "x_q";
  const int64_t i = mark / (examples + 2);
  if (layout == TokenLayout::kConstructed) return concatenate("x_", i, "·y_", i);
  return concatenate("y_", i);
}

/// What regression and classification call their labels.
struct LabelWords {
  std::string counted;
  std::string target;
};

ExampleLabels prompt_labels(TokenLayout layout, int64_t inputs, int64_t outputs, int64_t examples,
                            int64_t segments, const LabelWords& words) {
  ExampleLabels labels;
  labels.title = concatenate(token_layout_name(layout), " tokens: ", examples, " examples of ",
                             inputs, " inputs and ", outputs, ' ', words.counted);
  if (segments > 1) labels.title += concatenate(" in ", segments, " segments");
  labels.tokens = token_parts(layout, inputs, outputs, examples, segments);
  labels.targets.resize(labels.tokens.size());
  labels.targets.back() = words.target;
  return labels;
}

void append_part(std::vector<TokenPart>& parts, const std::string& name, int64_t size) {
  if (!parts.empty() && parts.back().name == name) {
    parts.back().size += size;
  } else {
    const int64_t begin = parts.empty() ? 0 : parts.back().begin + parts.back().size;
    parts.push_back({.name = name, .begin = begin, .size = size});
  }
}

/// Tokens of no example, the query's own, come behind those of all examples.
void append_markers(std::vector<std::vector<TokenPart>>& tokens, int64_t per_example,
                    int64_t examples, int64_t segments) {
  auto token = tokens.begin();
  int64_t k = 0;
  for (const int64_t size : segment_sizes(examples, segments)) {
    ++k;
    for (int64_t i = 0; i < size * per_example; ++i, ++token) {
      append_part(*token, concatenate("segment_", k), marker_width(segments));
    }
  }
  for (; token != tokens.end(); ++token) append_part(*token, "0", marker_width(segments));
}

}  // namespace

std::vector<std::vector<TokenPart>> token_parts(TokenLayout layout, int64_t inputs, int64_t outputs,
                                                int64_t examples, int64_t segments) {
  const std::vector<double> marks = marked_tokens(layout, inputs, outputs, examples);
  const int64_t width = token_shape(layout, inputs, outputs).width;
  std::vector<std::vector<TokenPart>> tokens;
  for (std::size_t place = 0; place < marks.size(); ++place) {
    const int64_t feature = static_cast<int64_t>(place) % width;
    if (feature == 0) tokens.emplace_back();
    append_part(tokens.back(), name_of(std::llround(marks[place]), layout, examples), 1);
  }
  if (segments != 1) append_markers(tokens, tokens_per_example(layout), examples, segments);
  return tokens;
}

ExampleLabels regression_labels(TokenLayout layout, int64_t inputs, int64_t outputs,
                                int64_t examples, int64_t segments) {
  return prompt_labels(layout, inputs, outputs, examples, segments,
                       {.counted = "outputs", .target = "y_q"});
}

ExampleLabels classification_labels(TokenLayout layout, int64_t inputs, int64_t classes,
                                    int64_t examples, const Batch& example) {
  const std::string target = concatenate("class ", example.targets[0].item<int64_t>());
  return prompt_labels(layout, inputs, classes, examples, 1,
                       {.counted = "classes", .target = target});
}

}  // namespace gril
