#include "gril/constructions/certificate.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "gril/base/error.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

ModelFile windowed_step() {
  return gradient_descent_as_gril({.inputs = 4, .outputs = 2, .learning_rates = {1.5}}, 1.0,
                                  at::kDouble);
}

/// Multiplies one weight of the readout.
void scale_readout(const ModelFile& file, double factor) {
  const c10::AutoGradMode no_grad(false);
  file.model->named_parameters()["layers.0.readout"][0][0].mul_(factor);
}

TEST(Certificate, FailsWhenOneWeightIsSlightlyOff) {
  const ModelFile file = windowed_step();
  EXPECT_TRUE(certify(file, {}, "test").holds);
  scale_readout(file, 1.0 + 1e-9);
  const Certificate certificate = certify(file, {}, "test");
  EXPECT_FALSE(certificate.holds);
  EXPECT_FALSE(certificate.errors.within_bound);
  EXPECT_GT(certificate.errors.max_rel_error, 1e-10);
}

TEST(Certificate, FailsWhenAnAnswerIsNotANumber) {
  const ModelFile file = windowed_step();
  scale_readout(file, std::numeric_limits<double>::quiet_NaN());
  const Certificate certificate = certify(file, {}, "test");
  EXPECT_FALSE(certificate.holds);
  EXPECT_FALSE(certificate.errors.within_bound);
}

TEST(Certificate, FailsWhenTheErrorOrItsBoundIsInfinite) {
  for (const double rate : {1e302, 1e306}) {
    const ModelFile file = gradient_descent_as_gril(
        {.inputs = 4, .outputs = 2, .learning_rates = {rate}}, 1.0, at::kDouble);
    const Certificate certificate = certify(file, {}, "test");
    EXPECT_EQ(certificate.errors.max_rel_error, std::numeric_limits<double>::infinity()) << rate;
    EXPECT_FALSE(certificate.errors.within_bound) << rate;
    EXPECT_FALSE(certificate.holds) << rate;
  }
}

TEST(Certificate, AModelWithoutParametersIsComparedToo) {
  ModelFile file = linear_attention_model({random_linear_attention({.width = 3}, 4)}, at::kDouble);
  file.model = std::make_shared<SequenceModel>(
      Json{{"layers", {{{"kind", "running_mean"}, {"input_size", 3}}}}}, "test");
  const Certificate certificate = certify(file, {}, "test");
  EXPECT_FALSE(certificate.holds);
  EXPECT_GT(certificate.errors.max_rel_error, 0.1);
}

TEST(Certificate, BoundHasTheSizeOfRoundingErrors) {
  const Certificate certificate = certify(windowed_step(), {}, "test");
  EXPECT_LE(certificate.errors.max_rel_error, certificate.errors.error_bound);
  EXPECT_LT(certificate.errors.error_bound, 1e-11);
}

TEST(Certificate, TasksDependOnTheSeed) {
  const ModelFile file = windowed_step();
  const Certificate first = certify(file, {.seed = 1}, "test");
  EXPECT_EQ(to_json(first), to_json(certify(file, {.seed = 1}, "test")));
  EXPECT_NE(first.errors.max_abs_error, certify(file, {.seed = 2}, "test").errors.max_abs_error);
}

TEST(Certificate, LeavesTheModelAsItIs) {
  const ModelFile file = gradient_descent_as_gril({.inputs = 4}, 1.0, at::kFloat);
  certify(file, {}, "test");
  EXPECT_EQ(file.model->parameters().front().scalar_type(), at::kFloat);
}

TEST(Certificate, RefusesModelsWithoutAClaim) {
  ModelFile file = windowed_step();
  file.claim = nullptr;
  EXPECT_EQ(error_text<InvalidArgument>([&] { certify(file, {}, "a.safetensors"); }),
            "[certificate] a.safetensors: the model must claim an algorithm; got no claim. Trained "
            "models are compared by gril analyze.");
  EXPECT_EQ(error_text<InvalidArgument>([] { certify(windowed_step(), {.trials = 0}, "test"); }),
            "[certificate] trials must be at least 1 and length at least 0; got 0 and 0.");
}

TEST(Certificate, RefusesDamagedClaims) {
  const auto refusal = [](const std::string& key, const Json& value) {
    ModelFile file = windowed_step();
    file.claim[key] = value;
    return error_text<InvalidFile>([&] { certify(file, {}, "a"); });
  };
  EXPECT_EQ(
      refusal("algorithm", "magic"),
      "[certificate] a: claim must name the algorithm associative-recall, gradient-descent or "
      "linear-attention; got \"magic\".");
  EXPECT_EQ(refusal("inputs", 5),
            "[certificate] a: claim must fit the model: it speaks of tokens of width 12 and 2 "
            "outputs; got a model of 10 and 2.");
  EXPECT_EQ(refusal("learning_rates", Json::array()),
            "[certificate] a: bad claim: [gradient_descent] learning_rates must hold one rate per "
            "step; got none.");
  EXPECT_EQ(refusal("initial_weights", Json::array({1})),
            "[certificate] a: bad claim: [gradient_descent] initial_weights must be 2 rows of 4 "
            "finite numbers; got [1].");
  EXPECT_EQ(
      refusal("learning_rate", 1),
      "[certificate] a: bad claim: [config] a: unknown key \"gril_claim.learning_rate\". Did you "
      "mean \"gril_claim.learning_rates\"?");
}

}  // namespace
}  // namespace gril
