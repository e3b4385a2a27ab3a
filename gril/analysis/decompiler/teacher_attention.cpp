#include "gril/analysis/decompiler/teacher_attention.h"

#include <ATen/ATen.h>

#include "gril/analysis/decompiler/polynomial_kernels.h"
#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/constructions/attention_subspaces.h"
#include "gril/constructions/linear_attention_claim.h"
#include "gril/tasks/in_context/teacher_student.h"

namespace gril {
namespace {

TeacherAttention teacher_of(const AttentionWeights& weights, const std::string& source) {
  return {source, attention_tensor(weights, 0), attention_tensor(weights, 1), weights};
}

std::optional<TeacherAttention> claimed_teacher(const ModelFile& file, const std::string& name) {
  if (!file.claim.is_object() || file.claim.value("algorithm", "") != "linear-attention") {
    return std::nullopt;
  }
  const LinearAttentionClaim claim = read_linear_attention_claim(file.claim, name);
  return teacher_of(attention_weights(claim.attention),
                    "the linear attention that " + name + " claims");
}

std::string layer_kinds_of(const SequenceModel& model) {
  std::vector<std::string> kinds;
  for (const Json& layer : model.config().at("layers")) kinds.push_back(layer.at("kind"));
  return join_words(kinds);
}

/// Rank of T as a matrix of one pair of its indices against the others.
int64_t rank_of(const torch::Tensor& matrix) { return numerical_rank(at::linalg_svdvals(matrix)); }

}  // namespace

std::optional<TeacherAttention> own_teacher(const ModelFile& file, const std::string& name) {
  if (file.task.is_object() && file.task.value("kind", "") == "teacher_student") {
    ConfigSection section(file.task, name, "task");
    const TeacherStudent task(read_teacher_student_options(section, 0));
    return teacher_of(attention_weights(task.teacher()), "the teacher of its task");
  }
  return claimed_teacher(file, name);
}

TeacherAttention given_teacher(const ModelFile& file, const std::string& name) {
  if (file.model->size() == 1) {
    if (const auto* layer = dynamic_cast<const LinearAttention*>(&file.model->layer(0))) {
      return teacher_of(attention_weights(*layer), "the linear attention layer " + name);
    }
  }
  if (auto claimed = claimed_teacher(file, name)) return *claimed;
  const auto* layer = file.model->size() == 1
                          ? dynamic_cast<const GatedLinearRnn*>(&file.model->layer(0))
                          : nullptr;
  require(layer != nullptr, "teacher_attention", name,
          ": a teacher must be one linear_attention layer, claim linear attention, or be one "
          "gated_linear_rnn; got ",
          layer_kinds_of(*file.model), '.');
  const StateForms forms = state_forms(gated_rnn_weights(*layer));
  return {"the gated linear RNN " + name, trilinear_tensor(forms, 0), trilinear_tensor(forms, 1)};
}

std::optional<std::string> representation_obstacle(const TeacherAttention& teacher,
                                                   int64_t features, int64_t outputs,
                                                   int64_t neurons, bool side_gate) {
  const torch::Tensor& tensor = teacher.tensor;
  if (tensor.size(1) != features || tensor.size(0) != outputs) {
    return concatenate("it takes ", tensor.size(1), " features and gives ", tensor.size(0),
                       " outputs; the model takes ", features, " and gives ", outputs);
  }
  if (teacher.weights && teacher.weights->rotation != 0.0) {
    return concatenate("it rotates by ", teacher.weights->rotation,
                       " radians per token; the eigenvalues of a gated linear RNN are real");
  }
  const int64_t memory = rank_of(tensor.permute({1, 2, 0, 3}).flatten(2).flatten(0, 1));
  const int64_t queries = side_gate ? 0 : rank_of(tensor.permute({3, 0, 1, 2}).flatten(1));
  if (memory + queries <= neurons) return std::nullopt;
  return concatenate("it needs ", memory, " memory and ", queries, " query neurons; the model has ",
                     neurons, " in all");
}

}  // namespace gril
