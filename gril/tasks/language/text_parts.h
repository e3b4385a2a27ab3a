#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gril/tasks/language/text_level.h"
#include "gril/tasks/language/vocabulary.h"

namespace gril {

/// Where a text lies and how it becomes symbols.
struct TextOptions {
  std::filesystem::path path;  ///< a file or a folder: text_files.h
  /// Absent: character, for token files token. Of token files at the level character or word,
  /// meta.json must name the symbols.
  std::optional<TextLevel> level;
  double validation_share = 0.1;        ///< of a single file, the last but for the test part
  double test_share = 0;                ///< of a single file, the last part
  bool vocabulary_of_all = false;       ///< whether it has the units of all parts, not of training
  bool vocabulary_by_frequency = true;  ///< words; false: by their first appearance
};

/// A text as symbols.
struct TextParts {
  Vocabulary vocabulary;
  std::vector<int32_t> training;
  std::vector<int32_t> validation;  ///< empty: none
  std::vector<int32_t> test;        ///< empty: none
};

/// Reads a text. Of n symbols of a single file, training has the first ⌊n (1 - v - t)⌋ and
/// validation those up to ⌊n (1 - t)⌋, with the shares v and t; v = 0.1 and t = 0 are nanoGPT's.
///
///     byte       256 symbols
///     character  the characters of the training text, by code point
///     word       the words of the training text, the most frequent first (equals by
///                appearance), or by their first appearance; other words are <unk> where it is one
///                of them
///     token      as meta.json says
///
/// errors  InvalidArgument "[where] …" for shares outside 0 … 1, or that leave no training
///         text, and for a level that does not fit the files; InvalidFile for an empty file, a word
///         or a character that only a later part has, with its place; those of find_text_files,
///         TextUnits, read_token_description and read_tokens
/// memory  4 bytes per symbol, 8 while a single file is split
TextParts read_text_parts(const TextOptions& options, const std::string& where);

}  // namespace gril
