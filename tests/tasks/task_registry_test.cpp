#include "gril/tasks/task_registry.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "gril/base/nearest_word.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

std::unique_ptr<Task> task_of(const Json& tree) {
  return make_task(ConfigSection(tree, "task.toml", "task"));
}

std::string message_for(const Json& tree) {
  return error_text<InvalidArgument>([&] { task_of(tree); });
}

TEST(TaskRegistry, MissingKeysHaveTheDocumentedDefaults) {
  const Json expected = {{"kind", "linear_regression"},
                         {"inputs", 10},
                         {"outputs", 1},
                         {"examples", 10},
                         {"layout", "interleaved"},
                         {"input_range", 1.0},
                         {"weight_scale", 1.0},
                         {"label_noise", 0.0},
                         {"noise", "normal"},
                         {"noise_degrees", 3.0},
                         {"input_correlation", 0.0},
                         {"segments", 1}};
  EXPECT_EQ(task_of({{"kind", "linear_regression"}})->config(), expected);
}

TEST(TaskRegistry, EveryKindHasASummary) {
  for (const std::string& kind : task_kinds()) EXPECT_FALSE(task_summary(kind).empty()) << kind;
}

TEST(TaskRegistry, RefusesUnknownKindsAndKeysNamingTheNearest) {
  EXPECT_EQ(message_for({{"kind", "linear_regresion"}}),
            "[config] task.toml: \"task.kind\" must be one of " + join_words(task_kinds()) +
                "; got "
                "\"linear_regresion\". Did you mean \"linear_regression\"?");
  EXPECT_EQ(message_for({{"inputs", 3}}),
            "[config] task.toml: \"task.kind\" must be given; got no such key.");
  EXPECT_EQ(message_for({{"kind", "linear_regression"}, {"input", 3}}),
            "[config] task.toml: unknown key \"task.input\". Did you mean \"task.inputs\"?");
  EXPECT_EQ(message_for({{"kind", "linear_regression"}, {"layout", "pair"}}),
            "[config] task.toml: \"task.layout\" must be one of constructed, interleaved, pairs, "
            "windowed, blocks; got \"pair\". Did you mean \"pairs\"?");
  EXPECT_EQ(message_for({{"kind", "linear_regression"}, {"examples", 0}}),
            "[config] task.toml: \"task.examples\" must be an integer of at least 1; got 0.");
}

}  // namespace
}  // namespace gril
