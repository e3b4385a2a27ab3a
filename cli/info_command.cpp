#include "cli/info_command.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>

#include "gril/base/data_folder.h"
#include "gril/base/json.h"
#include "gril/base/version.h"
#include "gril/ops/instruction_sets.h"
#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/threads.h"

namespace gril::cli {

namespace {

/// The absolute path of the library that holds this address; "" when there is none.
std::string library_of(const void* address) {
  Dl_info library;
  if (address == nullptr || dladdr(address, &library) == 0) return "";
  return std::filesystem::canonical(library.dli_fname).string();
}

Json gather() {
  const ThreadReport threads = thread_report();
  const InstructionSets sets = instruction_sets();
  return {{"version", version()},
          {"commit", commit()},
          {"compiler", compiler()},
          {"libtorch", TORCH_VERSION},
          {"libtorch_path", library_of(reinterpret_cast<void*>(&at::get_num_threads))},
          {"ops_library", library_of(reinterpret_cast<void*>(&linear_scan))},
          {"blas",
           {{"name", threads.blas_name}, {"threads", threads.blas}, {"path", threads.blas_path}}},
          {"threads", {{"libtorch", threads.torch}, {"processors", available_processors()}}},
          {"instruction_sets", {{"in_use", sets.in_use}, {"compiled", sets.compiled}}},
          {"cuda", at::hasCUDA()},
          {"data", std::filesystem::absolute(data_folder()).string()}};
}

/// One line per value: dotted key, value; "-" for an empty text.
void print_table(const Json& info, const std::string& prefix) {
  for (const auto& [key, value] : info.items()) {
    const std::string name = prefix + key;
    if (value.is_object()) {
      print_table(value, name + ".");
    } else {
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      std::cout << std::left << std::setw(26) << name << ' ' << (text.empty() ? "-" : text) << '\n';
    }
  }
}

}  // namespace

void add_info_command(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "info",
      "Prints what this build is made of and what runs here: versions, libraries and their paths, "
      "the BLAS, numbers of threads, instruction sets, and the folder data is read from.");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print one JSON object");
  command->footer("Example:\n  gril info --json");
  command->callback([&program, json] {
    program.run = [json] {
      const Json info = gather();
      if (*json) {
        std::cout << info.dump(2) << '\n';
      } else {
        print_table(info, "");
      }
      return kDone;
    };
  });
}

}  // namespace gril::cli
