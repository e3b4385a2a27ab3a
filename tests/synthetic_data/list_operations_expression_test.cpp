#include "gril/synthetic_data/list_operations_expression.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/synthetic_data/list_evaluator.h"

namespace gril {
namespace {

constexpr ListToken kEnd = ListToken::kEnd;

ListExpression list(ListToken operation, const std::vector<int64_t>& digits) {
  ListExpression expression = {operation};
  for (const int64_t digit : digits) expression.push_back(list_digit(digit));
  expression.push_back(kEnd);
  return expression;
}

TEST(ListOperationsExpression, HasTheValueOfItsOperator) {
  EXPECT_EQ(list_value({list_digit(7)}), 7);
  EXPECT_EQ(list_value(list(ListToken::kMin, {4, 2, 9})), 2);
  EXPECT_EQ(list_value(list(ListToken::kMax, {4, 2, 9})), 9);
  EXPECT_EQ(list_value(list(ListToken::kSum, {4, 2, 9})), 5);
  EXPECT_EQ(list_value(list(ListToken::kMed, {9, 4, 2})), 4);
}

TEST(ListOperationsExpression, TruncatesTheMedianOfAnEvenNumber) {
  EXPECT_EQ(list_value(list(ListToken::kMed, {2, 1})), 1);
  EXPECT_EQ(list_value(list(ListToken::kMed, {9, 0, 4, 7})), 5);
}

TEST(ListOperationsExpression, IsReadFromItsWords) {
  const ListExpression nested = {
      ListToken::kMed, list_digit(1), ListToken::kSum, list_digit(2), list_digit(3), kEnd, kEnd};
  EXPECT_EQ(list_expression({"[MED", "1", "[SM", "2", "3", "]", "]"}), nested);
  EXPECT_EQ(list_expression({"[MIN", "4", "]"}), list(ListToken::kMin, {4}));
  EXPECT_EQ(list_expression({"[MAX", "4", "]"}), list(ListToken::kMax, {4}));
  EXPECT_EQ(list_expression({"7"}), ListExpression{list_digit(7)});
}

TEST(ListOperationsExpression, OtherWordsAreNoExpression) {
  const std::vector<std::vector<std::string>> others = {
      {},         {"[MAX", "4"},           {"[MAX", "]"},      {"4", "]"},
      {"4", "7"}, {"[MAX", "4", "]", "]"}, {"[AVG", "4", "]"}, {"[MAX", "10", "]"}};
  for (const auto& words : others) EXPECT_FALSE(list_expression(words)) << words.size();
}

TEST(ListOperationsExpression, TextNestsEveryOperatorToTheLeft) {
  EXPECT_EQ(list_text({list_digit(7)}), "7");
  EXPECT_EQ(list_text(list(ListToken::kMax, {4, 7})), "( ( ( [MAX 4 ) 7 ) ] )");
  const ListExpression nested = {
      ListToken::kMed, list_digit(1), ListToken::kSum, list_digit(2), list_digit(3), kEnd, kEnd};
  EXPECT_EQ(list_text(nested), "( ( ( [MED 1 ) ( ( ( [SM 2 ) 3 ) ] ) ) ] )");
}

/// Figures of many drawn expressions.
struct Sample {
  int64_t drawn = 0;
  std::vector<ReadList> read;

  double share(const auto& condition) const {
    int64_t count = 0;
    for (const ReadList& list : read) count += condition(list) ? 1 : 0;
    return static_cast<double>(count) / static_cast<double>(read.size());
  }
  double mean(int64_t ReadList::*member) const {
    double sum = 0.0;
    for (const ReadList& list : read) sum += static_cast<double>(list.*member);
    return sum / static_cast<double>(read.size());
  }
};

Sample sample(const ListExpressionLaw& law, int64_t count, uint64_t seed) {
  Sample sample;
  RandomDraws draws(seed);
  while (static_cast<int64_t>(sample.read.size()) < count) {
    ++sample.drawn;
    const auto expression = draw_list_expression(law, draws);
    if (!expression) continue;
    sample.read.push_back(read_list_text(list_text(*expression)));
    EXPECT_EQ(sample.read.back().value, list_value(*expression));
    EXPECT_EQ(sample.read.back().length, static_cast<int64_t>(expression->size()));
  }
  return sample;
}

/// Four standard errors of a share.
double bound(double share, int64_t count) {
  return 4.0 * std::sqrt(share * (1.0 - share) / static_cast<double>(count));
}

// The figures are those of 100,000 expressions of another implementation (benchmark_data.md 1.4).
TEST(ListOperationsExpression, FollowsTheLawOfLongRangeArena) {
  constexpr int64_t kCount = 2000;
  const Sample lists = sample({}, kCount, 11);
  EXPECT_NEAR(static_cast<double>(kCount) / static_cast<double>(lists.drawn), 0.0826,
              bound(0.0826, lists.drawn));
  EXPECT_EQ(lists.share([](const ReadList& l) { return l.length > 500 && l.length < 2000; }), 1.0);
  EXPECT_EQ(lists.share([](const ReadList& l) { return l.nested == 9; }), 1.0);
  EXPECT_EQ(lists.share([](const ReadList& l) { return l.most_arguments <= 10; }), 1.0);
  // Standard deviations of 400 tokens and of 57 operators.
  EXPECT_NEAR(lists.mean(&ReadList::length), 1035.0, 4.0 * 400.0 / std::sqrt(kCount));
  EXPECT_NEAR(lists.mean(&ReadList::operators), 147.3, 4.0 * 57.0 / std::sqrt(kCount));
  constexpr std::array<double, 10> kLabels = {.173, .091, .076, .084, .090,
                                              .086, .076, .071, .087, .166};
  for (int64_t label = 0; label < 10; ++label) {
    const double share = kLabels.at(static_cast<std::size_t>(label));
    EXPECT_NEAR(lists.share([label](const ReadList& l) { return l.value == label; }), share,
                bound(share, kCount))
        << label;
  }
  // The last letters of MIN, MAX, MED and SM; the value 0 of each.
  const std::map<char, double> zeros = {{'N', .570}, {'X', .001}, {'D', .013}, {'M', .1}};
  for (const auto& [letter, zero] : zeros) {
    const auto is_root = [letter = letter](const ReadList& l) { return l.root == letter; };
    EXPECT_NEAR(lists.share(is_root), 0.25, bound(0.25, kCount)) << letter;
    EXPECT_NEAR(lists.share([&](const ReadList& l) { return is_root(l) && l.value == 0; }),
                zero / 4.0, bound(zero / 4.0, kCount) + 1e-3)
        << letter;
  }
}

TEST(ListOperationsExpression, KeepsTheBoundsOfItsLaw) {
  const ListExpressionLaw law{
      .min_length = 3, .max_length = 30, .max_depth = 3, .max_arguments = 4};
  const Sample lists = sample(law, 500, 12);
  EXPECT_EQ(lists.share([](const ReadList& l) { return l.length > 3 && l.length < 30; }), 1.0);
  EXPECT_EQ(lists.share([](const ReadList& l) { return l.nested <= 2; }), 1.0);
  EXPECT_GT(lists.share([](const ReadList& l) { return l.nested == 2; }), 0.1);
  EXPECT_EQ(lists.share([](const ReadList& l) { return l.most_arguments <= 4; }), 1.0);
  EXPECT_GT(lists.share([](const ReadList& l) { return l.most_arguments == 4; }), 0.1);
  EXPECT_GT(lists.share([](const ReadList& l) { return l.length == 4; }), 0.01);
}

TEST(ListOperationsExpression, RefusesLawsWithoutExpressions) {
  const auto refusal = [](const ListExpressionLaw& law) {
    return error_text<InvalidArgument>([&] { check(law, "make"); });
  };
  EXPECT_EQ(refusal({.min_length = 500, .max_length = 501}),
            "[make] lengths must lie between two numbers in [0, 1000000] with a length between "
            "them; got 500 and 501.");
  EXPECT_EQ(refusal({.min_length = -1}),
            "[make] lengths must lie between two numbers in [0, 1000000] with a length between "
            "them; got -1 and 2000.");
  EXPECT_EQ(refusal({.max_depth = 0}), "[make] the greatest depth must lie in [1, 1000]; got 0.");
  EXPECT_EQ(refusal({.max_arguments = 1}),
            "[make] the most arguments must lie in [2, 1000]; got 1.");
}

}  // namespace
}  // namespace gril
