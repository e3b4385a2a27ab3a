#include "gril/base/config_section.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

ConfigSection training(const Json& tree) { return {tree, "experiment.toml", "training"}; }

template <typename Read>
std::string refused_text(const Json& value, const Read& read) {
  ConfigSection section = training({{"key", value}});
  return error_text<InvalidArgument>([&] { read(section); });
}

TEST(ConfigSection, GivesValuesOrTheFallback) {
  ConfigSection section =
      training({{"steps", 5}, {"rate", 2}, {"on", true}, {"name", "a"}, {"sizes", {1, 0.5}}});
  EXPECT_EQ(section.integer("steps", 1), 5);
  EXPECT_EQ(section.number("rate", 0.5), 2.0);
  EXPECT_TRUE(section.flag("on", false));
  EXPECT_EQ(section.text("name", "b"), "a");
  EXPECT_EQ(section.choice("name", "b", {"a", "b"}), "a");
  EXPECT_EQ(section.numbers("sizes", {}), (std::vector<double>{1.0, 0.5}));
  EXPECT_EQ(section.integer("absent", -3), -3);
  EXPECT_EQ(section.number("absent", 0.25), 0.25);
  EXPECT_TRUE(section.flag("absent", true));
  EXPECT_EQ(section.text("absent", "z"), "z");
  EXPECT_EQ(section.choice("absent", "b", {"a", "b"}), "b");
  EXPECT_EQ(section.numbers("absent", {9.0}), (std::vector<double>{9.0}));
  section.finish();
}

TEST(ConfigSection, UnknownKeyNamesTheNearestKnownOne) {
  ConfigSection section = training({{"learning_rat", 1}});
  section.number("learning_rate", 0.1);
  section.integer("steps", 1);
  EXPECT_EQ(error_text<InvalidArgument>([&] { section.finish(); }),
            "[config] experiment.toml: unknown key \"training.learning_rat\". Did you mean "
            "\"training.learning_rate\"?");
}

TEST(ConfigSection, UnknownKeyNearNothingListsTheKnownOnes) {
  ConfigSection section({{"colour", 1}}, "experiment.toml");
  section.integer("steps", 1);
  section.integer("batch_size", 1);
  EXPECT_EQ(error_text<InvalidArgument>([&] { section.finish(); }),
            "[config] experiment.toml: unknown key \"colour\". Known keys: batch_size, steps.");
}

TEST(ConfigSection, IntegersKeepTypeAndRange) {
  const auto read = [](ConfigSection& section) { section.integer("key", 1, 1, 9); };
  const std::string rule =
      "[config] experiment.toml: \"training.key\" must be an integer of at least 1 and at most 9; "
      "got ";
  EXPECT_EQ(refused_text(0, read), rule + "0.");
  EXPECT_EQ(refused_text(10, read), rule + "10.");
  EXPECT_EQ(refused_text(2.0, read), rule + "2.0.");
  EXPECT_EQ(refused_text("2", read), rule + "\"2\".");
  EXPECT_EQ(refused_text(UINT64_MAX, [](ConfigSection& section) { section.integer("key", 1); }),
            "[config] experiment.toml: \"training.key\" must be an integer; got "
            "18446744073709551615.");
}

TEST(ConfigSection, NumbersAreFiniteAndInRange) {
  const auto read = [](ConfigSection& section) { section.number("key", 1, 0.5); };
  const std::string rule =
      "[config] experiment.toml: \"training.key\" must be a finite number of at least 0.5; got ";
  EXPECT_EQ(refused_text(0.25, read), rule + "0.25.");
  EXPECT_EQ(refused_text(INFINITY, read), rule + "inf.");
  EXPECT_EQ(refused_text(std::nan(""), read), rule + "nan.");
  EXPECT_EQ(refused_text(true, read), rule + "true.");
  EXPECT_EQ(
      refused_text(2, [](ConfigSection& section) { section.number("key", 1, -INFINITY, 1.0); }),
      "[config] experiment.toml: \"training.key\" must be a finite number of at most 1; got 2.");
}

TEST(ConfigSection, OtherTypesAreRefusedByName) {
  const std::string start = "[config] experiment.toml: \"training.key\" must be ";
  EXPECT_EQ(refused_text(1, [](ConfigSection& s) { s.flag("key", true); }),
            start + "true or false; got 1.");
  EXPECT_EQ(refused_text(1, [](ConfigSection& s) { s.text("key", ""); }), start + "a text; got 1.");
  EXPECT_EQ(refused_text({1, "a"}, [](ConfigSection& s) { s.numbers("key", {}); }),
            start + "an array of finite numbers; got [1,\"a\"].");
  EXPECT_EQ(refused_text({"a", 1}, [](ConfigSection& s) { s.texts("key"); }),
            start + "an array of texts; got [\"a\",1].");
  EXPECT_EQ(refused_text(1, [](ConfigSection& s) { s.section("key"); }), start + "a table; got 1.");
  EXPECT_EQ(refused_text({1}, [](ConfigSection& s) { s.sections("key"); }),
            start + "an array of tables; got [1].");
}

TEST(ConfigSection, AChoiceNamesTheAllowedAndTheNearestWord) {
  const auto read = [](ConfigSection& s) { s.choice("key", "a", {"pairs", "windowed"}); };
  const std::string rule =
      "[config] experiment.toml: \"training.key\" must be one of pairs, windowed; got ";
  EXPECT_EQ(refused_text("pair", read), rule + "\"pair\". Did you mean \"pairs\"?");
  EXPECT_EQ(refused_text("gru", read), rule + "\"gru\".");
  EXPECT_EQ(refused_text(3, read), rule + "3.");
}

TEST(ConfigSection, ANeededKeyMustBeThere) {
  const ConfigSection section = training({{"steps", 5}});
  section.need("steps");
  EXPECT_EQ(error_text<InvalidArgument>([&] { section.need("kind"); }),
            "[config] experiment.toml: \"training.kind\" must be given; got no such key.");
}

TEST(ConfigSection, TablesInsideKeepTheirFullName) {
  ConfigSection root({{"model", {{"layers", {{{"window", 3}}, {{"windw", 1}}}}}}}, "a.toml");
  ConfigSection model = root.section("model");
  std::vector<ConfigSection> layers = model.sections("layers");
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0].integer("window", 1), 3);
  EXPECT_EQ(layers[1].integer("window", 1), 1);
  layers[0].finish();
  model.finish();
  root.finish();
  EXPECT_EQ(layers[1].name(), "a.toml: \"model.layers.1\"");
  EXPECT_EQ(error_text<InvalidArgument>([&] { layers[1].finish(); }),
            "[config] a.toml: unknown key \"model.layers.1.windw\". Did you mean "
            "\"model.layers.1.window\"?");
  EXPECT_TRUE(root.section("absent").tree().empty());
  EXPECT_TRUE(root.sections("absent").empty());
}

TEST(ConfigSection, WhatIsNoTableIsRefused) {
  EXPECT_EQ(error_text<InvalidArgument>([] { ConfigSection(3, "--task"); }),
            "[config] --task: must be a table; got 3.");
}

TEST(NearestWord, CountsSwapsInsertionsDeletionsAndReplacements) {
  const std::vector<std::string> words = {"windowed", "pairs", "blocks", "x"};
  EXPECT_EQ(nearest_word("widnowed", words), "windowed");
  EXPECT_EQ(nearest_word("pair", words), "pairs");
  EXPECT_EQ(nearest_word("blokcs", words), "blocks");
  EXPECT_EQ(nearest_word("bloxks", words), "blocks");
}

TEST(NearestWord, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest_word("gru", {"lstm", "lru_layer"}), "");
  EXPECT_EQ(nearest_word("y", {"x"}), "");
  EXPECT_EQ(nearest_word("", {"x"}), "");
  EXPECT_EQ(nearest_word("abc", {}), "");
}

}  // namespace
}  // namespace gril
