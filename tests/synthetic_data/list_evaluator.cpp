#include "tests/synthetic_data/list_evaluator.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

namespace gril {
namespace {

/// A list that is still open: its operator and how often each digit occurs in it.
struct OpenList {
  std::string operation;
  std::array<int64_t, 10> counts = {};
  int64_t arguments = 0;
};

/// The k-th smallest argument, counted from 0.
int64_t smallest(const OpenList& list, int64_t k) {
  int64_t digit = 0;
  for (int64_t seen = list.counts[0]; seen <= k; seen += list.counts.at(++digit)) continue;
  return digit;
}

int64_t value_of(const OpenList& list) {
  const int64_t n = list.arguments;
  if (list.operation == "[MIN") return smallest(list, 0);
  if (list.operation == "[MAX") return smallest(list, n - 1);
  if (list.operation == "[MED") return (smallest(list, (n - 1) / 2) + smallest(list, n / 2)) / 2;
  int64_t sum = 0;
  for (int64_t digit = 0; digit < 10; ++digit) sum += digit * list.counts.at(digit);
  return sum % 10;
}

class Reader {
 public:
  explicit Reader(const std::string& text) : words_(text) {}

  ReadList read() {
    std::string first;
    words_ >> first;
    result_.value = expression(first, 0);
    if (words_ >> first) throw std::runtime_error("text goes on: " + first);
    return result_;
  }

 private:
  std::string word() {
    std::string word;
    if (!(words_ >> word)) throw std::runtime_error("text ends early");
    return word;
  }

  int64_t expression(const std::string& first, int64_t depth) {
    if (first != "(") {
      if (first.size() != 1 || first[0] < '0' || first[0] > '9') throw std::runtime_error(first);
      if (result_.length++ == 0) result_.root = first[0];
      return first[0] - '0';
    }
    int64_t brackets = 1;
    std::string next = word();
    for (; next == "("; next = word()) ++brackets;
    OpenList list{next};
    if (result_.length == 0) result_.root = next.back();
    result_.length += 2;
    ++result_.operators;
    result_.nested = std::max(result_.nested, depth + 1);
    for (next = word(); next != "]"; next = word()) {
      ++list.counts.at(static_cast<std::size_t>(expression(next, depth + 1)));
      ++list.arguments;
      if (word() != ")") throw std::runtime_error("an application stays open");
    }
    // One application per argument and one for the closing bracket.
    if (word() != ")" || brackets != list.arguments + 1) throw std::runtime_error("bad brackets");
    result_.most_arguments = std::max(result_.most_arguments, list.arguments);
    return value_of(list);
  }

  std::istringstream words_;
  ReadList result_;
};

}  // namespace

ReadList read_list_text(const std::string& text) { return Reader(text).read(); }

}  // namespace gril
