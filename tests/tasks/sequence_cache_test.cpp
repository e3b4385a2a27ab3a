#include "gril/tasks/sequence_classification/sequence_cache.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/tasks/sequence_classification/sequence_cache_file.h"
#include "gril/tasks/sequence_classification/text_classification.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

namespace fs = std::filesystem;

/// A data set of two files, a reader that counts how often it is asked, and a folder for caches.
class SequenceCache : public testing::Test {
 protected:
  SequenceCache() {
    fs::create_directories(folder_ / "data/sub");
    write_file_atomically(folder_ / "data/a.txt", "12", "test");
    write_file_atomically(folder_ / "data/sub/b.txt", "345", "test");
  }
  SequenceSource source() const {
    return {.kind = "digits",
            .options = {{"length", 7}},
            .folder = folder_ / "data",
            .names = {"a.txt", "sub"}};
  }
  ReadSequences cached(const SequenceSource& source) {
    return cached_sequences(source, (folder_ / "caches/deep").string(), [this] {
      ++reads_;
      return read();
    });
  }
  static ReadSequences read() {
    ReadSequences sequences;
    sequences.parts = {
        {at::tensor({1, 2, 300, 4, 5}, at::kShort).unsqueeze(1), {0, 2}, {2, 3}, {1, 0}},
        {at::tensor({7, 255, 9, 1}, at::kByte).reshape({2, 2}), {0, 1}, {1, 1}, {4}, 2}};
    sequences.vocabulary = {"<pad>", "ä", "\""};
    sequences.note = "skipped 1";
    return sequences;
  }
  std::vector<fs::path> caches() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_ / "caches/deep")) {
      files.push_back(entry.path());
    }
    return files;
  }

  TemporaryFolder folder_;
  int reads_ = 0;
};

void expect_equal(const ReadSequences& actual, const ReadSequences& expected) {
  ASSERT_EQ(actual.parts.size(), expected.parts.size());
  for (std::size_t p = 0; p < actual.parts.size(); ++p) {
    const LabelledSequences& part = actual.parts[p];
    EXPECT_EQ(part.values.scalar_type(), expected.parts[p].values.scalar_type());
    EXPECT_TRUE(at::equal(part.values, expected.parts[p].values));
    EXPECT_EQ(part.begins, expected.parts[p].begins);
    EXPECT_EQ(part.lengths, expected.parts[p].lengths);
    EXPECT_EQ(part.labels, expected.parts[p].labels);
    EXPECT_EQ(part.documents, expected.parts[p].documents);
  }
  EXPECT_EQ(actual.vocabulary, expected.vocabulary);
  EXPECT_EQ(actual.note, expected.note);
}

TEST_F(SequenceCache, GivesTheSecondTimeWhatWasReadTheFirstTime) {
  expect_equal(cached(source()), read());
  expect_equal(cached(source()), read());
  EXPECT_EQ(reads_, 1);
  ASSERT_EQ(caches().size(), 1U);
  EXPECT_EQ(caches()[0].filename().string().rfind("digits-", 0), 0U);
  EXPECT_EQ(caches()[0].extension(), ".safetensors");
}

TEST_F(SequenceCache, DoesNotDependOnWhereTheDataLie) {
  cached(source());
  fs::rename(folder_ / "data", folder_ / "moved");
  SequenceSource moved = source();
  moved.folder = folder_ / "moved";
  cached(moved);
  EXPECT_EQ(reads_, 1);
}

TEST_F(SequenceCache, LooksIntoLinkedFolders) {
  fs::create_directories(folder_ / "elsewhere");
  write_file_atomically(folder_ / "elsewhere/c.txt", "6", "test");
  fs::create_directory_symlink(folder_ / "elsewhere", folder_ / "data/sub/linked");
  cached(source());
  write_file_atomically(folder_ / "elsewhere/c.txt", "67", "test");
  cached(source());
  EXPECT_EQ(reads_, 2);
}

TEST_F(SequenceCache, OtherOptionsKindsAndFilesAreReadAnew) {
  cached(source());
  SequenceSource longer = source();
  longer.options["length"] = 8;
  cached(longer);
  EXPECT_EQ(reads_, 2);
  SequenceSource other = source();
  other.kind = "letters";
  cached(other);
  EXPECT_EQ(reads_, 3);
  const fs::path file = folder_ / "data/sub/b.txt";
  fs::last_write_time(file, fs::last_write_time(file) - std::chrono::seconds(5));
  cached(source());
  EXPECT_EQ(reads_, 4) << "another time of last change";
  write_file_atomically(folder_ / "data/sub/c.txt", "6", "test");
  cached(source());
  EXPECT_EQ(reads_, 5) << "another file";
  cached(source());
  EXPECT_EQ(reads_, 5);
}

TEST_F(SequenceCache, AnotherFileOfTheSameSizeAndTimeOfWritingIsReadAnew) {
  cached(source());
  const fs::path file = folder_ / "data/a.txt";
  const auto written = fs::last_write_time(file);
  write_file_atomically(file, "34", "test");
  fs::last_write_time(file, written);
  cached(source());
  EXPECT_EQ(reads_, 2);
}

TEST_F(SequenceCache, DamageIsFoundAndTheCacheIsMadeAgain) {
  cached(source());
  const fs::path path = caches().at(0);
  const std::string whole = read_file(path, "test");
  std::string other_byte = whole;
  other_byte.back() ^= 1;
  for (const std::string& damaged :
       {other_byte, whole.substr(0, whole.size() - 1), std::string()}) {
    write_file_atomically(path, damaged, "test");
    reads_ = 0;
    testing::internal::CaptureStderr();
    expect_equal(cached(source()), read());
    const std::string notice = testing::internal::GetCapturedStderr();
    EXPECT_NE(notice.find(path.string()), std::string::npos) << notice;
    EXPECT_NE(notice.find("Reading the data again."), std::string::npos) << notice;
    EXPECT_EQ(reads_, 1);
    EXPECT_EQ(read_file(path, "test"), whole);
  }
}

TEST_F(SequenceCache, AForeignFileOfItsNameIsNotTaken) {
  cached(source());
  const fs::path path = caches().at(0);
  store_sequences(path, "another source", read());
  EXPECT_EQ(error_text<InvalidFile>([&] { load_sequences(path, "this source"); }),
            "[cache] " + path.string() + ": must be the cache of these data; got another file.");
  cached(source());
  EXPECT_EQ(reads_, 2);
}

TEST_F(SequenceCache, ABadByteIsNamedByTheChecksum) {
  const fs::path path = folder_ / "x.safetensors";
  store_sequences(path, "key", read());
  std::string bytes = read_file(path, "test");
  bytes.back() ^= 1;
  write_file_atomically(path, bytes, "test");
  EXPECT_EQ(error_text<InvalidFile>([&] { load_sequences(path, "key"); }),
            "[cache] " + path.string() +
                ": its bytes must have the checksum that it states; got others.");
}

TEST_F(SequenceCache, AFolderThatCannotBeMadeIsNoError) {
  write_file_atomically(folder_ / "caches", "a file", "test");
  testing::internal::CaptureStderr();
  expect_equal(cached(source()), read());
  EXPECT_NE(testing::internal::GetCapturedStderr().find("not written"), std::string::npos);
}

TEST_F(SequenceCache, NoneAndSmallSourcesOfAutoAreAlwaysRead) {
  for (const char* place : {"none", "auto", "none", "auto"}) {
    cached_sequences(source(), place, [this] {
      ++reads_;
      return read();
    });
  }
  EXPECT_EQ(reads_, 4);
  EXPECT_EQ(error_text<InvalidArgument>([&] { cached_sequences(source(), "", read); }),
            "[digits] cache must be \"auto\", \"none\" or a folder; got \"\". Leave it out for "
            "\"auto\".");
}

TEST_F(SequenceCache, ATaskIsTheSameFromItsCache) {
  for (const char* part : {"train/neg", "train/pos", "test/neg", "test/pos"}) {
    fs::create_directories(folder_ / "reviews" / part);
    write_file_atomically(folder_ / "reviews" / part / "1.txt", std::string(part) + "ä", "test");
  }
  const Json tree = {{"kind", "text_classification"},
                     {"folder", (folder_ / "reviews").string()},
                     {"least_count", 1},
                     {"cache", (folder_ / "caches/deep").string()}};
  const auto task = [&] { return make_task(ConfigSection(tree, "task.toml", "task")); };
  const auto first = task();
  ASSERT_EQ(caches().size(), 1U);
  const auto second = task();
  EXPECT_EQ(second->config()["cache"], tree["cache"]);
  EXPECT_EQ(second->vocabulary(), first->vocabulary());
  const Batch expected = first->training_batch(0, 2, 3, at::kFloat);
  const Batch batch = second->training_batch(0, 2, 3, at::kFloat);
  EXPECT_TRUE(at::equal(batch.tokens, expected.tokens));
  EXPECT_TRUE(at::equal(batch.targets, expected.targets));
  EXPECT_EQ(caches().size(), 1U);
}

}  // namespace
}  // namespace gril
