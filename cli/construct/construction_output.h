#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "cli/command.h"
#include "gril/models/checkpoint.h"

namespace gril::cli {

/// What every construction needs.
struct OutputOptions {
  std::string path;
  std::string dtype = "float64";
  uint64_t seed = 0;
  bool force = false;
  bool json = false;

  torch::Dtype torch_dtype() const { return dtype == "float32" ? torch::kFloat : torch::kDouble; }
};

/// -o, --dtype, --seed, --force and --json. `options` must outlive the parsing.
void add_output_options(CLI::App& command, OutputOptions& options);

/// Refuses to replace a file unless asked to. Called before anything is computed.
/// Errors: InvalidArgument "[construct] …".
void check_output(const OutputOptions& options);

/// What a construction says of its size beyond parameters and state.
struct SizeDescription {
  Json json;         ///< further keys of the JSON object
  std::string text;  ///< one line for a person
};

/// Saves, reads back what was saved, certifies it and prints the certificate and the size.
/// Returns the exit code.
int finish(const ModelFile& file, const OutputOptions& options, const SizeDescription& size = {});

}  // namespace gril::cli
