#include "gril/tasks/language/text_parts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/gzip_file.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

using Symbols = std::vector<int32_t>;
using Strings = std::vector<std::string>;

class Text : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_ / name, text, "test");
  }
  TextOptions options(const std::string& name, TextLevel level) const {
    TextOptions options;
    options.path = name.empty() ? folder_.path() : folder_ / name;
    options.level = level;
    return options;
  }
  TextParts read(const std::string& name, TextLevel level) const {
    return read_text_parts(options(name, level), "test");
  }
  /// The error, with F for the folder.
  template <typename Error>
  std::string refusal(const TextOptions& options) const {
    std::string text = error_text<Error>([&] { read_text_parts(options, "test"); });
    const std::string folder = folder_.path().string();
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.replace(at, folder.size(), "F");
    }
    return text;
  }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
};

TEST_F(Text, CharactersAreNumberedByCodePointAndSplitByShare) {
  write("t", "bé戦a\nbé戦ab");  // 10 characters
  const TextParts parts = read("t", TextLevel::kCharacter);
  EXPECT_EQ(parts.vocabulary.texts(), (Strings{"\n", "a", "b", "é", "戦"}));
  EXPECT_EQ(parts.training, (Symbols{2, 3, 4, 1, 0, 2, 3, 4, 1}));
  EXPECT_EQ(parts.validation, (Symbols{2}));
  EXPECT_TRUE(parts.test.empty());
}

TEST_F(Text, SharesAreRoundedDownToTheLetter) {
  // 1 - 0.05 - 0.05 is less than 0.9 in double precision, and 0.9 · 10 is 9.
  std::string text(20, 'a');
  write("t", text);
  TextOptions shares = options("t", TextLevel::kByte);
  shares.validation_share = 0.05;
  shares.test_share = 0.05;
  const TextParts parts = read_text_parts(shares, "test");
  EXPECT_EQ(parts.training.size(), 18U);
  EXPECT_EQ(parts.validation.size(), 1U);
  EXPECT_EQ(parts.test, (Symbols{'a'}));
  // nanoGPT: int(n * 0.9).
  write("t", std::string(1119, 'a'));
  EXPECT_EQ(read("t", TextLevel::kByte).training.size(), 1007U);
}

TEST_F(Text, BytesAreTheirOwnSymbols) {
  write("t", std::string("a\xFF\n\0b", 5));
  const TextParts parts = read("t", TextLevel::kByte);
  EXPECT_EQ(parts.training, (Symbols{'a', 0xFF, '\n', 0}));
  EXPECT_EQ(parts.vocabulary.size(), 256);
}

TEST_F(Text, WordsAreOrderedByFrequencyOrAppearance) {
  write("ptb.train.txt", " b a a \n c a <unk> \n");
  write("ptb.valid.txt", "a d\n");
  TextOptions words = options("", TextLevel::kWord);
  TextParts parts = read_text_parts(words, "test");
  EXPECT_EQ(parts.vocabulary.texts(), (Strings{"a", "<eos>", "b", "c", "<unk>"}));
  EXPECT_EQ(parts.training, (Symbols{2, 0, 0, 1, 3, 0, 4, 1}));
  EXPECT_EQ(parts.validation, (Symbols{0, 4, 1}));  // d is <unk>
  EXPECT_TRUE(parts.test.empty());
  words.vocabulary_by_frequency = false;
  EXPECT_EQ(read_text_parts(words, "test").vocabulary.texts(),
            (Strings{"b", "a", "<eos>", "c", "<unk>"}));
  words.vocabulary_of_all = true;
  parts = read_text_parts(words, "test");
  EXPECT_EQ(parts.vocabulary.texts(), (Strings{"b", "a", "<eos>", "c", "<unk>", "d"}));
  EXPECT_EQ(parts.validation, (Symbols{1, 5, 2}));
}

TEST_F(Text, EveryLayoutIsFoundPackedOrNot) {
  const std::vector<Strings> layouts = {
      {"ptb.train.txt", "ptb.valid.txt", "ptb.test.txt"},
      {"wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens"},
      {"train.txt", "valid.txt", "test.txt"}};
  for (const Strings& names : layouts) {
    const TemporaryFolder place;
    write_gzip(place / (names[0] + ".gz"), "abc");
    write_gzip(place / names[1], "b");
    write_file_atomically(place / names[2], "ca", "test");
    TextOptions options;
    options.path = place.path();
    const TextParts parts = read_text_parts(options, "test");
    EXPECT_EQ(parts.training, (Symbols{0, 1, 2})) << names[0];
    EXPECT_EQ(parts.validation, (Symbols{1}));
    EXPECT_EQ(parts.test, (Symbols{2, 0}));
  }
}

TEST_F(Text, TokenFilesAreLittleEndian) {
  write("train.bin", std::string("\x01\x00\x02\x01", 4));
  write("val.bin", std::string("\x00\x00", 2));
  write("meta.json", R"({"dtype": "uint16", "vocabulary_size": 300})");
  TextOptions any;
  any.path = folder().path();
  const TextParts parts = read_text_parts(any, "test");
  EXPECT_EQ(parts.training, (Symbols{1, 258}));
  EXPECT_EQ(parts.validation, (Symbols{0}));
  EXPECT_EQ(parts.vocabulary.level(), TextLevel::kToken);
  EXPECT_EQ(parts.vocabulary.size(), 300);
  write("train.bin", std::string("\x01\x00\x00\x00\x02\x01\x01\x00", 8));
  write("val.bin", std::string("\x00\x00\x00\x00", 4));
  write("meta.json", R"({"dtype": "uint32", "vocabulary_size": 65795})");
  EXPECT_EQ(read("", TextLevel::kToken).training, (Symbols{1, 65794}));
}

TEST_F(Text, TokensMayBeCharacters) {
  write("train.bin", std::string("\x01\x00\x00\x00", 4));
  write("val.bin", std::string("\x01\x00", 2));
  write("meta.json", R"({"dtype": "uint16", "vocabulary_size": 2, "symbols": ["\n", "é"]})");
  const TextParts parts = read("", TextLevel::kCharacter);
  EXPECT_EQ(parts.vocabulary.find("é"), 1);
  EXPECT_EQ(parts.training, (Symbols{1, 0}));
}

TEST_F(Text, UnknownUnitsAreNamedWithTheirPlace) {
  write("ptb.train.txt", "a b\n");
  write("ptb.valid.txt", "a\n b é\n");
  EXPECT_EQ(
      refusal<InvalidFile>(options("", TextLevel::kWord)),
      "[test] F/ptb.valid.txt: every word must be in the training text, or <unk> must be; got "
      "\"\\u00e9\" at byte 5 (line 2). Set vocabulary = \"all\".");
  EXPECT_EQ(refusal<InvalidFile>(options("", TextLevel::kCharacter)),
            "[test] F/ptb.valid.txt: every character must be in the training text; got \"\\u00e9\" "
            "at byte 5 (line 2). Set vocabulary = \"all\".");
  write("t", "aaaaaaaaab");
  EXPECT_EQ(
      refusal<InvalidFile>(options("t", TextLevel::kCharacter)),
      "[test] F/t: every character must be in the training text; got \"b\" at byte 9 (line 1). "
      "Set vocabulary = \"all\".");
}

TEST_F(Text, MissingAndEmptyFilesAreRefused) {
  EXPECT_EQ(refusal<InvalidArgument>(options("gone", TextLevel::kWord)),
            "[test] F/gone: must be a text file or a folder; got no such file. Check the path and "
            "$GRIL_DATA.");
  EXPECT_EQ(refusal<InvalidArgument>(options("", TextLevel::kWord)),
            "[test] F: must hold the files of one layout (ptb.train.txt, ptb.valid.txt; "
            "wiki.train.tokens, wiki.valid.tokens; train.txt, valid.txt; train.bin, val.bin); got "
            "none of them.");
  write("train.txt", "a");
  EXPECT_EQ(refusal<InvalidArgument>(options("", TextLevel::kWord)),
            "[test] F: must hold valid.txt beside train.txt; got none.");
  write("empty", "");
  EXPECT_EQ(refusal<InvalidFile>(options("empty", TextLevel::kByte)),
            "[test] F/empty: must hold text; got none.");
  write("short", "a");
  EXPECT_EQ(refusal<InvalidFile>(options("short", TextLevel::kByte)),
            "[test] F/short: must be long enough for a training part; got 1 symbols in all.");
  TextOptions shares = options("t", TextLevel::kByte);
  shares.test_share = 0.9;
  EXPECT_EQ(refusal<InvalidArgument>(shares),
            "[test] validation_share and test_share must be at least 0 and leave something for "
            "training; got 0.1 and 0.9.");
}

TEST_F(Text, DamagedTokenFilesAreRefused) {
  write("val.bin", std::string("\x00\x00", 2));
  const auto tokens = [&](const std::string& bytes, const std::string& meta) {
    write("train.bin", bytes);
    write("meta.json", meta);
    TextOptions any;
    any.path = folder().path();
    return any;
  };
  const std::string meta = R"({"dtype": "uint16", "vocabulary_size": 3})";
  EXPECT_EQ(refusal<InvalidFile>(tokens(std::string("\0\0\0", 3), meta)),
            "[test] F/train.bin: must hold tokens of 2 bytes; got an end in the middle of one, at "
            "byte 3. Copy the file again, or correct its dtype.");
  EXPECT_EQ(refusal<InvalidFile>(tokens(std::string("\0\0\x03\0", 4), meta)),
            "[test] F/train.bin: tokens must be below the vocabulary size 3; got 3 at byte 2. "
            "Correct dtype or vocabulary_size.");
  EXPECT_EQ(refusal<InvalidFile>(tokens("", meta)),
            "[test] F/train.bin: must hold tokens; got an empty file.");
  EXPECT_EQ(refusal<InvalidArgument>(tokens("ab", "[1]")),
            "[test] F/meta.json: must hold one JSON object; got array.");
  EXPECT_EQ(refusal<InvalidArgument>(
                tokens("ab", R"({"dtype": "uint16", "vocabulary_size": 3, "symbols": ["a"]})")),
            "[test] F/meta.json: symbols must be a list of 3 texts; got 1.");
  EXPECT_EQ(refusal<InvalidArgument>(
                tokens("ab", R"({"dtype": "uint16", "vocabulary_size": 2, "symbols": ["a", 1]})")),
            "[test] F/meta.json: symbols must be texts; got 1.");
  TextOptions words = tokens("ab", meta);
  words.level = TextLevel::kWord;
  EXPECT_EQ(
      refusal<InvalidArgument>(words),
      "[test] F/meta.json: level word needs the symbols of the tokens; got none. Add symbols, "
      "or set level = \"token\".");
  words.level = TextLevel::kByte;
  EXPECT_EQ(refusal<InvalidArgument>(words),
            "[test] F/meta.json: tokens must be of level token, character or word; got byte.");
  write("t", "text");
  EXPECT_EQ(refusal<InvalidArgument>(options("t", TextLevel::kToken)),
            "[test] F/t: level token needs a folder with train.bin, val.bin and meta.json; got "
            "text.");
}

struct RealText {
  std::string path;
  TextLevel level;
  int64_t vocabulary;
  std::vector<std::size_t> sizes;
};

TEST(TextParts, CountsOfRealTextsAreThePublishedOnes) {
  const std::vector<RealText> texts = {
      {"tinyshakespeare/input.txt", TextLevel::kCharacter, 65, {1003854, 111540, 0}},
      {"ptb", TextLevel::kWord, 10000, {929589, 73760, 82430}},
      {"wikitext-2", TextLevel::kWord, 33278, {2088628, 217646, 245569}},
  };
  int found = 0;
  for (const RealText& text : texts) {
    TextOptions options;
    options.path = shared_data(text.path);
    const bool folder = std::filesystem::is_directory(options.path);
    if (options.path.empty() ||
        (folder && !std::filesystem::exists(options.path / "ptb.train.txt") &&
         !std::filesystem::exists(options.path / "wiki.train.tokens"))) {
      continue;  // absent, or packed with xz
    }
    ++found;
    options.level = text.level;
    const TextParts parts = read_text_parts(options, "test");
    EXPECT_EQ(parts.vocabulary.size(), text.vocabulary) << text.path;
    EXPECT_EQ((std::vector<std::size_t>{parts.training.size(), parts.validation.size(),
                                        parts.test.size()}),
              text.sizes)
        << text.path;
  }
  if (found == 0) GTEST_SKIP() << "no unpacked text in $GRIL_DATA";
}

}  // namespace
}  // namespace gril
