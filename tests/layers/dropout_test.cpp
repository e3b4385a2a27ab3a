#include "gril/layers/dropout.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kFeatures = 40;

/// What the layer makes of ones: the factors m.
at::Tensor factors(Dropout& layer, uint64_t seed, const at::TensorOptions& options = at::kDouble) {
  layer.set_noise_seed(seed);
  return layer.forward(at::ones({50, 20, kFeatures}, options), {}).output;
}

TEST(Dropout, WithoutNoiseIsTheIdentity) {
  Dropout layer({.input_size = kFeatures, .share = 0.5});
  const at::Tensor input = testing::random_normal({2, 3, kFeatures}, 1);
  EXPECT_TRUE(testing::has_same_bits("before", layer.forward(input, {}).output, input));
  layer.set_noise_seed(1);
  EXPECT_FALSE(at::equal(layer.forward(input, {}).output, input));
  layer.set_noise_seed(std::nullopt);
  EXPECT_TRUE(testing::has_same_bits("after", layer.forward(input, {}).output, input));
}

TEST(Dropout, OfNothingIsTheIdentity) {
  Dropout layer({.input_size = kFeatures, .share = 0.0});
  layer.set_noise_seed(1);
  const at::Tensor input = testing::random_normal({2, 3, kFeatures}, 1);
  EXPECT_TRUE(testing::has_same_bits("output", layer.forward(input, {}).output, input));
}

TEST(Dropout, DropsTheShareAndKeepsTheExpectation) {
  for (const double share : {0.1, 0.5, 0.9}) {
    Dropout layer({.input_size = kFeatures, .share = share});
    const at::Tensor found = factors(layer, 3);
    const auto count = static_cast<double>(found.numel());
    const double dropped = found.eq(0.0).sum().item<double>();
    const double deviation = std::sqrt(count * share * (1.0 - share));
    EXPECT_NEAR(dropped, count * share, 5.0 * deviation);
    // Every other number is 1 / (1 - p).
    const double kept = found.eq(1.0 / (1.0 - share)).sum().item<double>();
    EXPECT_EQ(kept + dropped, count);
    EXPECT_NEAR(found.mean().item<double>(), 1.0, 5.0 * deviation / (count * (1.0 - share)));
  }
}

TEST(Dropout, DropsNumbersOneByOneAndNotInRows) {
  Dropout layer({.input_size = kFeatures, .share = 0.5});
  const at::Tensor kept = factors(layer, 4).ne(0.0).to(at::kDouble);
  for (const int64_t axis : {0, 1, 2}) {
    const at::Tensor first = kept.narrow(axis, 0, kept.size(axis) - 1);
    const at::Tensor next = kept.narrow(axis, 1, kept.size(axis) - 1);
    const double together = (first * next).mean().item<double>();
    EXPECT_NEAR(together, 0.25, 5.0 * std::sqrt(0.1875 / static_cast<double>(first.numel())));
  }
}

TEST(Dropout, TheSeedAloneSaysWhatIsDropped) {
  Dropout layer({.input_size = kFeatures, .share = 0.3});
  Dropout other({.input_size = kFeatures, .share = 0.3});
  const at::Tensor first = factors(layer, 5);
  EXPECT_FALSE(at::equal(factors(layer, 6), first));
  EXPECT_TRUE(testing::has_same_bits("again", factors(layer, 5), first));
  EXPECT_TRUE(testing::has_same_bits("another layer", factors(other, 5), first));
  EXPECT_TRUE(at::equal(factors(other, 5, at::kFloat).eq(0.0), first.eq(0.0)));
}

TEST(Dropout, GradientsPassWhereNumbersPass) {
  Dropout layer({.input_size = kFeatures, .share = 0.3});
  const at::Tensor expected = factors(layer, 7);
  const at::Tensor input = testing::random_normal({50, 20, kFeatures}, 8).requires_grad_();
  const at::Tensor weights = testing::random_normal({50, 20, kFeatures}, 9);
  (layer.forward(input, {}).output * weights).sum().backward();
  EXPECT_TRUE(testing::agrees("gradient", input.grad(), expected * weights, 1e-15));
}

TEST(Dropout, RefusesWhatItCannotDo) {
  const auto refusal = [](const DropoutOptions& options) {
    return error_text<InvalidArgument>([&] { Dropout layer(options); });
  };
  EXPECT_EQ(refusal({}), "[dropout] input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .share = 1.0}), "[dropout] share must lie in [0, 1); got 1.");
  EXPECT_EQ(refusal({.input_size = 1, .share = -0.5}),
            "[dropout] share must lie in [0, 1); got -0.5.");
  const Dropout layer({.input_size = 3});
  const auto text = [&](const at::Tensor& input) {
    const std::string whole = error_text<c10::ValueError>([&] { layer.forward(input, {}); });
    return whole.substr(0, whole.find('\n'));
  };
  EXPECT_EQ(text(at::zeros({1, 2, 4})),
            "[dropout] input must have shape (B, T, 3) with T at least 1; got (1, 2, 4).");
  EXPECT_EQ(text(at::zeros({1, 2, 3}, at::kLong)),
            "[dropout] input must be float32 or float64; got int64.");
}

}  // namespace
}  // namespace gril
