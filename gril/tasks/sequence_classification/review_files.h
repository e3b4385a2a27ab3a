#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gril {

/// Texts of two classes, 0 negative and 1 positive.
struct Reviews {
  std::vector<std::string> texts;  ///< as the files hold them, none of which is empty
  std::vector<int64_t> labels;
  std::vector<std::string> names;  ///< of the files, for messages
};

struct ReviewSet {
  Reviews training;
  Reviews test;
};

/// Reads the folder of the IMDB reviews (Maas et al. 2011): train/neg, train/pos, test/neg and
/// test/pos with one text a file, *.txt, in the order of their names, negative ones first. Other
/// files (train/unsup) are left alone.
/// Errors: "[where] …": InvalidArgument when a folder is not there, InvalidFile when it holds no
/// text, and for a text that is empty or cannot be read.
ReviewSet read_reviews(const std::filesystem::path& folder, const std::string& where);

}  // namespace gril
