#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/base/json.h"
#include "gril/tasks/sequence_classification/labelled_sequences.h"

namespace gril {

/// What a reader made of the files of a data set, and what a cache keeps of it.
struct ReadSequences {
  /// Training set, test set, …; the sequences of each stand one behind the other in its values.
  std::vector<LabelledSequences> parts;
  std::vector<std::string> vocabulary = {};
  std::string note = "";  ///< what there is to say of the files; "": nothing
};

/// What sequences depend on, and so what their cache is named by.
struct SequenceSource {
  std::string kind;              ///< of the task; the reader belongs to it
  Json options;                  ///< those that change what is read
  std::filesystem::path folder;  ///< of the data
  /// Files and folders, with all that is in them, relative to `folder`.
  std::vector<std::string> names;
};

/// What `read` makes of a source, or what it made of the same source earlier. A cache is a
/// safetensors file KIND-DIGEST.safetensors. The digest is of the kind, the options, the version of
/// this format, and the relative name, size and times of every file of the source: of its last
/// writing and of its last change of any kind, to the nanosecond, so that another file in its place
/// is read anew even with the same size and time of writing. The file states them too. It can be
/// deleted at any time.
///
/// place   the task's option "cache": a folder, which is made where it is missing; "none"; "auto":
///         cache_folder(), for sources from 1 MiB on, as smaller ones are read in no time
/// errors  those of `read`. A cache that is damaged, of another source or cannot be written is no
///         error: a line in the log says so, and the source is read.
/// cost    one look at every file of the source, and one pass over the cache
ReadSequences cached_sequences(const SequenceSource& source, const std::string& place,
                               const std::function<ReadSequences()>& read);

/// The option "cache" of a section [task]: "auto", "none" or a folder.
std::string read_cache_option(ConfigSection& section);

/// Writes the option where it is not "auto": where a cache lies is no part of a task.
void add_cache_option(Json& tree, const std::string& place);

}  // namespace gril
