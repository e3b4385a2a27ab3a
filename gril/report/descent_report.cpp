#include "gril/report/descent_report.h"

#include "gril/report/behaviour_figures.h"
#include "gril/report/descent_figures.h"
#include "gril/report/number_text.h"
#include "gril/report/page_parts.h"

namespace gril {
namespace {

void add_behaviour(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("What it computes");
  if (files.has("learning_curve")) page.figure(learning_curve_figure(files));
  page.figure(context_length_figure(files));
  page.figure(distances_figure(files));
  page.figure(learning_rate_figure(files));
}

void add_algorithms(HtmlPage& page, const AnalysisFiles& files) {
  if (!files.has("algorithms")) return;
  page.heading("Which algorithm it is near");
  const Json& algorithms = files.part("algorithms");
  if (algorithms.contains("kernels")) {
    page.paragraph("The network is known from outside only: " +
                   plain_text(algorithms["kernels"]["reason"]) + ".");
  }
  for (const HtmlFigure& figure : algorithm_figures(files)) page.figure(figure);
}

void add_weights(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("With which weights");
  const Json& weights = files.part("weights");
  if (!applies(weights)) {
    page.paragraph("The weights are not compared with the construction: " +
                   plain_text(weights["reason"]) + ".");
  }
  for (const HtmlFigure& figure : weight_figures(files)) page.figure(figure);
  for (const HtmlFigure& figure : decay_figures(files)) page.figure(figure);
}

void add_shifts(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Away from its training");
  page.figure(shift_figure(files, "input_range"));
  page.figure(shift_figure(files, "weight_scale"));
}

}  // namespace

std::vector<HtmlTile> descent_tiles(const AnalysisFiles& files) {
  return metric_tiles(
      files.summary,
      {{"loss_ratio_to_tuned_gd", "loss over tuned gradient descent's"},
       {"loss", "loss of the network"},
       {"gradient_descent_loss", "loss of tuned gradient descent"},
       {"sensitivity_cosine", "cosine of the sensitivities", "1: the same direction"},
       {"window_off_target", "largest window weight off target", "share of the target weight"},
       {"learning_rate_per_example", "learning rate per example", "η/N, read off the weights"}});
}

void add_descent_sections(HtmlPage& page, const AnalysisFiles& files) {
  add_behaviour(page, files);
  add_algorithms(page, files);
  add_weights(page, files);
  add_shifts(page, files);
}

}  // namespace gril
