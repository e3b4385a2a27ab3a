#pragma once

#include <cstdint>
#include <string>

#include "gril/tasks/language/vocabulary.h"

namespace gril {

/// A symbol as a person reads it beside others: words as they are, characters and printable bytes
/// in quotes with the escapes of JSON ("\n"), other bytes as 0xE9.
std::string shown_symbol(const Vocabulary& vocabulary, int64_t symbol);

}  // namespace gril
