#include "gril/report/descent_report.h"

#include "gril/report/behaviour_figures.h"
#include "gril/report/descent_figures.h"
#include "gril/report/number_text.h"
#include "gril/report/page_parts.h"
#include "gril/report/step_figures.h"

namespace gril {
namespace {

void add_behaviour(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("What it computes");
  if (files.has("learning_curve")) page.figure(learning_curve_figure(files));
  page.figure(context_length_figure(files));
  page.figure(distances_figure(files));
  page.figure(learning_rate_figure(files));
}

/// Whether a part that may be absent is there and holds findings.
bool holds(const AnalysisFiles& files, const char* name) {
  return files.has(name) && applies(files.part(name));
}

void add_algorithms(HtmlPage& page, const AnalysisFiles& files) {
  if (!files.has("algorithms")) return;
  page.heading("Which algorithm it is near");
  const JsonValue& algorithms = files.part("algorithms");
  if (algorithms.has("kernels") && !holds(files, "paths")) {
    page.paragraph("The network is known from outside only: " +
                   plain_text(algorithms["kernels"]["reason"]) + ".");
  }
  for (const HtmlFigure& figure : algorithm_figures(files)) page.figure(figure);
}

void add_steps(HtmlPage& page, const AnalysisFiles& files) {
  if (!files.has("step_sizes")) return;
  page.heading("Which steps it makes");
  page.paragraph(
      "Answers of several steps of gradient descent from zero weights are a polynomial of the "
      "context; its roots are the step sizes, in no order. Explained: the share of the answers' "
      "mean square.");
  page.table(step_sizes_table(files));
  if (holds(files, "several_steps")) {
    page.figure(several_steps_figure(files, "input_range"));
    page.figure(several_steps_figure(files, "weight_scale"));
  }
  if (holds(files, "paths")) {
    page.figure(paths_figure(files));
    page.folded_table("Paths through chains of layers", chains_table(files));
  } else if (files.has("paths")) {
    page.paragraph("The paths through its layers are not followed: " +
                   plain_text(files.part("paths")["reason"]) + ".");
  }
}

void add_ablations(HtmlPage& page, const AnalysisFiles& files) {
  if (!holds(files, "ablations")) return;
  page.heading("What it needs");
  for (const HtmlFigure& figure : ablation_figures(files)) page.figure(figure);
  if (holds(files, "interpolation")) {
    page.figure(interpolation_figure(files));
  } else if (files.has("interpolation")) {
    page.paragraph("No line is drawn from the trained weights to the construction's: " +
                   plain_text(files.part("interpolation")["reason"]) + ".");
  }
}

void add_weights(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("With which weights");
  const JsonValue& weights = files.part("weights");
  if (!applies(weights)) {
    page.paragraph("The weights are not compared with the construction: " +
                   plain_text(weights["reason"]) + ".");
  }
  for (const HtmlFigure& figure : weight_figures(files)) page.figure(figure);
  for (const HtmlFigure& figure : decay_figures(files)) page.figure(figure);
}

void add_shifts(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Away from its training");
  for (const char* shift :
       {"input_range", "weight_scale", "input_correlation", "heavy_tailed_noise"}) {
    // Analyses of earlier versions have the first two.
    if (!files.part("out_of_distribution").has(shift)) continue;
    page.figure(shift_figure(files, shift));
  }
}

}  // namespace

std::vector<HtmlTile> descent_tiles(const AnalysisFiles& files) {
  return metric_tiles(
      files.summary,
      {{"loss_ratio_to_tuned_gd", "loss over tuned gradient descent's"},
       {"loss_ratio_to_K_steps_shared", "loss over that of as many steps of one size"},
       {"loss_ratio_to_K_steps_free", "loss over that of as many steps, best sizes"},
       {"explained_by_steps", "answers explained by steps", "share of their mean square"},
       {"loss", "loss of the network"},
       {"gradient_descent_loss", "loss of tuned gradient descent"},
       {"sensitivity_cosine", "cosine of the sensitivities", "1: the same direction"},
       {"window_off_target", "largest window weight off target", "share of the target weight"},
       {"learning_rate_per_example", "learning rate per example", "η/N, read off the weights"}});
}

void add_descent_sections(HtmlPage& page, const AnalysisFiles& files) {
  add_behaviour(page, files);
  add_steps(page, files);
  add_algorithms(page, files);
  add_weights(page, files);
  add_ablations(page, files);
  add_shifts(page, files);
}

}  // namespace gril
