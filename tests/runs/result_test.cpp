#include "gril/runs/result.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

std::vector<Result> example_results() {
  return {{.name = "loss",
           .value = 0.1 + 0.2,
           .unit = "half squared error",
           .uncertainty = 0.01,
           .samples = 5,
           .source = "gril analyze"},
          {.name = "ratio",
           .value = -1e-300,
           .unit = "1",
           .uncertainty = {},
           .samples = 1,
           .source = "gril evaluate"}};
}

TEST(Results, WhatIsWrittenIsReadBackTheSame) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", example_results());
  const std::vector<Result> again = read_results(folder / "a.json");
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].name, "loss");
  EXPECT_EQ(again[0].value, 0.1 + 0.2);
  EXPECT_EQ(again[0].unit, "half squared error");
  EXPECT_EQ(again[0].uncertainty, 0.01);
  EXPECT_EQ(again[0].samples, 5);
  EXPECT_EQ(again[0].source, "gril analyze");
  EXPECT_EQ(again[1].value, -1e-300);
  EXPECT_FALSE(again[1].uncertainty.has_value());
}

TEST(Results, ANumberThatIsNotFiniteComesBackAsNaN) {
  const TemporaryFolder folder;
  std::vector<Result> results = example_results();
  results[0].value = INFINITY;
  results[0].uncertainty = std::nan("");
  write_results(folder / "a.json", results);
  EXPECT_TRUE(std::isnan(read_results(folder / "a.json")[0].value));
  EXPECT_TRUE(std::isnan(read_results(folder / "a.json")[0].uncertainty.value()));
}

TEST(Results, NamesMustBeThereAndDiffer) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.json").string();
  std::vector<Result> results = example_results();
  results[1].name = "loss";
  EXPECT_EQ(error_text<InvalidArgument>([&] { write_results(path, results); }),
            "[results] " + path + ": names must differ; got \"loss\" twice.");
  results[1].name = "";
  EXPECT_EQ(error_text<InvalidArgument>([&] { write_results(path, results); }),
            "[results] " + path + ": a result must have a name.");
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(Results, DamagedFilesAreRefused) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.json").string();
  const auto refused = [&](const std::string& text) {
    write_file_atomically(path, text, "test");
    const std::string message = error_text<InvalidFile>([&] { read_results(path); });
    const std::string start = "[results] " + path + ": ";
    EXPECT_TRUE(message.starts_with(start)) << message;
    return message.substr(std::min(message.size(), start.size()));
  };
  const auto with_result = [](const std::string& fields) {
    return "{\"gril_results\": 1, \"results\": [{" + fields + "}]}";
  };
  const std::string loss = R"("name":"a","value":1,"unit":"1","source":"x")";
  EXPECT_EQ(refused("{"), "must be JSON; got an error at byte 2.");
  EXPECT_EQ(refused("[]"), "must be a table; got [].");
  EXPECT_EQ(refused("{\"a\":1,\"a\":2}"), "must have each key once; got \"a\" twice.");
  EXPECT_EQ(refused("{\"results\": []}"), "\"gril_results\" must be given; got no such key.");
  EXPECT_EQ(refused("{\"gril_results\": 2, \"results\": []}"),
            "\"gril_results\" must be an integer of at least 1 and at most 1; got 2.");
  EXPECT_EQ(refused(with_result(R"("name":"a","value":1,"unit":"1")")),
            "\"results.0.source\" must be given; got no such key.");
  EXPECT_EQ(refused(with_result(R"("name":"a","value":"1","unit":"1","source":"x")")),
            "\"results.0.value\" must be a finite number; got \"1\".");
  EXPECT_EQ(refused(with_result(loss + ",\"sample\":3")),
            "unknown key \"results.0.sample\". Did you mean \"results.0.samples\"?");
  EXPECT_EQ(refused("{\"gril_results\": 1, \"results\": [{" + loss + "},{" + loss + "}]}"),
            "names must differ; got \"a\" twice.");
}

TEST(Results, AMissingFileIsTheCallersMistake) {
  EXPECT_EQ(error_text<InvalidArgument>([] { read_results("no/such.json"); }),
            "[results] no/such.json: must be a file; got no such file. Check the path.");
}

}  // namespace
}  // namespace gril
