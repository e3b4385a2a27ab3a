#include "cli/construct/construct_linear_attention.h"

#include <memory>
#include <string>

#include "cli/construct/construction_output.h"
#include "cli/integer_option.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"

namespace gril::cli {
namespace {

struct LinearAttentionCommand {
  OutputOptions output;
  RandomAttentionOptions attention;
  std::string variant = "basic";
  std::string cell = "gated-rnn";
  double limit = 0.0;
};

int construct_linear_attention(const LinearAttentionCommand& options) {
  check_output(options.output);
  const LinearAttentionClaim claim = {
      random_linear_attention(options.attention, options.output.seed),
      attention_variant_from_name(options.variant), attention_cell_from_name(options.cell),
      options.limit};
  const ModelFile file = linear_attention_model(claim, options.output.torch_dtype());
  const LinearAttentionModelSize size = linear_attention_model_size(claim);
  return finish(file, options.output, {to_json(size), to_text(size)});
}

void add_teacher_options(CLI::App& command, RandomAttentionOptions& attention) {
  add_integer(command, "--width", attention.width, "Features d of a token", 1)
      ->capture_default_str();
  add_integer(command, "--heads", attention.heads, "Heads, each of the full width", 1)
      ->capture_default_str();
  command.add_option("--decay", attention.decay, "A token of age n weighs decay^n; in (0, 1]")
      ->capture_default_str();
  command
      .add_option("--rotation", attention.rotation,
                  "A token of age n also weighs cos(rotation * n): radians, for the cell lru")
      ->capture_default_str();
  add_integer(command, "--value-rank", attention.value_rank, "Rank of W_V; 0 stands for the width",
              0)
      ->capture_default_str();
  add_integer(command, "--key-query-rank", attention.key_query_rank,
              "Rank of W_K^T W_Q; 0 stands for the width", 0)
      ->capture_default_str();
  add_integer(command, "--overlap", attention.overlap,
              "Dimensions that the rows of W_V and the columns of W_K^T W_Q share; -1 stands "
              "for as few as the ranks allow",
              -1)
      ->capture_default_str();
}

}  // namespace

void add_construct_linear_attention(CLI::App& construct, Program& program) {
  CLI::App* command = construct.add_subcommand(
      "linear-attention",
      "Causal linear self-attention with random weights, as a recurrent network. Variants: basic, "
      "d^2 + d neurons; symmetric, d(d+1)/2 + d for any value matrix and any number of heads; "
      "symmetric-inverse, the same by inverting the value matrix; low-rank, the fewest possible; "
      "side-gated and symmetric-side-gated, d^2 and d(d+1)/2 neurons read through a gate that sees "
      "the token. Cells: gated-rnn is exact, and lru where attention decays; lru, lstm, "
      "one-layer-lstm and gru compute attention in a limit, and the certificate measures the order "
      "of the error.");
  auto options = std::make_shared<LinearAttentionCommand>();
  add_teacher_options(*command, options->attention);
  command->add_option("--variant", options->variant, "How attention becomes neurons")
      ->check(CLI::IsMember(attention_variant_names()))
      ->capture_default_str();
  command->add_option("--cell", options->cell, "The recurrent layer; lstm and gru: two of them")
      ->check(CLI::IsMember(attention_cell_names()))
      ->capture_default_str();
  command
      ->add_option(
          "--limit", options->limit,
          "What goes to zero in the limit: 1 - |eigenvalue| of an LRU, the scale epsilon of "
          "LSTM and GRU; 0 stands for 1e-4 and 1e-3")
      ->capture_default_str();
  add_output_options(*command, options->output);
  command->footer(
      "Example:\n  gril construct linear-attention --width 4 --variant symmetric -o "
      "attention.safetensors");
  command->callback([&program, options] {
    program.run = [options] { return construct_linear_attention(*options); };
  });
}

}  // namespace gril::cli
