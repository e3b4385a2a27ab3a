#pragma once

#include <cstdint>

#include "gril/base/config_section.h"
#include "gril/tasks/in_context/linear_attention_teacher.h"
#include "gril/tasks/task.h"

namespace gril {

/// Settings of the task TeacherStudent, the keys of the section [task]. Letters: d width, r_v
/// value_rank, r_m key_query_rank.
struct TeacherStudentOptions {
  int64_t width = 4;           ///< d, features of a token and of an output; at least 1
  int64_t length = 32;         ///< T, tokens of a sequence; at least 1
  int64_t heads = 1;           ///< heads of the teacher; at least 1
  int64_t value_rank = 0;      ///< rank of W_V of every head, 1 … d; 0 or absent: d
  int64_t key_query_rank = 0;  ///< rank of W_Kᵀ W_Q of every head, 1 … d; 0 or absent: d
  int64_t overlap = -1;  ///< μ, dimension of rowspace W_V ∩ colspace W_Kᵀ W_Q; -1 or absent: the
                         ///< least there can be, max(0, r_v + r_m - d), which random maps have
  double decay = 1.0;         ///< λ of the teacher, in (0, 1]; 1 is attention without decay
  double rotation = 0.0;      ///< θ of the teacher, radians per token: a rotary relative position
  uint64_t teacher_seed = 0;  ///< of the teacher's weights; in a configuration, where it is absent,
                              ///< the seed of the experiment
};

/// A student reproduces the outputs of a frozen random linear attention layer at every token.
/// Source: Gated recurrent neural networks discover attention (arXiv 2309.01775), section 4;
/// gated_rnn_attention.md 4.1. The teacher's equation and law: linear_attention_teacher.h.
///
///     x_1 … x_T   coordinates independent standard normal, fresh in every sequence
///     y_t         what the teacher answers at token t, float64 arithmetic
///
/// One sequence with d = 2, T = 3, time from left to right:
///
///     tokens    x_1[0]  x_2[0]  x_3[0]
///               x_1[1]  x_2[1]  x_3[1]
///     targets   y_1[0]  y_2[0]  y_3[0]
///               y_1[1]  y_2[1]  y_3[1]
///
/// Scored by the mean squared error over time, batch and outputs. The teacher belongs to the task:
/// config() names teacher_seed, so a run, its evaluation and its analysis have one teacher, and
/// every seed of an experiment that does not pin it has its own.
class TeacherStudent : public Task {
 public:
  /// Errors: InvalidArgument "[teacher_student] …" for a size below 1, ranks that contradict the
  /// width, an overlap that such ranks cannot have, a decay outside (0, 1], a rotation that is not
  /// finite.
  explicit TeacherStudent(const TeacherStudentOptions& options);

  Batch sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override { return options_.width; }
  int64_t output_size() const override { return options_.width; }
  /// Mean squared error at every token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  /// With every rank and the overlap filled in.
  const TeacherStudentOptions& options() const { return options_; }
  const LinearAttentionTeacher& teacher() const { return teacher_; }

 private:
  TeacherStudentOptions options_;
  LinearAttentionTeacher teacher_;
};

/// Reads the options from a configuration ("kind" may be there and must be "teacher_student");
/// finishes the section. experiment_seed: teacher_seed where the section has none.
/// Errors: InvalidArgument.
TeacherStudentOptions read_teacher_student_options(ConfigSection& section,
                                                   uint64_t experiment_seed);

/// Every option with its value, "kind" first.
Json to_json(const TeacherStudentOptions& options);

}  // namespace gril
