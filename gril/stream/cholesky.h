#pragma once

#include <cstddef>
#include <span>

namespace gril::stream {

/// Solves A x = b for a symmetric positive definite A of size n by Cholesky's factorisation.
/// matrix    A, n·n, row-major; its lower triangle is read and becomes the factor L, A = L Lᵀ
/// solution  holds b and becomes x, n
/// returns   false when a pivot is not positive: A is not positive definite to rounding; `solution`
///           is then meaningless.
/// cost      n³/6 multiply-adds.
bool solve_in_place(std::span<double> matrix, std::span<double> solution);

}  // namespace gril::stream
