#include "gril/report/black_box_report.h"

#include "gril/report/behaviour_figures.h"
#include "gril/report/number_text.h"
#include "gril/report/page_parts.h"

namespace gril {
namespace {

void add_behaviour(HtmlPage& page, const AnalysisFiles& files) {
  const JsonValue& scaling = files.part("scaling");
  page.heading("What it does");
  if (has_learning_curve(files)) {
    page.figure(learning_curve_figure(files));
  } else {
    page.paragraph("There is no learning curve: no evaluation was made during training.");
  }
  if (applies(scaling)) {
    page.figure(scaling_figure(files));
  } else {
    page.paragraph("Inputs of another size are not compared: " + plain_text(scaling["reason"]) +
                   ".");
  }
}

void add_algorithms(HtmlPage& page, const AnalysisFiles& files) {
  const bool numbers = files.has("algorithms");
  if (!numbers && !files.has("classification")) return;
  page.heading("Which algorithm it is near");
  const auto figures = numbers ? algorithm_figures(files) : classification_figures(files);
  for (const HtmlFigure& figure : figures) page.figure(figure);
}

}  // namespace

std::vector<HtmlTile> black_box_tiles(const AnalysisFiles& files) {
  return metric_tiles(
      files.summary,
      {{"error_over_target_variance", "error over the targets' variance", "0: every target met"},
       {"accuracy", "accuracy"},
       {"nll_over_one_step_reference", "loss above one descent step", "nats"},
       {"loss", "loss of the network"},
       {"scaling_deviation", "off cubic scaling", "0: as linear attention"}});
}

void add_black_box_sections(HtmlPage& page, const AnalysisFiles& files) {
  add_behaviour(page, files);
  add_algorithms(page, files);
  page.heading("Why there are no kernels");
  page.paragraph(
      "Kernels, heads and neurons are read off one gated linear RNN layer alone. Here: " +
      plain_text(files.part("kernels")["reason"]) + ".");
}

}  // namespace gril
