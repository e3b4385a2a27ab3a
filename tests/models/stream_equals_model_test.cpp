// A model that was saved runs the same with and without libtorch.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gril/models/checkpoint.h"
#include "gril/stream/stream_model.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;  // relative to the largest output

/// Every option of the layer in turn, two layers at the end; sizes small and unequal.
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
                   {"kind": "gril", "input_size": 5, "output_size": 1, "strict": true}]})"};

std::vector<double> numbers(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.to(at::kDouble).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

class StreamEqualsModel : public ::testing::TestWithParam<const char*> {
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

INSTANTIATE_TEST_SUITE_P(EveryOption, StreamEqualsModel, ::testing::ValuesIn(kConfigurations));

}  // namespace
}  // namespace gril
