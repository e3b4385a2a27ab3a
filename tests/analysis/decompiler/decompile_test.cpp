// What analyze_model says of models, teachers and sequences that do not fit.
#include "gril/analysis/decompiler/decompile.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/analyze.h"
#include "gril/base/check.h"
#include "gril/base/error.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

AnalysisRequest small_request() {
  AnalysisRequest request;
  request.options.tasks = 20;
  request.options.sequences = 10;
  request.options.sequence_length = 10;
  request.options.most_heads = 1;
  return request;
}

ModelFile attention_file(const RandomAttentionOptions& attention,
                         AttentionCell cell = AttentionCell::kGatedRnn) {
  const auto variant = AttentionVariant::kSymmetric;
  return linear_attention_model({random_linear_attention(attention, 3), variant, cell},
                                at::kDouble);
}

ModelFile layers_file(const std::vector<Json>& layers) {
  return {std::make_shared<SequenceModel>(Json{{"layers", layers}}, "test"), nullptr, nullptr};
}

Json teacher_student(int64_t width) {
  return {{"kind", "teacher_student"}, {"width", width}, {"length", 10}, {"teacher_seed", 1}};
}

std::string refusal(const ModelFile& file, const AnalysisRequest& request) {
  return error_text<InvalidArgument>([&] { analyze_model(file, "m", request, {}); });
}

std::string sentence(const Analysis& analysis) {
  return analysis.summary["conclusion"]["sentence"].get<std::string>();
}

bool has_metric(const Analysis& analysis, const std::string& name) {
  for (const Json& metric : analysis.summary["metrics"]) {
    if (metric["name"] == name) return true;
  }
  return false;
}

void expect_in(const std::string& part, const std::string& text) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(AnalyzeModel, KnowsACellWithoutKernelsFromOutside) {
  ModelFile file = layers_file({{{"kind", "lstm"}, {"input_size", 2}, {"state_size", 4}},
                                {{"kind", "linear"}, {"input_size", 4}, {"output_size", 2}}});
  file.task = teacher_student(2);
  const Analysis analysis = analyze_model(file, "m", small_request(), {});
  EXPECT_EQ(analysis.summary["kind"], "black_box");
  EXPECT_EQ(analysis.file("kernels"),
            (Json{{"applies", false},
                  {"reason",
                   "no exact kernel form exists: a layer of kind lstm is no polynomial of "
                   "its inputs"}}));
  EXPECT_TRUE(has_metric(analysis, "error_over_target_variance"));
  EXPECT_FALSE(has_metric(analysis, "kernel_distance"));
  expect_in("This network is known from outside only (no exact kernel form exists",
            sentence(analysis));
}

TEST(AnalyzeModel, KnowsComplexEigenvaluesFromOutside) {
  ModelFile file = attention_file({.width = 2, .decay = 0.9, .rotation = 0.3}, AttentionCell::kLru);
  file.task = teacher_student(2);
  const Analysis analysis = analyze_model(file, "m", small_request(), {});
  EXPECT_EQ(analysis.summary["kind"], "black_box");
  EXPECT_EQ(
      analysis.file("kernels")["reason"],
      "kernels are read off one gated_linear_rnn layer alone; the model has gated_linear_unit, "
      "linear_recurrent_unit, gated_linear_unit, linear");
}

TEST(AnalyzeModel, SaysWhichGateIsNoPolynomial) {
  ModelFile file =
      layers_file({{{"kind", "gated_linear_unit"}, {"input_size", 2}, {"output_size", 2}}});
  file.task = teacher_student(2);
  EXPECT_EQ(
      analyze_model(file, "m", small_request(), {}).file("kernels")["reason"],
      "no exact kernel form exists: a layer of kind gated_linear_unit is no polynomial of its "
      "inputs");
}

TEST(AnalyzeModel, LooksIntoAResidual) {
  const auto reason = [](const Json& inner) {
    ModelFile file = layers_file({{{"kind", "residual"}, {"layers", Json::array({inner})}}});
    file.task = teacher_student(2);
    return analyze_model(file, "m", small_request(), {}).file("kernels")["reason"];
  };
  EXPECT_EQ(reason({{"kind", "linear"}, {"input_size", 2}, {"output_size", 2}}),
            "kernels are read off one gated_linear_rnn layer alone; the model has residual");
  EXPECT_EQ(reason({{"kind", "positional_embedding"}, {"input_size", 2}, {"maximal_length", 100}}),
            "kernels are read off one gated_linear_rnn layer alone; the model has residual");
  EXPECT_EQ(reason({{"kind", "lstm"}, {"input_size", 2}, {"state_size", 2}}),
            "no exact kernel form exists: a layer of kind lstm is no polynomial of its inputs");
}

TEST(AnalyzeModel, RefusesWhatOnlyAGatedLinearRnnCanBeAsked) {
  ModelFile file = layers_file({{{"kind", "lstm"}, {"input_size", 2}, {"state_size", 4}}});
  const std::string expected =
      "[analyze] m: a teacher and a sequence are for models of one gated_linear_rnn layer; got "
      "another: no exact kernel form exists: a layer of kind lstm is no polynomial of its inputs. "
      "Leave them out.";
  AnalysisRequest request = small_request();
  request.teacher = attention_file({.width = 2});
  EXPECT_EQ(refusal(file, request), expected);
  request = small_request();
  request.sequence = at::zeros({3, 2}, at::kDouble);
  EXPECT_EQ(refusal(file, request), expected);
  EXPECT_EQ(
      refusal(file, small_request()),
      "[analyze] m: a model of other layers than one gated_linear_rnn must name the task it is "
      "measured on; got none. Train it with gril; for what a construction claims run gril "
      "certify.");
}

TEST(AnalyzeModel, RefusesATaskOfAnotherWidth) {
  ModelFile network = attention_file({.width = 2});
  network.task = teacher_student(3);
  EXPECT_EQ(refusal(network, small_request()),
            "[sample_sequences] m: tokens of its task must have 2 features, as its model expects; "
            "got 3.");
  ModelFile cell = layers_file({{{"kind", "lstm"}, {"input_size", 2}, {"state_size", 4}}});
  cell.task = teacher_student(3);
  EXPECT_EQ(
      refusal(cell, small_request()),
      "[analyze] m: the model must take 3 features and give 3 outputs, as its task asks; got 2 "
      "and 4.");
}

TEST(Decompile, RefusesATeacherOfOtherWidthsOrAnotherKind) {
  AnalysisRequest request = small_request();
  request.teacher = attention_file({.width = 3});
  request.teacher_name = "t";
  EXPECT_EQ(refusal(attention_file({.width = 2}), request),
            "[decompile] t: the teacher must take 2 features and give 2 outputs, as m does; got 3 "
            "and 3.");
  request.teacher = layers_file({{{"kind", "linear"}, {"input_size", 2}, {"output_size", 2}}});
  EXPECT_EQ(refusal(attention_file({.width = 2}), request),
            "[teacher_attention] t: a teacher must be one linear_attention layer, claim linear "
            "attention, or be one gated_linear_rnn; got linear.");
}

TEST(Decompile, RefusesSequencesOfAnotherWidthOrLength) {
  const ModelFile file = attention_file({.width = 2});
  AnalysisRequest request = small_request();
  request.sequence = at::zeros({3, 4}, at::kDouble);
  EXPECT_EQ(refusal(file, request),
            "[attention_map] the sequence must have 2 features per token; got 4.");
  request.sequence = at::zeros({257, 2}, at::kDouble);
  EXPECT_EQ(refusal(file, request),
            "[attention_map] the sequence must have 1 to 256 tokens; got 257. Shorten it.");
}

/// What the caller gave is refused before the first stage.
TEST(Decompile, RefusesBeforeItMeasures) {
  AnalysisRequest request = small_request();
  request.sequence = at::zeros({3, 4}, at::kDouble);
  EXPECT_THROW(analyze_model(attention_file({.width = 2}), "m", request,
                             [](const std::string& stage, int, int) { FAIL() << stage; }),
               InvalidArgument);
}

TEST(Decompile, RefusesANetworkWithoutNeuronsThatMatter) {
  AnalysisRequest request = small_request();
  request.options.influence_threshold = 1e6;
  EXPECT_EQ(refusal(attention_file({.width = 2}), request),
            "[pruned_network] at least one neuron must remain; got none. Lower the threshold.");
}

/// No score stands where there are no kernels, and each says why.
void expect_no_kernel_form(const Analysis& analysis, const std::string& reason) {
  EXPECT_EQ(analysis.summary["conclusion"]["label"], "No kernel form");
  expect_in(reason, sentence(analysis));
  for (const char* name : {"kernels", "attention", "descent", "rebuilt"}) {
    EXPECT_EQ(analysis.file(name)["applies"], false) << name;
    expect_in(reason, analysis.file(name)["reason"].get<std::string>());
  }
  for (const char* name : {"memory_modes", "attention_difference", "kernel_distance", "heads",
                           "key_value_unexplained", "rebuilt_neurons"}) {
    EXPECT_FALSE(has_metric(analysis, name)) << name;
  }
  EXPECT_TRUE(has_metric(analysis, "polarised_difference"));
  ASSERT_EQ(analysis.models.size(), 1U);
  EXPECT_EQ(analysis.models[0].first, "pruned");
}

TEST(Decompile, GivesNoScoresForEigenvaluesOutsideTheUnitInterval) {
  for (const double eigenvalue : {1.2, -0.5}) {
    ModelFile file = attention_file({.width = 2});
    GatedRnnWeights weights =
        gated_rnn_weights(dynamic_cast<const GatedLinearRnn&>(file.model->layer(0)));
    weights.eigenvalues[1] = eigenvalue;
    file.model = gated_rnn_model(weights);
    expect_no_kernel_form(analyze_model(file, "m", small_request(), {}),
                          concatenate("λ of neuron 1 is ", eigenvalue, ", outside [0, 1]"));
  }
}

TEST(Decompile, GivesNoScoresForMemoriesOfManyRates) {
  const GatedRnnWeights weights = random_network({}, 4);
  expect_no_kernel_form(
      analyze_model({gated_rnn_model(weights), nullptr, nullptr}, "m", small_request(), {}),
      "the eigenvalues of neurons that matter are neither 0 nor one common value");
}

TEST(Decompile, SaysWhenTheTeacherNeedsMoreNeurons) {
  AnalysisRequest request = small_request();
  request.teacher = attention_file({.width = 3});
  request.teacher_name = "t";
  const ModelFile student = linear_attention_model(
      {random_linear_attention({.width = 3, .value_rank = 1, .key_query_rank = 2}, 3),
       AttentionVariant::kLowRank},
      at::kDouble);
  const Analysis analysis = analyze_model(student, "m", request, {});
  const std::string reason = "it needs 6 memory and 3 query neurons; the model has 4 in all";
  expect_in("It cannot represent it exactly: " + reason + '.', sentence(analysis));
  EXPECT_EQ(analysis.file("attention")["teacher"]["representable"], false);
  EXPECT_EQ(analysis.file("attention")["teacher"]["reason"], reason);
  EXPECT_TRUE(has_metric(analysis, "kernel_distance"));
}

TEST(Decompile, GivesNoDistanceToATeacherThatRotates) {
  AnalysisRequest request = small_request();
  request.teacher =
      attention_file({.width = 2, .decay = 0.9, .rotation = 0.3}, AttentionCell::kLru);
  request.teacher_name = "t";
  const Analysis analysis = analyze_model(attention_file({.width = 2}), "m", request, {});
  expect_in(
      "It cannot represent the linear attention that t claims: it rotates by 0.3 radians per "
      "token; the eigenvalues of a gated linear RNN are real.",
      sentence(analysis));
  EXPECT_EQ(analysis.file("attention")["teacher"]["applies"], false);
  EXPECT_FALSE(has_metric(analysis, "kernel_distance"));
  EXPECT_FALSE(has_metric(analysis, "value_map_cosine"));
}

TEST(Decompile, SaysWhichScoresHaveNothingToCompareWith) {
  ModelFile file = attention_file({.width = 2});
  file.claim = nullptr;
  const Analysis analysis = analyze_model(file, "m", small_request(), {});
  EXPECT_EQ(analysis.file("attention")["teacher"],
            (Json{{"applies", false},
                  {"reason", "neither the model file nor the caller names a teacher"}}));
  EXPECT_EQ(analysis.file("attention")["probed"], "the nearest head");
  EXPECT_EQ(analysis.file("descent"),
            (Json{{"applies", false},
                  {"reason", "the model's task is not in-context linear regression"}}));
  EXPECT_FALSE(has_metric(analysis, "kernel_distance"));
  EXPECT_FALSE(has_metric(analysis, "learning_rate_per_example"));
}

}  // namespace
}  // namespace gril
