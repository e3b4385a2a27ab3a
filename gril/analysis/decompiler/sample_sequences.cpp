#include "gril/analysis/decompiler/sample_sequences.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <limits>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/seed.h"
#include "gril/evaluation/evaluate.h"
#include "gril/tasks/task_registry.h"

namespace gril {
namespace {

constexpr const char* kWhere = "sample_sequences";

/// 1 for every feature of the counted tokens that is not 0 everywhere, and for the appended 1.
torch::Tensor read_features_of(const SampleSequences& sequences) {
  const torch::Tensor ever = (counted(sequences, sequences.tokens) != 0).any(0).to(torch::kFloat64);
  return at::cat({ever, at::ones({1}, at::kDouble)});
}

SampleSequences with_read_features(SampleSequences sequences) {
  sequences.read_features = read_features_of(sequences);
  return sequences;
}

}  // namespace

SequenceOptions sequence_options(const AnalysisOptions& options) {
  return {.sequences = options.sequences, .length = options.sequence_length, .seed = options.seed};
}

SampleSequences standard_normal_sequences(int64_t width, const SequenceOptions& options) {
  require(options.sequences >= 1 && options.length >= 1, kWhere,
          "there must be at least 1 sequence of at least 1 token; got ", options.sequences, " of ",
          options.length, '.');
  const auto generator =
      at::make_generator<at::CPUGeneratorImpl>(child_seed(options.seed, "standard normal tokens"));
  torch::Tensor tokens =
      at::empty({options.sequences, options.length, width}, at::kDouble).normal_(0, 1, generator);
  return given_sequences(tokens, concatenate(options.sequences, " sequences of ", options.length,
                                             " independent standard normal tokens"));
}

SampleSequences given_sequences(const torch::Tensor& tokens, const std::string& source) {
  return with_read_features({.tokens = tokens, .source = source});
}

SampleSequences task_sequences(const Json& task, int64_t width, const SequenceOptions& options,
                               const std::string& where) {
  if (!task.is_object()) return standard_normal_sequences(width, options);
  const auto made = make_task(ConfigSection(task, where, "task"));
  require(made->token_width() == width, kWhere, where, ": tokens of its task must have ", width,
          " features, as its model expects; got ", made->token_width(), '.');
  const Batch batch = evaluation_tasks(*made, options.sequences, options.seed, torch::kFloat64);
  return with_read_features({.tokens = batch.tokens,
                             .positions = made->scoring().positions,
                             .marked = batch.marked,
                             .source = concatenate(batch.tokens.size(0), " sequences of the task ",
                                                   task.value("kind", std::string()))});
}

SampleSequences sequence_rows(const SampleSequences& sequences, int64_t first, int64_t count) {
  SampleSequences some = sequences;
  const int64_t kept = std::min(count, sequences.tokens.size(0) - first);
  some.tokens = sequences.tokens.narrow(0, first, kept);
  if (some.marked.defined()) some.marked = sequences.marked.narrow(0, first, kept);
  return some;
}

SampleSequences first_sequences(const SampleSequences& sequences, int64_t count) {
  return sequence_rows(sequences, 0, count);
}

torch::Tensor counted(const SampleSequences& sequences, const torch::Tensor& outputs) {
  switch (sequences.positions) {
    case Positions::kLast:
      return outputs.select(1, outputs.size(1) - 1);
    case Positions::kMarked:
      return outputs.index({sequences.marked});
    case Positions::kEvery:
      break;
  }
  return outputs.flatten(0, 1);
}

double relative_mean_square(const torch::Tensor& actual, const torch::Tensor& expected) {
  const double error = (actual - expected).square().mean().item<double>();
  const double size = expected.square().mean().item<double>();
  if (size > 0.0 || error == 0.0) return size > 0.0 ? error / size : 0.0;
  return std::numeric_limits<double>::infinity();
}

}  // namespace gril
