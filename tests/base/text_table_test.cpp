#include "gril/base/text_table.h"

#include <gtest/gtest.h>

namespace gril {
namespace {

TEST(TextTable, AlignsColumnsByCharactersAndNotByBytes) {
  EXPECT_EQ(text_table({{"a", "loss"}, {"η = 6", "0.2"}, {"longer", "–"}}),
            "a       loss\n"
            "η = 6   0.2\n"
            "longer  –\n");
}

TEST(TextTable, OfNoRowsIsEmpty) { EXPECT_EQ(text_table({}), ""); }

}  // namespace
}  // namespace gril
