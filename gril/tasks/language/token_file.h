#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gril {

/// What the numbers of token files are.
struct TokenDescription {
  int64_t bytes = 2;                 ///< of a token: 2 (uint16) or 4 (uint32), little-endian
  int64_t vocabulary_size = 0;       ///< tokens are 0 … vocabulary_size - 1
  std::vector<std::string> symbols;  ///< what they stand for; empty: unknown
};

/// Reads meta.json beside token files:
///
///     {"dtype": "uint16", "vocabulary_size": 65, "symbols": ["\n", " ", …]}
///
/// "symbols" may be absent.
///
/// errors  InvalidArgument for a missing file, a missing or unknown key, another dtype, a size
///         outside 2 … 2³¹ - 1, symbols that are not as many texts; InvalidFile for text that is no
///         JSON
TokenDescription read_token_description(const std::filesystem::path& path, std::string_view where);

/// Reads a file of tokens, packed with gzip or not: nothing but the numbers, as nanoGPT writes
/// them.
///
/// errors  InvalidArgument when there is no such file; InvalidFile "[where] PATH: …" for an empty
///         file, an end in the middle of a token and a token outside the vocabulary
/// memory  4 bytes per token
std::vector<int32_t> read_tokens(const std::filesystem::path& path,
                                 const TokenDescription& description, std::string_view where);

}  // namespace gril
