#include "gril/report/held_out_report.h"

#include "gril/report/behaviour_figures.h"
#include "gril/report/page_parts.h"

namespace gril {

std::vector<HtmlTile> held_out_tiles(const AnalysisFiles& files) {
  return metric_tiles(files.summary, {{"test_accuracy", "test accuracy"},
                                      {"test_perplexity", "test perplexity"},
                                      {"test_loss", "test loss", "nats"},
                                      {"validation_accuracy", "validation accuracy"},
                                      {"validation_perplexity", "validation perplexity"},
                                      {"validation_loss", "validation loss", "nats"},
                                      {"parameters", "parameters"}});
}

void add_held_out_sections(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("How training went");
  if (has_learning_curve(files)) {
    page.figure(learning_curve_figure(files));
  } else {
    page.paragraph("There is no learning curve: no evaluation was made during training.");
  }
}

}  // namespace gril
