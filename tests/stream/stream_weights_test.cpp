#include "gril/stream/stream_weights.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "gril/base/error.h"
#include "tests/stream/model_file.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

/// A good file with one thing changed, read back; {P} stands for the path in expected texts.
class StreamWeights : public ::testing::Test {
 protected:
  StreamWeights() : file_("model.safetensors") {
    std::mt19937_64 generator(1);
    const LayerSpec spec;
    good_ = model_file({{spec, random_tensors(spec, generator)}});
  }

  void change_layer(const std::function<void(Json&)>& change) {
    Json configuration = Json::parse(good_.metadata["gril_model"]);
    change(configuration["layers"][0]);
    good_.metadata["gril_model"] = configuration.dump();
  }

  template <typename Error>
  std::string text() {
    write_safetensors(file_.path(), good_);
    std::string text = error_text<Error>([&] { stream::read_stream_weights(file_.path()); });
    const std::string path = file_.path().string();
    const auto at = text.find(path);
    return at == std::string::npos ? text : text.replace(at, path.size(), "{P}");
  }

  TemporaryFile file_;
  SafetensorsFile good_;
};

TEST_F(StreamWeights, OtherLayerKindsAreNamed) {
  change_layer([](Json& layer) { layer["kind"] = "softmax_attention"; });
  EXPECT_EQ(text<InvalidArgument>(),
            "[stream] {P}: layers.0 must be of a kind that can be streamed; got "
            "\"softmax_attention\". Kinds: append, gated_linear_unit, gril, linear, "
            "multilayer_perceptron, residual.");
}

TEST_F(StreamWeights, MissingTensorIsNamed) {
  good_.tensors.erase("layers.0.key_map");
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: tensor \"layers.0.key_map\" must be there; got none of that name. "
            "Write the model anew.");
}

TEST_F(StreamWeights, SurplusTensorIsNamed) {
  good_.tensors["layers.7.readout"] = good_.tensors["layers.0.readout"];
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: tensors must belong to the configuration; got \"layers.7.readout\" "
            "beside it. Write the model anew.");
}

TEST_F(StreamWeights, WrongShapeIsNamed) {
  good_.tensors["layers.0.readout"] = stored({{1, 4}, {1, 2, 3, 4}}, ElementType::kFloat64);
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: tensor \"layers.0.readout\" must have shape (2, 2); got (1, 4). Write "
            "the model anew.");
}

TEST_F(StreamWeights, WrongElementTypeIsNamed) {
  good_.tensors["layers.0.readout"].type = ElementType::kInt64;
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: tensor \"layers.0.readout\" must be F32 or F64; got I64. Write the "
            "model anew.");
}

TEST_F(StreamWeights, NumbersThatAreNotFiniteAreRefused) {
  good_.tensors["layers.0.readout"] = stored({{2, 2}, {1, 2, NAN, 4}}, ElementType::kFloat64);
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: tensor \"layers.0.readout\" must hold finite numbers; got one that is "
            "not. Train the model anew.");
}

TEST_F(StreamWeights, OtherFormatVersionIsRefused) {
  good_.metadata["gril_format"] = "2";
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: metadata gril_format must be \"1\"; got \"2\". Give a model written by "
            "gril.");
}

TEST_F(StreamWeights, ConfigurationThatIsNotJsonIsRefused) {
  good_.metadata["gril_model"] = "{";
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: metadata gril_model must be JSON; got an error at byte 2.");
  good_.metadata["gril_model"] = std::string(100000, '[');
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: metadata gril_model may be nested 100 levels deep; got more.");
}

TEST_F(StreamWeights, ModelWithoutLayersIsRefused) {
  good_.metadata["gril_model"] = "{\"layers\": []}";
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: the model must have at least one layer; got none. Write the model "
            "anew.");
}

TEST_F(StreamWeights, MissingOptionIsNamed) {
  change_layer([](Json& layer) { layer.erase("stride"); });
  EXPECT_EQ(text<InvalidFile>(),
            "[config] {P}: \"layers.0.stride\" must be given; got no such key.");
}

TEST_F(StreamWeights, UnknownOptionIsNamed) {
  change_layer([](Json& layer) { layer["strides"] = 2; });
  EXPECT_EQ(text<InvalidFile>(),
            "[config] {P}: unknown key \"layers.0.strides\". Did you mean \"layers.0.stride\"?");
}

TEST_F(StreamWeights, SizesThatTheFileOnlyClaimsAreRefused) {
  change_layer([](Json& layer) { layer["value_size"] = 1 << 20; });
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: tensor \"layers.0.readout\" must have shape (2, 1048576); got (2, 2). "
            "Write the model anew.");
}

TEST_F(StreamWeights, IdentityProjectionsMustFit) {
  change_layer([](Json& layer) { layer["projections"] = "identity"; });
  EXPECT_EQ(text<InvalidFile>(),
            "[config] {P}: \"layers.0\": identity projections need tied, one head and value_size = "
            "key_size = input_size; got another combination.");
}

TEST_F(StreamWeights, ValueSizeWithoutCrossProductIsOne) {
  change_layer([](Json& layer) { layer["cross_product"] = false; });
  EXPECT_EQ(text<InvalidFile>(),
            "[config] {P}: \"layers.0\": value_size must be 1 without cross_product; got 2.");
}

TEST_F(StreamWeights, AStateThatIsReadWithoutAQueryIsRefused) {
  change_layer([](Json& layer) { layer["multiplicative_readout"] = false; });
  EXPECT_EQ(
      text<InvalidFile>(),
      "[config] {P}: \"layers.0\": a streamed gril layer needs multiplicative_readout; got one "
      "without. Run it with libtorch (gril evaluate).");
}

TEST_F(StreamWeights, LayersThatDoNotChainAreRefused) {
  std::mt19937_64 generator(1);
  const LayerSpec spec;  // 4 features in, 2 out
  good_ = model_file(
      {{spec, random_tensors(spec, generator)}, {spec, random_tensors(spec, generator)}});
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: the input of layers.1 must be as wide as the output of the layer "
            "before it; got 4. Write the model anew.");
}

TEST_F(StreamWeights, NormalisationMustFitDecayAndMaps) {
  change_layer([](Json& layer) { layer["normalisation"] = "count"; });
  EXPECT_EQ(text<InvalidFile>(),
            "[config] {P}: \"layers.0\": normalisation needs one decay per head; got elementwise "
            "decay.");
  change_layer([](Json& layer) {
    layer["normalisation"] = "power";
    layer["decay"] = "fixed";
  });
  EXPECT_EQ(text<InvalidFile>(),
            "[config] {P}: \"layers.0\": normalisation by the power needs untied maps; got tied "
            "ones.");
}

TEST_F(StreamWeights, BodiesMustGiveWhatTheyTakeAndEnd) {
  const auto put_into_residual = [this] {
    change_layer([](Json& layer) {
      layer = {{"kind", "residual"}, {"layers", Json::array({layer})}};
    });
    std::map<std::string, StoredTensor> moved;
    for (auto& [name, tensor] : good_.tensors) moved["layers.0.body." + name] = tensor;
    good_.tensors = moved;
  };
  put_into_residual();
  EXPECT_EQ(
      text<InvalidFile>(),
      "[stream] {P}: layers.0.body must give as many features as it takes; got 4 and 2. Write "
      "the model anew.");
  for (int depth = 1; depth <= 16; ++depth) put_into_residual();
  EXPECT_EQ(text<InvalidFile>(),
            "[stream] {P}: layers may hold one another 16 deep; got more. Write the model anew.");
}

TEST_F(StreamWeights, FingerprintDependsOnEveryWeight) {
  write_safetensors(file_.path(), good_);
  const uint64_t fingerprint = stream::read_stream_weights(file_.path()).fingerprint;
  EXPECT_EQ(stream::read_stream_weights(file_.path()).fingerprint, fingerprint);
  good_.tensors["layers.0.readout"].bytes[3] ^= std::byte{1};
  write_safetensors(file_.path(), good_);
  EXPECT_NE(stream::read_stream_weights(file_.path()).fingerprint, fingerprint);
}

}  // namespace
}  // namespace gril::test
