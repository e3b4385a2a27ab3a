// The laws of SequenceLayer for every layer, in every form it can take.
#include <ATen/Context.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/layers/layer_cases.h"
#include "tests/support/sequence_layer_suite.h"

namespace gril {
namespace {

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
  if (GetParam().starts_at_constants) {
    testing::expect_initialization_is_the_same_for_every_seed(*layer_);
  } else {
    testing::expect_initialization_depends_on_seed_alone(*layer_);
  }
}

TEST_P(SequenceLayerLaw, RecurrenceParametersExist) {
  testing::expect_recurrence_parameters_exist(*layer_);
}

TEST(LayersOnCuda, AgreeWithThemselvesOnTheCpu) {
  if (!at::hasCUDA()) GTEST_SKIP() << "libtorch sees no CUDA device";
  for (const LayerCase& layer_case : all_layer_cases()) {
    SCOPED_TRACE(layer_case.name);
    const auto layer = layer_case.make();
    layer->to(at::kDouble);
    layer->initialize(3);
    for (const int64_t length : {1, 70}) {
      layer->to(at::kCPU);
      testing::expect_cuda_agrees_with_cpu(*layer, length);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, SequenceLayerLaw, ::testing::ValuesIn(all_layer_cases()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace gril
