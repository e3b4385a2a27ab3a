#include "gril/base/json_value.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/json_file.h"

namespace gril {
namespace {

/// A value as a message shows it: its JSON text, shortened.
std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 40;
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + " ...";
}

bool is_number_or_null(const Json& value) { return value.is_number() || value.is_null(); }

double number_of(const Json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

std::vector<double> numbers_of(const Json& list) {
  std::vector<double> numbers;
  for (const Json& element : list) numbers.push_back(number_of(element));
  return numbers;
}

std::vector<std::vector<double>> matrix_of(const Json& list) {
  std::vector<std::vector<double>> rows;
  for (const Json& row : list) rows.push_back(numbers_of(row));
  return rows;
}

/// The lengths of lists within lists around numbers, `depth` of them; nothing where lists side by
/// side differ or hold anything else.
std::optional<std::vector<std::size_t>> shape_of(const Json& value, int depth) {
  if (depth == 0) {
    return is_number_or_null(value) ? std::optional(std::vector<std::size_t>{}) : std::nullopt;
  }
  if (!value.is_array()) return std::nullopt;
  std::vector<std::size_t> inner(static_cast<std::size_t>(depth - 1), 0);
  for (const Json& element : value) {
    const auto shape = shape_of(element, depth - 1);
    const bool first = &element == &value.front();
    if (!shape || (!first && *shape != inner)) return std::nullopt;
    inner = *shape;
  }
  inner.insert(inner.begin(), value.size());
  return inner;
}

bool is_filled(const std::optional<std::vector<std::size_t>>& shape) {
  return shape && std::find(shape->begin(), shape->end(), 0U) == shape->end();
}

}  // namespace

JsonValue::JsonValue(Json tree, std::string_view where, const std::string& file,
                     const std::string& advice)
    : value_(std::make_shared<const Json>(std::move(tree))),
      source_(std::make_shared<const Source>(Source{std::string(where), file, advice})) {}

JsonValue JsonValue::inside(const Json& value, const std::string& step) const {
  JsonValue result = *this;
  result.value_ = std::shared_ptr<const Json>(value_, &value);
  result.path_ = path_.empty() ? step : concatenate(path_, '.', step);
  return result;
}

JsonValue JsonValue::operator[](const std::string& key) const {
  check(value_->is_object(), concatenate("must be an object with the key \"", key, '"'));
  const auto found = value_->find(key);
  require_file(found != value_->end(), source_->where, source_->file, ": \"",
               path_.empty() ? key : concatenate(path_, '.', key),
               "\" must be there; got no such key. ", source_->advice);
  return inside(*found, key);
}

JsonValue JsonValue::operator[](std::size_t index) const {
  check(index < size(), concatenate("must be a list of at least ", index + 1));
  return inside((*value_)[index], std::to_string(index));
}

bool JsonValue::has(const std::string& key) const {
  return value_->is_object() && value_->contains(key);
}

std::size_t JsonValue::size() const {
  check(value_->is_array(), "must be a list");
  return value_->size();
}

std::vector<JsonValue> JsonValue::elements() const {
  std::vector<JsonValue> elements;
  for (std::size_t i = 0; i < size(); ++i) elements.push_back((*this)[i]);
  return elements;
}

double JsonValue::number() const {
  check(is_number_or_null(*value_), "must be a number or null");
  return number_of(*value_);
}

std::size_t JsonValue::count() const {
  const bool fits =
      value_->is_number_unsigned() || (value_->is_number_integer() && value_->get<int64_t>() >= 0);
  check(fits, "must be an integer of at least 0");
  return value_->get<std::size_t>();
}

bool JsonValue::flag() const {
  check(value_->is_boolean(), "must be true or false");
  return value_->get<bool>();
}

std::string JsonValue::text() const {
  check(value_->is_string(), "must be a text");
  return value_->get<std::string>();
}

std::vector<double> JsonValue::numbers() const {
  check(shape_of(*value_, 1).has_value(), "must be a list of numbers");
  return numbers_of(*value_);
}

std::vector<double> JsonValue::numbers(std::size_t length) const {
  check(size() == length, concatenate("must be a list of ", length, " numbers"));
  return numbers();
}

std::vector<std::vector<double>> JsonValue::matrix() const {
  check(is_filled(shape_of(*value_, 2)), "must be a matrix of numbers, as rows of one length");
  return matrix_of(*value_);
}

std::vector<std::vector<double>> JsonValue::matrix(std::size_t rows, std::size_t columns) const {
  const auto shape = shape_of(*value_, 2);
  check(is_filled(shape) && (*shape)[0] == rows && (*shape)[1] == columns,
        concatenate("must be a matrix of ", rows, " x ", columns, " numbers"));
  return matrix_of(*value_);
}

std::vector<std::vector<std::vector<std::vector<double>>>> JsonValue::tensor() const {
  check(is_filled(shape_of(*value_, 4)), "must be lists of lists of matrices of one shape");
  std::vector<std::vector<std::vector<std::vector<double>>>> tensor;
  for (const Json& part : *value_) {
    tensor.emplace_back();
    for (const Json& matrix : part) tensor.back().push_back(matrix_of(matrix));
  }
  return tensor;
}

std::string JsonValue::text_or(const std::string& key, const std::string& fallback) const {
  return has(key) && !(*this)[key].is_null() ? (*this)[key].text() : fallback;
}

bool JsonValue::flag_or(const std::string& key, bool fallback) const {
  return has(key) && !(*this)[key].is_null() ? (*this)[key].flag() : fallback;
}

JsonValue JsonValue::replaced_by(Json tree) const {
  JsonValue result = *this;
  result.value_ = std::make_shared<const Json>(std::move(tree));
  return result;
}

void JsonValue::check(bool condition, const std::string& rule) const {
  if (condition) return;
  const std::string place = path_.empty() ? ":" : concatenate(": \"", path_, '"');
  throw InvalidFile(concatenate('[', source_->where, "] ", source_->file, place, ' ', rule,
                                "; got ", shown(*value_), ". ", source_->advice));
}

JsonValue read_json_value(const std::filesystem::path& path, std::string_view where,
                          const std::string& advice) {
  return {read_json(path, where), where, path.string(), advice};
}

}  // namespace gril
