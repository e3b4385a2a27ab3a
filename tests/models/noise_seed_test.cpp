// The seed of the noise reaches every dropout of a stack, each by a child seed of its own.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "gril/models/sequence_model.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

const char* const kDropout = R"({"kind": "dropout", "input_size": 4, "share": 0.5})";

SequenceModel model_of(const std::string& layers) {
  return {Json::parse(R"({"layers": [)" + layers + "]}"), "test"};
}

std::string stack_of_dropout(const std::string& kind) {
  return R"({"kind": ")" + kind + R"(", "layers": [)" + kDropout + "]}";
}

/// A dropout inside every kind of stack.
std::vector<std::string> stacks() {
  const std::string body = std::string(R"({"layers": [)") + kDropout + "]}";
  return {kDropout,
          stack_of_dropout("append"),
          stack_of_dropout("residual"),
          stack_of_dropout("document_pair"),
          R"({"kind": "bidirectional", "forward": )" + body + R"(, "backward": )" + body + "}",
          R"({"kind": "tied_embedding", "symbols": 5, "size": 4, "layers": [)" +
              std::string(kDropout) + "]}",
          R"({"kind": "token_groups", "input_size": 2, "group_size": 2, "layers": [)" +
              std::string(kDropout) + "]}"};
}

TEST(NoiseSeed, ReachesTheLayersOfEveryKindOfStack) {
  for (const std::string& layers : stacks()) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, layers);
    SequenceModel model = model_of(layers);
    at::Tensor tokens = testing::random_tokens(model, 8, 1);
    if (tokens.is_floating_point()) tokens = tokens.to(at::kFloat);
    const auto output = [&](std::optional<uint64_t> seed) {
      model.set_noise_seed(seed);
      return model.forward(tokens, {}).output;
    };
    const at::Tensor quiet = model.forward(tokens, {}).output;
    const at::Tensor first = output(1);
    EXPECT_FALSE(at::equal(first, quiet));
    EXPECT_FALSE(at::equal(output(2), first));
    EXPECT_TRUE(testing::has_same_bits("again", output(1), first));
    EXPECT_TRUE(testing::has_same_bits("without", output(std::nullopt), quiet));
  }
}

TEST(NoiseSeed, NoTwoLayersOfAStackDropTheSameNumbers) {
  SequenceModel two = model_of(std::string(kDropout) + ", " + kDropout);
  two.set_noise_seed(3);
  const at::Tensor kept = two.forward(at::ones({4, 100, 4}), {}).output.gt(0.0);
  // A quarter of the 1600 numbers, not the half that two equal dropouts keep: 400 ± 17.
  EXPECT_NEAR(kept.sum().item<double>(), 400.0, 90.0);
}

TEST(NoiseSeed, BothDirectionsDropNumbersOfTheirOwn) {
  SequenceModel model = model_of(stacks()[4]);
  model.set_noise_seed(3);
  const at::Tensor output = model.forward(at::ones({4, 100, 4}), {}).output;
  const at::Tensor forward = output.narrow(2, 0, 4).gt(0.0);
  const at::Tensor backward = output.narrow(2, 4, 4).flip({1}).gt(0.0);
  EXPECT_NEAR(forward.logical_and(backward).sum().item<double>(), 400.0, 90.0);
}

}  // namespace
}  // namespace gril
