#include "gril/analysis/effective_update.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

GrilLayerOptions learned_options(bool tied) {
  GrilLayerOptions options;
  options.input_size = 4;
  options.output_size = 3;
  options.window = 2;
  options.heads = 2;
  options.tied = tied;
  options.decay = DecayKind::kElementwise;
  return options;
}

/// The layer's output at the last token out of its update tensors alone.
torch::Tensor output_from_tensors(const GrilLayer& layer, const torch::Tensor& tokens) {
  const LayerMaps maps = layer_maps(layer);
  const int64_t length = tokens.size(0);
  const int64_t window = layer.options().window;
  const torch::Tensor padded =
      at::cat({at::zeros({window - 1, tokens.size(1)}, at::kDouble), tokens});
  const auto window_at = [&](int64_t t) { return padded.narrow(0, t, window).flip({0}); };
  torch::Tensor output = at::zeros({layer.options().output_size}, at::kDouble);
  for (int64_t t = 0; t < length; ++t) {
    output = output +
             at::einsum("ijloabc,ia,jb,lc->o", {update_tensor(maps, length - 1 - t), window_at(t),
                                                window_at(t), window_at(length - 1)});
  }
  return output;
}

void expect_tensors_are_the_layer(bool tied) {
  GrilLayer layer(learned_options(tied));
  layer.initialize(4);
  layer.to(torch::kFloat64);
  const at::NoGradGuard no_gradients;
  const torch::Tensor tokens = at::randn({7, 4}, at::kDouble);
  const torch::Tensor output = layer.forward(tokens.unsqueeze(0), {}).output[0][6];
  const torch::Tensor difference = output - output_from_tensors(layer, tokens);
  EXPECT_LT(difference.abs().max().item<double>(), 1e-12);
}

TEST(EffectiveUpdate, SumsToTheOutputOfATiedLayer) { expect_tensors_are_the_layer(true); }

TEST(EffectiveUpdate, SumsToTheOutputOfAnUntiedLayer) { expect_tensors_are_the_layer(false); }

TEST(EffectiveUpdate, DoesNotChangeWithTheScalesOfTheWeights) {
  GrilLayer layer(learned_options(true));
  layer.to(torch::kFloat64);
  const at::NoGradGuard no_gradients;
  const torch::Tensor before = update_tensor(layer_maps(layer), 3);
  auto weights = layer.named_parameters();
  weights["offset_weights"].mul_(3.0);
  weights["query_offsets"].mul_(-0.5);
  weights["readout"].div_(-1.5);
  const torch::Tensor after = update_tensor(layer_maps(layer), 3);
  EXPECT_LT((after - before).abs().max().item<double>(), 1e-14);
}

// With one output, only the last feature of a label token is ever non-zero.
TEST(EffectiveUpdate, MaskLeavesOutWhatPromptsNeverExcite) {
  LinearRegressionOptions options;
  options.inputs = 3;
  options.outputs = 1;
  const torch::Tensor excited = excited_entries(LinearRegression(options), 3, 2);
  ASSERT_EQ(excited.sizes(), (std::vector<int64_t>{3, 3, 3, 3, 3, 3}));
  const auto entry = [&](int64_t value_feature) {
    return excited[1][2][0][value_feature][0][0].item<double>();
  };
  EXPECT_EQ(entry(2), 1.0);
  EXPECT_EQ(entry(1), 0.0);
}

}  // namespace
}  // namespace gril
