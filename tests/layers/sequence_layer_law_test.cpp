// The laws of SequenceLayer for every layer, in every form it can take.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "gril/layers/gated_linear_rnn.h"
#include "gril/layers/gril_layer.h"
#include "gril/layers/linear_attention.h"
#include "tests/support/sequence_layer_suite.h"

namespace gril {
namespace {

struct LayerCase {
  std::string name;
  std::function<std::shared_ptr<SequenceLayer>()> make;
};

LayerCase gril_case(const std::string& name, const GrilLayerOptions& options) {
  return {name, [options] { return std::make_shared<GrilLayer>(options); }};
}

std::vector<LayerCase> gril_cases() {
  const GrilLayerOptions one_token{.input_size = 4, .output_size = 3};
  const GrilLayerOptions triplets{.input_size = 3,
                                  .output_size = 2,
                                  .window = 3,
                                  .stride = 2,
                                  .projections = "identity",
                                  .initial_weights = true};
  GrilLayerOptions heads{.input_size = 4, .output_size = 3, .window = 3, .heads = 2};
  heads.value_size = 3;
  GrilLayerOptions untied = heads;
  untied.tied = false;
  untied.decay = DecayKind::kPerHead;
  untied.initial_weights = true;
  GrilLayerOptions sparse = untied;
  sparse.window = 2;
  sparse.stride = 3;
  sparse.decay = DecayKind::kFixed;
  sparse.fixed_decay = 0.9;
  GrilLayerOptions sparse_tied = sparse;
  sparse_tied.tied = true;
  GrilLayerOptions strict = heads;
  strict.strict = true;
  strict.decay = DecayKind::kPerHead;
  GrilLayerOptions linear = heads;
  linear.value_size = 0;
  linear.cross_product = false;
  GrilLayerOptions linear_untied = linear;
  linear_untied.tied = false;
  return {gril_case("GrilOneToken", one_token),
          gril_case("GrilTriplets", triplets),
          gril_case("GrilHeads", heads),
          gril_case("GrilUntied", untied),
          gril_case("GrilStrideBeyondWindow", sparse),
          gril_case("GrilTiedStrideBeyondWindow", sparse_tied),
          gril_case("GrilStrict", strict),
          gril_case("GrilWithoutCrossProduct", linear),
          gril_case("GrilUntiedWithoutCrossProduct", linear_untied)};
}

std::vector<LayerCase> all_cases() {
  auto cases = gril_cases();
  const LinearAttentionOptions plain{.input_size = 4};
  const LinearAttentionOptions heads{.input_size = 4,
                                     .output_size = 5,
                                     .heads = 2,
                                     .value_size = 3,
                                     .output_map = true,
                                     .decay = DecayKind::kPerHead};
  for (const auto& [name, options] :
       {std::pair{"LinearAttention", plain}, std::pair{"LinearAttentionHeads", heads}}) {
    cases.push_back(
        {name, [options = options] { return std::make_shared<LinearAttention>(options); }});
  }
  GatedLinearRnnOptions rnn{.input_size = 3, .output_size = 2, .state_size = 5, .gate_size = 4};
  cases.push_back({"GatedLinearRnn", [rnn] { return std::make_shared<GatedLinearRnn>(rnn); }});
  rnn.side_gate = true;
  cases.push_back(
      {"GatedLinearRnnSideGate", [rnn] { return std::make_shared<GatedLinearRnn>(rnn); }});
  rnn.eigenvalue_form = "double_exponential";
  cases.push_back(
      {"GatedLinearRnnDoubleExponential", [rnn] { return std::make_shared<GatedLinearRnn>(rnn); }});
  return cases;
}

class SequenceLayerLaw : public ::testing::TestWithParam<LayerCase> {
 protected:
  void SetUp() override {
    layer_ = GetParam().make();
    layer_->to(at::kDouble);
    layer_->initialize(3);
  }
  std::shared_ptr<SequenceLayer> layer_;
};

TEST_P(SequenceLayerLaw, ChunksEqualWhole) {
  testing::expect_pieces_equal_whole(*layer_, {1, 1});
  testing::expect_pieces_equal_whole(*layer_, {63, 1, 2, 65});
  testing::expect_pieces_equal_whole(*layer_, {2, 7, 1, 1, 1, 1, 3, 64});
}

TEST_P(SequenceLayerLaw, StepsEqualWhole) {
  for (const int64_t length : {1, 2, 21}) testing::expect_steps_equal_whole(*layer_, length);
}

TEST_P(SequenceLayerLaw, GradientsEqualCentralDifferences) {
  for (const int64_t length : {1, 6}) {
    testing::expect_layer_gradients_equal_central_differences(*layer_, length);
  }
}

TEST_P(SequenceLayerLaw, EmptyStateIsInitialState) {
  testing::expect_empty_state_is_initial_state(*layer_);
}

TEST_P(SequenceLayerLaw, Float32AgreesWithFloat64) {
  testing::expect_float32_agrees_with_float64(*layer_);
}

TEST_P(SequenceLayerLaw, EmptyBatchWorks) { testing::expect_empty_batch_works(*layer_); }

TEST_P(SequenceLayerLaw, InitializationDependsOnSeedAlone) {
  testing::expect_initialization_depends_on_seed_alone(*layer_);
}

TEST_P(SequenceLayerLaw, RecurrenceParametersExist) {
  testing::expect_recurrence_parameters_exist(*layer_);
}

INSTANTIATE_TEST_SUITE_P(All, SequenceLayerLaw, ::testing::ValuesIn(all_cases()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace gril
