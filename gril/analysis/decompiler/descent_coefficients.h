#pragma once

#include <torch/types.h>

#include <optional>
#include <string>

#include "gril/analysis/decompiler/state_forms.h"
#include "gril/base/json.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// A gated linear RNN on in-context linear regression read as one step of gradient descent from
/// W_0 = 0: Ŵ = (η/N) Σ_s y_s x_sᵀ. Source: arXiv 2309.01775; gated_rnn_attention.md 4.2. For
/// tokens (x_s ; y_s), the query last as (x_q ; 0):
///
///     C_k[k',i,j](age) = coefficient of y_{s,k'} x_{s,i} x_{q,j} in output k
///                      = 4 KQ_k[(x_i,y_k'),(x_j,const)] λ^age = 2 T_k[x_i, y_k', x_j](age)
///
/// One step of gradient descent has C_k[k',i,j] = (η/N) δ_kk' δ_ij for every example. Kernels of
/// one token's own products (QQ) take no part: a loss at the query alone hardly constrains them.
struct DescentCoefficients {
  torch::Tensor newest;    ///< C at age 0, (m, m, d, d): the eigenvalues' powers left out
  torch::Tensor averaged;  ///< mean of C over the ages 1 … N of the context examples
  /// ⟨averaged, newest⟩ / ⟨newest, newest⟩: the mean of λ^age, as the kernel weighs the neurons.
  double mean_decay = 0.0;
  double learning_rate_per_example = 0.0;  ///< η/N: mean of averaged over k = k', i = j
  /// The η/N that minimises the expected loss over the task's law, without decay: for unit variance
  /// and no noise 1/(N + d + κ - 2), eq. (6).
  double expected_rate_per_example = 0.0;
  /// Largest entry of `averaged` that gradient descent leaves at 0, over learning_rate_per_example.
  double off_diagonal = 0.0;
  double diagonal_spread =
      0.0;  ///< standard deviation of the others, over learning_rate_per_example
};

/// Why the reading does not apply to prompts of this task, or nothing where it does.
std::optional<std::string> descent_obstacle(const Json& task);

/// forms    of a network for the task's tokens, which must be pairs
/// errors   InvalidArgument "[descent_coefficients] …" where descent_obstacle names a reason
/// cost     N trilinear tensors
DescentCoefficients descent_coefficients(const StateForms& forms,
                                         const LinearRegressionOptions& task);

/// Every field; the kernels as a list of matrices over (k, k').
Json to_json(const DescentCoefficients& kernel);

}  // namespace gril
