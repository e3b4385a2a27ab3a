#pragma once

#include <torch/types.h>

#include <optional>
#include <string>

#include "gril/analysis/decompiler/attention_weights.h"
#include "gril/analysis/decompiler/memory_decay.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// The attention that a network is compared with.
struct TeacherAttention {
  std::string source;    ///< in words
  torch::Tensor tensor;  ///< T for the current token, (m, d, d, d)
  torch::Tensor next;    ///< T for the token before it
  /// Its matrices; nothing where the teacher is a network, known by its function alone.
  std::optional<AttentionWeights> weights = {};

  MemoryDecay decay() const { return memory_decay(tensor, next); }
};

/// What a model file itself says about its teacher: that of its task (teacher_student), or else the
/// linear attention that it claims. Nothing where it says nothing.
/// Errors: those of the task and of the claim, for a damaged file.
std::optional<TeacherAttention> own_teacher(const ModelFile& file, const std::string& name);

/// Another model as the teacher: one linear attention layer, a model that claims linear attention,
/// or one gated linear RNN, which is known by its trilinear tensor. `name` stands in messages.
/// Errors: InvalidArgument "[teacher_attention] name: …" for a model of another kind.
TeacherAttention given_teacher(const ModelFile& file, const std::string& name);

/// Why a gated linear RNN of this size cannot represent the teacher exactly, or nothing where it
/// can: other sizes, a rotation (eigenvalues are real), or fewer neurons than the ranks of T as a
/// matrix from remembered pairs and from queries ask for (gated_rnn_attention.md 2.4; behind a side
/// gate queries need no neuron).
std::optional<std::string> representation_obstacle(const TeacherAttention& teacher,
                                                   int64_t features, int64_t outputs,
                                                   int64_t neurons, bool side_gate);

}  // namespace gril
