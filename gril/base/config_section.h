#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/base/nearest_word.h"

namespace gril {

/// One table of a configuration, read field by field. The fields asked for are the known ones:
/// finish() refuses every other key and names the nearest known one.
///
///     ConfigSection section(tree, "experiment.toml", "training");
///     options.steps = section.integer("steps", options.steps, 1);
///     section.finish();
///
/// errors  InvalidArgument for a value of the wrong type or outside its range, a missing required
///         key, or an unknown key. Their texts:
///
///     [config] experiment.toml: "training.steps" must be an integer of at least 1; got 0.
///     [config] experiment.toml: "training.steps" must be given; got no such key.
///     [config] experiment.toml: unknown key "training.step". Did you mean "training.steps"?
///     [config] experiment.toml: unknown key "training.x". Known keys: batch_size, steps.
class ConfigSection {
 public:
  /// tree: a JSON object. where: the file or option the text came from. path: dotted name of the
  /// section inside it ("" for the root), for messages.
  ConfigSection(Json tree, std::string where, std::string path = "");

  bool has(const std::string& key) const;
  /// Refuses a section without `key`: for values that have no default.
  void need(const std::string& key) const;

  /// The value of `key`, or `fallback` where it is absent; refused outside [lowest, highest].
  int64_t integer(const std::string& key, int64_t fallback,
                  int64_t lowest = std::numeric_limits<int64_t>::min(),
                  int64_t highest = std::numeric_limits<int64_t>::max());
  /// An integer or a finite floating-point number.
  double number(const std::string& key, double fallback,
                double lowest = -std::numeric_limits<double>::infinity(),
                double highest = std::numeric_limits<double>::infinity());
  bool flag(const std::string& key, bool fallback);
  std::string text(const std::string& key, const std::string& fallback);
  /// One of `allowed`; anything else names the nearest allowed word.
  std::string choice(const std::string& key, const std::string& fallback,
                     const std::vector<std::string>& allowed);
  /// An array of finite numbers.
  std::vector<double> numbers(const std::string& key, const std::vector<double>& fallback);
  /// An array of texts; empty where absent.
  std::vector<std::string> texts(const std::string& key);

  /// The value as it stands, null where absent: for what the readers above do not cover.
  Json value(const std::string& key);

  /// The table under `key` (empty where absent). It has its own finish().
  ConfigSection section(const std::string& key);
  /// The array of tables under `key` (empty where absent).
  std::vector<ConfigSection> sections(const std::string& key);

  /// Throws when the section holds a key that nobody asked for.
  void finish() const;

  /// "where: path" for messages of the caller's own checks.
  std::string name() const;
  const Json& tree() const { return tree_; }

 private:
  const Json* find(const std::string& key);
  std::string key_name(const std::string& key) const;
  [[noreturn]] void refuse(const std::string& key, const std::string& rule,
                           const std::string& advice = "") const;

  Json tree_;
  std::string where_;
  std::string path_;
  std::set<std::string> known_;
};

}  // namespace gril
