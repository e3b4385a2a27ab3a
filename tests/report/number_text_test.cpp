#include "gril/report/number_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace gril {
namespace {

TEST(NumberText, KeepsSignificantDigitsAndWholeNumbers) {
  EXPECT_EQ(number_text(0.2062345), "0.20623");
  EXPECT_EQ(number_text(0.2062345, 3), "0.206");
  EXPECT_EQ(number_text(10000.0), "10000");
  EXPECT_EQ(number_text(-3.0), "-3");
  EXPECT_EQ(number_text(1.25e-9), "1.25e-09");
}

TEST(NumberText, MarksWhatIsNotANumber) {
  EXPECT_EQ(number_text(NAN), "–");
  EXPECT_EQ(number_text(Json()), "–");
}

TEST(NumberText, WritesIntervalsAndScalars) {
  const JsonValue estimate({{"low", 0.5}, {"high", 2}}, "report", "a.json", "");
  EXPECT_EQ(interval_text(estimate), "0.5 … 2");
  EXPECT_EQ(interval_text(JsonValue({{"low", NAN}, {"high", nullptr}}, "report", "a.json", "")),
            "–");
  EXPECT_EQ(interval_text(JsonValue({{"value", 1}}, "report", "a.json", "")), "");
  EXPECT_EQ(plain_text(Json::array({1, "a", nullptr, true})), "1, a, none, true");
}

}  // namespace
}  // namespace gril
