// The claim of the streaming runtime: after construction nothing is allocated.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <random>

#include "gril/stream/in_context_regressor.h"
#include "gril/stream/stream_comparison.h"
#include "tests/stream/model_file.h"

namespace {

std::atomic<int64_t> allocations = 0;

}  // namespace

// Every operator new of this program counts; the other forms call this one.
void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);  // NOLINT
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }               // NOLINT
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }  // NOLINT

namespace gril::test {
namespace {

TEST(Allocations, AreCounted) {
  const int64_t before = allocations;
  const auto number = std::make_unique<double>(1.0);
  EXPECT_EQ(*number, 1.0);
  EXPECT_EQ(allocations - before, 1);
}

TEST(Allocations, StepPeekPredictAndObserveMakeNone) {
  std::mt19937_64 generator(1);
  LayerSpec spec;
  spec.input_size = 4;
  spec.output_size = 1;
  spec.window = 3;
  spec.stride = 2;
  spec.initial_weights = true;
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), model_file({{spec, random_tensors(spec, generator)}},
                                            regression_task("pairs", 3, 1)));
  stream::StreamModel model(file.path());
  stream::InContextRegressor regressor(file.path());
  const std::vector<double> token = {1, 2, 3, 4};
  std::vector<double> output(1);
  const int64_t before = allocations;
  for (int i = 0; i < 100; ++i) {
    model.step(token, output);
    model.peek(token, output);
    regressor.predict({token.data(), 3}, output);
    regressor.observe({token.data(), 3}, output);
  }
  EXPECT_EQ(allocations - before, 0);
}

/// A residual GRIL layer below a perceptron and a gated unit.
SafetensorsFile stack_of_every_kind() {
  std::mt19937_64 generator(1);
  LayerSpec spec;
  spec.output_size = spec.input_size;
  SafetensorsFile file = model_file({{spec, random_tensors(spec, generator)}});
  std::map<std::string, StoredTensor> tensors;
  for (const auto& [name, tensor] : file.tensors) tensors["layers.0.body." + name] = tensor;
  const auto add = [&](const std::string& name, std::vector<int64_t> shape) {
    tensors["layers." + name] =
        stored(random_numbers(std::move(shape), generator), ElementType::kFloat64);
  };
  add("1.hidden_map", {5, 4});
  add("1.output_map", {3, 5});
  add("2.gate_map", {2, 3});
  add("2.linear_map", {2, 3});
  add("3.map", {1, 2});
  add("3.bias", {1});
  file.tensors = std::move(tensors);
  const Json layers = {{{"kind", "residual"}, {"layers", {layer_json(spec)}}},
                       {{"kind", "multilayer_perceptron"},
                        {"input_size", 4},
                        {"hidden_size", 5},
                        {"output_size", 3},
                        {"activation", "softmax"},
                        {"bias", false}},
                       {{"kind", "gated_linear_unit"},
                        {"input_size", 3},
                        {"output_size", 2},
                        {"gate", "silu"},
                        {"bias", false}},
                       {{"kind", "linear"}, {"input_size", 2}, {"output_size", 1}, {"bias", true}}};
  file.metadata["gril_model"] = Json({{"layers", layers}}).dump();
  return file;
}

TEST(Allocations, StackMakesNonePerStep) {
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), stack_of_every_kind());
  stream::StreamModel model(file.path());
  const std::vector<double> token = {1, 2, 3, 4};
  std::vector<double> output(1);
  const int64_t before = allocations;
  for (int i = 0; i < 100; ++i) {
    model.step(token, output);
    model.peek(token, output);
  }
  EXPECT_EQ(allocations - before, 0);
}

TEST(Allocations, ComparisonMakesNonePerRow) {
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), descent_model(4, 0.01, 0.99));
  stream::StreamComparison comparison(stream::InContextRegressor(file.path()), {"a", "b", "c"}, {});
  std::vector<double> features(3);
  const int64_t before = allocations;
  for (int row = 0; row < 3000; ++row) {
    features = {1.0 * (row % 7), 1.0 * (row % 5), 1.0 * (row % 3)};
    comparison.predict(features);
    comparison.observe(1.0 * (row % 11));
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ(comparison.scored_rows(), 2970);
}

}  // namespace
}  // namespace gril::test
