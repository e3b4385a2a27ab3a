// The normalisation of a GrilLayer: what its readings are divided by.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

#include "gril/base/error.h"
#include "gril/layers/gril_layer.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;

/// The same weights without and with normalisation, one head, no W0: outputs (T, m) of both.
std::pair<at::Tensor, at::Tensor> plain_and_divided(GrilLayerOptions options,
                                                    const std::string& normalisation,
                                                    const at::Tensor& input) {
  GrilLayer plain(options);
  options.normalisation = normalisation;
  GrilLayer divided(options);
  for (GrilLayer* layer : {&plain, &divided}) {
    layer->to(at::kDouble);
    layer->initialize(2);
  }
  return {plain.forward(input, {}).output[0], divided.forward(input, {}).output[0]};
}

TEST(GrilLayer, CountDividesByTheWeightsOfTheUpdatesSoFar) {
  const c10::AutoGradMode no_grad(false);
  const at::Tensor input = testing::random_normal({1, 20, 3}, 9);
  for (const double decay : {1.0, 0.8}) {
    for (const bool strict : {false, true}) {
      const auto [plain, divided] = plain_and_divided({.input_size = 3,
                                                       .output_size = 2,
                                                       .window = 2,
                                                       .stride = 3,
                                                       .strict = strict,
                                                       .decay = DecayKind::kFixed,
                                                       .fixed_decay = decay},
                                                      "count", input);
      for (int64_t t = 0; t < 20; ++t) {
        const int64_t updates = t / 3 + (strict ? 0 : 1);
        double weight = updates == 0 ? 1.0 : 0.0;
        for (int64_t j = 0; j < updates; ++j) weight += std::pow(decay, static_cast<double>(j));
        EXPECT_TRUE(testing::agrees("output", divided[t] * weight, plain[t], kTolerance)) << t;
      }
    }
  }
}

TEST(GrilLayer, PowerDividesByTheSquaredKeysSoFar) {
  const c10::AutoGradMode no_grad(false);
  const at::Tensor input = testing::random_normal({1, 20, 3}, 9);
  GrilLayerOptions options{.input_size = 3, .output_size = 2, .window = 2, .tied = false};
  options.decay = DecayKind::kFixed;
  options.fixed_decay = 0.8;
  const auto [plain, divided] = plain_and_divided(options, "power", input);
  GrilLayer layer(options);
  layer.to(at::kDouble);
  layer.initialize(2);
  const at::Tensor map = layer.named_parameters()["key_map"];
  double power = 0.0;
  for (int64_t t = 0; t < 20; ++t) {
    at::Tensor key = at::mv(map[0], input[0][t]);
    if (t > 0) key = key + at::mv(map[1], input[0][t - 1]);
    power = 0.8 * power + key.dot(key).item<double>();
    EXPECT_TRUE(testing::agrees("output", divided[t] * power, plain[t], kTolerance)) << t;
  }
}

TEST(GrilLayer, RefusesNormalisationThatHasNoOneSum) {
  const auto refusal = [](const std::string& name, DecayKind decay) {
    GrilLayerOptions options{.input_size = 3, .output_size = 2, .decay = decay};
    options.normalisation = name;
    return error_text<InvalidArgument>([&] { GrilLayer layer(options); });
  };
  EXPECT_EQ(refusal("counts", DecayKind::kFixed),
            "[gril] normalisation must be one of none, count, power; got \"counts\". Did you mean "
            "\"count\"?");
  EXPECT_EQ(refusal("count", DecayKind::kElementwise),
            "[gril] normalisation count needs one decay per head; got elementwise decay. Use fixed "
            "or per_head.");
  EXPECT_EQ(refusal("power", DecayKind::kPerHead),
            "[gril] normalisation power needs untied maps; got tied ones. Use count.");
  GrilLayerOptions queryless{.input_size = 3, .output_size = 2, .decay = DecayKind::kFixed};
  queryless.multiplicative_readout = false;
  queryless.normalisation = "count";
  EXPECT_EQ(error_text<InvalidArgument>([&] { GrilLayer layer(queryless); }),
            "[gril] normalisation count needs multiplicative_readout, it divides what a query "
            "reads; got none.");
}

}  // namespace
}  // namespace gril
