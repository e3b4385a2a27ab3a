#pragma once

#include <filesystem>
#include <string_view>

namespace gril {

/// The files of a text.
struct TextFiles {
  std::filesystem::path training;     ///< or the whole text, where the others are empty
  std::filesystem::path validation;   ///< empty: none
  std::filesystem::path test;         ///< empty: none
  std::filesystem::path description;  ///< of token files, meta.json; empty for texts
};

/// Finds them. A file is a whole text; a folder holds one of
///
///     ptb.train.txt      ptb.valid.txt      ptb.test.txt       Penn Treebank
///     wiki.train.tokens  wiki.valid.tokens  wiki.test.tokens   WikiText
///     train.txt          valid.txt          test.txt           WikiText-103 elsewhere
///     train.bin          val.bin            test.bin           tokens, with meta.json
///
/// packed with gzip (then perhaps with .gz behind the name) or not; the test file may be absent.
///
/// errors  InvalidArgument "[where] PATH: …" when there is no such file or folder, for a folder in
///         none of these layouts or without its validation file
TextFiles find_text_files(const std::filesystem::path& path, std::string_view where);

}  // namespace gril
