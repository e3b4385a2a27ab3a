#include <algorithm>

#include "gril/base/check.h"
#include "gril/report/decompiler_figures.h"
#include "gril/report/feature_names.h"
#include "gril/report/figure.h"
#include "gril/report/matrix_table.h"

namespace gril {
namespace {

using Tensor = std::vector<std::vector<Matrix>>;  ///< T_k[a][b][c]

/// A tensor with the same features along its three axes. features: how many; 0: as it has.
Tensor tensor_of(const JsonValue& value, std::size_t features) {
  Tensor tensor = value.tensor();
  const std::size_t count = features > 0 ? features : tensor.front().size();
  const Matrix& matrix = tensor.front().front();
  value.check(
      tensor.front().size() == count && matrix.size() == count && matrix.front().size() == count,
      concatenate("must have ", count, " features along each of its three axes"));
  return tensor;
}

/// Features of the tokens, without the appended 1.
std::vector<std::string> features_of(const AnalysisFiles& files) {
  return feature_names(files.summary["task"],
                       files.part("kernels")["trilinear_tensor"].front().size());
}

struct KernelText {
  const char* key;
  const char* title;
  const char* rows;
  const char* columns;
  const char* caption;
};

HtmlFigure strength_figure(const AnalysisFiles& files, const KernelText& text, double highest) {
  const std::vector<std::string> names = augmented_pair_names(features_of(files));
  const auto matrix =
      files.part("kernels")["strengths"][text.key].matrix(names.size(), names.size());
  const HeatMap map{.values = matrix,
                    .row_names = names,
                    .column_names = names,
                    .x_label = text.columns,
                    .y_label = text.rows,
                    .sequential = true,
                    .lowest = 0.0,
                    .highest = highest};
  return {.title = text.title,
          .drawing = draw(map, std::string("strength_") + text.key, text.title),
          .caption = text.caption,
          .data = matrix_table(matrix, "pair \\ pair", {names, names})};
}

/// Rows: remembered pairs a ≤ b; columns: the current token's feature, output after output.
Matrix flattened(const Tensor& tensor) {
  Matrix rows;
  const std::size_t features = tensor.front().size();
  for (std::size_t a = 0; a < features; ++a) {
    for (std::size_t b = a; b < features; ++b) {
      rows.emplace_back();
      for (const auto& output : tensor) {
        for (const double value : output[a][b]) rows.back().push_back(value);
      }
    }
  }
  return rows;
}

struct TensorText {
  const char* id;
  std::string title;
  std::string caption;
};

HtmlFigure trilinear_figure(const Tensor& tensor, const std::vector<std::string>& features,
                            const TensorText& text, double reach) {
  const Matrix matrix = flattened(tensor);
  const std::size_t d = features.size();
  HeatMap map{.values = matrix,
              .row_names = pair_names(features),
              .x_label = "the current token's feature, output after output",
              .y_label = "remembered pair",
              .lowest = -reach,
              .highest = reach};
  MatrixNames names{.rows = map.row_names};
  for (std::size_t k = 0; k < tensor.size(); ++k) {
    if (k > 0) map.column_splits.push_back(k * d);
    for (const std::string& feature : features) {
      map.column_names.push_back(feature);
      names.columns.push_back("output " + std::to_string(k + 1) + ", " + feature);
    }
  }
  return {.title = text.title,
          .drawing = draw(map, text.id, text.title),
          .caption = text.caption,
          .data = matrix_table(matrix, "pair \\ feature", names)};
}

}  // namespace

std::vector<HtmlFigure> strength_figures(const AnalysisFiles& files) {
  const JsonValue& strengths = files.part("kernels")["strengths"];
  if (!applies(strengths)) return {};
  constexpr KernelText kTexts[] = {
      {"memory_query", "KQ: memory × current token", "remembered pair", "the current token's pair",
       "Attention lives here, in rows of two features and columns of one feature alone."},
      {"memory_memory", "KK: memory × memory", "remembered pair", "remembered pair",
       "Attention has none of these products: this map should be empty."},
      {"query_query", "QQ: the current token alone", "the current token's pair",
       "the current token's pair", "Attention has none of these products either."}};
  double highest = 0.0;
  for (const KernelText& text : kTexts) {
    highest = std::max(highest, largest_entry(strengths[text.key].matrix()));
  }
  std::vector<HtmlFigure> figures;
  for (const KernelText& text : kTexts) figures.push_back(strength_figure(files, text, highest));
  return figures;
}

std::vector<HtmlFigure> trilinear_figures(const AnalysisFiles& files) {
  constexpr std::size_t kMostCells = 6000;
  const Tensor found = tensor_of(files.part("kernels")["trilinear_tensor"], 0);
  const JsonValue& teacher = files.part("attention")["teacher"];
  if (flattened(found).size() * flattened(found).front().size() > kMostCells) return {};
  double reach = largest_entry(flattened(found));
  Tensor given;
  if (applies(teacher)) {
    given = tensor_of(teacher["trilinear_tensor"], found.front().size());
    reach = std::max(reach, largest_entry(flattened(given)));
  }
  const std::vector<std::string> features = features_of(files);
  std::vector<HtmlFigure> figures{trilinear_figure(
      found, features,
      {"tensor", "Trilinear tensor T of the network",
       "The whole attention as a function: the weight of a product of two remembered features and "
       "one of the current token in each output, outputs from left to right."},
      reach)};
  if (given.empty()) return figures;
  figures.push_back(trilinear_figure(
      given, features,
      {"teachertensor", "Trilinear tensor T of the teacher",
       "Two attention layers are the same function exactly when these two maps agree."},
      reach));
  return figures;
}

}  // namespace gril
