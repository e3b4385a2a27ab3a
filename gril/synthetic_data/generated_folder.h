#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// What to do where a folder already holds data.
enum class EarlierData {
  kRefuse,  ///< leave them and stop
  kKeep,    ///< go on with what the same settings have begun
  kReplace  ///< put others in their place
};

/// A folder with generated data. Its file generated.json says how they were made and that they are
/// not the released set.
struct GeneratedFolder {
  std::filesystem::path path;
  std::vector<std::string> content;  ///< the entries that hold the data
  Json settings;                     ///< from which the data follow to the byte
};

/// Changes nothing.
/// errors  InvalidArgument "[where] path: …" when some content is there and `earlier` is kRefuse,
///         when it was not made by gril (there is no generated.json), and for kKeep when it was
///         made with other settings; InvalidFile when generated.json is damaged.
void check_generated_folder(const GeneratedFolder& folder, EarlierData earlier,
                            std::string_view where);

/// Creates the folder where it is missing. Errors: InvalidFile with the system's reason.
void create_generated_folder(const GeneratedFolder& folder, std::string_view where);

/// Removes the content and generated.json, and nothing else. Errors: InvalidFile with the system's
/// reason.
void remove_content(const GeneratedFolder& folder, std::string_view where);

/// Removes generated.json where it is there. Errors: InvalidFile with the system's reason.
void remove_generated_json(const GeneratedFolder& folder, std::string_view where);

/// Writes generated.json. Errors: as write_json.
void write_generated_json(const GeneratedFolder& folder, std::string_view where);

}  // namespace gril
