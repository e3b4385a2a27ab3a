#include "gril/base/json_value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

const JsonValue& sample() {
  static const JsonValue value({{"name", "a"},
                                {"share", nullptr},
                                {"rows", {{{"loss", 0.5}}, {{"loss", nullptr}}}},
                                {"matrix", {{1, 2}, {3, nullptr}}},
                                {"ragged", {{1, 2}, {3}}}},
                               "report", "a.json", "Do it again.");
  return value;
}

std::string refused(const std::function<void()>& action) { return error_text<InvalidFile>(action); }

TEST(JsonValue, ReadsNumbersWithNullAsNaN) {
  EXPECT_TRUE(std::isnan(sample()["share"].number()));
  EXPECT_EQ(sample()["rows"][0]["loss"].number(), 0.5);
  const auto matrix = sample()["matrix"].matrix();
  EXPECT_EQ(matrix[1][0], 3.0);
  EXPECT_TRUE(std::isnan(matrix[1][1]));
  EXPECT_EQ(sample().text_or("share", "none"), "none");
  EXPECT_EQ(sample().text_or("name", "none"), "a");
}

TEST(JsonValue, NamesFileAndPlaceOfWhatIsAbsent) {
  EXPECT_EQ(refused([] { sample()["losses"]; }),
            "[report] a.json: \"losses\" must be there; got no such key. Do it again.");
  EXPECT_EQ(refused([] { sample()["rows"][1]["steps"]; }),
            "[report] a.json: \"rows.1.steps\" must be there; got no such key. Do it again.");
  EXPECT_EQ(refused([] { sample()["matrix"][2]; }),
            "[report] a.json: \"matrix\" must be a list of at least 3; got [[1,2],[3,null]]. Do it "
            "again.");
}

TEST(JsonValue, NamesFileAndPlaceOfAnotherType) {
  EXPECT_EQ(refused([] { sample()["name"].number(); }),
            "[report] a.json: \"name\" must be a number or null; got \"a\". Do it again.");
  EXPECT_EQ(refused([] { sample()["share"]["x"]; }),
            "[report] a.json: \"share\" must be an object with the key \"x\"; got null. Do it "
            "again.");
  EXPECT_EQ(refused([] { sample()["ragged"].matrix(); }),
            "[report] a.json: \"ragged\" must be a matrix of numbers, as rows of one length; got "
            "[[1,2],[3]]. Do it again.");
  EXPECT_EQ(refused([] { sample()["matrix"].matrix(2, 3); }),
            "[report] a.json: \"matrix\" must be a matrix of 2 x 3 numbers; got [[1,2],[3,null]]. "
            "Do it again.");
  EXPECT_EQ(refused([] { sample()["rows"][0]["loss"].count(); }),
            "[report] a.json: \"rows.0.loss\" must be an integer of at least 0; got 0.5. Do it "
            "again.");
  EXPECT_EQ(refused([] { sample().flag(); }).substr(0, 39),
            "[report] a.json: must be true or false;");
}

TEST(JsonValue, PartsOutliveTheWhole) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.json", "{\"a\": {\"b\": 2}}", "test");
  const JsonValue part = read_json_value(folder / "a.json", "test", "Do it again.")["a"];
  EXPECT_EQ(part["b"].count(), 2U);
}

}  // namespace
}  // namespace gril
