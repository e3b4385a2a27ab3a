#include "gril/layers/deep_gril.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

/// The activations of streams and gates.
double activated(double x, const std::string& name) {
  if (name == "none") return x;
  return name == "sigmoid" ? sigmoid(x) : x * sigmoid(x);
}

/// The layer's parameters and the equations of its header, one number at a time. The state is
/// written as attention: every token reads every one up to itself.
class Definition {
 public:
  explicit Definition(const DeepGril& layer)
      : options_(layer.options()), parameters_(layer.named_parameters()) {
    if (options_.decay != DecayKind::kFixed) decay_ = of("log_decay_rate").exp().neg().exp();
  }

  /// Outputs (T, m) of one sequence (T, D).
  at::Tensor outputs(const at::Tensor& tokens) const {
    const auto& o = options_;
    std::vector<at::Tensor> rows;
    for (int64_t t = 0; t < tokens.size(0); ++t) {
      at::Tensor read = at::empty({o.heads * o.value_size}, at::kDouble);
      for (int64_t h = 0; h < o.heads; ++h) {
        for (int64_t v = 0; v < o.value_size; ++v) {
          read[h * o.value_size + v] = reading(tokens, t, h, v) / std::sqrt(o.key_size);
        }
        if (o.head_norm) normalise(read, h);
      }
      if (o.output_gate != "none") {
        const at::Tensor gate = at::mv(of("gate_map"), tokens[t]);
        for (int64_t i = 0; i < read.size(0); ++i) {
          read[i] *= activated(gate[i].item<double>(), o.output_gate);
        }
      }
      at::Tensor row = at::mv(of("output_map"), read);
      if (o.feed_through) row = row + of("feed_through") * tokens[t];
      rows.push_back(row);
    }
    return at::stack(rows);
  }

 private:
  at::Tensor of(const char* name) const { return parameters_[name].detach(); }

  /// Feature `row` of the stream of `map` at token t, whose weights of the window begin at `first`.
  double stream(const char* map, int64_t first, int64_t row, const at::Tensor& tokens,
                int64_t t) const {
    double sum = 0.0;
    for (int64_t j = 0; j < options_.window && j <= t; ++j) {
      sum += of("convolution")[j][first + row].item<double>() *
             at::dot(of(map)[row], tokens[t - j]).item<double>();
    }
    return activated(sum, options_.activation);
  }

  double decay(int64_t h, int64_t v, int64_t k) const {
    if (options_.decay == DecayKind::kFixed) return options_.fixed_decay;
    return (decay_.dim() == 1 ? decay_[h] : decay_[h][v][k]).item<double>();
  }

  double reading(const at::Tensor& tokens, int64_t t, int64_t h, int64_t v) const {
    const auto& o = options_;
    const int64_t keys = o.heads * o.value_size;
    const int64_t queries = keys + o.heads * o.key_size;
    double sum = 0.0;
    for (int64_t s = 0; s <= t; ++s) {
      const double value = stream("value_map", 0, h * o.value_size + v, tokens, s);
      for (int64_t k = 0; k < o.key_size; ++k) {
        const int64_t row = h * o.key_size + k;
        sum += std::pow(decay(h, v, k), static_cast<double>(t - s)) * value *
               stream("key_map", keys, row, tokens, s) *
               stream("query_map", queries, row, tokens, t);
      }
    }
    return sum;
  }

  void normalise(at::Tensor& read, int64_t h) const {
    const int64_t size = options_.value_size;
    double mean_square = 0.0;
    for (int64_t v = 0; v < size; ++v) {
      mean_square += std::pow(read[h * size + v].item<double>(), 2) / static_cast<double>(size);
    }
    for (int64_t v = 0; v < size; ++v) {
      read[h * size + v] *=
          of("head_scale")[h * size + v].item<double>() / std::sqrt(mean_square + options_.epsilon);
    }
  }

  DeepGrilOptions options_;
  torch::OrderedDict<std::string, torch::Tensor> parameters_;
  at::Tensor decay_;
};

void expect_equals_definition(const DeepGrilOptions& options) {
  const at::NoGradGuard no_grad;
  DeepGril layer(options);
  layer.to(at::kDouble);
  layer.initialize(6);
  // Parameters that start at a constant, away from it.
  for (auto& item : layer.named_parameters()) {
    item.value().add_(0.3 * testing::random_normal(item.value().sizes().vec(), 1));
  }
  const Definition definition(layer);
  const at::Tensor input = testing::random_normal({2, 5, options.input_size}, 3);
  const at::Tensor output = layer.forward(input, {}).output;
  for (int64_t b = 0; b < 2; ++b) {
    EXPECT_TRUE(testing::agrees("output", output[b], definition.outputs(input[b]), 1e-12));
  }
}

TEST(DeepGril, EqualsItsDefinition) {
  expect_equals_definition({.input_size = 4, .heads = 2, .window = 3, .epsilon = 0.1});
  expect_equals_definition({.input_size = 3,
                            .value_size = 2,
                            .key_size = 3,
                            .window = 2,
                            .decay = DecayKind::kElementwise,
                            .output_gate = "sigmoid",
                            .feed_through = true});
  expect_equals_definition({.input_size = 4,
                            .output_size = 3,
                            .heads = 2,
                            .window = 1,
                            .activation = "none",
                            .decay = DecayKind::kFixed,
                            .fixed_decay = 0.9,
                            .head_norm = false,
                            .output_gate = "none"});
}

TEST(DeepGril, StreamsStartCloseToTheCurrentToken) {
  DeepGril layer({.input_size = 600, .heads = 4});
  layer.initialize(1);
  const at::Tensor weights = layer.named_parameters()["convolution"].detach();
  EXPECT_TRUE(at::equal(weights[0], at::ones({1800})));
  const at::Tensor earlier = weights.narrow(0, 1, 3);
  // 5400 numbers: a hundredth is the standard error of their deviation.
  EXPECT_NEAR(earlier.std().item<double>(), 0.1, 5e-3);
  EXPECT_NEAR(earlier.mean().item<double>(), 0.0, 7e-3);
}

TEST(DeepGril, MemoriesStartSpreadOverHeads) {
  DeepGril layer({.input_size = 8, .heads = 4, .min_rate = 1e-4, .max_rate = 1.0});
  layer.initialize(2);
  const at::Tensor rates = layer.named_parameters()["log_decay_rate"].detach().exp();
  for (int64_t h = 0; h < 4; ++h) {
    EXPECT_GE(rates[h].item<double>(), std::pow(10.0, h - 4) * (1.0 - 1e-6));
    EXPECT_LE(rates[h].item<double>(), std::pow(10.0, h - 3) * (1.0 + 1e-6));
  }
}

TEST(DeepGril, OutputsOfANormalisedLayerDoNotGrowWithTheLength) {
  const at::NoGradGuard no_grad;
  DeepGril layer({.input_size = 64, .heads = 4, .decay = DecayKind::kFixed, .output_gate = "none"});
  layer.initialize(3);
  const at::Tensor input = testing::random_normal({4, 2000, 64}, 4).to(at::kFloat);
  const at::Tensor size =
      layer.forward(input, {}).output.square().mean(at::IntArrayRef{0, 2}).sqrt();
  EXPECT_NEAR(size.narrow(0, 10, 10).mean().item<double>(), 1.0, 0.2);
  EXPECT_NEAR(size.narrow(0, 1990, 10).mean().item<double>(), 1.0, 0.2);
}

TEST(DeepGril, FillsInTheSizesThatAreNotGiven) {
  const DeepGril layer({.input_size = 12, .heads = 3});
  EXPECT_EQ(layer.options().output_size, 12);
  EXPECT_EQ(layer.options().value_size, 4);
  EXPECT_EQ(layer.options().key_size, 4);
}

TEST(DeepGril, HasOnlyTheParametersThatItsOptionsAskFor) {
  const DeepGril bare(
      {.input_size = 4, .decay = DecayKind::kFixed, .head_norm = false, .output_gate = "none"});
  std::vector<std::string> names;
  for (const auto& item : bare.named_parameters()) names.push_back(item.key());
  EXPECT_EQ(names, (std::vector<std::string>{"value_map", "key_map", "query_map", "output_map",
                                             "convolution"}));
  EXPECT_TRUE(bare.recurrence_parameters().empty());
}

TEST(DeepGril, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const DeepGrilOptions& options) {
    return error_text<InvalidArgument>([&] { DeepGril layer(options); });
  };
  const std::string where = "[deep_gril] ";
  EXPECT_EQ(refusal({}), where + "input_size and heads must be at least 1; got 0 and 1.");
  EXPECT_EQ(refusal({.input_size = 4, .heads = 3}),
            where +
                "heads must divide input_size unless value_size is given; got 3 heads and "
                "input_size 4.");
  EXPECT_EQ(refusal({.input_size = 1, .key_size = -1}),
            where + "value_size, key_size and output_size must be at least 0; got 0, -1 and 1.");
  EXPECT_EQ(refusal({.input_size = 1, .window = 0}), where + "window must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .activation = "sil"}),
            where + "activation must be one of none, silu; got \"sil\". Did you mean \"silu\"?");
  EXPECT_EQ(refusal({.input_size = 1, .fixed_decay = 1.5}),
            where + "fixed_decay must lie in (0, 1]; got 1.5.");
  EXPECT_EQ(refusal({.input_size = 1, .min_rate = 0.5}),
            where + "min_rate must be above 0 and at most max_rate; got 0.5 and 0.25.");
  EXPECT_EQ(refusal({.input_size = 1, .epsilon = 0.0}), where + "epsilon must be above 0; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .output_gate = "silv"}),
            where +
                "output_gate must be one of none, sigmoid, silu; got \"silv\". Did you mean "
                "\"silu\"?");
  EXPECT_EQ(refusal({.input_size = 2, .output_size = 3, .feed_through = true}),
            where +
                "output_size must be input_size = 2 with feed_through; got 3. Switch "
                "feed_through off.");
}

TEST(DeepGril, RefusesAStateOfAnotherBatch) {
  const DeepGril layer({.input_size = 4, .heads = 2});
  const std::string text = error_text<c10::ValueError>([&] {
    layer.forward(at::zeros({2, 1, 4}), layer.initial_state(1));
  });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[deep_gril] state tensor 0 must have shape (2, 2, 2, 2) and dtype float32; got "
            "(1, 2, 2, 2) and float32.");
}

}  // namespace
}  // namespace gril
