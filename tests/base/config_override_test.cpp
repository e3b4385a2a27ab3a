#include <gtest/gtest.h>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

Json example() {
  return {{"seed", 1},
          {"training", {{"steps", 10}}},
          {"model", {{"layers", {{{"window", 3}}, {{"window", 1}}}}}}};
}

std::string refused_text(const std::string& assignment) {
  Json tree = example();
  std::string text = error_text<InvalidArgument>([&] { apply_override(tree, assignment); });
  EXPECT_EQ(tree, example()) << "a refused override must change nothing";
  return text;
}

Json value_after(const std::string& assignment, const std::string& pointer) {
  Json tree = example();
  apply_override(tree, assignment);
  return tree[Json::json_pointer(pointer)];
}

TEST(ConfigOverride, SetsValuesOfEveryKind) {
  EXPECT_EQ(value_after("training.steps=100", "/training/steps"), Json(100));
  EXPECT_TRUE(value_after("training.rate=1e-2", "/training/rate").is_number_float());
  EXPECT_EQ(value_after("training.on=true", "/training/on"), Json(true));
  EXPECT_EQ(value_after("training.sizes=[1, 2.5]", "/training/sizes"), Json({1, 2.5}));
  EXPECT_EQ(value_after("name=\"two words\"", "/name"), Json("two words"));
  EXPECT_EQ(value_after("name='a=b'", "/name"), Json("a=b"));
  EXPECT_EQ(value_after("model.layers.0.window=5", "/model/layers/0/window"), Json(5));
  EXPECT_EQ(value_after("analysis.deep.key=1", "/analysis/deep/key"), Json(1));
}

TEST(ConfigOverride, ABareWordIsAText) {
  for (const std::string word : {"abc", "linear_regression", "./run-1", "../a/b.csv", "/data/x.csv",
                                 "~/x", "_a", "key:1", "v1.2"}) {
    EXPECT_EQ(value_after("name=" + word, "/name"), Json(word));
  }
}

TEST(ConfigOverride, NestingWithoutEndIsRefused) {
  std::string key = "a";
  for (int i = 0; i < 60000; ++i) key += ".a";
  EXPECT_TRUE(refused_text(key + "=1")
                  .ends_with("=1\": a configuration may be nested 90 levels deep; got more."));
  const std::string value = std::string(89, '[') + std::string(89, ']');
  EXPECT_EQ(refused_text("analysis.a=" + value),
            "[config] override \"analysis.a=" + value +
                "\": a configuration may be nested 90 levels deep; got more.");
  const std::string deep(60000, '[');
  EXPECT_TRUE(refused_text("a=" + deep)
                  .ends_with(": the value must be TOML or a bare word; got " + deep +
                             ". Put a text in quotes."));
}

TEST(ConfigOverride, WhatIsNoAssignmentIsRefused) {
  EXPECT_EQ(refused_text("training.steps"),
            "[config] override \"training.steps\" must be key=value; got no \"=\". Write, for "
            "example, training.steps=100.");
  EXPECT_EQ(refused_text("=3"),
            "[config] override \"=3\" must have a key before \"=\"; got an empty one.");
  EXPECT_EQ(refused_text("training..steps=3"),
            "[config] override \"training..steps=3\" must have a key before \"=\"; got an empty "
            "one.");
  EXPECT_EQ(refused_text("seed="),
            "[config] override \"seed=\" must have a value after \"=\"; got "
            "none.");
}

TEST(ConfigOverride, WhatIsNoValueIsRefused) {
  for (const std::string value :
       {"[1,", "1abc", "two words", "1\nb=2", "2020-01-02", "a,b", "+x"}) {
    EXPECT_EQ(refused_text("seed=" + value),
              concatenate("[config] override \"seed=", value,
                          "\": the value must be TOML or a bare word; got ", value,
                          ". Put a text in quotes."));
  }
}

TEST(ConfigOverride, PathsThatTheTreeContradictsAreRefused) {
  EXPECT_EQ(refused_text("model.layers.2.window=1"),
            "[config] override \"model.layers.2.window=1\": \"model.layers\" has 2 elements, "
            "counted from 0; got \"2\".");
  EXPECT_EQ(refused_text("model.layers.x.window=1"),
            "[config] override \"model.layers.x.window=1\": \"model.layers\" has 2 elements, "
            "counted from 0; got \"x\".");
  EXPECT_EQ(refused_text("seed.low=1"),
            "[config] override \"seed.low=1\": \"seed\" must be a table; got number.");
  EXPECT_EQ(refused_text("training=5"),
            "[config] override \"training=5\": \"training\" is a table; got a value for it. Name "
            "one of its keys, or give a whole table.");
}

TEST(ConfigOverride, PutsATableInThePlaceOfATable) {
  Json tree = {{"model", {{"layers", {{{"kind", "gru"}, {"state_size", 3}}}}}}};
  apply_override(tree, R"(model.layers.0={kind = "lstm"})");
  EXPECT_EQ(tree["model"]["layers"][0], (Json{{"kind", "lstm"}}));
}

}  // namespace
}  // namespace gril
