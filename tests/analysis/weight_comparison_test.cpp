#include "gril/analysis/weight_comparison.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/unit_step_layer.h"
#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

constexpr double kExact = 1e-12;

Json compare(const SequenceModel& model, const LinearRegression& task) {
  return compare_weights(model, task, *unit_step_layer(task.options()));
}

TEST(WeightComparison, ConstructionIsItself) {
  const LinearRegression task = small_task();
  const Json result = compare(*descent_model(task, 3.0), task);
  ASSERT_TRUE(result["applies"].get<bool>());
  EXPECT_EQ(result["window"]["off_target"].get<double>(), 0.0);
  EXPECT_EQ(result["query"]["off_target"].get<double>(), 0.0);
  EXPECT_EQ(result["readout"]["off_diagonal_rms"].get<double>(), 0.0);
  EXPECT_NEAR(result["learning_rate_per_example"].get<double>(), 0.5, kExact);
  EXPECT_NEAR(result["update"]["newest"]["cosine"].get<double>(), 1.0, kExact);
  EXPECT_NEAR(result["update"]["oldest"]["scale"].get<double>(), 0.5, kExact);
  EXPECT_EQ(result["window"]["trained"], result["window"]["construction"]);
}

TEST(WeightComparison, NormalisationRemovesScaleAndSign) {
  const LinearRegression task = small_task();
  const auto model = descent_model(task, 3.0);
  const at::NoGradGuard no_gradients;
  auto weights = model->named_parameters();
  weights["layers.0.offset_weights"].mul_(-4.0);
  weights["layers.0.query_offsets"].mul_(0.5);
  weights["layers.0.readout"].mul_(-0.5);
  const Json result = compare(*model, task);
  EXPECT_NEAR(result["window"]["trained"][1][2].get<double>(), 1.0, kExact);
  EXPECT_NEAR(result["readout"]["trained"][0][0].get<double>(), 1.0, kExact);
  EXPECT_NEAR(result["learning_rate_per_example"].get<double>(), 0.5, kExact);
}

TEST(WeightComparison, PerturbationsShowInTheirOwnNumber) {
  const LinearRegression task = small_task();
  const auto model = descent_model(task, 3.0);
  const at::NoGradGuard no_gradients;
  auto weights = model->named_parameters();
  weights["layers.0.offset_weights"][0][1] = -0.02;
  weights["layers.0.query_offsets"][2] = 0.03;
  weights["layers.0.readout"][1][0] = 0.04 * 0.5;
  const Json result = compare(*model, task);
  EXPECT_NEAR(result["window"]["off_target"].get<double>(), 0.02, kExact);
  EXPECT_NEAR(result["query"]["off_target"].get<double>(), 0.03, kExact);
  EXPECT_NEAR(result["readout"]["off_diagonal_rms"].get<double>(), 0.04 / std::sqrt(12.0), kExact);
  EXPECT_LT(result["update"]["newest"]["cosine"].get<double>(), 1.0 - 1e-5);
}

TEST(WeightComparison, DecayShowsAsWeightThatFallsWithAge) {
  const LinearRegression task = small_task();
  auto model = descent_model(task, 3.0);
  const at::NoGradGuard no_gradients;
  model->named_buffers()["layers.0.decay"].fill_(0.9);
  const Json by_age = compare(*model, task)["learning_rate_per_example_by_age"];
  ASSERT_EQ(by_age.size(), 6U);
  for (std::size_t age = 0; age < by_age.size(); ++age) {
    EXPECT_NEAR(by_age[age].get<double>(), 0.5 * std::pow(0.9, age), kExact);
  }
}

void expect_reason(const Json& layers, const std::string& reason) {
  const LinearRegression task = small_task();
  const SequenceModel model({{"layers", layers}}, "test");
  EXPECT_EQ(compare(model, task), (Json{{"applies", false}, {"reason", reason}}));
}

TEST(WeightComparison, SaysWhereItDoesNotApply) {
  const Json gril = {{"kind", "gril"}, {"input_size", 4}, {"output_size", 4}, {"window", 3}};
  Json strided = gril;
  strided["stride"] = 2;
  expect_reason(Json::array({strided, strided}), "the model has 2 layers; one step is one layer");
  expect_reason(Json::array({gril}), "the layer's stride is 1, the construction's 2");
  Json linear = strided;
  linear["cross_product"] = false;
  expect_reason(Json::array({linear}), "the layer has no cross product of values and keys");
  Json strict = strided;
  strict["strict"] = true;
  expect_reason(Json::array({strict}),
                "the layer reads its state before the update, the construction after it");
  Json divided = strided;
  divided["decay"] = "fixed";
  divided["normalisation"] = "count";
  expect_reason(Json::array({divided}),
                "the layer divides its readings, the construction does not");
  const Json attention = {{"kind", "linear_attention"}, {"input_size", 4}, {"output_size", 4}};
  expect_reason(Json::array({attention}), "the layer is not a GRIL layer");
}

TEST(WeightComparison, SaysThatALayerIsTooWide) {
  const LinearRegression task = small_task(40);
  EXPECT_EQ(compare(*descent_model(task, 3.0), task),
            (Json{{"applies", false},
                  {"reason",
                   "the layer is too wide: its update has 69120000 coefficients, the comparison "
                   "holds 40000000"}}));
}

}  // namespace
}  // namespace gril
