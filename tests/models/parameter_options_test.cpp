#include "gril/models/parameter_options.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/models/sequence_model.h"

namespace gril {
namespace {

const Json kMean = {{"kind", "running_mean"}, {"input_size", 2}};
const Json kMap = {{"kind", "linear"}, {"input_size", 2}, {"output_size", 2}};

TEST(ParameterOptions, AreThoseOfTheParameters) {
  SequenceModel model({{"layers", {kMean, kMap}}}, "test");
  EXPECT_EQ(parameter_dtype(model), at::kFloat);
  model.to(at::kDouble);
  EXPECT_EQ(parameter_dtype(model), at::kDouble);
  EXPECT_TRUE(parameter_options(model).device().is_cpu());
  EXPECT_FALSE(parameter_options(model).requires_grad());
}

TEST(ParameterOptions, AreFloat32OnTheCpuWithoutParameters) {
  const SequenceModel model({{"layers", {kMean}}}, "test");
  EXPECT_EQ(parameter_dtype(model), at::kFloat);
  EXPECT_TRUE(parameter_options(model).device().is_cpu());
}

}  // namespace
}  // namespace gril
