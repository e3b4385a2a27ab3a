#include "gril/tasks/in_context/linear_attention_teacher.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "gril/base/seed.h"

namespace gril {
namespace {

/// Makes the rows of a square matrix orthonormal, by Gram-Schmidt, twice for accuracy. Plain loops:
/// the bits of a LAPACK depend on its build, and a run has to find its teacher again.
void make_orthonormal(const torch::Tensor& matrix) {
  const int64_t size = matrix.size(0);
  double* rows = matrix.data_ptr<double>();
  const auto dot = [&](int64_t i, int64_t j) {
    double sum = 0;
    for (int64_t k = 0; k < size; ++k) sum += rows[i * size + k] * rows[j * size + k];
    return sum;
  };
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t j = 0; j < 2 * i; ++j) {
      const double along = dot(i, j % i);
      for (int64_t k = 0; k < size; ++k) rows[i * size + k] -= along * rows[(j % i) * size + k];
    }
    const double norm = std::sqrt(dot(i, i));
    for (int64_t k = 0; k < size; ++k) rows[i * size + k] /= norm;
  }
}

/// W_V, W_K and W_Q of one head.
std::array<torch::Tensor, 3> draw_head(const TeacherLaw& law, uint64_t seed) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const double scale = 1.0 / std::sqrt(static_cast<double>(law.width));
  const auto draw = [&](int64_t rows, int64_t columns) {
    return at::empty({rows, columns}, at::kDouble).normal_(0.0, scale, generator);
  };
  const torch::Tensor basis = draw(law.width, law.width);
  make_orthonormal(basis);
  const torch::Tensor values = basis.narrow(0, 0, law.value_rank);
  const torch::Tensor keys =
      at::cat({basis.narrow(0, 0, law.overlap),
               basis.narrow(0, law.value_rank, law.key_query_rank - law.overlap)});
  return {at::mm(draw(law.width, law.value_rank), values),
          at::mm(draw(law.key_query_rank, law.key_query_rank), keys),
          draw(law.key_query_rank, law.width)};
}

/// Sequences computed side by side: the loops over them run along memory.
constexpr int64_t kLanes = 8;
using Lanes = std::array<double, kLanes>;
using LaneVector = std::vector<Lanes>;

/// result += matrix · vector; matrix (rows of result, rows of vector), the same for all lanes.
void add_product(const double* matrix, const LaneVector& vector, LaneVector& result) {
  for (Lanes& sum : result) {
    for (const Lanes& entry : vector) {
      const double factor = *matrix++;
      for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] += factor * entry[lane];
    }
  }
}

/// The recursion over time for kLanes sequences.
class TeacherState {
 public:
  TeacherState(const LinearAttentionTeacher& teacher, int64_t width)
      : width_(static_cast<std::size_t>(width)),
        cosine_(teacher.decay * std::cos(teacher.rotation)),
        sine_(teacher.decay * std::sin(teacher.rotation)),
        rotates_(teacher.rotation != 0),
        real_(width_ * width_),
        imaginary_(rotates_ ? width_ * width_ : 0) {}

  /// S ← λ e^{iθ} S + x xᵀ.
  void add_token(const LaneVector& token) {
    for (std::size_t i = 0; i < width_; ++i) {
      for (std::size_t j = 0; j < width_; ++j) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          const double product = token[i][lane] * token[j][lane];
          double& real = real_[i * width_ + j][lane];
          if (rotates_) {
            double& imaginary = imaginary_[i * width_ + j][lane];
            const double before = real;
            real = cosine_ * before - sine_ * imaginary + product;
            imaginary = sine_ * before + cosine_ * imaginary;
          } else {
            real = cosine_ * real + product;
          }
        }
      }
    }
  }

  /// result = Re S · vector.
  void read(const LaneVector& vector, LaneVector& result) const {
    for (std::size_t i = 0; i < width_; ++i) {
      result[i].fill(0);
      for (std::size_t j = 0; j < width_; ++j) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          result[i][lane] += real_[i * width_ + j][lane] * vector[j][lane];
        }
      }
    }
  }

 private:
  std::size_t width_;
  double cosine_;
  double sine_;
  bool rotates_;
  LaneVector real_;
  LaneVector imaginary_;
};

/// The sequences [first, first + count) of tokens and outputs, (B, T, d).
struct Group {
  const double* tokens;
  double* outputs;
  int64_t first;
  int64_t count;
  int64_t length;
  int64_t width;

  int64_t place(int64_t lane, int64_t t) const { return ((first + lane) * length + t) * width; }
};

void answer(const LinearAttentionTeacher& teacher, const torch::Tensor& key_query_map,
            const Group& group) {
  TeacherState state(teacher, group.width);
  const auto width = static_cast<std::size_t>(group.width);
  LaneVector token(width), query(width), answer(width), output(width);
  const int64_t size = group.width * group.width;
  for (int64_t t = 0; t < group.length; ++t) {
    for (std::size_t k = 0; k < width; ++k) {
      for (int64_t lane = 0; lane < group.count; ++lane) {
        token[k][static_cast<std::size_t>(lane)] =
            group.tokens[group.place(lane, t) + static_cast<int64_t>(k)];
      }
      output[k].fill(0);
    }
    state.add_token(token);
    for (int64_t head = 0; head < teacher.value_map.size(0); ++head) {
      for (Lanes& entry : query) entry.fill(0);
      add_product(key_query_map.data_ptr<double>() + head * size, token, query);
      state.read(query, answer);
      add_product(teacher.value_map.data_ptr<double>() + head * size, answer, output);
    }
    for (int64_t lane = 0; lane < group.count; ++lane) {
      for (std::size_t k = 0; k < width; ++k) {
        group.outputs[group.place(lane, t) + static_cast<int64_t>(k)] =
            output[k][static_cast<std::size_t>(lane)];
      }
    }
  }
}

}  // namespace

torch::Tensor LinearAttentionTeacher::key_query_map() const {
  return at::matmul(key_map.transpose(1, 2), query_map);
}

LinearAttentionTeacher draw_teacher(const TeacherLaw& law, uint64_t seed) {
  const at::NoGradGuard no_grad;
  std::vector<torch::Tensor> values, keys, queries;
  for (int64_t head = 0; head < law.heads; ++head) {
    const auto maps = draw_head(law, child_seed(seed, "teacher", static_cast<uint64_t>(head)));
    values.push_back(maps[0]);
    keys.push_back(maps[1]);
    queries.push_back(maps[2]);
  }
  return {.value_map = at::stack(values),
          .key_map = at::stack(keys),
          .query_map = at::stack(queries),
          .decay = law.decay,
          .rotation = law.rotation};
}

torch::Tensor teacher_outputs(const LinearAttentionTeacher& teacher, const torch::Tensor& tokens) {
  const at::NoGradGuard no_grad;
  const torch::Tensor inputs = tokens.contiguous();
  const torch::Tensor outputs = at::empty_like(inputs);
  const torch::Tensor key_query_map = teacher.key_query_map().contiguous();
  for (int64_t first = 0; first < tokens.size(0); first += kLanes) {
    answer(teacher, key_query_map,
           {.tokens = inputs.data_ptr<double>(),
            .outputs = outputs.data_ptr<double>(),
            .first = first,
            .count = std::min(kLanes, tokens.size(0) - first),
            .length = tokens.size(1),
            .width = tokens.size(2)});
  }
  return outputs;
}

}  // namespace gril
