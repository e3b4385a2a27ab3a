#include "cli/bench_command.h"

#include <iomanip>
#include <iostream>
#include <memory>

#include "cli/bench/operator_benchmark.h"
#include "gril/base/json.h"
#include "gril/ops/threads.h"

namespace gril::cli {
namespace {

struct BenchOptions {
  int threads = available_processors();
  int rounds = 5;
  bool quick = false;
  bool json = false;
};

std::string rate_or_blank(const Json& row) {
  return row.contains("bytes_per_second")
             ? std::to_string(static_cast<int>(row["bytes_per_second"].get<double>() / 1e9)) +
                   " GB/s"
             : "";
}

void print_rows(const Json& rows) {
  std::string title;
  for (const Json& row : rows) {
    const std::string now = row["what"].get<std::string>() + " " + row["shape"].get<std::string>() +
                            ", " + row["pass"].get<std::string>();
    if (now != title) std::cout << '\n' << now << '\n';
    title = now;
    std::cout << "  " << std::left << std::setw(40) << row["method"].get<std::string>()
              << std::right << std::fixed << std::setprecision(2) << std::setw(10)
              << 1e3 * row["median_seconds"].get<double>() << " ms (best " << std::setw(8)
              << 1e3 * row["best_seconds"].get<double>() << ")  " << std::setw(9)
              << rate_or_blank(row) << "  error " << std::scientific << std::setprecision(1)
              << row["relative_error"].get<double>() << '\n';
  }
}

void print_goals(const Json& goals) {
  std::cout << "\nFigures\n";
  for (const Json& goal : goals) {
    const auto at_least = goal["at_least"].get<double>();
    std::cout << "  " << std::left << std::setw(78) << goal["what"].get<std::string>() << std::right
              << std::fixed << std::setprecision(3) << std::setw(9)
              << goal["reached"].get<double>();
    if (at_least > 0 || goal.contains("at_most")) {
      std::cout << "  wanted " << at_least;
      if (goal.contains("at_most")) std::cout << " to " << goal["at_most"].get<double>();
      std::cout << (goal["met"].get<bool>() ? "  met" : "  NOT MET");
    }
    std::cout << '\n';
  }
}

int bench_operators(const BenchOptions& options) {
  set_threads(options.threads);
  const auto progress = [](const std::string& what) { std::cerr << "measuring " << what << '\n'; };
  const Json result = bench::benchmark_operators({options.rounds, options.quick, progress});
  if (options.json) {
    std::cout << result.dump(2) << '\n';
    return kDone;
  }
  const Json& machine = result["machine"];
  std::cout << machine["processor"].get<std::string>() << ", " << options.threads << " thread(s), "
            << machine["instruction_set"].get<std::string>() << ", libtorch "
            << machine["libtorch"].get<std::string>() << ", " << machine["blas"].get<std::string>()
            << '\n';
  print_rows(result["rows"]);
  print_goals(result["goals"]);
  return kDone;
}

void add_options(CLI::App* command, const std::shared_ptr<BenchOptions>& options) {
  command->add_option("--threads", options->threads, "Threads of libtorch, BLAS and kernels")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_option("--rounds", options->rounds, "Timed calls of every contender")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_flag("--quick", options->quick, "Small shapes: tests the command, measures nothing");
  command->add_flag("--json", options->json, "Print one JSON object");
}

}  // namespace

void add_bench_command(Program& program) {
  const auto options = std::make_shared<BenchOptions>();
  CLI::App* command = program.app.add_subcommand(
      "bench",
      "Measures gril on this machine, beside its rivals, in one run: median and best time of "
      "alternating rounds, bytes moved and their share of the memory stream measured in the same "
      "rounds, and the error against float64. Close other programs first.");
  command->require_subcommand(1);
  CLI::App* operators = command->add_subcommand(
      "ops",
      "linear_scan and outer_product_scan, forward and backward, beside formulations out of torch "
      "operations; cost and memory against length. About two minutes and 5 GB of memory.");
  add_options(operators, options);
  operators->footer("Example:\n  gril bench ops --json > ops.json");
  operators->callback(
      [&program, options] { program.run = [options] { return bench_operators(*options); }; });
}

}  // namespace gril::cli
