#include "gril/tasks/in_context/teacher_student.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "teacher_student";
constexpr const char* kKind = "teacher_student";

void check_ranks(const TeacherStudentOptions& options) {
  const auto rank = [&](int64_t value, const char* name) {
    require(value >= 1 && value <= options.width, kWhere, name, " must be between 1 and the width ",
            options.width, "; got ", value, ".");
  };
  rank(options.value_rank, "value_rank");
  rank(options.key_query_rank, "key_query_rank");
  const int64_t least =
      std::max<int64_t>(0, options.value_rank + options.key_query_rank - options.width);
  const int64_t most = std::min(options.value_rank, options.key_query_rank);
  require(options.overlap >= least && options.overlap <= most, kWhere, "overlap must be between ",
          least, " and ", most, ", what subspaces of dimensions ", options.value_rank, " and ",
          options.key_query_rank, " can share in width ", options.width, "; got ", options.overlap,
          ".");
}

/// The options with every rank and the overlap filled in, checked.
TeacherStudentOptions resolved(TeacherStudentOptions options) {
  const auto at_least_one = [](int64_t value, const char* name) {
    require(value >= 1, kWhere, name, " must be at least 1; got ", value, ".");
  };
  at_least_one(options.width, "width");
  at_least_one(options.length, "length");
  at_least_one(options.heads, "heads");
  if (options.value_rank == 0) options.value_rank = options.width;
  if (options.key_query_rank == 0) options.key_query_rank = options.width;
  if (options.overlap == -1) {
    options.overlap =
        std::max<int64_t>(0, options.value_rank + options.key_query_rank - options.width);
  }
  check_ranks(options);
  require(options.decay > 0 && options.decay <= 1, kWhere,
          "decay must be above 0 and at most 1; got ", options.decay, ".");
  require(std::isfinite(options.rotation), kWhere, "rotation must be finite; got ",
          options.rotation, ".");
  return options;
}

TeacherLaw law_of(const TeacherStudentOptions& options) {
  return {.width = options.width,
          .heads = options.heads,
          .value_rank = options.value_rank,
          .key_query_rank = options.key_query_rank,
          .overlap = options.overlap,
          .decay = options.decay,
          .rotation = options.rotation};
}

}  // namespace

TeacherStudent::TeacherStudent(const TeacherStudentOptions& options)
    : options_(resolved(options)),
      teacher_(draw_teacher(law_of(options_), options_.teacher_seed)) {}

Batch TeacherStudent::sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const torch::Tensor tokens = at::empty({batch, options_.length, options_.width}, at::kFloat);
  tokens.normal_(0.0, 1.0, generator);
  return {.tokens = tokens.to(dtype),
          .targets = teacher_outputs(teacher_, tokens.to(at::kDouble)).to(dtype),
          .marked = {}};
}

Scoring TeacherStudent::scoring() const {
  return {.loss = LossKind::kMeanSquaredError, .positions = Positions::kEvery};
}

ExampleLabels TeacherStudent::labels(const Batch& example) const {
  ExampleLabels labels;
  labels.title = concatenate("teacher ", options_.teacher_seed, " of ", options_.heads,
                             options_.heads == 1 ? " head" : " heads", ", value rank ",
                             options_.value_rank, ", key-query rank ", options_.key_query_rank,
                             ", overlap ", options_.overlap, ", decay ", options_.decay);
  if (options_.rotation != 0) labels.title += concatenate(", rotation ", options_.rotation);
  for (int64_t t = 1; t <= example.tokens.size(1); ++t) {
    labels.tokens.push_back({{.name = concatenate("x_", t), .begin = 0, .size = options_.width}});
    labels.targets.push_back(concatenate("y_", t));
  }
  return labels;
}

Json TeacherStudent::config() const { return to_json(options_); }

TeacherStudentOptions read_teacher_student_options(ConfigSection& section,
                                                   uint64_t experiment_seed) {
  TeacherStudentOptions options;
  section.choice("kind", kKind, {kKind});
  options.width = section.integer("width", options.width, 1);
  options.length = section.integer("length", options.length, 1);
  options.heads = section.integer("heads", options.heads, 1);
  options.value_rank = section.integer("value_rank", options.value_rank, 0);
  options.key_query_rank = section.integer("key_query_rank", options.key_query_rank, 0);
  options.overlap = section.integer("overlap", options.overlap, -1);
  options.decay = section.number("decay", options.decay);
  options.rotation = section.number("rotation", options.rotation);
  options.teacher_seed = static_cast<uint64_t>(
      section.integer("teacher_seed", static_cast<int64_t>(experiment_seed), 0));
  section.finish();
  return options;
}

Json to_json(const TeacherStudentOptions& options) {
  return Json{{"kind", kKind},
              {"width", options.width},
              {"length", options.length},
              {"heads", options.heads},
              {"value_rank", options.value_rank},
              {"key_query_rank", options.key_query_rank},
              {"overlap", options.overlap},
              {"decay", options.decay},
              {"rotation", options.rotation},
              {"teacher_seed", options.teacher_seed}};
}

}  // namespace gril
