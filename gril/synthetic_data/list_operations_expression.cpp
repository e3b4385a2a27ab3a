#include "gril/synthetic_data/list_operations_expression.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr double kOperatorShare = 0.25;
/// Of the operators from kMin on.
constexpr std::array<std::string_view, 4> kNames = {"[MIN", "[MAX", "[MED", "[SM"};

bool is_digit(ListToken token) { return token < ListToken::kMin; }
bool is_operator(ListToken token) { return token >= ListToken::kMin && token < ListToken::kEnd; }

/// Appends the tree below a node. False when the expression has become too long.
bool append_node(const ListExpressionLaw& law, int64_t depth, RandomDraws& draws,
                 ListExpression& tokens) {
  if (static_cast<int64_t>(tokens.size()) + 1 >= law.max_length) return false;
  if (depth >= law.max_depth || draws.unit() > kOperatorShare) {
    tokens.push_back(list_digit(draws.between(0, 9)));
    return true;
  }
  const std::size_t place = tokens.size();
  tokens.push_back(ListToken::kEnd);  // until the operator is drawn
  const int64_t arguments = draws.between(2, law.max_arguments);
  for (int64_t i = 0; i < arguments; ++i) {
    if (!append_node(law, depth + 1, draws, tokens)) return false;
  }
  const int64_t kind = draws.between(0, 3);
  tokens[place] = static_cast<ListToken>(static_cast<int64_t>(ListToken::kMin) + kind);
  tokens.push_back(ListToken::kEnd);
  return true;
}

int64_t median(std::vector<int64_t> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

int64_t apply(ListToken operation, const std::vector<int64_t>& values) {
  switch (operation) {
    case ListToken::kMin:
      return *std::min_element(values.begin(), values.end());
    case ListToken::kMax:
      return *std::max_element(values.begin(), values.end());
    case ListToken::kMed:
      return median(values);
    default:
      return std::accumulate(values.begin(), values.end(), int64_t{0}) % 10;
  }
}

/// For the place of each operator, how many arguments it has; 0 elsewhere.
std::vector<int64_t> argument_counts(const ListExpression& expression) {
  std::vector<int64_t> counts(expression.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (is_operator(expression[i])) {
      open.push_back(i);
      continue;
    }
    if (expression[i] == ListToken::kEnd) open.pop_back();
    if (!open.empty()) ++counts[open.back()];
  }
  return counts;
}

std::optional<ListToken> list_token(std::string_view word) {
  if (word == "]") return ListToken::kEnd;
  if (word.size() == 1 && word.front() >= '0' && word.front() <= '9') {
    return list_digit(word.front() - '0');
  }
  const auto* name = std::find(kNames.begin(), kNames.end(), word);
  if (name == kNames.end()) return std::nullopt;
  return static_cast<ListToken>(static_cast<int64_t>(ListToken::kMin) + (name - kNames.begin()));
}

}  // namespace

void check(const ListExpressionLaw& law, std::string_view where) {
  constexpr int64_t kLongest = 1'000'000;
  constexpr int64_t kMost = 1000;
  require(law.min_length >= 0 && law.min_length + 2 <= law.max_length && law.max_length <= kLongest,
          where, "lengths must lie between two numbers in [0, ", kLongest,
          "] with a length between them; got ", law.min_length, " and ", law.max_length, ".");
  require(law.max_depth >= 1 && law.max_depth <= kMost, where,
          "the greatest depth must lie in [1, ", kMost, "]; got ", law.max_depth, ".");
  require(law.max_arguments >= 2 && law.max_arguments <= kMost, where,
          "the most arguments must lie in [2, ", kMost, "]; got ", law.max_arguments, ".");
}

std::optional<ListExpression> draw_list_expression(const ListExpressionLaw& law,
                                                   RandomDraws& draws) {
  ListExpression tokens;
  if (!append_node(law, 1, draws, tokens)) return std::nullopt;
  const auto length = static_cast<int64_t>(tokens.size());
  if (length <= law.min_length || length >= law.max_length) return std::nullopt;
  return tokens;
}

int64_t list_value(const ListExpression& expression) {
  struct OpenList {
    ListToken operation;
    std::vector<int64_t> values;
  };
  std::vector<OpenList> open = {{ListToken::kEnd, {}}};  // holds the value of the whole
  for (const ListToken token : expression) {
    if (is_digit(token)) {
      open.back().values.push_back(static_cast<int64_t>(token));
    } else if (is_operator(token)) {
      open.push_back({token, {}});
    } else {
      const int64_t value = apply(open.back().operation, open.back().values);
      open.pop_back();
      open.back().values.push_back(value);
    }
  }
  return open.back().values.front();
}

std::string list_text(const ListExpression& expression) {
  const std::vector<int64_t> counts = argument_counts(expression);
  std::string text;
  int64_t depth = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (i > 0) text += ' ';
    const ListToken token = expression[i];
    if (is_operator(token)) {
      for (int64_t k = 0; k <= counts[i]; ++k) text += "( ";
      text +=
          kNames.at(static_cast<std::size_t>(token) - static_cast<std::size_t>(ListToken::kMin));
      ++depth;
      continue;
    }
    if (is_digit(token)) text += static_cast<char>('0' + static_cast<int>(token));
    if (token == ListToken::kEnd) {
      text += "] )";
      --depth;
    }
    if (depth > 0) text += " )";
  }
  return text;
}

std::optional<ListExpression> list_expression(const std::vector<std::string>& words) {
  ListExpression expression;
  std::vector<int64_t> arguments = {0};  // of the whole, and of every list that is open
  for (const std::string& word : words) {
    const std::optional<ListToken> token = list_token(word);
    if (!token) return std::nullopt;
    expression.push_back(*token);
    if (is_operator(*token)) {
      arguments.push_back(0);
      continue;
    }
    if (*token == ListToken::kEnd) {
      if (arguments.size() == 1 || arguments.back() == 0) return std::nullopt;
      arguments.pop_back();
    }
    ++arguments.back();
  }
  if (arguments.size() != 1 || arguments.front() != 1) return std::nullopt;
  return expression;
}

}  // namespace gril
