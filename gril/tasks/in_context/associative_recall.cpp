#include "gril/tasks/in_context/associative_recall.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "associative_recall";
constexpr const char* kKind = "associative_recall";
constexpr const char* kInterleaved = "interleaved";
constexpr const char* kJoint = "joint";

const char* tokens_name(RecallTokens tokens) {
  return tokens == RecallTokens::kInterleaved ? kInterleaved : kJoint;
}

/// Keys and values of a batch as numbers from 0, int64.
struct Draws {
  torch::Tensor keys;    ///< (B, P)
  torch::Tensor values;  ///< (B, P)
  torch::Tensor query;   ///< (B), a key
  torch::Tensor answer;  ///< (B), its value
};

Draws draw(const AssociativeRecallOptions& options, int64_t batch, uint64_t seed) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto uniform = [&](int64_t columns, int64_t end) {
    return at::empty({batch, columns}, at::kLong).random_(0, end, generator);
  };
  const torch::Tensor map = uniform(options.keys, options.values);
  Draws draws;
  draws.keys = uniform(options.pairs, options.keys);
  draws.values = map.gather(1, draws.keys);
  const torch::Tensor asked = uniform(1, options.pairs);
  draws.query = draws.keys.gather(1, asked).squeeze(1);
  draws.answer = draws.values.gather(1, asked).squeeze(1);
  return draws;
}

/// Sets entry `hot` (B, K) of every token of `tokens` (B, K, width), a view, to 1.
void write_ones(const torch::Tensor& tokens, const torch::Tensor& hot) {
  tokens.scatter_(2, hot.unsqueeze(2), 1);
}

void write_interleaved(const torch::Tensor& tokens, const Draws& draws,
                       const AssociativeRecallOptions& options) {
  const int64_t shown = 2 * options.pairs;
  write_ones(tokens.slice(1, 0, shown, 2), draws.keys);
  write_ones(tokens.slice(1, 1, shown, 2), draws.values + options.keys);
  tokens.select(1, shown).select(1, options.keys + options.values).fill_(1);
  write_ones(tokens.narrow(1, shown + 1, 1), draws.query.unsqueeze(1));
}

void write_joint(const torch::Tensor& tokens, const Draws& draws,
                 const AssociativeRecallOptions& options) {
  const torch::Tensor pairs = tokens.narrow(1, 0, options.pairs);
  write_ones(pairs, draws.keys);
  write_ones(pairs, draws.values + options.keys);
  write_ones(tokens.narrow(1, options.pairs, 1), draws.query.unsqueeze(1));
}

/// "k_3", "v_7" or "=>" for the entry of an interleaved token that is 1.
std::string word(int64_t entry, const AssociativeRecallOptions& options) {
  if (entry < options.keys) return concatenate("k_", entry + 1);
  if (entry < options.keys + options.values) return concatenate("v_", entry - options.keys + 1);
  return "=>";
}

/// The key and the value of a joint token; "0" where there is no value.
std::vector<TokenPart> joint_parts(const torch::Tensor& token,
                                   const AssociativeRecallOptions& options) {
  const auto part = [&](int64_t begin, int64_t size) {
    const torch::Tensor entries = token.narrow(0, begin, size);
    const bool empty = entries.sum().item<double>() == 0;
    const std::string name = empty ? "0" : word(begin + entries.argmax().item<int64_t>(), options);
    return TokenPart{.name = name, .begin = begin, .size = size};
  };
  return {part(0, options.keys), part(options.keys, options.values)};
}

}  // namespace

AssociativeRecall::AssociativeRecall(const AssociativeRecallOptions& options) : options_(options) {
  require(options.keys >= 1, kWhere, "keys must be at least 1; got ", options.keys, ".");
  require(options.values >= 2, kWhere, "values must be at least 2; got ", options.values, ".");
  require(options.pairs >= 1, kWhere, "pairs must be at least 1; got ", options.pairs, ".");
}

int64_t AssociativeRecall::token_width() const {
  const int64_t arrow = options_.tokens == RecallTokens::kInterleaved ? 1 : 0;
  return options_.keys + options_.values + arrow;
}

Batch AssociativeRecall::sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const Draws draws = draw(options_, batch, seed);
  const bool interleaved = options_.tokens == RecallTokens::kInterleaved;
  const int64_t length = interleaved ? 2 * options_.pairs + 2 : options_.pairs + 1;
  const torch::Tensor tokens = at::zeros({batch, length, token_width()}, dtype);
  if (interleaved) {
    write_interleaved(tokens, draws, options_);
  } else {
    write_joint(tokens, draws, options_);
  }
  return {.tokens = tokens, .targets = draws.answer, .marked = {}};
}

Scoring AssociativeRecall::scoring() const {
  return {.loss = LossKind::kCrossEntropy, .positions = Positions::kLast};
}

ExampleLabels AssociativeRecall::labels(const Batch& example) const {
  ExampleLabels labels;
  labels.title = concatenate(tokens_name(options_.tokens), " tokens: ", options_.pairs,
                             " pairs of ", options_.keys, " keys and ", options_.values, " values");
  const torch::Tensor tokens = example.tokens[0];
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    if (options_.tokens == RecallTokens::kJoint) {
      labels.tokens.push_back(joint_parts(tokens[t], options_));
    } else {
      labels.tokens.push_back({{.name = word(tokens[t].argmax().item<int64_t>(), options_),
                                .begin = 0,
                                .size = token_width()}});
    }
  }
  labels.targets.resize(labels.tokens.size());
  labels.targets.back() = word(options_.keys + example.targets[0].item<int64_t>(), options_);
  return labels;
}

Json AssociativeRecall::config() const { return to_json(options_); }

AssociativeRecallOptions read_associative_recall_options(ConfigSection& section) {
  AssociativeRecallOptions options;
  section.choice("kind", kKind, {kKind});
  options.keys = section.integer("keys", options.keys, 1);
  options.values = section.integer("values", options.values, 2);
  options.pairs = section.integer("pairs", options.pairs, 1);
  const std::string tokens =
      section.choice("tokens", tokens_name(options.tokens), {kInterleaved, kJoint});
  options.tokens = tokens == kJoint ? RecallTokens::kJoint : RecallTokens::kInterleaved;
  section.finish();
  return options;
}

Json to_json(const AssociativeRecallOptions& options) {
  return Json{{"kind", kKind},
              {"keys", options.keys},
              {"values", options.values},
              {"pairs", options.pairs},
              {"tokens", tokens_name(options.tokens)}};
}

}  // namespace gril
