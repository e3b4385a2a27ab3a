#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// What kind of teacher is drawn. Letters: d width, r_v value_rank, r_m key_query_rank, μ overlap.
struct TeacherLaw {
  int64_t width = 4;           ///< d, features of a token and of an output
  int64_t heads = 1;           ///< H, summed
  int64_t value_rank = 4;      ///< rank of W_V, 1 … d
  int64_t key_query_rank = 4;  ///< rank of M = W_Kᵀ W_Q, 1 … d
  int64_t overlap = 4;  ///< dim(rowspace W_V ∩ colspace M), max(0, r_v + r_m - d) … min(r_v, r_m)
  double decay = 1.0;     ///< λ in (0, 1]
  double rotation = 0.0;  ///< θ, radians per token
};

/// A frozen causal linear self-attention layer, the function that a student learns to imitate.
/// Source: Gated recurrent neural networks discover attention (arXiv 2309.01775), section 4;
/// gated_rnn_attention.md 1, 2.6 and 3.5.
///
///     y_t = Σ_h Σ_{s≤t} λ^{t-s} cos(θ(t-s)) (W_V^h x_s) (W_K^h x_s)ᵀ (W_Q^h x_t)
///         = Σ_h W_V^h S_t M^h x_t,   S_t = Re Σ_{s≤t} (λ e^{iθ})^{t-s} x_s x_sᵀ,  M = W_Kᵀ W_Q
///
/// Without decay and rotation this is linear attention. All heads read one S_t; an output map W_O
/// is part of W_V. float64.
struct LinearAttentionTeacher {
  torch::Tensor value_map;  ///< W_V of every head, (H, d, d)
  torch::Tensor key_map;    ///< W_K, (H, r_m, d)
  torch::Tensor query_map;  ///< W_Q, (H, r_m, d)
  double decay = 1.0;       ///< λ
  double rotation = 0.0;    ///< θ

  /// M = W_Kᵀ W_Q of every head, (H, d, d): with W_V all that the function knows of its weights.
  torch::Tensor key_query_map() const;
};

/// Draws a teacher. Per head: an orthonormal basis q_1 … q_d of R^d, uniformly distributed; U is
/// spanned by q_1 … q_{r_v}, C by q_1 … q_μ and q_{r_v + 1} … q_{r_v + r_m - μ}, with bases B and P
/// as rows, so that U and C share μ directions and are orthogonal otherwise. With G of independent
/// N(0, 1/d) entries,
///
///     W_V = G_V B,   W_K = G_K P,   W_Q = G_Q
///
/// with factors (d, r_v)(r_v, d), (r_m, r_m)(r_m, d) and (r_m, d).
///
/// At full rank every entry of the three is independent N(0, 1/d), the law of the paper's teachers.
///
/// law      within the ranges that TeacherLaw names; not checked
/// seed     head h depends on it and h alone
/// cost     H d³
LinearAttentionTeacher draw_teacher(const TeacherLaw& law, uint64_t seed);

/// The teacher's outputs at every token.
///
/// tokens   (B, T, d), float64
/// returns  (B, T, d), float64
/// cost     B T (1 + 3 H) d² multiply-adds, twice d² more with a rotation; one thread
torch::Tensor teacher_outputs(const LinearAttentionTeacher& teacher, const torch::Tensor& tokens);

}  // namespace gril
