#include "gril/base/data_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace gril {
namespace {

/// Sets $GRIL_DATA for one test.
class DataFolder : public testing::Test {
 protected:
  void SetUp() override {
    const char* before = std::getenv("GRIL_DATA");
    if (before != nullptr) before_ = before;
  }
  void TearDown() override {
    if (before_) {
      setenv("GRIL_DATA", before_->c_str(), 1);
    } else {
      unsetenv("GRIL_DATA");
    }
  }

 private:
  std::optional<std::string> before_;
};

TEST_F(DataFolder, IsTheEnvironmentsOrData) {
  unsetenv("GRIL_DATA");
  EXPECT_EQ(data_path("iris/iris.csv"), "data/iris/iris.csv");
  setenv("GRIL_DATA", "/sets", 1);
  EXPECT_EQ(data_folder(), "/sets");
  EXPECT_EQ(data_path("iris/iris.csv"), "/sets/iris/iris.csv");
}

TEST_F(DataFolder, DoesNotMoveAbsolutePaths) {
  setenv("GRIL_DATA", "/sets", 1);
  EXPECT_EQ(data_path("/tmp/t.csv"), "/tmp/t.csv");
}

}  // namespace
}  // namespace gril
