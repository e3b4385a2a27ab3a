// GrilLayer against the literal definition of the windowed cross product, and its refusals.
#include "gril/layers/gril_layer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"
#include "tests/support/windowed_cross_product_reference.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;

/// One map for every offset: (w, rows, D), zero for features it does not see; identity maps where
/// the layer has none.
at::Tensor map_per_offset(const GrilLayer& layer, const std::string& name) {
  const auto& o = layer.options();
  const auto parameters = layer.named_parameters();
  const auto* map = parameters.find(name);
  const at::Tensor stored = map == nullptr ? at::eye(o.input_size, at::kDouble) : *map;
  const at::Tensor tied = at::constant_pad_nd(stored, {0, o.input_size - stored.size(-1)});
  return tied.dim() == 3 ? tied : tied.unsqueeze(0).expand({o.window, tied.size(0), tied.size(1)});
}

testing::WindowedCrossProduct definition_of(const GrilLayer& layer) {
  const auto& o = layer.options();
  const auto parameters = layer.named_parameters();
  const auto weights = [&](const char* name, const std::vector<int64_t>& shape) {
    const auto* found = parameters.find(name);
    return found == nullptr ? at::ones(shape, at::kDouble) : *found;
  };
  testing::WindowedCrossProduct definition;
  definition.heads = o.heads;
  definition.stride = o.stride;
  definition.strict = o.strict;
  definition.value_maps = map_per_offset(layer, "value_map");
  definition.key_maps = map_per_offset(layer, "key_map");
  definition.query_maps = map_per_offset(layer, "query_map");
  definition.offset_weights = weights("offset_weights", {o.window, o.window});
  definition.query_offsets = weights("query_offsets", {o.window});
  const auto* rate = parameters.find("log_decay_rate");
  at::Tensor decay = rate == nullptr ? layer.named_buffers()["decay"] : rate->exp().neg().exp();
  if (decay.dim() == 1) decay = decay.view({o.heads, 1, 1});
  definition.decay = decay.expand({o.heads, o.value_size, o.key_size});
  definition.readout = parameters["readout"];
  definition.initial_weights = at::zeros({o.output_size, o.heads * o.key_size}, at::kDouble);
  if (o.initial_weights) definition.initial_weights = parameters["initial_weights"];
  return definition;
}

void expect_equals_definition(GrilLayerOptions options) {
  const c10::AutoGradMode no_grad(false);
  GrilLayer layer(options);
  layer.to(at::kDouble);
  layer.initialize(2);
  if (options.initial_weights) layer.named_parameters()["initial_weights"].fill_(0.3);
  const testing::WindowedCrossProduct definition = definition_of(layer);
  for (const int64_t length : {1, 2, 3, 21}) {
    const at::Tensor input = testing::random_normal({2, length, options.input_size}, 9);
    const SequenceOutput actual = layer.forward(input, {});
    for (int64_t b = 0; b < input.size(0); ++b) {
      const auto expected = testing::windowed_cross_product_reference(definition, input[b]);
      EXPECT_TRUE(testing::agrees("output", actual.output[b], expected.outputs, kTolerance));
      EXPECT_TRUE(testing::agrees("state", actual.state[0][b], expected.state, kTolerance));
    }
  }
}

TEST(GrilLayer, TripletLayerEqualsItsDefinition) {
  expect_equals_definition({.input_size = 3,
                            .output_size = 2,
                            .window = 3,
                            .stride = 2,
                            .projections = "identity",
                            .initial_weights = true});
}

TEST(GrilLayer, TiedHeadsEqualTheirDefinition) {
  GrilLayerOptions options{
      .input_size = 4, .output_size = 3, .window = 3, .heads = 2, .value_size = 3};
  expect_equals_definition(options);
  options.strict = true;
  options.stride = 4;
  options.decay = DecayKind::kPerHead;
  expect_equals_definition(options);
}

TEST(GrilLayer, UntiedMapsEqualTheirDefinition) {
  GrilLayerOptions options{.input_size = 4, .output_size = 2, .window = 2, .heads = 2};
  options.tied = false;
  options.decay = DecayKind::kFixed;
  options.fixed_decay = 0.8;
  options.initial_weights = true;
  expect_equals_definition(options);
}

TEST(GrilLayer, WritesOnlyItsFirstFeaturesButReadsWithAll) {
  GrilLayerOptions options{
      .input_size = 5, .output_size = 2, .window = 2, .value_size = 3, .key_size = 2};
  options.written_features = 2;
  expect_equals_definition(options);
  options.tied = false;
  expect_equals_definition(options);
}

TEST(GrilLayer, OneTokenWindowEqualsItsDefinition) {
  expect_equals_definition({.input_size = 4, .output_size = 2, .key_size = 3});
}

TEST(GrilLayer, WithoutCrossProductTheStateIsASumOfKeys) {
  const c10::AutoGradMode no_grad(false);
  GrilLayerOptions options{.input_size = 2, .output_size = 1, .window = 2, .key_size = 2};
  options.projections = "identity";
  options.cross_product = false;
  options.decay = DecayKind::kFixed;
  GrilLayer layer(options);
  auto parameters = layer.named_parameters();
  parameters["key_offsets"].copy_(at::tensor({0.0, 1.0}));
  parameters["query_offsets"].copy_(at::tensor({1.0, 0.0}));
  parameters["readout"].fill_(1.0);
  const at::Tensor input = at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}).view({1, 3, 2});
  const SequenceOutput result = layer.forward(input, {});
  // S_3 = u_1 + u_2 = (4, 6); y_3 = S_3 · u_3 = 20 + 36.
  EXPECT_TRUE(at::equal(result.state[0].flatten(), at::tensor({4.0F, 6.0F})));
  EXPECT_TRUE(at::equal(result.output.flatten(), at::tensor({0.0F, 11.0F, 56.0F})));
}

/// y_t = C vec S_t with the state of the definition after every prefix.
void expect_reads_the_state(GrilLayerOptions options) {
  const c10::AutoGradMode no_grad(false);
  options.multiplicative_readout = false;
  GrilLayer layer(options);
  layer.to(at::kDouble);
  layer.initialize(2);
  testing::WindowedCrossProduct definition = definition_of(layer);
  const auto& o = layer.options();
  definition.query_maps = at::zeros({o.window, o.heads * o.key_size, o.input_size}, at::kDouble);
  definition.readout = at::zeros({o.output_size, o.heads * o.value_size}, at::kDouble);
  const at::Tensor readout = layer.named_parameters()["readout"];
  const at::Tensor input = testing::random_normal({1, 6, o.input_size}, 9);
  const SequenceOutput actual = layer.forward(input, {});
  for (int64_t t = 0; t < 6; ++t) {
    const int64_t seen = o.strict ? t : t + 1;
    const at::Tensor expected = seen == 0
                                    ? at::zeros({o.output_size}, at::kDouble)
                                    : at::mv(readout, testing::windowed_cross_product_reference(
                                                          definition, input[0].narrow(0, 0, seen))
                                                          .state.flatten());
    EXPECT_TRUE(testing::agrees("output", actual.output[0][t], expected, kTolerance)) << t;
  }
}

TEST(GrilLayer, CountsOnlyTheMapsThatItHas) {
  GrilLayerOptions options{.input_size = 10, .output_size = 10, .window = 3, .stride = 2};
  options.cross_product = false;
  options.decay = DecayKind::kElementwise;
  // Per token two maps of 10 x 10; per update, every second token, the mixing of three offsets for
  // keys and queries, the scan of ten numbers with its readout, and the map behind it.
  EXPECT_DOUBLE_EQ(GrilLayer(options).operations_per_token(), 400.0 + (120.0 + 50.0 + 20.0) / 2.0);
}

TEST(GrilLayer, WithoutMultiplicativeReadoutTheOutputIsLinearInTheState) {
  GrilLayerOptions options{.input_size = 4, .output_size = 2, .window = 3, .heads = 2};
  expect_reads_the_state(options);
  options.strict = true;
  expect_reads_the_state(options);
  options.tied = false;
  options.decay = DecayKind::kPerHead;
  options.written_features = 3;
  expect_reads_the_state(options);
}

TEST(GrilLayer, WithoutMultiplicativeReadoutThereIsNoQuery) {
  GrilLayerOptions options{.input_size = 4, .output_size = 3, .value_size = 2};
  options.multiplicative_readout = false;
  const auto parameters = GrilLayer(options).named_parameters();
  EXPECT_FALSE(parameters.contains("query_map"));
  EXPECT_FALSE(parameters.contains("query_offsets"));
  EXPECT_EQ(parameters["readout"].sizes(), (at::IntArrayRef{3, 2 * 4}));
}

TEST(GrilLayer, OutputIsHeldBetweenUpdates) {
  const GrilLayer layer({.input_size = 2, .output_size = 2, .stride = 3});
  const at::Tensor output =
      layer.forward(testing::random_normal({1, 7, 2}, 1).to(at::kFloat), {}).output[0];
  for (const int64_t t : {0, 3}) {
    EXPECT_TRUE(at::equal(output[t + 1], output[t]));
    EXPECT_TRUE(at::equal(output[t + 2], output[t]));
  }
  EXPECT_FALSE(at::equal(output[3], output[2]));
  EXPECT_FALSE(at::equal(output[6], output[5]));
}

TEST(GrilLayer, StartsLikeTheFirstVersion) {
  GrilLayer layer({.input_size = 40, .output_size = 40, .window = 3, .projections = "identity"});
  layer.initialize(4);
  const auto parameters = layer.named_parameters();
  const at::Tensor decay = parameters["log_decay_rate"].exp().neg().exp();
  EXPECT_GE(decay.min().item<double>(), std::exp(-0.05) - 1e-6);
  EXPECT_LE(decay.max().item<double>(), std::exp(-0.0005) + 1e-6);
  EXPECT_TRUE(at::equal(decay.select(2, 0), decay.select(2, 39))) << "one rate per row";
  EXPECT_NEAR(parameters["readout"].std().item<double>(), 1.0 / std::sqrt(40.0), 0.02);
}

std::string refusal(const GrilLayerOptions& options) {
  return error_text<InvalidArgument>([&] { GrilLayer layer(options); });
}

TEST(GrilLayer, RefusesSizesThatDoNotFit) {
  EXPECT_EQ(refusal({.output_size = 1}), "[gril] input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1}), "[gril] output_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .output_size = 1, .window = 0}),
            "[gril] window must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 5, .output_size = 1, .heads = 2}),
            "[gril] heads must divide input_size unless value_size is given; got 2 heads and "
            "input_size 5.");
  EXPECT_EQ(refusal({.input_size = 2, .output_size = 1, .projections = "none"}),
            "[gril] projections must be learned or identity; got \"none\".");
  EXPECT_EQ(refusal({.input_size = 2, .output_size = 1, .key_size = 1, .projections = "identity"}),
            "[gril] identity projections need tied maps, one head and value_size = key_size = "
            "written_features = input_size; got tied true, 1 heads, value_size 2, key_size 1, "
            "written_features 2 and input_size 2.");
  EXPECT_EQ(refusal({.input_size = 2, .output_size = 1, .written_features = 3}),
            "[gril] written_features must be at most input_size, 2, or 0 for it; got 3.");
  GrilLayerOptions linear{.input_size = 2, .output_size = 1, .value_size = 2};
  linear.cross_product = false;
  EXPECT_EQ(refusal(linear), "[gril] value_size must be 1 without cross_product; got 2.");
  GrilLayerOptions queryless{.input_size = 2, .output_size = 1, .initial_weights = true};
  queryless.multiplicative_readout = false;
  EXPECT_EQ(refusal(queryless),
            "[gril] initial_weights need multiplicative_readout, W0 reads its query; got them "
            "without it.");
  GrilLayerOptions growing{.input_size = 2, .output_size = 1};
  growing.fixed_decay = 1.5;
  EXPECT_EQ(refusal(growing), "[gril] fixed_decay must lie in (0, 1]; got 1.5.");
}

std::string forward_refusal(const at::Tensor& input, const LayerState& state) {
  const GrilLayer layer({.input_size = 2, .output_size = 2, .stride = 2});
  const std::string text = error_text<c10::ValueError>([&] { layer.forward(input, state); });
  return text.substr(0, text.find('\n'));
}

TEST(GrilLayer, RefusesInputsAndStatesThatDoNotFit) {
  EXPECT_EQ(forward_refusal(at::zeros({1, 2, 3}), {}),
            "[gril] input must have shape (B, T, 2) with T at least 1; got (1, 2, 3).");
  EXPECT_EQ(forward_refusal(at::zeros({1, 0, 2}), {}),
            "[gril] input must have shape (B, T, 2) with T at least 1; got (1, 0, 2).");
  EXPECT_EQ(forward_refusal(at::zeros({1, 1, 2}, at::kDouble), {}),
            "[gril] input must have the dtype of the parameters, float32; got float64.");
  const GrilLayer layer({.input_size = 2, .output_size = 2, .stride = 2});
  EXPECT_EQ(forward_refusal(at::zeros({1, 1, 2}), layer.initial_state(2)),
            "[gril] state tensor 0 must have shape (1, 1, 2, 2) and dtype float32; got (2, 1, 2, "
            "2) and float32.");
  LayerState phases = layer.initial_state(2);
  phases[3] = at::tensor({int64_t{0}, int64_t{1}});
  EXPECT_EQ(forward_refusal(at::zeros({2, 1, 2}), phases),
            "[gril] the phase must be one number from 0 to 1 for the whole batch; got 0 to 1.");
}

}  // namespace
}  // namespace gril
