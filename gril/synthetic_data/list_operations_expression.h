#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gril/synthetic_data/random_draws.h"

namespace gril {

/// A token of an expression: a digit is itself, an operator opens a list that kEnd closes.
enum class ListToken : uint8_t { kMin = 10, kMax, kMed, kSum, kEnd };

constexpr ListToken list_digit(int64_t digit) { return static_cast<ListToken>(digit); }

/// A list operation (Nangia and Bowman 2018, arXiv 1804.06028) as its tokens: a digit, or an
/// operator with two or more expressions and the closing bracket. [MAX 4 [MIN 1 2 ] ] is
/// {kMax, 4, kMin, 1, 2, kEnd, kEnd}. Its length is the number of its tokens.
using ListExpression = std::vector<ListToken>;

/// The law of the expressions; the defaults are those of Long Range Arena (benchmark_data.md,
/// section 1.2).
struct ListExpressionLaw {
  int64_t min_length = 500;    ///< expressions are longer than this
  int64_t max_length = 2000;   ///< and shorter than this
  int64_t max_depth = 10;      ///< the root has depth 1; at this depth every node is a digit
  int64_t max_arguments = 10;  ///< of an operator; the number is uniform from 2

  bool operator==(const ListExpressionLaw&) const = default;
};

/// Errors: InvalidArgument "[where] …" unless 0 <= min_length, min_length + 2 <= max_length <=
/// 10^6, 1 <= max_depth <= 1000 and 2 <= max_arguments <= 1000.
void check(const ListExpressionLaw& law, std::string_view where);

/// Draws one tree: a node is an operator with probability 1/4, otherwise a digit, both uniform; the
/// arguments of an operator are drawn from left to right and then the operator.
/// returns  nothing when its length is outside the law, which for the defaults happens to 11 of 12
/// cost     at most max_length draws
std::optional<ListExpression> draw_list_expression(const ListExpressionLaw& law,
                                                   RandomDraws& draws);

/// The digit that an expression stands for: the smallest or largest argument, the sum modulo 10, or
/// the median, which for an even number of arguments is the mean of the two middle ones without its
/// fraction.
int64_t list_value(const ListExpression& expression);

/// The expression as it stands in the released files: every operator is applied to one argument
/// after the other, each application in round brackets and the closing bracket the last argument;
/// [MAX 4 7 ] is "( ( ( [MAX 4 ) 7 ) ] )".
std::string list_text(const ListExpression& expression);

/// The expression that the words of such a text are without its round brackets: digits, "[MIN",
/// "[MAX", "[MED", "[SM" and "]". Nothing where they are not one expression: for another word, a
/// list that is empty or not closed, and a bracket or an expression too many.
std::optional<ListExpression> list_expression(const std::vector<std::string>& words);

}  // namespace gril
