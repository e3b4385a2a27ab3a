#pragma once

#include <ATen/core/Generator.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gril {

/// Law of the noise ε on labels, at scale 1.
enum class NoiseLaw {
  kNormal,    ///< standard normal
  kStudentT,  ///< Student's t: heavy tails, variance ν/(ν - 2)
};

/// The names used in files, in the order of the enum: normal, student_t.
const std::vector<std::string>& noise_law_names();
std::string noise_law_name(NoiseLaw law);
/// Errors: InvalidArgument naming the nearest law.
NoiseLaw noise_law_from_name(const std::string& name);

/// Noise on labels, z ε.
struct LabelNoise {
  double scale = 0.0;  ///< z, at least 0; 0 is no noise
  NoiseLaw law = NoiseLaw::kNormal;
  double degrees_of_freedom = 3.0;  ///< ν of Student's t, above 2; the normal law has none

  /// z² times the variance of ε.
  double variance() const;
};

/// Adds no draw to `generator` where the scale is 0. ε of Student's t is a standard normal number
/// over √(χ²_ν / ν), χ²_ν twice a gamma number of shape ν/2; the normal numbers are drawn first.
/// returns  (batch, rows, outputs), float32
torch::Tensor label_noise(const LabelNoise& noise, const at::Generator& generator, int64_t batch,
                          int64_t rows, int64_t outputs);

}  // namespace gril
