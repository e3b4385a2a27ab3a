#include "gril/layers/normalization.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kFeatures = 5;
constexpr double kEpsilon = 0.1;  // large enough to be seen

/// One token by the equation of `form`, feature by feature.
at::Tensor normalized(const at::Tensor& token, const at::Tensor& scale, const at::Tensor& shift,
                      const std::string& form) {
  double mean = 0.0;
  double mean_square = 0.0;
  for (int64_t i = 0; i < kFeatures; ++i) {
    mean += token[i].item<double>() / kFeatures;
    mean_square += std::pow(token[i].item<double>(), 2) / kFeatures;
  }
  const bool centred = form == "layer";
  const double centre = centred ? mean : 0.0;
  const double variance = mean_square - centre * centre;
  at::Tensor result = at::empty({kFeatures}, at::kDouble);
  for (int64_t i = 0; i < kFeatures; ++i) {
    const double unit = (token[i].item<double>() - centre) / std::sqrt(variance + kEpsilon);
    result[i] = scale[i].item<double>() * unit + (centred ? shift[i].item<double>() : 0.0);
  }
  return result;
}

TEST(Normalization, EqualsItsEquationInBothForms) {
  const at::NoGradGuard no_grad;
  for (const char* form : {"rms", "layer"}) {
    Normalization layer({.input_size = kFeatures, .form = form, .epsilon = kEpsilon});
    layer.to(at::kDouble);
    auto p = layer.named_parameters();
    uint64_t seed = 1;
    for (auto& item : p) item.value().copy_(testing::random_normal({kFeatures}, ++seed));
    const at::Tensor shift = p.contains("shift") ? p["shift"] : at::Tensor();
    const at::Tensor input = testing::random_normal({2, 3, kFeatures}, 4) + 0.5;
    at::Tensor expected = at::empty_like(input);
    for (int64_t i = 0; i < 6; ++i) {
      expected[i / 3][i % 3] = normalized(input[i / 3][i % 3], p["scale"], shift, form);
    }
    EXPECT_TRUE(testing::agrees(form, layer.forward(input, {}).output, expected, 1e-12));
  }
}

TEST(Normalization, OnlyTheLayerFormHasAShift) {
  EXPECT_EQ(Normalization({.input_size = 2}).named_parameters().find("shift"), nullptr);
  EXPECT_NE(Normalization({.input_size = 2, .form = "layer"}).named_parameters().find("shift"),
            nullptr);
}

TEST(Normalization, ATokenOfZerosStaysFinite) {
  for (const char* form : {"rms", "layer"}) {
    const Normalization layer({.input_size = 3, .form = form});
    const at::Tensor input = at::zeros({1, 1, 3}).requires_grad_();
    const at::Tensor output = layer.forward(input, {}).output;
    output.sum().backward();
    EXPECT_TRUE(at::equal(output, at::zeros({1, 1, 3}))) << form;
    EXPECT_TRUE(input.grad().isfinite().all().item<bool>()) << form;
  }
}

TEST(Normalization, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const NormalizationOptions& options) {
    return error_text<InvalidArgument>([&] { Normalization layer(options); });
  };
  EXPECT_EQ(refusal({}), "[normalization] input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .form = "layr"}),
            "[normalization] form must be one of rms, layer; got \"layr\". Did you mean "
            "\"layer\"?");
  EXPECT_EQ(refusal({.input_size = 1, .epsilon = 0.0}),
            "[normalization] epsilon must be above 0; got 0.");
}

}  // namespace
}  // namespace gril
