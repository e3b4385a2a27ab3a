#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "gril/stream/stream_stack.h"

namespace gril::stream {

/// A model as the streaming runtime holds it: never changed after reading, shared by all streams.
struct StreamWeights {
  std::string name;          ///< of the file, for messages
  StreamStack layers;        ///< of the kinds in stream_layer_reader.h
  std::string task;          ///< metadata gril_task, JSON text; empty when absent
  uint64_t fingerprint = 0;  ///< hash of configuration and weights
};

/// Reads a model file (gril/models/checkpoint.h): safetensors with metadata gril_format = "1" and
/// gril_model, tensors "layers.0.readout" and so on, F32 or F64; everything becomes float64.
/// errors  InvalidFile "[stream] path: …" for a damaged file, another format version, a missing or
///         surplus tensor, a wrong shape, a key of the configuration that is missing, unknown or
///         out of range; InvalidArgument "[stream] path: …" for a layer of a kind that cannot be
///         streamed, naming it.
StreamWeights read_stream_weights(const std::filesystem::path& path);

}  // namespace gril::stream
