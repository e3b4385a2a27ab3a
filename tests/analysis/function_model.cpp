#include "tests/analysis/function_model.h"

#include <ATen/ATen.h>

#include <memory>
#include <utility>

namespace gril {
namespace {

class FunctionModel : public SequenceModel {
 public:
  FunctionModel(const LinearRegressionOptions& task, PromptFunction answer)
      : SequenceModel({{"layers",
                        {{{"kind", "linear"},
                          {"input_size", task.inputs + task.outputs},
                          {"output_size", task.outputs}}}}},
                      "test"),
        inputs_(task.inputs),
        outputs_(task.outputs),
        answer_(std::move(answer)) {}

  SequenceOutput forward(const torch::Tensor& tokens, const LayerState& /*state*/) const override {
    const int64_t examples = tokens.size(1) - 1;
    Prompts prompts;
    prompts.tokens = tokens;
    prompts.context_inputs = tokens.narrow(1, 0, examples).narrow(2, 0, inputs_);
    prompts.context_targets = tokens.narrow(1, 0, examples).narrow(2, inputs_, outputs_);
    prompts.query_inputs = tokens.select(1, examples).narrow(1, 0, inputs_);
    const torch::Tensor before = at::zeros({tokens.size(0), examples, outputs_}, tokens.options());
    return {at::cat({before, answer_(prompts).unsqueeze(1)}, 1), {}};
  }

 private:
  int64_t inputs_;
  int64_t outputs_;
  PromptFunction answer_;
};

}  // namespace

LinearRegression pairs_task() {
  LinearRegressionOptions options;
  options.inputs = 4;
  options.outputs = 4;
  options.examples = 6;
  options.layout = TokenLayout::kPairs;
  return LinearRegression(options);
}

ModelFile function_file(const LinearRegression& task, const PromptFunction& answer) {
  return {.model = std::make_shared<FunctionModel>(task.options(), answer),
          .claim = Json(),
          .task = task.config()};
}

}  // namespace gril
