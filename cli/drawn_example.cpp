#include "cli/drawn_example.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "cli/drawn_pictures.h"

namespace gril::cli {
namespace {

/// How a number is written.
struct NumberStyle {
  int width;
  bool narrow;           ///< 0 and 1 only
  bool symbols = false;  ///< whole numbers, none of which is padding
};

std::string number_text(double value, const NumberStyle& style) {
  std::ostringstream text;
  text << std::setw(style.width);
  if (style.narrow) {
    text << (value == 0 ? "." : "1");
  } else {
    text << std::fixed << std::setprecision(style.symbols ? 0 : 4) << value;
  }
  return text.str();
}

/// Text with its control characters, but for line ends, made visible: "\\x1b".
std::string without_controls(const std::string& text) {
  std::ostringstream result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte < 0x20 && letter != '\n') || byte == 0x7f) {
      result << "\\x" << std::hex << std::setw(2) << std::setfill('0') << int{byte};
    } else {
      result << letter;
    }
  }
  return result.str();
}

std::string visible_name(const std::string& name) {
  if (name == " ") return "␣";
  return name == "\n" ? "⏎" : without_controls(name);
}

/// "x_1 y_1 x_2".
std::string names_of(const std::vector<TokenPart>& parts) {
  std::string names;
  for (const TokenPart& part : parts) names += (names.empty() ? "" : " ") + visible_name(part.name);
  return names;
}

/// Columns on a terminal: bytes less the continuation bytes of UTF-8.
std::size_t columns(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char letter) {
    return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, columns(text)), ' ');
}

/// Parts of more numbers than kMostShown are drawn by the first kShownFirst and the last
/// kShownLast.
constexpr int64_t kMostShown = 16;
constexpr int64_t kShownFirst = 6;
constexpr int64_t kShownLast = 2;

/// Sequences of more tokens than kMostTokens are drawn by the first kFirstTokens and the last
/// kLastTokens.
constexpr std::size_t kMostTokens = 100;
constexpr std::size_t kFirstTokens = 16;
constexpr std::size_t kLastTokens = 4;

/// The numbers of a token, with a bar between parts, a dot for padding and "…" for what is left
/// out.
std::string features_of(const torch::Tensor& token, const std::vector<TokenPart>& parts,
                        const NumberStyle& style) {
  const torch::Tensor row = token.contiguous();
  const auto* numbers = row.data_ptr<double>();
  std::ostringstream text;
  for (const TokenPart& part : parts) {
    if (part.begin > 0) text << "  |";
    const int64_t end = part.begin + part.size;
    for (int64_t i = part.begin; i < end; ++i) {
      if (part.size > kMostShown && i == part.begin + kShownFirst) {
        text << "  …";
        i = end - kShownLast;
      }
      if (part.name == "0" && !style.symbols) {
        text << std::setw(style.width) << '.';
      } else {
        text << number_text(numbers[i], style);
      }
    }
  }
  return text.str();
}

/// The target at token t of one example: numbers (m), or a class.
torch::Tensor target_at(const Task& task, const Batch& batch, int64_t t) {
  const torch::Tensor targets = batch.targets[0];
  return task.scoring().positions == Positions::kLast ? targets : targets[t];
}

/// "y_q  0.1234  -0.4321", or the name of the class alone.
std::string target_text(const torch::Tensor& target, const std::string& name, std::size_t width) {
  if (target.dim() == 0) return name;
  const TokenPart whole{.name = name, .begin = 0, .size = target.size(0)};
  return padded(name, width) + "  " + features_of(target, {whole}, {.width = 9, .narrow = false});
}

bool only_zeros_and_ones(const torch::Tensor& tokens) {
  return tokens.eq(0).logical_or(tokens.eq(1)).all().item<bool>();
}

/// What the columns of a drawing have in common.
struct Columns {
  NumberStyle style;
  std::size_t names = 5;     ///< width of "holds"
  std::size_t features = 8;  ///< width of "features"
};

Columns columns_of(const ExampleLabels& labels, const torch::Tensor& tokens, bool symbols) {
  Columns result;
  const bool narrow = !symbols && only_zeros_and_ones(tokens);
  result.style = {.width = narrow ? 2 : symbols ? 6 : 9, .narrow = narrow, .symbols = symbols};
  for (std::size_t t = 0; t < labels.tokens.size(); ++t) {
    const auto& parts = labels.tokens[t];
    result.names = std::max(result.names, columns(names_of(parts)));
    result.features =
        std::max(result.features,
                 columns(features_of(tokens[static_cast<int64_t>(t)], parts, result.style)));
  }
  return result;
}

Json list_of(const torch::Tensor& numbers) {
  if (numbers.dim() == 0) return numbers.item<int64_t>();
  const torch::Tensor row = numbers.contiguous();
  if (row.scalar_type() == at::kLong) {
    return std::vector<int64_t>(row.data_ptr<int64_t>(), row.data_ptr<int64_t>() + row.numel());
  }
  return std::vector<double>(row.data_ptr<double>(), row.data_ptr<double>() + row.numel());
}

}  // namespace

std::string drawn_example(const Task& task, const Batch& batch) {
  const ExampleLabels labels = task.labels(batch);
  const torch::Tensor tokens = batch.tokens[0].to(at::kDouble);
  const Columns column = columns_of(labels, tokens, task.symbols() > 0);
  const bool one_target = task.scoring().positions == Positions::kLast;
  std::ostringstream text;
  text << " token  " << padded("holds", column.names) << "  "
       << (one_target ? "features" : padded("features", column.features) + "  target") << '\n';
  for (std::size_t t = 0; t < labels.tokens.size(); ++t) {
    if (labels.tokens.size() > kMostTokens && t == kFirstTokens) {
      text << "     …\n";
      t = labels.tokens.size() - kLastTokens;
    }
    const auto place = static_cast<int64_t>(t);
    const auto& parts = labels.tokens[t];
    const std::string features = features_of(tokens[place], parts, column.style);
    const bool counts = !one_target && !labels.targets[t].empty();
    text << std::setw(6) << t + 1 << "  " << padded(names_of(parts), column.names) << "  "
         << (counts ? padded(features, column.features) : features);
    if (counts) text << "  " << target_text(target_at(task, batch, place), labels.targets[t], 4);
    text << '\n';
  }
  if (one_target) {
    text << "\ntarget  " << target_text(batch.targets[0], labels.targets.back(), column.names)
         << '\n';
  }
  if (!labels.text.empty()) text << '\n' << without_controls(labels.text) << '\n';
  text << drawn_pictures(labels, tokens) << drawn_whole_picture(labels, tokens);
  return text.str();
}

Json example_json(const Task& task, const Batch& batch) {
  const ExampleLabels labels = task.labels(batch);
  const bool one_target = task.scoring().positions == Positions::kLast;
  Json tokens = Json::array();
  for (std::size_t t = 0; t < labels.tokens.size(); ++t) {
    const auto place = static_cast<int64_t>(t);
    Json named = Json::array();
    for (const TokenPart& part : labels.tokens[t]) {
      named.push_back({{"name", part.name}, {"begin", part.begin}, {"size", part.size}});
    }
    Json token = {{"parts", named}, {"features", list_of(batch.tokens[0][place])}};
    const bool counts = !one_target && !labels.targets[t].empty();
    if (counts) token["target"] = list_of(target_at(task, batch, place));
    tokens.push_back(token);
  }
  Json tree = {{"tokens", tokens}};
  if (one_target) tree["target"] = list_of(batch.targets[0]);
  return tree;
}

}  // namespace gril::cli
