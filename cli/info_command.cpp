#include "cli/info_command.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "gril/base/json.h"
#include "gril/base/version.h"
#include "gril/ops/linear_scan/linear_scan.h"

namespace gril::cli {

namespace {

/// The absolute path of the library that holds this address; "" when there is none.
std::string library_of(const void* address) {
  Dl_info library;
  if (address == nullptr || dladdr(address, &library) == 0) return "";
  return std::filesystem::canonical(library.dli_fname).string();
}

/// The function of this name in the loaded libraries, or null: OpenBLAS and OpenMP are asked only
/// where they are in use.
template <typename Function>
Function* loaded_function(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

Json blas() {
  if (auto* config = loaded_function<char*()>("openblas_get_config")) {
    auto* threads = loaded_function<int()>("openblas_get_num_threads");
    return {{"name", config()},
            {"threads", threads == nullptr ? Json() : Json(threads())},
            {"path", library_of(reinterpret_cast<void*>(config))}};
  }
  if (at::hasMKL()) {
    return {{"name", "MKL"},
            {"threads", at::get_num_threads()},
            {"path", library_of(reinterpret_cast<void*>(&at::get_num_threads))}};
  }
  const std::string path = library_of(dlsym(RTLD_DEFAULT, "sgemm_"));
  const std::string name = path.empty() ? "" : std::filesystem::path(path).filename().string();
  return {{"name", path.empty() ? Json() : Json(name)},
          {"threads", 1},
          {"path", path.empty() ? Json() : Json(path)}};
}

Json threads() {
  auto* openmp = loaded_function<int()>("omp_get_max_threads");
  return {{"libtorch", at::get_num_threads()},
          {"openmp", openmp == nullptr ? Json() : Json(openmp())}};
}

std::string data_folder() {
  const char* chosen = std::getenv("GRIL_DATA");
  return std::filesystem::absolute(chosen == nullptr ? "data" : chosen).string();
}

Json gather() {
  return {{"version", version()},
          {"commit", commit()},
          {"compiler", compiler()},
          {"libtorch", TORCH_VERSION},
          {"libtorch_path", library_of(reinterpret_cast<void*>(&at::get_num_threads))},
          {"ops_library", library_of(reinterpret_cast<void*>(&linear_scan))},
          {"blas", blas()},
          {"threads", threads()},
          {"cuda", at::hasCUDA()},
          {"data", data_folder()}};
}

void print_table(const Json& info, const std::string& prefix) {
  for (const auto& [key, value] : info.items()) {
    if (value.is_object()) {
      print_table(value, prefix + key + ".");
    } else {
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      std::cout << prefix << key
                << std::string(20 - std::min<std::size_t>(19, prefix.size() + key.size()), ' ')
                << text << '\n';
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
