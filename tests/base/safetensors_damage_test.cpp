#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gril/base/check.h"
#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/safetensors.h"
#include "gril/base/seed.h"
#include "tests/base/safetensors_example.h"
#include "tests/support/error_text.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

/// Reads damaged copies of the example file; each must give consistent tensors or InvalidFile.
class SafetensorsDamage : public testing::Test {
 protected:
  void SetUp() override {
    const TemporaryFolder folder;
    write_safetensors(folder / "good", example_file());
    good_ = read_file(folder / "good", "test");
    ASSERT_GE(memory_, 0);
  }
  void TearDown() override { close(memory_); }

  void try_bytes(const std::string& bytes) {
    ASSERT_EQ(ftruncate(memory_, 0), 0);
    ASSERT_EQ(pwrite(memory_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    try {
      const SafetensorsFile file = read_safetensors(concatenate("/proc/self/fd/", memory_));
      ++accepted_;
      expect_consistent(file);
    } catch (const InvalidFile& error) {
      ++refused_;
      const std::string text = error.what();
      EXPECT_TRUE(text.starts_with("[safetensors] ")) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }

  static void expect_consistent(const SafetensorsFile& file) {
    for (const auto& [name, tensor] : file.tensors) {
      uint64_t bytes = element_size(tensor.type);
      for (const int64_t size : tensor.shape) bytes *= static_cast<uint64_t>(size);
      EXPECT_EQ(tensor.bytes.size(), bytes) << name;
    }
  }

  std::string good_;
  int memory_ = memfd_create("damaged", MFD_CLOEXEC);  // a file in memory: thousands of rewrites
  int accepted_ = 0;
  int refused_ = 0;
};

TEST_F(SafetensorsDamage, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < good_.size(); ++size) try_bytes(good_.substr(0, size));
  EXPECT_EQ(accepted_, 0);
}

TEST_F(SafetensorsDamage, EverySurplusByteIsRefused) {
  for (const std::size_t surplus : {1U, 8U, 4096U}) try_bytes(good_ + std::string(surplus, '\0'));
  EXPECT_EQ(accepted_, 0);
}

TEST_F(SafetensorsDamage, EveryFlippedBitGivesConsistentTensorsOrOneClearLine) {
  for (std::size_t at = 0; at < good_.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string bytes = good_;
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
      try_bytes(bytes);
    }
  }
  EXPECT_GT(accepted_, 0);
  EXPECT_GT(refused_, accepted_);
}

TEST_F(SafetensorsDamage, ManyReplacedBytesGiveConsistentTensorsOrOneClearLine) {
  constexpr uint64_t kTrials = 3000;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    std::string bytes = good_;
    const uint64_t changes = 1 + child_seed(trial, "changes") % 8;
    for (uint64_t i = 0; i < changes; ++i) {
      // Digits, brackets and quotes reach further into the reader than any byte would.
      constexpr std::string_view kLetters = "0123456789[]{}\",:-eE.tfnFIU";
      const uint64_t draw = child_seed(trial, "change", i);
      bytes[8 + draw % (bytes.size() - 8)] = kLetters[(draw >> 32) % kLetters.size()];
    }
    try_bytes(bytes);
  }
  EXPECT_GT(accepted_, 0);
  EXPECT_GT(refused_, 0);
}

TEST(SafetensorsSaving, AFullDiskLeavesTheEarlierFile) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.safetensors").string();
  const SafetensorsFile earlier = example_file();
  write_safetensors(path, earlier);
  SafetensorsFile later = earlier;
  later.tensors["large"] = {ElementType::kUint8, {100000}, std::vector<std::byte>(100000)};
  {
    const FileSizeLimit limit(50000);
    EXPECT_EQ(error_text<InvalidFile>([&] { write_safetensors(path, later); }),
              "[safetensors] " + path +
                  ": must be writable; got File too large. The earlier file, if any, is "
                  "unchanged.");
  }
  EXPECT_EQ(difference(read_safetensors(path), earlier), "");
  EXPECT_EQ(folder.entries(), 1U);
}

}  // namespace
}  // namespace gril
