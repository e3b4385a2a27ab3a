#include "gril/stream/stream_model.h"

#include <gtest/gtest.h>

#include <random>

#include "gril/base/error.h"
#include "tests/stream/layer_reference.h"
#include "tests/stream/model_file.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using stream::StreamModel;
using Tokens = std::vector<std::vector<double>>;

constexpr double kTolerance = 1e-12;  // relative to the largest output

Tokens random_tokens(int64_t count, int64_t width, std::mt19937_64& generator) {
  Tokens tokens;
  for (int64_t t = 0; t < count; ++t) tokens.push_back(random_numbers({width}, generator).values);
  return tokens;
}

Tokens stepped(StreamModel& model, const Tokens& tokens) {
  Tokens outputs;
  for (const auto& token : tokens) {
    outputs.emplace_back(model.output_size());
    model.step(token, outputs.back());
  }
  return outputs;
}

double largest_difference(const Tokens& a, const Tokens& b) {
  EXPECT_EQ(a.size(), b.size());
  double difference = 0.0;
  double scale = 1e-300;
  for (std::size_t t = 0; t < a.size(); ++t) {
    for (std::size_t i = 0; i < a[t].size(); ++i) {
      difference = std::max(difference, std::abs(a[t][i] - b[t][i]));
      scale = std::max(scale, std::abs(b[t][i]));
    }
  }
  return difference / scale;
}

std::vector<LayerSpec> all_kinds_of_layers() {
  std::vector<LayerSpec> specs;
  for (const bool tied : {true, false}) {
    for (const bool cross_product : {true, false}) {
      for (const bool strict : {true, false}) {
        for (const std::string decay : {"fixed", "per_head", "elementwise"}) {
          LayerSpec spec;
          spec.tied = tied;
          spec.cross_product = cross_product;
          spec.strict = strict;
          spec.decay = decay;
          spec.heads = 2;
          spec.value_size = cross_product ? 2 : 1;
          spec.window = 1 + static_cast<int64_t>(specs.size()) % 4;
          spec.stride = 1 + static_cast<int64_t>(specs.size()) % 3;
          spec.initial_weights = specs.size() % 2 == 1;
          spec.written_features = specs.size() % 3 == 0 ? 3 : 0;
          specs.push_back(spec);
        }
      }
    }
  }
  LayerSpec identity;
  identity.projections = "identity";
  identity.value_size = identity.key_size = identity.input_size;
  identity.window = 3;
  identity.stride = 2;
  specs.push_back(identity);
  identity.cross_product = false;
  identity.value_size = 1;
  specs.push_back(identity);
  return specs;
}

TEST(StreamModel, StepsEqualTheEquationsForEveryKindOfLayer) {
  std::mt19937_64 generator(1);
  for (const LayerSpec& spec : all_kinds_of_layers()) {
    const LayerTensors tensors = random_tensors(spec, generator);
    const TemporaryFile file("model.safetensors");
    write_safetensors(file.path(), model_file({{spec, tensors}}));
    StreamModel model(file.path());
    const Tokens tokens = random_tokens(17, spec.input_size, generator);
    EXPECT_LT(largest_difference(stepped(model, tokens), layer_reference(spec, tensors, tokens)),
              kTolerance)
        << layer_json(spec).dump();
  }
}

TEST(StreamModel, LayersAreChained) {
  std::mt19937_64 generator(2);
  LayerSpec first;
  first.output_size = 5;
  first.window = 3;
  first.stride = 2;
  LayerSpec second;
  second.input_size = 5;
  second.window = 2;
  LayerSpec third;
  third.input_size = 2;
  third.output_size = 3;
  const std::vector<std::pair<LayerSpec, LayerTensors>> layers = {
      {first, random_tensors(first, generator)},
      {second, random_tensors(second, generator)},
      {third, random_tensors(third, generator)}};
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), model_file(layers));
  StreamModel model(file.path());
  const Tokens tokens = random_tokens(19, first.input_size, generator);
  Tokens expected = tokens;
  for (const auto& [spec, tensors] : layers) expected = layer_reference(spec, tensors, expected);
  EXPECT_EQ(model.output_size(), 3U);
  EXPECT_LT(largest_difference(stepped(model, tokens), expected), kTolerance);
}

TEST(StreamModel, WeightsStoredAsFloat32AreComputedInFloat64) {
  std::mt19937_64 generator(3);
  const LayerSpec spec;
  LayerTensors tensors = random_tensors(spec, generator);
  for (auto& [name, numbers] : tensors) {
    for (double& value : numbers.values) value = static_cast<float>(value);
  }
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), model_file({{spec, tensors}}, nullptr, ElementType::kFloat32));
  StreamModel model(file.path());
  const Tokens tokens = random_tokens(9, spec.input_size, generator);
  EXPECT_LT(largest_difference(stepped(model, tokens), layer_reference(spec, tensors, tokens)),
            kTolerance);
}

class StreamModelState : public ::testing::Test {
 protected:
  StreamModelState() : file_("model.safetensors") {
    spec_.window = 3;
    spec_.stride = 2;
    write_safetensors(file_.path(), model_file({{spec_, random_tensors(spec_, generator_)}}));
    tokens_ = random_tokens(11, spec_.input_size, generator_);
  }

  std::mt19937_64 generator_{4};
  LayerSpec spec_;
  TemporaryFile file_;
  Tokens tokens_;
};

TEST_F(StreamModelState, PeekGivesTheOutputOfStepAndChangesNothing) {
  StreamModel model(file_.path());
  for (const auto& token : tokens_) {
    const std::string before = model.save();
    std::vector<double> peeked(model.output_size());
    std::vector<double> output(model.output_size());
    model.peek(token, peeked);
    EXPECT_EQ(model.save(), before);
    model.step(token, output);
    EXPECT_EQ(peeked, output);
    EXPECT_NE(model.save(), before);
  }
}

TEST_F(StreamModelState, SavedAndRestoredStreamGoesOnWithTheSameBits) {
  StreamModel model(file_.path());
  const Tokens first(tokens_.begin(), tokens_.begin() + 5);
  const Tokens second(tokens_.begin() + 5, tokens_.end());
  stepped(model, first);
  const std::string saved = model.save();
  const Tokens expected = stepped(model, second);
  StreamModel other(file_.path());
  other.restore(saved);
  EXPECT_EQ(stepped(other, second), expected);
}

TEST_F(StreamModelState, ForkLeavesTheFirstStreamAlone) {
  StreamModel model(file_.path());
  stepped(model, tokens_);
  const std::string before = model.save();
  StreamModel fork = model;
  stepped(fork, tokens_);
  EXPECT_EQ(model.save(), before);
  EXPECT_NE(fork.save(), before);
}

TEST_F(StreamModelState, ResetStartsAnew) {
  StreamModel model(file_.path());
  const Tokens expected = stepped(model, tokens_);
  model.reset();
  EXPECT_EQ(stepped(model, tokens_), expected);
}

TEST_F(StreamModelState, WrongSizesAreRefused) {
  StreamModel model(file_.path());
  std::vector<double> output(2);
  const std::vector<double> token(3);
  EXPECT_EQ(error_text<InvalidArgument>([&] { model.step(token, output); }),
            "[stream_model] token and output must have 4 and 2 features; got 3 and 2. Use the "
            "sizes of the model.");
}

}  // namespace
}  // namespace gril::test
