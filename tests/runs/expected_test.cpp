#include "gril/runs/expected.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr const char* kExample = R"({"expected": [
  {"name": "a", "value": 0.5, "tolerance": 0.25, "source": "table 2"},
  {"name": "b", "value": -2, "relative_tolerance": 0.5, "source": "derived"},
  {"name": "c", "at_most": 1.5, "source": "paper"},
  {"name": "d", "at_least": 0.25, "at_most": 0.5, "source": "paper"}]})";

std::vector<Expectation> read_text(const std::string& text) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "expected.json", text, "test");
  return read_expected(folder / "expected.json");
}

Result result_of(const std::string& name, double value) {
  Result result;
  result.name = name;
  result.value = value;
  return result;
}

bool holds(const std::string& name, double value) {
  for (const CheckedExpectation& verdict : compare(read_text(kExample), {result_of(name, value)})) {
    if (verdict.expectation.name == name) return verdict.holds;
  }
  ADD_FAILURE() << "no expectation " << name;
  return false;
}

TEST(Expected, TheEndsOfTheIntervalBelongToIt) {
  EXPECT_TRUE(holds("a", 0.25) && holds("a", 0.75));
  EXPECT_FALSE(holds("a", 0.2499) || holds("a", 0.7501));
  EXPECT_TRUE(holds("b", -3.0) && holds("b", -1.0));
  EXPECT_FALSE(holds("b", -3.01) || holds("b", 2.0));
  EXPECT_TRUE(holds("c", 1.5) && holds("c", -100.0));
  EXPECT_FALSE(holds("c", 1.6));
  EXPECT_TRUE(holds("d", 0.25) && holds("d", 0.5));
  EXPECT_FALSE(holds("d", 0.2) || holds("d", 0.6));
}

TEST(Expected, WhatIsMissingOrNotANumberFails) {
  EXPECT_FALSE(holds("a", std::nan("")));
  EXPECT_FALSE(holds("c", -std::nan("")));
  const std::vector<CheckedExpectation> verdicts = compare(read_text(kExample), {});
  EXPECT_FALSE(verdicts[2].holds);
  EXPECT_FALSE(verdicts[2].obtained.has_value());
}

TEST(Expected, AllHoldNeedsEveryOne) {
  std::vector<Result> results = {result_of("a", 0.5), result_of("b", -2), result_of("c", 1),
                                 result_of("d", 0.3), result_of("surplus", 7)};
  EXPECT_TRUE(all_hold(compare(read_text(kExample), results)));
  results[3].value = 0.75;
  EXPECT_FALSE(all_hold(compare(read_text(kExample), results)));
}

constexpr const char* kComparison = R"({"expected": [
  {"name": "gril.loss", "at_most": 2, "below": ["lstm.loss", "gru.loss"], "source": "paper"},
  {"name": "lstm.accuracy", "above": ["gru.accuracy"], "source": "paper"}]})";

bool is_below(double gril, double lstm, double gru) {
  const std::vector<Result> results = {result_of("gril.loss", gril), result_of("lstm.loss", lstm),
                                       result_of("gru.loss", gru)};
  return compare(read_text(kComparison), results).front().holds;
}

TEST(Expected, AResultIsBelowOrAboveAllOthersThatAreNamed) {
  EXPECT_TRUE(is_below(1.0, 1.5, 1.25));
  EXPECT_FALSE(is_below(1.0, 1.0, 1.25));
  EXPECT_FALSE(is_below(1.0, 1.5, 0.5));
  EXPECT_FALSE(is_below(2.5, 3.0, 3.0));
  EXPECT_FALSE(is_below(1.0, std::nan(""), 1.25));
  const std::vector<Result> results = {result_of("lstm.accuracy", 0.75)};
  EXPECT_FALSE(compare(read_text(kComparison), results)[1].holds);
  EXPECT_EQ(read_text(kComparison)[0].rule, "at most 2, below lstm.loss, gru.loss");
}

TEST(Expected, WhatNamesAVariantThatIsLeftOutIsLeftOut) {
  const std::vector<Expectation> expected = read_text(kComparison);
  EXPECT_EQ(without_variants(expected, {}).size(), 2U);
  EXPECT_EQ(without_variants(expected, {"lst", "gril.loss"}).size(), 2U);
  EXPECT_TRUE(without_variants(expected, {"gru"}).empty());
  const std::vector<Expectation> rest = without_variants(expected, {"gril"});
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest.front().name, "lstm.accuracy");
}

TEST(Expected, TheTableShowsWhatWasExpectedAndObtained) {
  std::vector<Result> results = {result_of("a", 0.625), result_of("c", 2)};
  results[0].uncertainty = 0.125;
  EXPECT_EQ(verdict_table(compare(read_text(kExample), results)),
            "result  expected                    obtained       verdict  source\n"
            "a       0.5 ± 0.25                  0.625 ± 0.125  holds    table 2\n"
            "b       -2 ± 1                      none           FAILS    derived\n"
            "c       at most 1.5                 2              FAILS    paper\n"
            "d       at least 0.25, at most 0.5  none           FAILS    paper\n");
}

TEST(Expected, TheJsonSaysTheSame) {
  const std::vector<CheckedExpectation> verdicts =
      compare(read_text(kExample), {result_of("a", 0.625)});
  EXPECT_EQ(verdicts_json(verdicts)[0].dump(),
            R"({"name":"a","expected":"0.5 ± 0.25","obtained":0.625,"holds":true,)"
            R"("source":"table 2"})");
  EXPECT_TRUE(verdicts_json(verdicts)[1]["obtained"].is_null());
}

TEST(Expected, ContradictoryOrMissingKeysAreRefused) {
  const TemporaryFolder folder;
  const std::string path = (folder / "expected.json").string();
  const auto refused = [&](const std::string& fields) {
    write_file_atomically(path, "{\"expected\": [{" + fields + "}]}", "test");
    return error_text<InvalidArgument>([&] { read_expected(path); });
  };
  const std::string named = R"("name":"a","source":"x",)";
  const std::string form =
      "[expected] " + path +
      ": \"expected.0\" must have value with tolerance or relative_tolerance, or else some of "
      "at_most, at_least, below and above.";
  EXPECT_EQ(refused(named + R"("value":1)"), form);
  EXPECT_EQ(refused(named + R"("value":1,"tolerance":1,"relative_tolerance":1)"), form);
  EXPECT_EQ(refused(named + R"("value":1,"tolerance":1,"at_most":1)"), form);
  EXPECT_EQ(refused(named + R"("tolerance":1)"), form);
  EXPECT_EQ(
      refused(named + R"("at_least":2,"at_most":1)"),
      "[expected] " + path + ": \"expected.0\": at_least must not exceed at_most; got 2 and 1.");
  EXPECT_EQ(refused(named + R"("value":1,"tolerance":-1)"),
            "[config] " + path +
                ": \"expected.0.tolerance\" must be a finite number of at least 0; got -1.");
  EXPECT_EQ(refused(named + R"("at_mst":1,"at_least":1)"),
            "[config] " + path +
                ": unknown key \"expected.0.at_mst\". Did you mean \"expected.0.at_most\"?");
  EXPECT_EQ(refused(named + R"("below":["b","a"])"),
            "[expected] " + path + ": \"expected.0\": below must name other results; got [b, a].");
  EXPECT_EQ(refused(named + R"("at_most":1,"above":[])"),
            "[expected] " + path + ": \"expected.0\": above must name other results; got [].");
  EXPECT_EQ(refused(R"("name":"a","at_most":1)"),
            "[config] " + path + ": \"expected.0.source\" must be given; got no such key.");
}

TEST(Expected, EmptyListsAndRepeatedNamesAreRefused) {
  const TemporaryFolder folder;
  const std::string path = (folder / "expected.json").string();
  const auto refused = [&](const std::string& text) {
    write_file_atomically(path, text, "test");
    return error_text<InvalidArgument>([&] { read_expected(path); });
  };
  EXPECT_EQ(refused("{\"expected\": []}"),
            "[expected] " + path + ": must expect something; got an empty list.");
  EXPECT_EQ(refused(R"({"expected": [{"name":"a","at_most":1,"source":"x"},
                                     {"name":"a","at_most":2,"source":"x"}]})"),
            "[expected] " + path + ": names must differ; got \"a\" twice.");
}

TEST(Expected, TextThatIsNotJsonIsADamagedFile) {
  const TemporaryFolder folder;
  const std::string path = (folder / "expected.json").string();
  write_file_atomically(path, "{expected: []}", "test");
  EXPECT_EQ(error_text<InvalidFile>([&] { read_expected(path); }),
            "[expected] " + path + ": must be JSON; got an error at byte 2.");
}

}  // namespace
}  // namespace gril
