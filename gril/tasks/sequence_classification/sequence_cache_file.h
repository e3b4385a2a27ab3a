#pragma once

#include <filesystem>
#include <string>

#include "gril/tasks/sequence_classification/sequence_cache.h"

namespace gril {

/// The safetensors file of a cache, for part p = 0, 1, …:
///
///     p.values    (rows, width, bytes of a number), uint8: the numbers as they lie in memory
///     p.lengths   (items, documents), int64
///     p.labels    (items), int64
///     metadata    "gril_cache": the key; "vocabulary": a JSON array; "note"; "checksum": hash_text
///                 of FNV-1a over vocabulary, note, and name and bytes of every tensor by name

/// Writes it atomically. Errors: those of write_safetensors.
void store_sequences(const std::filesystem::path& path, const std::string& key,
                     const ReadSequences& sequences);

/// Reads and checks it.
/// errors  InvalidFile: those of read_safetensors, and "[cache] path: …" for another key, another
///         checksum, and tensors that do not fit each other
/// cost    memory of the file
ReadSequences load_sequences(const std::filesystem::path& path, const std::string& key);

}  // namespace gril
