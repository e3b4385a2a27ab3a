// The rivals against direct solutions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "gril/base/error.h"
#include "gril/stream/cholesky.h"
#include "gril/stream/nearest_neighbours.h"
#include "gril/stream/normalised_lms.h"
#include "gril/stream/recursive_least_squares.h"
#include "gril/stream/running_mean.h"
#include "gril/stream/sliding_window_least_squares.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using stream::NormalisedLms;
using stream::RecursiveLeastSquares;
using stream::SlidingWindowLeastSquares;
using Vector = std::vector<double>;

struct Row {
  Vector x;
  double y;
};

std::vector<Row> random_rows(std::size_t count, std::size_t features, uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<Row> rows;
  for (std::size_t r = 0; r < count; ++r) {
    Row row{Vector(features), normal(generator)};
    for (double& feature : row.x) feature = normal(generator);
    row.x.back() += row.x.front();  // correlated columns
    row.y += 2.0 * row.x.front();
    rows.push_back(row);
  }
  return rows;
}

/// argmin Σ_i weights_i (y_i - wᵀx_i)² + ridge |w|², by Gaussian elimination with pivoting.
Vector direct_solution(const std::vector<Row>& rows, const Vector& weights, double ridge) {
  const std::size_t n = rows.front().x.size();
  std::vector<Vector> system(n, Vector(n + 1, 0.0));
  for (std::size_t i = 0; i < n; ++i) system[i][i] = ridge;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        system[i][j] += weights[r] * rows[r].x[i] * rows[r].x[j];
      }
      system[i][n] += weights[r] * rows[r].y * rows[r].x[i];
    }
  }
  for (std::size_t column = 0; column < n; ++column) {
    std::size_t pivot = column;
    for (std::size_t i = column; i < n; ++i) {
      if (std::abs(system[i][column]) > std::abs(system[pivot][column])) pivot = i;
    }
    std::swap(system[column], system[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == column) continue;
      const double factor = system[i][column] / system[column][column];
      for (std::size_t j = column; j <= n; ++j) system[i][j] -= factor * system[column][j];
    }
  }
  Vector solution(n);
  for (std::size_t i = 0; i < n; ++i) solution[i] = system[i][n] / system[i][i];
  return solution;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

TEST(Cholesky, SolvesPositiveDefiniteSystems) {
  Vector matrix = {4, 0, 0, 2, 5, 0, 1, 3, 6};  // lower triangle of a symmetric matrix
  Vector solution = {4 + 4 + 3, 2 + 10 + 9, 1 + 6 + 18};
  ASSERT_TRUE(stream::solve_in_place(matrix, solution));
  EXPECT_LT(largest_difference(solution, Vector{1, 2, 3}), 1e-14);
}

TEST(Cholesky, RefusesSystemsThatAreNotPositiveDefinite) {
  Vector singular = {1, 0, 1, 1};
  Vector indefinite = {1, 0, 2, 1};
  Vector broken = {NAN, 0, 0, 1};
  Vector solution = {1, 1};
  EXPECT_FALSE(stream::solve_in_place(singular, solution));
  EXPECT_FALSE(stream::solve_in_place(indefinite, solution));
  EXPECT_FALSE(stream::solve_in_place(broken, solution));
}

TEST(RecursiveLeastSquares, EqualsTheDirectWeightedSolution) {
  for (const double forgetting : {1.0, 0.97}) {
    const double ridge = 0.5;
    const auto rows = random_rows(120, 6, 1);
    RecursiveLeastSquares method(6, {forgetting, ridge});
    for (const Row& row : rows) method.observe(row.x, row.y);
    Vector weights(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      weights[i] = std::pow(forgetting, static_cast<double>(rows.size() - 1 - i));
    }
    const double last_ridge = ridge * std::pow(forgetting, static_cast<double>(rows.size()));
    EXPECT_LT(largest_difference(method.weights(), direct_solution(rows, weights, last_ridge)),
              1e-10);
  }
}

TEST(RecursiveLeastSquares, StaysBoundedWhenAColumnNeverVaries) {
  RecursiveLeastSquares method(3, {0.9, 1.0});
  std::mt19937_64 generator(2);
  std::normal_distribution<double> normal;
  for (int row = 0; row < 20000; ++row) {
    const double x = normal(generator);
    // The second column is always 0 and the third repeats the first: neither is ever told apart.
    method.observe(Vector{x, 0.0, x}, 3.0 * x);
  }
  EXPECT_NEAR(method.predict(Vector{1.0, 0.0, 1.0}), 3.0, 1e-6);
  EXPECT_EQ(method.weights()[1], 0.0);
  method.observe(Vector{0.0, 1.0, 0.0}, 1.0);
  EXPECT_NEAR(method.predict(Vector{0.0, 1.0, 0.0}), 1.0, 1e-3);
}

TEST(RecursiveLeastSquares, ForgetsAnOldLaw) {
  RecursiveLeastSquares method(2, {0.95, 1.0});
  for (const Row& row : random_rows(300, 2, 3)) method.observe(row.x, row.x[0]);
  for (const Row& row : random_rows(300, 2, 4)) method.observe(row.x, -row.x[0]);
  EXPECT_NEAR(method.weights()[0], -1.0, 1e-4);
}

TEST(SlidingWindowLeastSquares, EqualsTheDirectRidgeSolutionOfTheLastRows) {
  const auto rows = random_rows(257, 5, 5);
  SlidingWindowLeastSquares method(5, {40, 0.5});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    method.observe(rows[i].x, rows[i].y);
    const std::size_t first = i + 1 < 40 ? 0 : i + 1 - 40;
    const std::vector<Row> window(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                  rows.begin() + static_cast<std::ptrdiff_t>(i + 1));
    const Vector expected = direct_solution(window, Vector(window.size(), 1.0), 0.5);
    ASSERT_LT(largest_difference(method.weights(), expected), 1e-9) << i;
  }
}

TEST(SlidingWindowLeastSquares, ForgetsAHugeRowThatLeft) {
  SlidingWindowLeastSquares method(2, {8, 1e-3});
  method.observe(Vector{1e8, -1e8}, 1e8);
  const auto rows = random_rows(16, 2, 6);
  for (const Row& row : rows) method.observe(row.x, row.y);
  const std::vector<Row> window(rows.end() - 8, rows.end());
  EXPECT_LT(largest_difference(method.weights(), direct_solution(window, Vector(8, 1.0), 1e-3)),
            1e-9);
}

TEST(SlidingWindowLeastSquares, RepeatedColumnsOfAnyScaleHaveASolution) {
  SlidingWindowLeastSquares method(3, {50, 1.0});
  for (const Row& row : random_rows(200, 1, 7)) {
    const double x = 1e9 * row.x[0];
    method.observe(Vector{x, x, 2.0 * x}, 5.0 * x);
  }
  EXPECT_NEAR(method.predict(Vector{1.0, 1.0, 2.0}), 5.0, 1e-3);
}

TEST(NormalisedLms, FollowsItsEquation) {
  NormalisedLms method(2, {0.5, 1.0});
  method.observe(Vector{1.0, 2.0}, 3.0);
  EXPECT_LT(largest_difference(method.weights(), Vector{0.5 * 3.0 / 6.0, 0.5 * 3.0 * 2.0 / 6.0}),
            1e-15);
  const double error = 1.0 - method.predict(Vector{2.0, 0.0});
  method.observe(Vector{2.0, 0.0}, 1.0);
  EXPECT_NEAR(method.weights()[0], 0.25 + 0.5 * error * 2.0 / 5.0, 1e-15);
}

TEST(NormalisedLms, RowOfZerosWithoutRegularisationTeachesNothing) {
  NormalisedLms method(2, {1.0, 0.0});
  method.observe(Vector{0.0, 0.0}, 1.0);
  EXPECT_EQ(method.weights()[0], 0.0);
}

TEST(NormalisedLms, LearnsALinearLaw) {
  NormalisedLms method(3, {0.5, 1.0});
  for (const Row& row : random_rows(5000, 3, 8)) method.observe(row.x, row.x[0] - 4.0 * row.x[1]);
  EXPECT_LT(largest_difference(method.weights(), Vector{1.0, -4.0, 0.0}), 1e-6);
}

TEST(RunningMean, IsTheMeanOfTheTargetsSoFar) {
  stream::RunningMean mean;
  EXPECT_EQ(mean.predict(), 0.0);
  for (const double y : {1.0, 2.0, 6.0}) mean.observe(y);
  EXPECT_DOUBLE_EQ(mean.predict(), 3.0);
}

/// The mean target of the k rows nearest to x, from a sorted list of all distances.
double nearest_mean(const std::vector<Row>& rows, const Vector& x, std::size_t k) {
  std::vector<std::pair<double, double>> sorted;
  for (const Row& row : rows) {
    double distance = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) distance += std::pow(row.x[i] - x[i], 2.0);
    sorted.emplace_back(distance, row.y);
  }
  std::sort(sorted.begin(), sorted.end());
  double sum = 0.0;
  for (std::size_t i = 0; i < k; ++i) sum += sorted[i].second;
  return sum / static_cast<double>(k);
}

TEST(NearestNeighbours, IsTheMeanOfTheNearestOfTheLastRows) {
  const auto rows = random_rows(200, 3, 9);
  stream::NearestNeighbours method(3, {40, 7});
  EXPECT_EQ(method.predict(rows[0].x), 0.0);
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    method.observe(rows[i].x, rows[i].y);
    const std::size_t first = i + 1 < 40 ? 0 : i + 1 - 40;
    const std::vector<Row> window(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                  rows.begin() + static_cast<std::ptrdiff_t>(i + 1));
    const std::size_t k = std::min<std::size_t>(7, window.size());
    EXPECT_NEAR(method.predict(rows[i + 1].x), nearest_mean(window, rows[i + 1].x, k), 1e-12) << i;
  }
}

template <typename Method, typename Options>
std::string option_error(std::size_t features, const Options& options) {
  return error_text<InvalidArgument>([&] { Method method(features, options); });
}

TEST(Rivals, OptionsOutsideTheirRangeAreRefused) {
  using Rls = RecursiveLeastSquares;
  using Lms = NormalisedLms;
  using Window = SlidingWindowLeastSquares;
  const stream::RecursiveLeastSquaresOptions rls;
  EXPECT_EQ(option_error<Rls>(0, rls),
            "[recursive_least_squares] features must be at least 1; got 0. Give one.");
  EXPECT_EQ(option_error<Rls>(2, stream::RecursiveLeastSquaresOptions{1.5, 1.0}),
            "[recursive_least_squares] forgetting must lie in (0, 1]; got 1.5. 1 never forgets.");
  EXPECT_EQ(option_error<Rls>(2, stream::RecursiveLeastSquaresOptions{1.0, 0.0}),
            "[recursive_least_squares] regularisation must be positive; got 0. Use 1 on "
            "standardised columns.");
  EXPECT_EQ(option_error<Lms>(0, stream::NormalisedLmsOptions{}),
            "[normalised_lms] features must be at least 1; got 0. Give one.");
  EXPECT_EQ(option_error<Lms>(2, stream::NormalisedLmsOptions{2.0, 1.0}),
            "[normalised_lms] step size must lie in (0, 2); got 2. Larger ones diverge.");
  EXPECT_EQ(option_error<Lms>(2, stream::NormalisedLmsOptions{1.0, -1.0}),
            "[normalised_lms] regularisation must not be negative; got -1. Use 1.");
  using Nearest = stream::NearestNeighbours;
  EXPECT_EQ(option_error<Nearest>(0, stream::NearestNeighboursOptions{}),
            "[nearest_neighbours] features must be at least 1; got 0. Give one.");
  EXPECT_EQ(option_error<Nearest>(2, stream::NearestNeighboursOptions{0, 1}),
            "[nearest_neighbours] window must be at least 1 row; got 0. Use 512.");
  EXPECT_EQ(option_error<Nearest>(2, stream::NearestNeighboursOptions{5, 6}),
            "[nearest_neighbours] neighbours must lie between 1 and the window of 5 rows; got 6. "
            "Use 8.");
  EXPECT_EQ(option_error<Window>(0, stream::SlidingWindowOptions{}),
            "[sliding_window] features must be at least 1; got 0. Give one.");
  EXPECT_EQ(option_error<Window>(2, stream::SlidingWindowOptions{0, 1.0}),
            "[sliding_window] window must be at least 1 row; got 0. Use 512.");
  EXPECT_EQ(option_error<Window>(2, stream::SlidingWindowOptions{5, 0.0}),
            "[sliding_window] regularisation must be positive; got 0. Use 1 on standardised "
            "columns.");
}

}  // namespace
}  // namespace gril::test
