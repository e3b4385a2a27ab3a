// A model that was saved runs the same with and without libtorch.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "gril/layers/activation.h"
#include "gril/models/checkpoint.h"
#include "gril/stream/stream_model.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;  // relative to the largest output

/// Every option of the GRIL layer in turn, then stacks; sizes small and unequal.
const char* const kConfigurations[] = {
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 3}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 3, "window": 3, "stride": 2,
        "heads": 2, "decay": "per_head", "initial_weights": true}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 3, "window": 4, "heads": 3,
        "value_size": 2, "key_size": 5, "tied": false, "strict": true}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 6, "window": 3, "stride": 2,
        "projections": "identity", "decay": "fixed", "fixed_decay": 0.9}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 2, "window": 2, "key_size": 4,
        "cross_product": false}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 2, "window": 2, "key_size": 4,
        "cross_product": false, "tied": false, "stride": 3}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 5, "window": 3, "stride": 2},
                   {"kind": "gril", "input_size": 5, "output_size": 1, "strict": true}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 3, "window": 3, "stride": 2,
        "heads": 2, "decay": "per_head", "normalisation": "count"}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 3, "window": 2, "strict": true,
        "decay": "fixed", "fixed_decay": 0.9, "initial_weights": true, "normalisation": "count"}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 3, "window": 3, "heads": 2,
        "tied": false, "decay": "per_head", "normalisation": "power"}]})",
    R"({"layers": [{"kind": "gril", "input_size": 6, "output_size": 3, "tied": false, "strict": true,
        "decay": "fixed", "fixed_decay": 1.0, "normalisation": "power"}]})",
    R"({"layers": [{"kind": "append", "layers": [
                     {"kind": "gril", "input_size": 3, "output_size": 4, "window": 2}]},
                   {"kind": "append", "layers": [
                     {"kind": "gril", "input_size": 7, "output_size": 2, "written_features": 3}]},
                   {"kind": "linear", "input_size": 9, "output_size": 1}]})",
    R"({"layers": [{"kind": "linear", "input_size": 6, "output_size": 8},
                   {"kind": "residual", "layers": [
                     {"kind": "gril", "input_size": 8, "output_size": 5, "window": 2},
                     {"kind": "residual", "layers": [
                       {"kind": "gril", "input_size": 5, "output_size": 5, "strict": true}]},
                     {"kind": "gated_linear_unit", "input_size": 5, "output_size": 8}]},
                   {"kind": "gated_linear_unit", "input_size": 8, "output_size": 4,
                    "gate": "bilinear", "bias": false},
                   {"kind": "linear", "input_size": 4, "output_size": 2, "bias": false}]})"};

/// A perceptron over a GRIL layer, with every activation.
std::string perceptron_configuration(const std::string& activation) {
  return R"({"layers": [{"kind": "gril", "input_size": 3, "output_size": 4},
      {"kind": "multilayer_perceptron", "input_size": 4, "hidden_size": 5, "output_size": 3,
       "activation": ")" +
         activation + R"("}, {"kind": "gated_linear_unit", "input_size": 3, "output_size": 2,
       "gate": ")" +
         activation + R"("}]})";
}

std::vector<std::string> configurations() {
  std::vector<std::string> all(std::begin(kConfigurations), std::end(kConfigurations));
  for (const std::string& name : activation_names()) all.push_back(perceptron_configuration(name));
  return all;
}

std::vector<double> numbers(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.to(at::kDouble).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

class StreamEqualsModel : public ::testing::TestWithParam<std::string> {
 protected:
  /// A model with every parameter drawn, W0 included, saved to a file.
  std::shared_ptr<SequenceModel> saved_model() {
    auto model = std::make_shared<SequenceModel>(Json::parse(GetParam()), "test");
    model->to(at::kDouble);
    model->initialize(3);
    at::manual_seed(4);
    for (auto& parameter : model->named_parameters()) {
      const bool zero = parameter.value().abs().max().item<double>() == 0.0;
      if (zero) parameter.value().normal_();
    }
    save_model(path_, {model, nullptr, nullptr});
    return model;
  }

  const c10::AutoGradMode no_grad_{false};
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
};

TEST_P(StreamEqualsModel, StepByStep) {
  const auto model = saved_model();
  stream::StreamModel stream(path_);
  ASSERT_EQ(static_cast<int64_t>(stream.input_size()), model->input_size());
  constexpr int64_t kLength = 37;
  at::manual_seed(5);
  const at::Tensor tokens = at::randn({1, kLength, model->input_size()}, at::kDouble);
  const at::Tensor whole = model->forward(tokens, {}).output;
  const double scale = whole.abs().max().item<double>();
  std::vector<double> output(stream.output_size());
  LayerState state;
  for (int64_t t = 0; t < kLength; ++t) {
    const SequenceOutput stepped = model->step(tokens.select(1, t), state);
    state = stepped.state;
    const std::vector<double> token = numbers(tokens.select(1, t));
    stream.step(token, output);
    const std::vector<double> from_step = numbers(stepped.output);
    const std::vector<double> from_whole = numbers(whole.select(1, t));
    for (std::size_t i = 0; i < output.size(); ++i) {
      EXPECT_NEAR(output[i], from_step[i], kTolerance * scale) << t;
      EXPECT_NEAR(output[i], from_whole[i], kTolerance * scale) << t;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryOption, StreamEqualsModel, ::testing::ValuesIn(configurations()));

}  // namespace
}  // namespace gril
