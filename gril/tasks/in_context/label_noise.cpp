#include "gril/tasks/in_context/label_noise.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {

const std::vector<std::string>& noise_law_names() {
  static const std::vector<std::string> names = {"normal", "student_t"};
  return names;
}

std::string noise_law_name(NoiseLaw law) {
  return noise_law_names()[static_cast<std::size_t>(law)];
}

NoiseLaw noise_law_from_name(const std::string& name) {
  const auto& names = noise_law_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), "label_noise", "noise must be one of ", join_words(names),
          "; got \"", name, "\".", suggestion(name, names));
  return static_cast<NoiseLaw>(found - names.begin());
}

double LabelNoise::variance() const {
  const double spread =
      law == NoiseLaw::kNormal ? 1.0 : degrees_of_freedom / (degrees_of_freedom - 2);
  return scale * scale * spread;
}

torch::Tensor label_noise(const LabelNoise& noise, const at::Generator& generator, int64_t batch,
                          int64_t rows, int64_t outputs) {
  torch::Tensor draws = at::zeros({batch, rows, outputs}, at::kFloat);
  if (noise.scale == 0) return draws;
  draws.normal_(0.0, noise.scale, generator);
  if (noise.law == NoiseLaw::kNormal) return draws;
  const double shape = 0.5 * noise.degrees_of_freedom;
  const torch::Tensor gamma =
      at::_standard_gamma(at::full({batch, rows, outputs}, shape, at::kFloat), generator);
  return draws.div_(gamma.div(shape).sqrt());
}

}  // namespace gril
