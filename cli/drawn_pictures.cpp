#include "cli/drawn_pictures.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace gril::cli {
namespace {

constexpr std::string_view kShades = " .:-=+*#%@";
constexpr std::size_t kColumns = 100;
constexpr std::size_t kGap = 2;
constexpr int64_t kMostWidePixels = 50;

char shade_of(double brightness) {
  const double shade = std::clamp(brightness, 0.0, 1.0) * static_cast<double>(kShades.size() - 1);
  return kShades[static_cast<std::size_t>(shade + 0.5)];
}

/// The lines of one picture, the name first, all of one width.
std::vector<std::string> lines_of(const TokenPart& part, const torch::Tensor& token) {
  const torch::Tensor pixels = token.narrow(0, part.begin, part.size).contiguous();
  const auto* pixel = pixels.data_ptr<double>();
  const auto width = std::max(static_cast<std::size_t>(2 * part.side), part.name.size());
  std::vector<std::string> lines = {part.name};
  for (int64_t row = 0; row < part.side; ++row) {
    std::string line;
    for (int64_t column = 0; column < part.side; ++column, ++pixel) {
      line.append(2, shade_of(*pixel));
    }
    lines.push_back(line);
  }
  for (std::string& line : lines) line.resize(width, ' ');
  return lines;
}

/// Blocks of lines beside each other, below an empty line.
std::string side_by_side(const std::vector<std::vector<std::string>>& blocks) {
  std::string text;
  for (std::size_t i = 0; !blocks.empty() && i < blocks.front().size(); ++i) {
    std::string line;
    for (const auto& block : blocks) line += block[i] + std::string(kGap, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text.empty() ? text : '\n' + text;
}

}  // namespace

std::string drawn_pictures(const ExampleLabels& labels, const torch::Tensor& tokens) {
  std::set<std::string> drawn;
  std::vector<std::vector<std::string>> row;
  std::size_t width = 0;
  std::string text;
  for (std::size_t t = 0; t < labels.tokens.size(); ++t) {
    for (const TokenPart& part : labels.tokens[t]) {
      if (part.side == 0 || !drawn.insert(part.name).second) continue;
      row.push_back(lines_of(part, tokens[static_cast<int64_t>(t)]));
      width += row.back().front().size() + kGap;
      if (width + row.back().front().size() > kColumns) {
        text += side_by_side(row);
        row.clear();
        width = 0;
      }
    }
  }
  return text + side_by_side(row);
}

std::string drawn_whole_picture(const ExampleLabels& labels, const torch::Tensor& tokens) {
  const int64_t columns = labels.picture.columns;
  if (columns == 0) return "";
  const torch::Tensor pixels = tokens.mean(1).index_select(0, at::tensor(labels.picture.order));
  const double darkest = pixels.min().item<double>();
  const double range = std::max(pixels.max().item<double>() - darkest, 1e-12);
  const bool wide = columns <= kMostWidePixels;
  std::string text = "\n";
  for (int64_t row = 0; row < pixels.size(0) / columns; row += wide ? 1 : 2) {
    std::string line;
    for (int64_t column = 0; column < columns; ++column) {
      const double pixel = pixels[row * columns + column].item<double>();
      line.append(wide ? 2 : 1, shade_of((pixel - darkest) / range));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace gril::cli
