#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/models/sequence_model.h"

namespace gril {

/// The parameters of a model that share a learning rate, side by side in one flat tensor: an
/// optimizer then does a handful of operations per group instead of per parameter.
struct ParameterGroup {
  /// A parameter and its place in the flat tensor.
  struct Member {
    std::string name;
    int64_t offset;
    int64_t size;
  };
  std::string name;  ///< "recurrence" or "others"
  std::vector<Member> members;
  torch::Tensor values;     ///< (P), what the parameters of the model are views of
  torch::Tensor gradients;  ///< (P), what their gradients are views of
};

/// A model's parameters in two groups: "recurrence" (SequenceLayer::recurrence_parameters, trained
/// with their own rate and no weight decay) and "others". Empty groups are left out.
///
/// Building it moves the model's parameters into the flat tensors, values unchanged; the backward
/// pass then adds to `gradients`, which the caller sets to zero before each step.
class ParameterGroups {
 public:
  explicit ParameterGroups(SequenceModel& model);
  /// A replica: `model` takes the values (P) of another model's groups and shares them from then
  /// on; its gradients are its own.
  ParameterGroups(SequenceModel& model, torch::Tensor values);
  ParameterGroups() = default;

  const std::vector<ParameterGroup>& groups() const { return groups_; }
  /// All values and gradients, (P): the flat tensors of the groups are parts of these.
  const torch::Tensor& values() const { return values_; }
  const torch::Tensor& gradients() const { return gradients_; }

  /// The first parameter whose gradient holds a NaN or an infinity, "" when there is none.
  std::string first_not_finite() const;

 private:
  void build(SequenceModel& model, bool keep_model_values);

  torch::Tensor values_;
  torch::Tensor gradients_;
  std::vector<ParameterGroup> groups_;
};

}  // namespace gril
