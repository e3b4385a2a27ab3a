#pragma once

#include <cstdint>
#include <istream>
#include <string>

#include "gril/generation/text_generator.h"
#include "gril/tasks/language/vocabulary.h"

namespace gril {

/// Lets a generator read a text, in constant memory however long it is: a prompt of words has an
/// <eos> for every end of a line in it and none behind it, one of tokens consists of numbers.
///
/// name     of the text, for messages
/// returns  symbols read
/// errors   InvalidArgument "[generate] NAME: …" for a text without symbols, and for a unit that is
///          not in the vocabulary (words become <unk> where there is one), with its place; those of
///          TextUnits
int64_t read_prompt(std::istream& text, const std::string& name, const Vocabulary& vocabulary,
                    TextGenerator& generator);

}  // namespace gril
