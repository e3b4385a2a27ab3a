#pragma once

#include <filesystem>
#include <string>

#include "gril/base/json.h"

namespace gril {

/// Reads a TOML file of at most 10 MB into a tree; keys keep the order of the file. Dates and times
/// are refused. Errors: InvalidArgument when there is no such file; InvalidFile for a larger one,
/// one of more than 90 levels (config_nesting.h), and with line and column, such as
/// `[config] a.toml: line 3, column 9: must be TOML; got ...`.
Json read_toml(const std::filesystem::path& path);

/// The tree, an object, as TOML text that read_toml reads back the same: doubles to the last bit,
/// integers as integers. In each table the plain values come first, then its tables, each in the
/// order of the tree. Errors: InvalidArgument for a null, an integer above int64 and a text that is
/// not UTF-8.
std::string toml_text(const Json& tree);

/// The tree of one TOML value on one line, such as `[1, 2.5]`; null when `text` is none.
Json toml_value(const std::string& text);

/// Applies "section.key=value" to a tree. `value` is a TOML value; a bare word (letters, digits and
/// any of _-+./:@~, starting like a word or a path) is a text. A number in the key counts in an
/// array: "model.layers.0.window=3". Missing tables are made: whether a key is known is for
/// ConfigSection to say.
/// Errors: InvalidArgument, and the tree stays as it was, when there is no "=", the key or the
/// value is empty, the value is not TOML, the tree would be nested too deeply, an index is outside
/// its array, or a table would be overwritten by something else than a table.
void apply_override(Json& tree, const std::string& assignment);

}  // namespace gril
