#pragma once

#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Linear classification in context, the reference of gril.md 1.5: x standard normal in R^d,
/// classes argmax W x with W standard normal (C, d) for each prompt, context targets one-hot,
/// tokens in pairs.
class ClassificationPrompts : public InContextTask {
 public:
  ClassificationPrompts(int64_t inputs, int64_t classes, int64_t examples)
      : inputs_(inputs), classes_(classes), examples_(examples) {}

  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  TokenLayout layout() const override { return TokenLayout::kPairs; }
  int64_t token_width() const override { return inputs_ + classes_; }
  int64_t output_size() const override { return classes_; }
  Scoring scoring() const override {
    return {.loss = LossKind::kCrossEntropy, .positions = Positions::kLast};
  }
  ExampleLabels labels(const Batch& /*example*/) const override { return {}; }
  Json config() const override { return {{"kind", "classification_prompts"}}; }

 private:
  int64_t inputs_;
  int64_t classes_;
  int64_t examples_;
};

}  // namespace gril
