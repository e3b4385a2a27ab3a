#include "gril/tasks/language/text_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <istream>
#include <memory>
#include <numeric>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/json_text.h"
#include "gril/base/unpacked_file.h"
#include "gril/tasks/language/text_files.h"
#include "gril/tasks/language/text_units.h"
#include "gril/tasks/language/token_file.h"
#include "gril/tasks/language/unit_numbers.h"

namespace gril {
namespace {

/// Some of the units of a file, by number.
struct Part {
  std::filesystem::path file;
  std::size_t first = 0;  ///< units of the file before them
  std::vector<int32_t> numbers;
};

using Parts = std::array<Part, 3>;  // training, validation, test

/// How many of n symbols a share is, rounded down. Sums of shares may miss an integer by rounding
/// errors.
std::size_t share_of(std::size_t n, double share) {
  return static_cast<std::size_t>(std::floor(static_cast<double>(n) * share + 1e-6));
}

void check_shares(const TextOptions& options, const std::string& where) {
  const bool fit = options.validation_share >= 0 && options.test_share >= 0 &&
                   options.validation_share + options.test_share < 1;
  require(fit, where,
          "validation_share and test_share must be at least 0 and leave something for training; "
          "got ",
          options.validation_share, " and ", options.test_share, ".");
}

/// A single file as its three parts.
Parts split(Part whole, const TextOptions& options, const std::string& where) {
  const std::size_t n = whole.numbers.size();
  const std::size_t validation = share_of(n, 1 - options.validation_share - options.test_share);
  require_file(validation > 0, where, whole.file.string(),
               ": must be long enough for a training part; got ", n, " symbols in all.");
  const std::size_t test = share_of(n, 1 - options.test_share);
  const auto at = [&](std::size_t i) {
    return whole.numbers.begin() + static_cast<std::ptrdiff_t>(i);
  };
  Parts parts;
  parts[1] = {whole.file, validation, {at(validation), at(test)}};
  parts[2] = {whole.file, test, {at(test), whole.numbers.end()}};
  whole.numbers.resize(validation);
  parts[0] = std::move(whole);
  return parts;
}

/// Reads the parts with `read(file)`, which gives numbers.
template <typename Read>
Parts read_parts(const TextFiles& files, const TextOptions& options, const std::string& where,
                 const Read& read) {
  if (files.validation.empty()) {
    return split({files.training, 0, read(files.training)}, options, where);
  }
  Parts parts;
  const std::array names = {&files.training, &files.validation, &files.test};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!names[i]->empty()) parts[i] = {*names[i], 0, read(*names[i])};
  }
  return parts;
}

/// The numbers of units that make the vocabulary, in its order.
std::vector<int32_t> chosen_units(const UnitNumbers& units, const Parts& parts,
                                  const TextOptions& options, TextLevel level) {
  std::vector<int64_t> counts(units.texts().size(), 0);
  for (const Part& part : parts) {
    for (const int32_t number : part.numbers) ++counts[static_cast<std::size_t>(number)];
    if (!options.vocabulary_of_all) break;
  }
  std::vector<int32_t> chosen;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) chosen.push_back(static_cast<int32_t>(i));
  }
  const auto count = [&](int32_t unit) { return counts[static_cast<std::size_t>(unit)]; };
  const auto text = [&](int32_t unit) { return units.texts()[static_cast<std::size_t>(unit)]; };
  if (level == TextLevel::kCharacter) {  // UTF-8 sorts by code point
    std::sort(chosen.begin(), chosen.end(),
              [&](int32_t a, int32_t b) { return text(a) < text(b); });
  } else if (options.vocabulary_by_frequency) {
    std::stable_sort(chosen.begin(), chosen.end(),
                     [&](int32_t a, int32_t b) { return count(a) > count(b); });
  }
  return chosen;
}

/// Reads the file again up to the unit.
[[noreturn]] void refuse_unknown(const Part& part, std::size_t index, TextLevel level,
                                 const std::string& where) {
  const std::unique_ptr<std::istream> file = open_unpacked(part.file, where);
  TextUnits units(*file, level, part.file.string(), where, true);
  std::string unit;
  for (std::size_t i = 0; i <= part.first + index; ++i) unit = units.next().value_or("");
  const bool word = level == TextLevel::kWord;
  throw InvalidFile(concatenate('[', where, "] ", part.file.string(), ": every ",
                                word ? "word" : "character", " must be in the training text",
                                word ? ", or <unk> must be" : "", "; got ", shown_text(unit),
                                " at byte ", units.place().byte, " (line ", units.place().line,
                                "). Set vocabulary = \"all\"."));
}

/// Numbers of units become symbols.
std::vector<int32_t> symbols_of(Part part, const std::vector<int32_t>& symbol_of_unit,
                                TextLevel level, const std::string& where) {
  for (std::size_t i = 0; i < part.numbers.size(); ++i) {
    const int32_t symbol = symbol_of_unit[static_cast<std::size_t>(part.numbers[i])];
    if (symbol < 0) refuse_unknown(part, i, level, where);
    part.numbers[i] = symbol;
  }
  return std::move(part.numbers);
}

TextParts read_units(const TextFiles& files, TextLevel level, const TextOptions& options,
                     const std::string& where) {
  UnitNumbers units(level);
  Parts parts =
      read_parts(files, options, where, [&](const auto& file) { return units.read(file, where); });
  const std::vector<int32_t> chosen = chosen_units(units, parts, options, level);
  std::vector<std::string> texts;
  std::vector<int32_t> symbol_of_unit(units.texts().size(), -1);
  for (const int32_t unit : chosen) {
    symbol_of_unit[static_cast<std::size_t>(unit)] = static_cast<int32_t>(texts.size());
    texts.push_back(units.texts()[static_cast<std::size_t>(unit)]);
  }
  Vocabulary vocabulary(level, std::move(texts));
  const int64_t unknown = level == TextLevel::kWord ? vocabulary.find(kUnknownWord) : -1;
  std::replace(symbol_of_unit.begin(), symbol_of_unit.end(), -1, static_cast<int32_t>(unknown));
  TextParts result{std::move(vocabulary), {}, {}, {}};
  result.training = symbols_of(std::move(parts[0]), symbol_of_unit, level, where);
  result.validation = symbols_of(std::move(parts[1]), symbol_of_unit, level, where);
  result.test = symbols_of(std::move(parts[2]), symbol_of_unit, level, where);
  return result;
}

TextParts read_bytes(const TextFiles& files, const TextOptions& options, const std::string& where) {
  UnitNumbers units(TextLevel::kByte);
  Parts parts =
      read_parts(files, options, where, [&](const auto& file) { return units.read(file, where); });
  return {Vocabulary::of_bytes(), std::move(parts[0].numbers), std::move(parts[1].numbers),
          std::move(parts[2].numbers)};
}

TextParts read_token_parts(const TextFiles& files, TextLevel level, const TextOptions& options,
                           const std::string& where) {
  const TokenDescription description = read_token_description(files.description, where);
  require(level != TextLevel::kByte, where, files.description.string(),
          ": tokens must be of level token, character or word; got byte.");
  require(level == TextLevel::kToken || !description.symbols.empty(), where,
          files.description.string(), ": level ", text_level_name(level),
          " needs the symbols of the tokens; got none. Add symbols, or set level = \"token\".");
  Parts parts = read_parts(files, options, where,
                           [&](const auto& file) { return read_tokens(file, description, where); });
  return {description.symbols.empty() ? Vocabulary::of_numbers(description.vocabulary_size)
                                      : Vocabulary(level, description.symbols),
          std::move(parts[0].numbers), std::move(parts[1].numbers), std::move(parts[2].numbers)};
}

}  // namespace

TextParts read_text_parts(const TextOptions& options, const std::string& where) {
  check_shares(options, where);
  const TextFiles files = find_text_files(options.path, where);
  const bool tokens = !files.description.empty();
  const TextLevel level =
      options.level.value_or(tokens ? TextLevel::kToken : TextLevel::kCharacter);
  if (tokens) return read_token_parts(files, level, options, where);
  require(level != TextLevel::kToken, where, options.path.string(),
          ": level token needs a folder with train.bin, val.bin and meta.json; got text.");
  if (level == TextLevel::kByte) return read_bytes(files, options, where);
  return read_units(files, level, options, where);
}

}  // namespace gril
