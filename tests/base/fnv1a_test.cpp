#include "gril/base/fnv1a.h"

#include <gtest/gtest.h>

namespace gril {
namespace {

TEST(Fnv1a, HasThePublishedValues) {
  // Test vectors of Fowler, Noll and Vo.
  EXPECT_EQ(hash_text(fnv1a("")), "cbf29ce484222325");
  EXPECT_EQ(hash_text(fnv1a("a")), "af63dc4c8601ec8c");
  EXPECT_EQ(hash_text(fnv1a("foobar")), "85944171f73967e8");
}

TEST(Fnv1a, GoesOnWhereItEnded) { EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar")); }

}  // namespace
}  // namespace gril
