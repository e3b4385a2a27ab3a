#include "gril/base/cache_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace gril {
namespace {

/// An environment variable that has another value, or none, for a while.
class ChangedVariable {
 public:
  ChangedVariable(const char* name, const char* value) : name_(name) {
    if (const char* earlier = std::getenv(name)) earlier_ = earlier;
    set(value);
  }
  ~ChangedVariable() { set(earlier_ ? earlier_->c_str() : nullptr); }
  ChangedVariable(const ChangedVariable&) = delete;
  ChangedVariable& operator=(const ChangedVariable&) = delete;

 private:
  void set(const char* value) const {
    if (value == nullptr) {
      unsetenv(name_);
    } else {
      setenv(name_, value, 1);
    }
  }
  const char* name_;
  std::optional<std::string> earlier_;
};

TEST(CacheFolder, FollowsTheXdgSpecification) {
  const ChangedVariable home("HOME", "/home/somebody");
  const ChangedVariable caches("XDG_CACHE_HOME", "/var/caches");
  EXPECT_EQ(cache_folder(), "/var/caches/gril");
  const ChangedVariable relative("XDG_CACHE_HOME", "caches");
  EXPECT_EQ(cache_folder(), "/home/somebody/.cache/gril") << "a relative path counts as none";
  const ChangedVariable none("XDG_CACHE_HOME", nullptr);
  EXPECT_EQ(cache_folder(), "/home/somebody/.cache/gril");
}

TEST(CacheFolder, IsEmptyWithoutAHome) {
  const ChangedVariable caches("XDG_CACHE_HOME", nullptr);
  const ChangedVariable home("HOME", nullptr);
  EXPECT_TRUE(cache_folder().empty());
}

}  // namespace
}  // namespace gril
