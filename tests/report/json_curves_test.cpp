#include "gril/report/json_curves.h"

#include <gtest/gtest.h>

namespace gril {
namespace {

TEST(JsonCurves, SpanDecadesWhereALinearAxisHidesTheSmallest) {
  EXPECT_TRUE(spans_decades({{.y = {1.0, 40.0}}}));
  EXPECT_FALSE(spans_decades({{.y = {1.0, 20.0}}}));
  EXPECT_TRUE(spans_decades({{.y = {1.0, 20.0}, .low = {0.5, 10.0}}}));
  EXPECT_FALSE(spans_decades({{.y = {0.0, 40.0}}})) << "a logarithmic axis has no 0";
}

TEST(JsonCurves, StopAtTheFloorOfALogarithmicAxis) {
  EXPECT_EQ(floored({0.5, 0.0, 1e-20}), (std::vector<double>{0.5, kAxisFloor, kAxisFloor}));
}

TEST(JsonCurves, TableGivesEstimatesTheirInterval) {
  const JsonValue rows(Json{{{"n", 1}, {"loss", {{"value", 0.5}, {"low", 0.25}, {"high", 0.75}}}}},
                       "report", "a.json", "");
  const HtmlTable table = table_of(rows, {{"n", "examples"}, {"loss", "network"}});
  EXPECT_EQ(table.columns, (std::vector<std::string>{"examples", "network", "95 % interval"}));
  EXPECT_EQ(table.rows.front(), (std::vector<std::string>{"1", "0.5", "0.25 … 0.75"}));
}

}  // namespace
}  // namespace gril
