#pragma once

#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// The same prompts with their inputs in an orthonormal basis of the span of each context, where
/// that is smaller than the space of inputs: d > N. All inner products x_iᵀ x_j and x_iᵀ x_q stay
/// what they are, so whatever is computed from them does: gradient descent from zero, ridge and
/// logistic regression, least squares of least norm, the order of the nearest neighbours. What is
/// lost is the part of x_q that no context example has.
///
/// returns  inputs (B, N, r) and (B, r) with r = min(d, N); the prompts themselves where d ≤ N.
///          Tokens and targets stay.
/// cost     a QR decomposition of a (d, N) matrix per prompt
Prompts in_context_span(const Prompts& prompts);

}  // namespace gril
