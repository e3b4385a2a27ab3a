#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// A value of a JSON file that a program wrote, with the place where it stands: what is read out of
/// it is checked there. A number that does not exist (NaN, infinite) is null in a file and NaN
/// here.
///
///     const JsonValue file = read_json_value("weights.json", "report", "Run gril analyze again.");
///     const double share = file["window"]["off_target"].number();
///
/// Copies share the tree.
///
/// errors  InvalidFile for a key or element that is absent and a value of another type:
///
///     [report] weights.json: "window" must be there; got no such key. Run gril analyze again.
///     [report] weights.json: "window.trained" must be a matrix of numbers, …; got "a". Run gril …
class JsonValue {
 public:
  JsonValue() = default;  ///< null, without a place
  /// A whole tree. where: the name in brackets of its messages; file: the subject of them; advice:
  /// what a reader of a message can do, their last sentence.
  JsonValue(Json tree, std::string_view where, const std::string& file, const std::string& advice);

  /// The value of a key of this object.
  JsonValue operator[](const std::string& key) const;
  /// An element of this list.
  JsonValue operator[](std::size_t index) const;
  bool has(const std::string& key) const;  ///< whether this is an object with that key

  /// The elements of this list.
  std::vector<JsonValue> elements() const;
  std::size_t size() const;  ///< of this list
  bool empty() const { return size() == 0; }
  JsonValue front() const { return (*this)[std::size_t{0}]; }

  double number() const;      ///< NaN for null
  std::size_t count() const;  ///< an integer of at least 0
  bool flag() const;          ///< true or false
  std::string text() const;
  std::vector<double> numbers() const;  ///< a list of them, NaN for null
  std::vector<double> numbers(std::size_t length) const;
  /// Rows of one length with at least one number.
  std::vector<std::vector<double>> matrix() const;
  std::vector<std::vector<double>> matrix(std::size_t rows, std::size_t columns) const;
  /// Lists of lists of matrices, all of one shape with at least one number.
  std::vector<std::vector<std::vector<std::vector<double>>>> tensor() const;

  /// The same under a key, or `fallback` where it is absent or null.
  std::string text_or(const std::string& key, const std::string& fallback) const;
  bool flag_or(const std::string& key, bool fallback) const;

  /// Another tree at this place: some elements of this list.
  JsonValue replaced_by(Json tree) const;

  /// Refuses this value unless the condition holds; rule: "must be …".
  void check(bool condition, const std::string& rule) const;

  const Json& json() const { return *value_; }
  bool is_null() const { return value_->is_null(); }
  bool is_number() const { return value_->is_number(); }
  bool is_text() const { return value_->is_string(); }
  bool is_object() const { return value_->is_object(); }

 private:
  struct Source {
    std::string where;
    std::string file;
    std::string advice;
  };

  JsonValue inside(const Json& value, const std::string& step) const;

  std::shared_ptr<const Json> value_ = std::make_shared<const Json>();
  std::shared_ptr<const Source> source_ = std::make_shared<const Source>();
  std::string path_;  ///< dotted, "" for the whole tree
};

/// The whole tree of a file. Errors: as read_json.
JsonValue read_json_value(const std::filesystem::path& path, std::string_view where,
                          const std::string& advice);

}  // namespace gril
