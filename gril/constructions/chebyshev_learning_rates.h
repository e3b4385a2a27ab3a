#pragma once

#include <cstdint>
#include <vector>

namespace gril {

/// The K learning rates of least worst case for a quadratic loss whose Hessian has its eigenvalues
/// ρ in [LO, HI]: the error along an eigenvector is multiplied by p(ρ) = Π_k (1 - η_k ρ), and the
/// polynomial with p(0) = 1 that is smallest on [LO, HI] is Chebyshev's T_K, moved there:
///
///     1/η_k = (HI + LO)/2 + (HI - LO)/2 · cos((2k - 1) π / 2K),   max |p| = 1 / T_K((HI + LO)/(HI
///     - LO))
///
/// Below LO the error falls steadily from 1 at ρ = 0 to that bound, so |p| ≤ 1 on all of [0, HI]:
/// directions with little data are left almost alone, as by a ridge.
/// Source: Golub and Varga, Chebyshev semi-iterative methods (1961). The order of the rates is
/// Leja's (the next 1/η is the one whose product of distances to those before is largest, HI
/// first): the partial products stay small, so many steps lose no digits. steps    K ≥ 1 lowest,
/// highest   0 < LO ≤ HI errors   InvalidArgument "[learning_rate] …".
std::vector<double> chebyshev_learning_rates(int64_t steps, double lowest, double highest);

/// The bound 1 / T_K((HI + LO)/(HI - LO)) on |p| in [LO, HI]; 0 for LO = HI.
double chebyshev_bound(int64_t steps, double lowest, double highest);

}  // namespace gril
