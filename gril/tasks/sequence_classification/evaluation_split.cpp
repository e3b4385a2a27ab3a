#include "gril/tasks/sequence_classification/evaluation_split.h"

#include "gril/base/check.h"

namespace gril {

EvaluationSplitOptions read_evaluation_split(ConfigSection& section, EvaluationSplitOptions options,
                                             bool with_share) {
  options.split = section.choice("split", options.split, {"validation", "test"});
  if (!with_share) return options;
  options.validation_share = section.number("validation_share", options.validation_share);
  options.split_seed = static_cast<uint64_t>(
      section.integer("split_seed", static_cast<int64_t>(options.split_seed), 0));
  return options;
}

void add_evaluation_split(Json& tree, const EvaluationSplitOptions& options, bool with_share) {
  tree["split"] = options.split;
  if (!with_share) return;
  tree["validation_share"] = options.validation_share;
  tree["split_seed"] = options.split_seed;
}

bool evaluates_on_test(const EvaluationSplitOptions& options, const std::string& where) {
  const bool on_test = options.split == "test";
  require(on_test || options.split == "validation", where,
          "split must be \"validation\" or \"test\"; got \"", options.split, "\".");
  return on_test;
}

NumberSplit validation_split(int64_t count, const EvaluationSplitOptions& options,
                             const std::string& where) {
  const bool on_test = evaluates_on_test(options, where);
  require(options.validation_share >= 0 && options.validation_share < 1, where,
          "validation_share must be at least 0 and below 1; got ", options.validation_share, ".");
  NumberSplit parts = split_numbers(count, options.validation_share, options.split_seed);
  require(on_test || !parts.taken.empty(), where,
          "split = \"validation\" needs a validation set; got validation_share ",
          options.validation_share, " of ", count,
          " sequences. Raise it, or set split = \"test\".");
  return parts;
}

TrainingAndEvaluation split_for_evaluation(const LabelledSequences& training,
                                           const LabelledSequences& test,
                                           const EvaluationSplitOptions& options,
                                           const std::string& where) {
  const NumberSplit parts = validation_split(training.size(), options, where);
  return {chosen_items(training, parts.kept),
          options.split == "test" ? test : chosen_items(training, parts.taken)};
}

}  // namespace gril
