#include "gril/report/decompiler_report.h"

#include "gril/report/behaviour_figures.h"
#include "gril/report/decompiler_figures.h"
#include "gril/report/number_text.h"
#include "gril/report/page_parts.h"

namespace gril {
namespace {

void add_figures(HtmlPage& page, const std::vector<HtmlFigure>& figures) {
  for (const HtmlFigure& figure : figures) page.figure(figure);
}

/// "What is missing: reason."
void add_reason(HtmlPage& page, const std::string& what, const JsonValue& part) {
  page.paragraph(what + ": " + plain_text(part["reason"]) + ".");
}

bool has_kernels(const AnalysisFiles& files) { return applies(files.part("kernels")); }

void add_behaviour(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("What it does");
  if (has_learning_curve(files)) page.figure(learning_curve_figure(files));
  page.figure(scaling_figure(files));
}

void add_neurons(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Which neurons matter");
  add_figures(page, neuron_figures(files));
  if (has_kernels(files)) page.figure(modes_figure(files));
}

/// In place of everything that rests on kernels.
void add_obstacle(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Why it is not read as attention");
  add_reason(page,
             "Kernels, heads, the attention map, the block structure of the weights, the kernel of "
             "a gradient-descent step and the rebuilt network are left out",
             files.part("kernels"));
}

void add_function(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Which function it computes");
  const JsonValue& kernels = files.part("kernels");
  page.paragraph(
      "With eigenvalues at 0 and at one common value, here " +
      number_text(kernels["memory_decay"]["eigenvalue"]) +
      ", the network is a polynomial of what it remembers and of the current token. Replacing its "
      "eigenvalues by these two changes the outputs by " +
      number_text(kernels["polarised_difference"], 3) +
      " (rms, relative); attention alone leaves " +
      number_text(kernels["attention_difference"], 3) + " of them unexplained.");
  if (!applies(kernels["strengths"])) {
    add_reason(page, "The kernels are not drawn", kernels["strengths"]);
  }
  const std::vector<HtmlFigure> tensors = trilinear_figures(files);
  if (tensors.empty()) {
    page.paragraph("The trilinear tensor is not drawn: it has too many numbers to be looked at.");
  }
  add_figures(page, tensors);
  add_figures(page, strength_figures(files));
}

/// Cosines of every head of the teacher.
HtmlTable cosine_table(const JsonValue& heads) {
  HtmlTable table{{"teacher's head", "cosine of W_O W_V", "of W_Kᵀ W_Q",
                   "W_O W_V within the span of all heads", "W_Kᵀ W_Q within it"},
                  {}};
  for (std::size_t h = 0; h < heads["value_cosines"].size(); ++h) {
    std::vector<std::string> cells{std::to_string(h + 1)};
    for (const char* key :
         {"value_cosines", "query_key_cosines", "value_span_cosines", "query_key_span_cosines"}) {
      cells.push_back(number_text(heads[key][h], 8));
    }
    table.rows.push_back(cells);
  }
  return table;
}

HtmlTable nearest_table(const JsonValue& nearest) {
  HtmlTable table{{"heads", "distance of the nearest such layer, relative"}, {}};
  for (const JsonValue& layer : nearest.elements()) {
    table.rows.push_back(
        {number_text(static_cast<double>(layer["heads"].size())), number_text(layer["distance"])});
  }
  return table;
}

void add_teacher(HtmlPage& page, const JsonValue& teacher) {
  if (!applies(teacher)) {
    add_reason(page, "It is compared with no teacher", teacher);
    return;
  }
  page.paragraph("Compared with " + plain_text(teacher["source"]) + ": " +
                 number_text(teacher["tensor"]["relative"], 3) +
                 " away (relative) as a function of all inputs.");
  if (!teacher["representable"].flag()) {
    add_reason(page, "It cannot represent this teacher exactly", teacher);
  }
  if (applies(teacher["heads"])) {
    page.table(cosine_table(teacher["heads"]));
  } else {
    add_reason(page, "Single matrices are not compared", teacher["heads"]);
  }
}

void add_attention(HtmlPage& page, const AnalysisFiles& files) {
  const JsonValue& attention = files.part("attention");
  page.heading("Which attention that is");
  if (attention["nearest"].empty()) {
    page.paragraph("No head is near: the network's trilinear tensor is 0.");
  } else {
    page.table(nearest_table(attention["nearest"]));
  }
  add_teacher(page, attention["teacher"]);
  const std::vector<HtmlFigure> heads = head_figures(files);
  if (heads.empty()) {
    page.paragraph(
        "No matrices are drawn: only those of one head are determined by the function. Several "
        "heads are known as a sum alone, and no single head is near this one.");
  }
  add_figures(page, heads);
}

void add_map(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Where it looks");
  page.paragraph("On one sequence, " + plain_text(files.part("attention_map")["sequence"]) +
                 ": what every remembered token gives to every later output.");
  add_figures(page, map_figures(files));
}

void add_weights(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("With which weights");
  const JsonValue& form = files.part("canonical");
  if (form["neurons"].empty()) {
    page.paragraph("No neuron has an influence above the threshold.");
    return;
  }
  add_figures(page, canonical_figures(files));
}

void add_descent(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Is it gradient descent?");
  const JsonValue& descent = files.part("descent");
  if (!applies(descent)) {
    add_reason(page, "The question does not apply", descent);
    return;
  }
  page.figure(descent_kernel_figure(files));
  page.paragraph("The answer to one token alone, beside gradient descent's. Caution: " +
                 plain_text(descent["instantaneous"]["caution"]) + " Norm of all other terms: " +
                 number_text(descent["instantaneous"]["other_norm"], 3) + ".");
  page.table(instantaneous_table(files));
}

HtmlTable size_table(const JsonValue& pruning, const JsonValue& rebuilt) {
  HtmlTable table{{"network", "neurons", "products", "outputs differ by (rms, relative)"}, {}};
  table.rows.push_back({"as trained", number_text(pruning["neurons_before"]),
                        number_text(pruning["gates_before"]), ""});
  table.rows.push_back({"pruned and merged", number_text(pruning["neurons"]),
                        number_text(pruning["gates"]), number_text(pruning["rms_difference"], 3)});
  if (!applies(rebuilt)) return table;
  const auto neurons = rebuilt["memory_neurons"].number() + rebuilt["query_neurons"].number();
  table.rows.push_back({"rebuilt: " + plain_text(rebuilt["route"]), number_text(neurons),
                        number_text(rebuilt["gates"]), number_text(rebuilt["rms_difference"], 3)});
  return table;
}

void add_smaller(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Smaller networks that do the same");
  const JsonValue& rebuilt = files.part("rebuilt");
  if (has_kernels(files) && !applies(rebuilt)) {
    add_reason(page, "It is not rebuilt as attention", rebuilt);
  }
  page.table(size_table(files.part("pruning"), rebuilt));
}

void add_algorithms(HtmlPage& page, const AnalysisFiles& files) {
  if (!files.has("algorithms")) return;
  page.heading("Which algorithm it is near");
  add_figures(page, algorithm_figures(files));
}

}  // namespace

std::vector<HtmlTile> decompiler_tiles(const AnalysisFiles& files) {
  return metric_tiles(
      files.summary,
      {{"error_over_target_variance", "error over the targets' variance", "0: every target met"},
       {"loss_ratio_to_tuned_gd", "loss over tuned gradient descent's"},
       {"memory_neurons", "memory neurons", "λ above 0.99, influence above the threshold"},
       {"forget_neurons", "neurons of the current token", "λ below 0.01, same threshold"},
       {"memory_modes", "directions it remembers in", "in any coordinates"},
       {"query_modes", "directions it asks in", "in any coordinates"},
       {"kernel_distance", "distance to the teacher's function", "relative; all inputs"},
       {"one_head_distance", "distance to the nearest head", "relative; all inputs"},
       {"value_map_cosine", "cosine of W_O W_V with the teacher's", "1: equal up to scale", 8},
       {"query_key_cosine", "cosine of W_Kᵀ W_Q with the teacher's", "1: equal up to scale", 8},
       {"learning_rate_ratio", "learning rate over the best one", "kernel memory × query"}});
}

void add_decompiler_sections(HtmlPage& page, const AnalysisFiles& files) {
  add_behaviour(page, files);
  add_neurons(page, files);
  if (has_kernels(files)) {
    add_function(page, files);
    add_attention(page, files);
    add_map(page, files);
    add_weights(page, files);
    add_descent(page, files);
  } else {
    add_obstacle(page, files);
  }
  add_algorithms(page, files);
  add_smaller(page, files);
}

}  // namespace gril
