#include "tests/analysis/classification_prompts.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "gril/tasks/in_context/batch_tokens.h"

namespace gril {

Prompts ClassificationPrompts::sample_prompts(int64_t batch, uint64_t seed,
                                              torch::Dtype dtype) const {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const torch::Tensor inputs = at::empty({batch, examples_ + 1, inputs_}, dtype);
  const torch::Tensor weights = at::empty({batch, inputs_, classes_}, dtype);
  inputs.normal_(0.0, 1.0, generator);
  weights.normal_(0.0, 1.0, generator);
  const torch::Tensor classes = at::bmm(inputs, weights).argmax(2);
  Prompts prompts;
  prompts.targets = classes.select(1, examples_).contiguous();
  prompts.context_inputs = inputs.narrow(1, 0, examples_).contiguous();
  prompts.context_targets =
      at::one_hot(classes.narrow(1, 0, examples_), classes_).to(dtype).contiguous();
  prompts.query_inputs = inputs.select(1, examples_).contiguous();
  prompts.tokens =
      batch_tokens(layout(), prompts.context_inputs, prompts.context_targets, prompts.query_inputs);
  return prompts;
}

}  // namespace gril
