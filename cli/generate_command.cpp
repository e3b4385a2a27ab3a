#include "cli/generate_command.h"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "cli/bench/process_memory.h"
#include "cli/generation_pace.h"
#include "cli/integer_option.h"
#include "gril/base/check.h"
#include "gril/base/interrupt.h"
#include "gril/base/json.h"
#include "gril/base/unpacked_file.h"
#include "gril/generation/language_model.h"
#include "gril/generation/read_prompt.h"
#include "gril/generation/text_generator.h"
#include "gril/generation/text_writer.h"
#include "gril/runs/run_directory.h"

namespace gril::cli {
namespace {

constexpr const char* kWhere = "generate";

struct GenerateOptions {
  std::filesystem::path source;
  std::string checkpoint = "last";
  std::string prompt = "\n";
  std::string prompt_file;  ///< "": the prompt itself; "-": the standard input
  int64_t tokens = 500;
  SamplingOptions sampling;
  uint64_t seed = 0;
  bool json = false;
};

/// What a generation took.
struct Summary {
  int64_t prompt_symbols = 0;
  double prompt_seconds = 0;
  double seconds = 0;  ///< of all drawn symbols
  GenerationPace pace;
  double resident_at_start = 0;  ///< bytes, after the symbols that count as the start
  double resident_at_end = 0;
  std::string text;  ///< with --json only
};

double seconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::filesystem::path model_path(const GenerateOptions& options) {
  if (!std::filesystem::is_directory(options.source)) return options.source;
  const RunDirectory run = RunDirectory::open(options.source);
  return options.checkpoint == "best" ? run.best_model() : run.last_model();
}

int64_t read_prompt_of(const GenerateOptions& options, const Vocabulary& vocabulary,
                       TextGenerator& generator) {
  if (options.prompt_file == "-") {
    return read_prompt(std::cin, "standard input", vocabulary, generator);
  }
  if (!options.prompt_file.empty()) {
    const auto file = open_unpacked(options.prompt_file, kWhere);
    return read_prompt(*file, options.prompt_file, vocabulary, generator);
  }
  std::istringstream prompt(options.prompt);
  return read_prompt(prompt, "--prompt", vocabulary, generator);
}

/// Draws and writes symbol by symbol; Ctrl-C ends it early.
void draw(const GenerateOptions& options, const Vocabulary& vocabulary, TextGenerator& generator,
          Summary& summary) {
  const InterruptGuard interrupt;
  TextWriter writer(vocabulary);
  for (int64_t i = 0; i < options.tokens && !interrupt.requested(); ++i) {
    const double start = seconds_now();
    const std::string text = writer.text(generator.next());
    summary.pace.add(seconds_now() - start);
    summary.seconds += seconds_now() - start;
    if (summary.pace.symbols() == GenerationPace::kWindow) {
      summary.resident_at_start = bench::resident_bytes();
    }
    if (options.json) {
      summary.text += text;
    } else {
      std::cout << text << std::flush;
      require_file(std::cout.good(), kWhere,
                   "the standard output must take the text; got an error.");
    }
  }
  summary.resident_at_end = bench::resident_bytes();
  if (summary.resident_at_start == 0) summary.resident_at_start = summary.resident_at_end;
}

double symbols_per_second(const Summary& summary) {
  return summary.seconds > 0 ? static_cast<double>(summary.pace.symbols()) / summary.seconds : 0;
}

void print_json(const std::string& model, const Summary& summary) {
  const Json tree = {{"model", model},
                     {"prompt_symbols", summary.prompt_symbols},
                     {"prompt_seconds", summary.prompt_seconds},
                     {"symbols", summary.pace.symbols()},
                     {"seconds", summary.seconds},
                     {"symbols_per_second", symbols_per_second(summary)},
                     {"seconds_per_symbol_at_start", summary.pace.median_at_start()},
                     {"seconds_per_symbol_at_end", summary.pace.median_at_end()},
                     {"resident_bytes_at_start", summary.resident_at_start},
                     {"resident_bytes_at_end", summary.resident_at_end},
                     {"text", summary.text}};
  // Bytes of a model of bytes may be no UTF-8.
  std::cout << tree.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

int generate(const GenerateOptions& options) {
  const std::filesystem::path path = model_path(options);
  const LanguageModel language = load_language_model(path);
  TextGenerator generator(*language.model, options.sampling, options.seed);
  Summary summary;
  const double start = seconds_now();
  summary.prompt_symbols = read_prompt_of(options, language.vocabulary, generator);
  summary.prompt_seconds = seconds_now() - start;
  draw(options, language.vocabulary, generator, summary);
  if (options.json) {
    print_json(path.string(), summary);
    return kDone;
  }
  std::cerr << '\n'
            << summary.pace.symbols() << " symbols in " << summary.seconds << " s, "
            << symbols_per_second(summary) << " symbols/s; the prompt of " << summary.prompt_symbols
            << " symbols took " << summary.prompt_seconds << " s.\n";
  return kDone;
}

void add_sampling_options(CLI::App& command, GenerateOptions& options) {
  add_integer(command, "--tokens", options.tokens, "symbols to draw", 1)->capture_default_str();
  command
      .add_option(
          "--temperature", options.sampling.temperature,
          "what outputs are divided by: below 1 likelier texts, above 1 more varied ones; 0 "
          "always takes the most probable symbol")
      ->capture_default_str();
  add_integer(command, "--top-k", options.sampling.top_k,
              "draw from the K most probable symbols; 0: all", 0)
      ->capture_default_str();
  command
      .add_option("--top-p", options.sampling.top_p,
                  "draw from the most probable symbols that have this share of the probability")
      ->capture_default_str();
  add_integer(command, "--seed", options.seed, "seed of the draws: one seed is one text", 0)
      ->capture_default_str();
}

}  // namespace

void add_generate_command(Program& program) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App& command = *program.app.add_subcommand(
      "generate",
      "Let a language model go on with a text, symbol by symbol, in constant memory: the state is "
      "carried through the prompt, however long, and through what is drawn. The text goes to the "
      "standard output as it is drawn, a summary to the standard error.");
  command.add_option("source", options->source, "a model file, or a run directory")->required();
  command.add_option("--checkpoint", options->checkpoint, "which model of a run: last or best")
      ->check(CLI::IsMember({"last", "best"}))
      ->capture_default_str();
  CLI::Option* prompt = command.add_option("--prompt", options->prompt,
                                           "text to go on with; default: the end of a line");
  command
      .add_option("--prompt-file", options->prompt_file,
                  "the same out of a file, packed with gzip or not; - reads the standard input")
      ->excludes(prompt);
  add_sampling_options(command, *options);
  command.add_flag("--json", options->json,
                   "print one JSON object with the text, the times and the memory");
  command.footer(
      "Example:\n"
      "  gril generate runs/tiny_shakespeare --prompt 'ROMEO:' --temperature 0.8 --top-p 0.95");
  command.callback([&program, options] { program.run = [options] { return generate(*options); }; });
}

}  // namespace gril::cli
