#include "gril/base/json_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

TEST(JsonFile, WhatIsWrittenIsReadBackInItsOrder) {
  const TemporaryFolder folder;
  const Json tree = {{"z", 0.1 + 0.2}, {"a", {1, -2}}, {"m", {{"text", "\xc3\xbc"}}}};
  write_json(folder / "a.json", tree, "test");
  EXPECT_EQ(read_json(folder / "a.json", "test").dump(), tree.dump());
}

TEST(JsonFile, NumbersThatAreNotFiniteBecomeNull) {
  const TemporaryFolder folder;
  write_json(folder / "a.json", {{"a", std::nan("")}}, "test");
  EXPECT_EQ(read_file(folder / "a.json", "test"), "{\n  \"a\": null\n}\n");
}

TEST(JsonFile, TextThatIsNotJsonIsADamagedFile) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.json").string();
  const auto refused = [&](const std::string& text) {
    write_file_atomically(path, text, "test");
    return error_text<InvalidFile>([&] { read_json(path, "test"); });
  };
  EXPECT_EQ(refused("{\"a\": }"), "[test] " + path + ": must be JSON; got an error at byte 7.");
  EXPECT_EQ(refused("1e999"), "[test] " + path + ": must be JSON; got a number beyond all ranges.");
  EXPECT_EQ(refused("{\"a\": {\"b\": 1, \"b\": 1}}"),
            "[test] " + path + ": must have each key once; got \"b\" twice.");
}

TEST(JsonFile, NestingWithoutEndAndFilesWithoutEndAreRefused) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.json").string();
  const auto nested = [&](std::size_t levels, const std::string& open, const std::string& shut) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += open;
    text += "1";
    for (std::size_t i = 0; i < levels; ++i) text += shut;
    write_file_atomically(path, text, "test");
  };
  const std::string message = "[test] " + path + ": may be nested 100 levels deep; got more.";
  for (const std::string open : {"[", "{\"a\":"}) {
    const std::string shut = open == "[" ? "]" : "}";
    nested(100, open, shut);
    EXPECT_FALSE(read_json(path, "test").empty());
    for (const std::size_t levels : {101, 1000000}) {
      nested(levels, open, shut);
      EXPECT_EQ(error_text<InvalidFile>([&] { read_json(path, "test"); }), message);
    }
  }
  std::filesystem::resize_file(path, 100'000'001);
  EXPECT_EQ(error_text<InvalidFile>([&] { read_json(path, "test"); }),
            "[test] " + path + ": may have 100000000 bytes; got more.");
}

TEST(JsonFile, TextThatIsNotUtf8IsNotWritten) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.json").string();
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              write_json(path, {{"a", "\xff"}}, "test");
            }),
            "[test] " + path + ": texts must be UTF-8; got other bytes.");
  EXPECT_EQ(folder.entries(), 0U);
}

}  // namespace
}  // namespace gril
