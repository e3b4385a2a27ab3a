#pragma once

#include <string>
#include <vector>

namespace gril {

/// The word of `candidates` nearest to `word`, or "" when none is near. Distance: the fewest
/// insertions, deletions, replacements and swaps of neighbouring letters (Damerau-Levenshtein,
/// optimal string alignment); near: at most a third of the longer word, at least one, and less
/// than the length of `word`. The first of equals wins. Cost: product of the lengths, per
/// candidate.
std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates);

/// ` Did you mean "near"?` for the end of a message, or "" when no candidate is near.
std::string suggestion(const std::string& word, const std::vector<std::string>& candidates);

/// "a, b, c".
std::string join_words(const std::vector<std::string>& words);

}  // namespace gril
