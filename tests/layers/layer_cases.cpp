#include "tests/layers/layer_cases.h"

#include "gril/layers/deep_gril.h"
#include "gril/layers/dropout.h"
#include "gril/layers/embedding.h"
#include "gril/layers/gated_activation.h"
#include "gril/layers/gated_linear_rnn.h"
#include "gril/layers/gated_linear_unit.h"
#include "gril/layers/gril_layer.h"
#include "gril/layers/gru.h"
#include "gril/layers/linear_attention.h"
#include "gril/layers/linear_layer.h"
#include "gril/layers/linear_recurrent_unit.h"
#include "gril/layers/lstm.h"
#include "gril/layers/multilayer_perceptron.h"
#include "gril/layers/normalization.h"
#include "gril/layers/positional_embedding.h"
#include "gril/layers/running_mean.h"
#include "gril/layers/selective_state_space.h"
#include "gril/layers/softmax_attention.h"

namespace gril {
namespace {

template <typename Layer, typename Options>
LayerCase case_of(const std::string& name, const Options& options) {
  return {.name = name, .make = [options] { return std::make_shared<Layer>(options); }};
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
  return {case_of<GrilLayer>("GrilOneToken", one_token),
          case_of<GrilLayer>("GrilTriplets", triplets),
          case_of<GrilLayer>("GrilHeads", heads),
          case_of<GrilLayer>("GrilUntied", untied),
          case_of<GrilLayer>("GrilStrideBeyondWindow", sparse),
          case_of<GrilLayer>("GrilTiedStrideBeyondWindow", sparse_tied),
          case_of<GrilLayer>("GrilStrict", strict),
          case_of<GrilLayer>("GrilWithoutCrossProduct", linear),
          case_of<GrilLayer>("GrilUntiedWithoutCrossProduct", linear_untied)};
}

/// Layers that divide what they read.
std::vector<LayerCase> normalised_gril_cases() {
  GrilLayerOptions count{.input_size = 4, .output_size = 3, .window = 2, .stride = 3, .heads = 2};
  count.decay = DecayKind::kFixed;
  count.fixed_decay = 0.9;
  count.normalisation = "count";
  GrilLayerOptions strict_count = count;
  strict_count.window = 3;
  strict_count.stride = 1;
  strict_count.strict = true;
  strict_count.decay = DecayKind::kPerHead;
  GrilLayerOptions power = strict_count;
  power.strict = false;
  power.tied = false;
  power.initial_weights = true;
  power.normalisation = "power";
  GrilLayerOptions sparse_power = power;
  sparse_power.window = 2;
  sparse_power.stride = 3;
  sparse_power.strict = true;
  sparse_power.decay = DecayKind::kFixed;
  return {case_of<GrilLayer>("GrilCount", count),
          case_of<GrilLayer>("GrilStrictCount", strict_count),
          case_of<GrilLayer>("GrilPower", power),
          case_of<GrilLayer>("GrilStrictSparsePower", sparse_power)};
}

/// The state is read as it is.
std::vector<LayerCase> queryless_gril_cases() {
  GrilLayerOptions tied{.input_size = 4, .output_size = 3, .window = 3, .heads = 2};
  tied.multiplicative_readout = false;
  GrilLayerOptions strict = tied;
  strict.strict = true;
  strict.tied = false;
  strict.decay = DecayKind::kPerHead;
  GrilLayerOptions sparse = tied;
  sparse.window = 2;
  sparse.stride = 3;
  sparse.cross_product = false;
  return {case_of<GrilLayer>("GrilStateReadout", tied),
          case_of<GrilLayer>("GrilStrictUntiedStateReadout", strict),
          case_of<GrilLayer>("GrilStateReadoutWithoutCrossProduct", sparse)};
}

std::vector<LayerCase> deep_gril_cases() {
  const DeepGrilOptions plain{.input_size = 4, .heads = 2};
  const DeepGrilOptions through{.input_size = 4,
                                .value_size = 3,
                                .key_size = 2,
                                .window = 3,
                                .decay = DecayKind::kElementwise,
                                .output_gate = "sigmoid",
                                .feed_through = true};
  const DeepGrilOptions bare{.input_size = 4,
                             .output_size = 3,
                             .heads = 2,
                             .window = 1,
                             .activation = "none",
                             .decay = DecayKind::kFixed,
                             .fixed_decay = 0.9,
                             .head_norm = false,
                             .output_gate = "none"};
  return {case_of<DeepGril>("DeepGril", plain), case_of<DeepGril>("DeepGrilFeedThrough", through),
          case_of<DeepGril>("DeepGrilBare", bare)};
}

std::vector<LayerCase> gated_linear_rnn_cases() {
  GatedLinearRnnOptions plain{.input_size = 3, .output_size = 2, .state_size = 5, .gate_size = 4};
  GatedLinearRnnOptions side = plain;
  side.side_gate = true;
  GatedLinearRnnOptions exponential = side;
  exponential.eigenvalue_form = "double_exponential";
  return {case_of<GatedLinearRnn>("GatedLinearRnn", plain),
          case_of<GatedLinearRnn>("GatedLinearRnnSideGate", side),
          case_of<GatedLinearRnn>("GatedLinearRnnDoubleExponential", exponential)};
}

std::vector<LayerCase> attention_cases() {
  const LinearAttentionOptions linear{.input_size = 4};
  const LinearAttentionOptions linear_heads{.input_size = 4,
                                            .output_size = 5,
                                            .heads = 2,
                                            .value_size = 3,
                                            .output_map = true,
                                            .decay = DecayKind::kPerHead};
  const SoftmaxAttentionOptions softmax{.input_size = 3};
  const SoftmaxAttentionOptions rotary{.input_size = 4,
                                       .output_size = 5,
                                       .heads = 2,
                                       .value_size = 3,
                                       .output_map = true,
                                       .positions = "rotary"};
  return {case_of<LinearAttention>("LinearAttention", linear),
          case_of<LinearAttention>("LinearAttentionHeads", linear_heads),
          case_of<SoftmaxAttention>("SoftmaxAttention", softmax),
          case_of<SoftmaxAttention>("SoftmaxAttentionRotary", rotary)};
}

std::vector<LayerCase> recurrent_cases() {
  const LinearRecurrentUnitOptions unit{.input_size = 3, .state_size = 4};
  const LinearRecurrentUnitOptions narrow{
      .input_size = 3, .output_size = 2, .state_size = 4, .feed_through = false};
  const RecurrentCellOptions cell{.input_size = 3, .state_size = 4};
  const SelectiveStateSpaceOptions selective{
      .input_size = 3, .output_size = 2, .channels = 4, .state_size = 3, .timescale_rank = 2};
  SelectiveStateSpaceOptions alone = selective;
  alone.window = 1;
  return {case_of<LinearRecurrentUnit>("LinearRecurrentUnit", unit),
          case_of<LinearRecurrentUnit>("LinearRecurrentUnitWithoutFeedThrough", narrow),
          case_of<Lstm>("Lstm", cell),
          case_of<Gru>("Gru", cell),
          case_of<SelectiveStateSpace>("SelectiveStateSpace", selective),
          case_of<SelectiveStateSpace>("SelectiveStateSpaceWithoutNeighbours", alone)};
}

std::vector<LayerCase> tokenwise_cases() {
  const EmbeddingOptions embedding{.symbols = 5, .output_size = 2};
  const LinearLayerOptions linear{.input_size = 3, .output_size = 2};
  const GatedLinearUnitOptions bilinear{
      .input_size = 3, .output_size = 2, .gate = "bilinear", .bias = false};
  const GatedLinearUnitOptions sigmoid{.input_size = 3, .output_size = 2};
  const MultilayerPerceptronOptions perceptron{.input_size = 3, .hidden_size = 5, .output_size = 2};
  return {case_of<Embedding>("Embedding", embedding), case_of<LinearLayer>("LinearLayer", linear),
          case_of<GatedLinearUnit>("GatedLinearUnitBilinear", bilinear),
          case_of<GatedLinearUnit>("GatedLinearUnitSigmoid", sigmoid),
          case_of<MultilayerPerceptron>("MultilayerPerceptron", perceptron)};
}

std::vector<LayerCase> featurewise_cases() {
  const PositionalEmbeddingOptions positions{.input_size = 3, .maximal_length = 131};
  std::vector<LayerCase> cases = {case_of<PositionalEmbedding>("PositionalEmbedding", positions)};
  for (const char* form : {"half_glu1", "half_glu2", "full_glu"}) {
    const GatedActivationOptions options{.input_size = 3, .form = form};
    cases.push_back(case_of<GatedActivation>(std::string("GatedActivation_") + form, options));
  }
  for (const char* form : {"rms", "layer"}) {
    const NormalizationOptions options{.input_size = 3, .form = form};
    cases.push_back(case_of<Normalization>(std::string("Normalization_") + form, options));
    cases.back().starts_at_constants = true;
  }
  cases.push_back(case_of<Dropout>("Dropout", DropoutOptions{.input_size = 3}));
  cases.back().starts_at_constants = true;
  cases.push_back(case_of<RunningMean>("RunningMean", RunningMeanOptions{.input_size = 3}));
  cases.back().starts_at_constants = true;
  return cases;
}

}  // namespace

std::vector<LayerCase> all_layer_cases() {
  std::vector<LayerCase> cases;
  for (const auto& group : {gril_cases(), normalised_gril_cases(), queryless_gril_cases(),
                            deep_gril_cases(), gated_linear_rnn_cases(), attention_cases(),
                            recurrent_cases(), tokenwise_cases(), featurewise_cases()}) {
    cases.insert(cases.end(), group.begin(), group.end());
  }
  return cases;
}

}  // namespace gril
