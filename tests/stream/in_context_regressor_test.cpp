#include "gril/stream/in_context_regressor.h"

#include <gtest/gtest.h>

#include <random>

#include "gril/base/error.h"
#include "gril/base/prompt_tokens.h"
#include "tests/stream/model_file.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using stream::InContextRegressor;
using stream::StreamModel;

/// A random model with a window for a layout.
SafetensorsFile random_model(const std::string& layout, int64_t inputs, int64_t outputs) {
  std::mt19937_64 generator(5);
  LayerSpec spec;
  spec.input_size = token_shape(token_layout_from_name(layout), inputs, outputs).width;
  spec.output_size = outputs;
  spec.window = 3;
  spec.stride = layout == "interleaved" ? 2 : 1;
  return model_file({{spec, random_tensors(spec, generator)}},
                    regression_task(layout, inputs, outputs));
}

/// The model's output after the prompt of N examples and a query, token by token.
std::vector<double> output_after_prompt(StreamModel& model, TokenLayout layout,
                                        const Prompt& prompt) {
  const auto width = static_cast<std::size_t>(model.input_size());
  const int64_t count = token_count(layout, prompt.examples);
  std::vector<double> tokens(static_cast<std::size_t>(count) * width);
  write_tokens(layout, prompt, tokens);
  std::vector<double> output(model.output_size());
  model.reset();
  for (std::size_t t = 0; t < static_cast<std::size_t>(count); ++t) {
    model.step(std::span(tokens).subspan(t * width, width), output);
  }
  return output;
}

TEST(InContextRegressor, PredictsWhatTheModelSaysAfterThePromptInEveryLayout) {
  constexpr int64_t kInputs = 3;
  constexpr std::size_t kExamples = 6;
  std::mt19937_64 generator(6);
  for (const std::string& layout : token_layout_names()) {
    const int64_t outputs = layout == "constructed" ? 1 : 2;
    const TemporaryFile file("model.safetensors");
    write_safetensors(file.path(), random_model(layout, kInputs, outputs));
    InContextRegressor regressor(file.path());
    StreamModel model(file.path());
    const auto m = static_cast<std::size_t>(outputs);
    const auto inputs = random_numbers({kExamples + 1, kInputs}, generator).values;
    const auto targets = random_numbers({kExamples, outputs}, generator).values;
    for (std::size_t n = 1; n <= kExamples; ++n) {
      regressor.observe({&inputs[3 * (n - 1)], 3}, {&targets[m * (n - 1)], m});
      std::vector<double> prediction(m);
      regressor.predict({&inputs[3 * n], 3}, prediction);
      const Prompt prompt{kInputs,
                          outputs,
                          static_cast<int64_t>(n),
                          std::span(inputs).first(3 * n),
                          std::span(targets).first(m * n),
                          std::span(inputs).subspan(3 * n, 3)};
      EXPECT_EQ(prediction, output_after_prompt(model, regressor.layout(), prompt))
          << layout << ' ' << n;
    }
  }
}

TEST(InContextRegressor, ConstructedDescentIsOneGradientStepOnTheWeightedExamples) {
  constexpr std::size_t kInputs = 4;
  constexpr double kRate = 0.05;
  constexpr double kDecay = 0.9;
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), descent_model(kInputs, kRate, kDecay));
  InContextRegressor regressor(file.path());
  std::mt19937_64 generator(7);
  std::vector<double> weights(kInputs, 0.0);
  for (int row = 0; row < 50; ++row) {
    const auto x = random_numbers({kInputs}, generator).values;
    const double y = random_numbers({1}, generator).values[0];
    double prediction = 0.0;
    regressor.predict(x, {&prediction, 1});
    double expected = 0.0;
    for (std::size_t i = 0; i < kInputs; ++i) expected += weights[i] * x[i];
    EXPECT_NEAR(prediction, expected, 1e-13);
    regressor.observe(x, {&y, 1});
    for (std::size_t i = 0; i < kInputs; ++i) {
      weights[i] = kDecay * weights[i] + kRate * y * x[i];
    }
  }
}

TEST(InContextRegressor, PredictionsDoNotChangeTheStream) {
  const TemporaryFile file("model.safetensors");
  for (const std::string& layout : token_layout_names()) {
    write_safetensors(file.path(), random_model(layout, 3, 1));
    InContextRegressor regressor(file.path());
    const std::vector<double> x = {1.0, -2.0, 0.5};
    const double y = 3.0;
    regressor.observe(x, {&y, 1});
    const std::string before = regressor.save();
    double prediction = 0.0;
    regressor.predict(x, {&prediction, 1});
    EXPECT_EQ(regressor.save(), before) << layout;
  }
}

TEST(InContextRegressor, SavedStreamGoesOnWithTheSameBits) {
  const TemporaryFile file("model.safetensors");
  std::mt19937_64 generator(8);
  for (const std::string& layout : token_layout_names()) {
    write_safetensors(file.path(), random_model(layout, 3, 1));
    InContextRegressor regressor(file.path());
    for (int row = 0; row < 5; ++row) {
      const auto numbers = random_numbers({4}, generator).values;
      regressor.observe({&numbers[0], 3}, {&numbers[3], 1});
    }
    InContextRegressor other(file.path());
    other.restore(regressor.save());
    InContextRegressor fork = regressor;
    const std::vector<double> x = {0.3, 0.7, -1.0};
    const double y = 0.25;
    for (InContextRegressor* one : {&regressor, &other, &fork}) one->observe(x, {&y, 1});
    EXPECT_EQ(other.save(), regressor.save()) << layout;
    EXPECT_EQ(fork.save(), regressor.save()) << layout;
    regressor.reset();
    EXPECT_EQ(regressor.save(), InContextRegressor(file.path()).save()) << layout;
  }
}

/// The text of opening a good model with another task.
template <typename Error>
std::string text_for_task(const Json& task) {
  const TemporaryFile file("model.safetensors");
  SafetensorsFile model = random_model("windowed", 3, 1);
  model.metadata.erase("gril_task");
  if (!task.is_null())
    model.metadata["gril_task"] = task.is_string() ? task.get<std::string>() : task.dump();
  write_safetensors(file.path(), model);
  std::string text = error_text<Error>([&] { InContextRegressor regressor(file.path()); });
  const std::string path = file.path().string();
  const auto at = text.find(path);
  return at == std::string::npos ? text : text.replace(at, path.size(), "{P}");
}

TEST(InContextRegressor, TaskMustBeThereAndFit) {
  EXPECT_EQ(text_for_task<InvalidArgument>(nullptr),
            "[stream] {P}: must name its task to be a regressor; got a model without one. Make one "
            "with: gril construct gradient-descent.");
  EXPECT_EQ(text_for_task<InvalidFile>("no json"),
            "[stream] {P}: metadata gril_task must be JSON; got an error at byte 2.");
  EXPECT_EQ(text_for_task<InvalidFile>("1"),
            "[stream] {P}: metadata gril_task must be an object; got number. Write the model "
            "anew.");
  EXPECT_EQ(text_for_task<InvalidFile>("{\"kind\": " + std::string(100000, '[')),
            "[stream] {P}: metadata gril_task may be nested 100 levels deep; got more.");
  EXPECT_EQ(text_for_task<InvalidArgument>({{"kind", "copying"}}),
            "[stream] {P}: the task must be a regression; got \"copying\". Make a model with: gril "
            "construct gradient-descent.");
  EXPECT_EQ(text_for_task<InvalidFile>(regression_task("windowed", 4, 1)),
            "[stream] {P}: the model must take tokens of 9 and give 1 features to fit its task; "
            "got 7 and 1. Write the model anew.");
  Json segments = regression_task("windowed", 3, 1);
  segments["segments"] = 2;
  EXPECT_EQ(text_for_task<InvalidArgument>(segments),
            "[stream] {P}: the examples must come in one segment, because a table marks none; got "
            "a task of 2 segments. Use a model of a task without segments.");
  Json no_layout = regression_task("windowed", 3, 1);
  no_layout.erase("layout");
  EXPECT_EQ(text_for_task<InvalidFile>(no_layout),
            "[config] {P} (gril_task): \"layout\" must be given; got no such key.");
}

TEST(InContextRegressor, WrongSizesAreRefused) {
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), random_model("windowed", 3, 1));
  InContextRegressor regressor(file.path());
  std::vector<double> two(2);
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              regressor.predict(two, {two.data(), 1});
            }),
            "[regressor] x and prediction must have 3 and 1 features; got 2 and 1. Use the sizes "
            "of the model.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { regressor.observe(two, two); }),
            "[regressor] x and y must have 3 and 1 features; got 2 and 2. Use the sizes of the "
            "model.");
}

}  // namespace
}  // namespace gril::test
