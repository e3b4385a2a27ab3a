#include "gril/base/config_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

Json read_text(const TemporaryFolder& folder, const std::string& text) {
  write_file_atomically(folder / "a.toml", text, "test");
  return read_toml(folder / "a.toml");
}

std::string refused_text(const std::string& text) {
  const TemporaryFolder folder;
  const std::string message = error_text<InvalidFile>([&] { read_text(folder, text); });
  const std::string name = (folder / "a.toml").string();
  const std::size_t at = message.find(name);
  return at == std::string::npos ? message
                                 : std::string(message).replace(at, name.size(), "a.toml");
}

TEST(ConfigFile, ReadsEveryKindOfValueInTheOrderOfTheFile) {
  const TemporaryFolder folder;
  const Json tree = read_text(folder,
                              "seed = 7\nrate = 1e-3\nname = \"z\"\non = true\nsizes = [1, 2]\n"
                              "[task]\nkind = \"a\"\n[[model.layers]]\nwindow = 3\n"
                              "[[model.layers]]\nwindow = 1\n[analysis]\n");
  EXPECT_EQ(tree.dump(),
            R"({"seed":7,"rate":0.001,"name":"z","on":true,"sizes":[1,2],"task":{"kind":"a"},)"
            R"("model":{"layers":[{"window":3},{"window":1}]},"analysis":{}})");
  EXPECT_TRUE(tree["seed"].is_number_integer());
  EXPECT_TRUE(tree["rate"].is_number_float());
}

TEST(ConfigFile, SyntaxErrorNamesFileLineAndColumn) {
  EXPECT_EQ(
      refused_text("seed = 1\nrate = = 2\n"),
      "[config] a.toml: line 2, column 8: must be TOML; got: Error while parsing value: could not "
      "determine value type.");
}

TEST(ConfigFile, ADateIsRefused) {
  EXPECT_EQ(refused_text("[task]\nday = 2020-01-02\n"),
            "[config] a.toml: line 2, column 7: must be a number, a text, true, false, an array or "
            "a table; got a date or time. Write it in quotes.");
}

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(ConfigFile, NestingWithoutEndIsRefusedHoweverItIsWritten) {
  const std::string message = "[config] a.toml: may be nested 90 levels deep; got more.";
  for (const int levels : {95, 100000}) {
    EXPECT_EQ(refused_text("a = " + repeated("[", levels) + repeated("]", levels)), message);
    EXPECT_EQ(refused_text("a = " + repeated("{a = ", levels) + "1" + repeated("}", levels)),
              message);
    EXPECT_EQ(refused_text("a" + repeated(" . a", levels) + " = 1"), message);
    EXPECT_EQ(refused_text("\"a\"" + repeated(".'a'", levels) + " = 1"), message);
    EXPECT_EQ(refused_text("[a" + repeated(".a", levels) + "]\nb = 1"), message);
    EXPECT_EQ(refused_text("[[a" + repeated(".a", levels) + "]]\nb = 1"), message);
    EXPECT_EQ(refused_text("b = [\"\"\"a\"\"\"\", {a" + repeated(".a", levels) + " = 1}]"), message)
        << "behind a text that ends with a quote";
  }
}

TEST(ConfigFile, ManyPointsAreNoNesting) {
  const TemporaryFolder folder;
  const std::string points = repeated(".", 1000);
  const std::string text = "a = \"" + points + "\\\"" + points + "\" # " + points + "\nb = '" +
                           points + "'\nc = [" + repeated("1.5, ", 1000) + "]\n" + "d = \"\"\"" +
                           points + "\n" + points + "\"\"\"\n" + "e = " + repeated("[", 89) +
                           repeated("]", 89) + "\n";
  const Json tree = read_text(folder, text);
  EXPECT_EQ(tree["a"].get<std::string>(), points + "\"" + points);
  EXPECT_EQ(tree["c"].size(), 1000U);
}

TEST(ConfigFile, AKeyGivenTwiceIsRefused) {
  EXPECT_EQ(refused_text("seed = 1\nseed = 2\n"),
            "[config] a.toml: line 2, column 8: must be TOML; got: Error while parsing key-value "
            "pair: cannot redefine existing integer 'seed'.");
}

TEST(ConfigFile, AMissingFileIsTheCallersMistake) {
  EXPECT_EQ(error_text<InvalidArgument>([] { read_toml("no/such.toml"); }),
            "[config] no/such.toml: must be a file; got no such file. Check the path.");
}

TEST(ConfigFile, WhatIsWrittenIsReadBackTheSame) {
  constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
  constexpr double kLargest = std::numeric_limits<double>::max();
  const Json tree = {
      {"integer", -3},
      {"largest_integer", std::numeric_limits<int64_t>::max()},
      {"numbers", {0.1, 1.0, -2.0, 1e300, 1.0 / 3.0, kSmallest, kLargest, 5e-324, 100000.0}},
      {"text", "quote \" backslash \\ line \n tab \t bell \x07 delete \x7f umlaut \xc3\xbc"},
      {"odd key \"", true},
      {"empty", Json::array()},
      {"rows", {{1.5, 2.0}, {3.0, -0.0}}},
      {"mixed", {1, {{"a", 2}}, "x"}},
      {"task", {{"kind", "linear_regression"}, {"deep", {{"er", 1}}}}},
      {"model", {{"layers", {{{"kind", "gril"}, {"rate", 1.0}}, {{"kind", "gril"}}}}}},
      {"nothing", Json::object()}};
  const TemporaryFolder folder;
  const Json again = read_text(folder, toml_text(tree));
  EXPECT_EQ(again, tree);
  EXPECT_EQ(again.dump(), tree.dump());
  EXPECT_TRUE(again["model"]["layers"][0]["rate"].is_number_float());
  EXPECT_TRUE(std::signbit(again["rows"][1][1].get<double>()));
}

TEST(ConfigFile, InfiniteAndUndefinedNumbersSurvive) {
  const Json tree = {{"a", std::numeric_limits<double>::infinity()}, {"b", std::nan("")}};
  const TemporaryFolder folder;
  const Json again = read_text(folder, toml_text(tree));
  EXPECT_TRUE(std::isinf(again["a"].get<double>()));
  EXPECT_TRUE(std::isnan(again["b"].get<double>()));
}

TEST(ConfigFile, ReadsAsAPersonWouldWriteIt) {
  const Json tree = {{"model", {{"layers", {{{"window", 3}}, {{"window", 1}}}}, {"width", 2}}},
                     {"seed", 1}};
  EXPECT_EQ(toml_text(tree),
            "seed = 1\n\n[model]\nwidth = 2\n\n[[model.layers]]\nwindow = 3\n\n[[model.layers]]\n"
            "window = 1\n");
}

TEST(ConfigFile, WhatTomlCannotHoldIsRefused) {
  EXPECT_EQ(error_text<InvalidArgument>([] {
              toml_text({{"a", {{"b", nullptr}}}});
            }),
            "[config] \"a.b\" must have a value; got null.");
  EXPECT_EQ(error_text<InvalidArgument>([] {
              toml_text({{"a", UINT64_MAX}});
            }),
            "[config] \"a\": TOML integers end at 9223372036854775807; got 18446744073709551615.");
  EXPECT_EQ(error_text<InvalidArgument>([] {
              toml_text({{"a", "\xff"}});
            }),
            "[config] a text for a TOML file must be UTF-8; got other bytes.");
  EXPECT_EQ(error_text<InvalidArgument>([] { toml_text(3); }),
            "[config] a TOML file must be a table; got number.");
}

}  // namespace
}  // namespace gril
