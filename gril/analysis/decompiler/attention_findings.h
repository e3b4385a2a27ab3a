#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gril/analysis/analysis_options.h"
#include "gril/analysis/decompiler/function_findings.h"
#include "gril/analysis/decompiler/head_decomposition.h"
#include "gril/analysis/decompiler/head_match.h"
#include "gril/analysis/decompiler/linear_probe.h"
#include "gril/analysis/decompiler/teacher_attention.h"
#include "gril/analysis/tensor_distance.h"

namespace gril {

/// How near attention counts as found: relative distance of the tensors.
inline constexpr double kNearAttention = 0.01;

/// A network beside one given attention.
struct TeacherFindings {
  std::string source;
  /// Why the network cannot represent it exactly; the numbers below stand anyway, except for a
  /// teacher that rotates.
  std::optional<std::string> obstacle = {};
  bool comparable = true;               ///< false: no number below is set
  TensorDistance tensor = {};           ///< of T
  torch::Tensor trilinear = {};         ///< T of the teacher, (m, d, d, d)
  MemoryDecay decay = {};               ///< of the teacher
  FunctionModes memory = {};            ///< of the teacher: what a network needs to be it
  FunctionModes queries = {};           ///< of the teacher
  std::optional<HeadMatch> match = {};  ///< of the nearest layer with as many heads
  /// The heads of that layer in the order of the teacher's, and the teacher's, scaled alike; set
  /// together with `match`.
  AlignedHeads heads = {};
  std::string match_obstacle = {};  ///< why there is none
};

/// Which attention layer a function is.
struct AttentionFindings {
  std::vector<HeadDecomposition> nearest;  ///< of 1, 2, … heads, until one is near; empty for T = 0
  int64_t heads = 0;  ///< the least number that is near; 0: none of those tried
  std::optional<TeacherFindings> teacher = {};
  LinearProbe key_values = {};
  LinearProbe queries = {};
  std::string probed = {};  ///< whose key-values and queries were probed for
};

/// forms     of the network; function, without obstacle, what it computes
/// teacher   what it is compared with, or nothing
/// cost      at most options.most_heads + 1 decompositions
AttentionFindings find_attention(const StateForms& forms, const FunctionFindings& function,
                                 const std::optional<TeacherAttention>& teacher,
                                 const SampleSequences& sequences, const AnalysisOptions& options);

/// The file attention.json.
Json to_json(const AttentionFindings& attention);

}  // namespace gril
