#pragma once

#include <cstdint>
#include <string>

#include "gril/tasks/language/vocabulary.h"

namespace gril {

/// Symbols as the text they stand for, one after another: words and numbers with a blank between
/// them, <eos> as the end of a line, everything else as it is.
class TextWriter {
 public:
  /// vocabulary  outlives this object
  explicit TextWriter(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  /// What stands behind the symbols before.
  std::string text(int64_t symbol);

 private:
  const Vocabulary& vocabulary_;
  bool line_start_ = true;
};

}  // namespace gril
