// The networks of experiments/learning_in_the_recurrent_state/rivals, as its plan has them.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "gril/base/config_file.h"
#include "gril/models/model_size.h"
#include "gril/models/sequence_model.h"
#include "tests/support/sequence_layer_suite.h"

namespace gril {
namespace {

const std::string kFolder = GRIL_SOURCE_DIR "/experiments/learning_in_the_recurrent_state/rivals/";

/// experiment.toml with the overrides of a variant of plan.toml.
Json experiment_of(const Json& variant) {
  Json experiment = read_toml(kFolder + "experiment.toml");
  for (const Json& text : variant["set"]) apply_override(experiment, text.get<std::string>());
  return experiment;
}

TEST(RivalsAtEqualSize, HaveTheSameNumberOfParametersWithinTenPercent) {
  const Json variants = read_toml(kFolder + "plan.toml")["variants"];
  std::set<int64_t> outputs_seen;
  for (const Json& variant : variants) {
    const auto name = variant["name"].get<std::string>();
    const Json experiment = experiment_of(variant);
    const SequenceModel model(experiment["model"], name);
    const auto inputs = experiment["task"]["inputs"].get<int64_t>();
    const auto outputs = experiment["task"]["outputs"].get<int64_t>();
    EXPECT_EQ(model.input_size(), inputs + outputs) << name;
    EXPECT_EQ(model.output_size(), outputs) << name;
    const int64_t wanted = outputs == 1 ? 2000 : 4000;
    EXPECT_LE(std::abs(model_size(model).parameters - wanted), wanted / 10) << name;
    outputs_seen.insert(outputs);
  }
  EXPECT_EQ(variants.size(), 16U);
  EXPECT_EQ(outputs_seen, (std::set<int64_t>{1, 10}));
}

TEST(RivalsAtEqualSize, StepEqualsWhole) {
  const Json plan = read_toml(kFolder + "plan.toml");
  for (const Json& variant : plan["variants"]) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, variant["name"].get<std::string>());
    SequenceModel model(experiment_of(variant)["model"], "test");
    model.to(at::kDouble);
    model.initialize(3);
    testing::expect_steps_equal_whole(model, 11);
  }
}

}  // namespace
}  // namespace gril
