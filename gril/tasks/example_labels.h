#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gril {

/// Neighbouring features of one token that belong together.
struct TokenPart {
  std::string name;  ///< "x_1", "y_1", "x_1·y_1", "x_q", "k_3"; "0" for padding
  int64_t begin;     ///< first feature
  int64_t size;      ///< features
  int64_t side = 0;  ///< of the square picture that the features are, row by row; 0 for others
};

/// The picture that the tokens of an example make together, a pixel each.
struct ExamplePicture {
  int64_t columns = 0;         ///< 0: there is none
  std::vector<int64_t> order;  ///< element p: the token, from 0, that is pixel p, row by row
};

/// What a person writes beside the numbers of one example.
struct ExampleLabels {
  std::string title;  ///< "interleaved tokens: 10 examples of 10 inputs and 1 outputs"
  std::vector<std::vector<TokenPart>> tokens;  ///< element t: the parts of token t + 1
  std::vector<std::string> targets;  ///< element t: the target of token t + 1, "" where none counts
  ExamplePicture picture = {};
  std::string text = "";  ///< the tokens as running text, where they are that
};

}  // namespace gril
