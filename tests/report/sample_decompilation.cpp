#include "tests/report/sample_decompilation.h"

#include <string>
#include <vector>

#include "gril/base/file.h"
#include "gril/base/json_file.h"

namespace gril {
namespace {

constexpr const char* kWhere = "sample";

/// rows × columns numbers, all different.
Json matrix(int rows, int columns, double first) {
  Json result = Json::array();
  for (int row = 0; row < rows; ++row) {
    Json cells = Json::array();
    for (int column = 0; column < columns; ++column) {
      cells.push_back(first + 0.0371 * row - 0.0193 * column);
    }
    result.push_back(cells);
  }
  return result;
}

Json tensor(double first) {
  return {{matrix(2, 2, first), matrix(2, 2, first + 0.11)},
          {matrix(2, 2, first + 0.23), matrix(2, 2, first + 0.31)}};
}

Json metric(const char* name, double value) {
  return {{"name", name},
          {"value", value},
          {"unit", "share"},
          {"meaning", std::string("what ") + name + " stands for"}};
}

Json sample_summary(const char* kind, const char* label) {
  return {{"format", 1},
          {"kind", kind},
          {"model", "runs/sample"},
          {"task", {{"kind", "teacher_student"}, {"width", 2}, {"length", 6}, {"heads", 1}}},
          {"options", {{"tasks", 300}}},
          {"loss_convention", "mean squared error over time, batch and outputs"},
          {"interval", "1.96 standard errors"},
          {"arithmetic", "float64"},
          {"measured_on", "40 sequences of the task"},
          {"conclusion",
           {{"agrees", true}, {"label", label}, {"sentence", "This network is <an> example."}}},
          {"metrics",
           {metric("error_over_target_variance", 1.234e-5), metric("memory_neurons", 3),
            metric("forget_neurons", 2), metric("kernel_distance", 0.00321)}}};
}

Json sample_neurons() {
  const auto neuron = [](int number, double eigenvalue, const char* kind, double influence) {
    return Json{
        {"neuron", number}, {"eigenvalue", eigenvalue}, {"class", kind}, {"influence", influence}};
  };
  return {{"threshold", 1e-4},
          {"counts", {{"memory", 3}, {"forget", 2}, {"between", 0}, {"outside", 0}}},
          {"remembering", 3},
          {"forgetting", 2},
          {"counts_by_threshold",
           {{{"threshold", 1e-2}, {"memory", 2}, {"forget", 2}, {"between", 0}, {"outside", 0}},
            {{"threshold", 0.0}, {"memory", 3}, {"forget", 2}, {"between", 1}, {"outside", 0}}}},
          {"classes", "memory: eigenvalue in (0.99, 1.01]."},
          {"mean_square_output", 2.7},
          {"neurons",
           {neuron(4, 0.9996, "memory", 0.83), neuron(1, 0.0012, "forget", 0.55),
            neuron(0, 0.9987, "memory", 0.21), neuron(2, 0.0031, "forget", 0.0613),
            neuron(5, 0.9991, "memory", 0.00417), neuron(3, 0.4321, "between", 0.0)}}};
}

Json sample_kernels() {
  return {
      {"applies", true},
      {"memory_decay", {{"eigenvalue", 0.9994}, {"spread", 0.0004}}},
      {"polarised_difference", 0.0123},
      {"norms",
       {{"trilinear", 2.13},
        {"other_memory_query", 7e-4},
        {"memory_memory", 9e-5},
        {"query_query", 2.5e-3}}},
      {"strengths",
       {{"applies", true},
        {"memory_memory", matrix(6, 6, 0.101)},
        {"memory_query", matrix(6, 6, 0.307)},
        {"query_query", matrix(6, 6, 0.203)}}},
      {"attention_difference", 0.00219},
      {"memory_modes", {{"singular_values", {1.9, 0.8, 0.3}}, {"influence", {0.71, 0.24, 0.013}}}},
      {"query_modes", {{"singular_values", {1.7, 0.9}}, {"influence", {0.66, 0.0}}}},
      {"trilinear_tensor", tensor(0.409)}};
}

Json head(double first) {
  return {{"value_map", matrix(2, 2, first)}, {"query_key", matrix(2, 2, -first)}};
}

Json sample_attention() {
  return {{"applies", true},
          {"near", 0.01},
          {"heads", 1},
          {"nearest", {{{"heads", {head(0.611)}}, {"distance", 0.00287}, {"sweeps", 9}}}},
          {"probed", "the teacher"},
          {"teacher",
           {{"source", "the task's <teacher>"},
            {"representable", true},
            {"applies", true},
            {"tensor", {{"relative", 0.00321}, {"scale", 1}, {"cosine", 1}, {"scaled", 0.003}}},
            {"trilinear_tensor", tensor(0.411)},
            {"memory_decay", {{"eigenvalue", 1.0}, {"spread", 0.0}}},
            {"heads",
             {{"applies", true},
              {"partner", {0}},
              {"value_cosines", {0.999991}},
              {"query_key_cosines", {0.999993}},
              {"value_span_cosines", {0.999991}},
              {"query_key_span_cosines", {0.999993}},
              {"found", {head(0.617)}},
              {"given", {head(0.619)}}}}}}};
}

Json sample_canonical() {
  const Json output = {{"form", matrix(5, 5, 0.131)},
                       {"singular_values", {0.911, 0.419}},
                       {"memory", matrix(2, 3, 0.1)},
                       {"query", matrix(2, 2, 0.2)}};
  return {{"neurons", {4, 5, 0, 2, 1}},
          {"memory", 3},
          {"eigenvalues", {0.9996, 0.9991, 0.9987, 0.0031, 0.0012}},
          {"input_gate", matrix(5, 3, 0.521)},
          {"input_map", matrix(5, 3, -0.433)},
          {"outputs", {output, output}}};
}

Json sample_map() {
  return {{"norms", matrix(6, 6, 0.713)},
          {"shares", matrix(6, 6, 0.117)},
          {"remainder", {0.001, 0.002, 0.003, 0.001, 0.002, 0.001}},
          {"sequence", "the first of 40 sequences of the task"}};
}

Json sample_curve() {
  const Json line = {{"steps", {100, 200, 300, 400}}, {"losses", {5.21, 0.811, 0.0413, 0.00217}}};
  return {{"training", line}, {"evaluation", line}, {"unit", "mean squared error"}};
}

Json sample_algorithms() {
  Json rows = Json::array();
  for (int steps = 1; steps <= 5; ++steps) {
    rows.push_back({{"name", std::to_string(steps) + " steps"},
                    {"steps", steps},
                    {"learning_rate", 0.07},
                    {"loss", 0.513 / steps},
                    {"prediction_difference", 0.0211 * steps},
                    {"prediction_cosine", 0.991},
                    {"sensitivity_cosine", 0.987},
                    {"sensitivity_difference", 0.0307}});
  }
  rows.push_back(rows.back());
  rows.back()["name"] = "ridge regression";
  rows.back()["steps"] = 0;
  return {{"prompts", 300},
          {"loss", 0.509},
          {"prediction_square", 2.61},
          {"sensitivity_norm", 1.1},
          {"algorithms", rows},
          {"nearest", "one <step>"},
          {"nearest_sensitivity", "2 steps"}};
}

const Json kScaling = {{"applies", true},
                       {"factors", {0.5, 0.75, 1.5, 2.0, 3.0}},
                       {"deviations", {0.021, 0.0, 0.031, 0.047, 0.052}}};

void write(const RunDirectory& run, const char* name, const Json& content) {
  write_json(run.analysis() / (std::string(name) + ".json"), content, kWhere);
}

RunDirectory new_run(const std::filesystem::path& root) {
  RunDirectory run = RunDirectory::create(root);
  write_file_atomically(run.config(), "seed = 1\n", kWhere);
  write_json(run.provenance(), {{"version", "0.1.0"}}, kWhere);
  write(run, "learning_curve", sample_curve());
  write(run, "scaling", kScaling);
  return run;
}

}  // namespace

RunDirectory write_sample_decompilation(const std::filesystem::path& root) {
  RunDirectory run = new_run(root);
  write(run, "summary", sample_summary("decompiler", "Linear attention"));
  write(run, "neurons", sample_neurons());
  write(run, "pruning",
        {{"neurons_before", 6},
         {"neurons", 5},
         {"gates_before", 7},
         {"gates", 4},
         {"rms_difference", 0.00119}});
  write(run, "kernels", sample_kernels());
  write(run, "attention", sample_attention());
  write(run, "canonical", sample_canonical());
  write(run, "attention_map", sample_map());
  write(run, "rebuilt",
        {{"applies", true},
         {"route", "one <head>"},
         {"memory_neurons", 3},
         {"query_neurons", 2},
         {"gates", 4},
         {"rms_difference", 0.00887}});
  leave_out(run, "descent", "the task is <another>");
  return run;
}

RunDirectory write_sample_black_box(const std::filesystem::path& root) {
  RunDirectory run = new_run(root);
  write(run, "summary", sample_summary("black_box", "Known from outside only"));
  write(run, "algorithms", sample_algorithms());
  leave_out(run, "kernels", "it has <two> layers");
  return run;
}

void leave_out(const RunDirectory& run, const char* name, const char* reason) {
  write(run, name, {{"applies", false}, {"reason", reason}});
}

void add_sample_descent(const RunDirectory& run) {
  Json summary = read_json(run.analysis() / "summary.json", kWhere);
  summary["task"] = {{"kind", "linear_regression"},
                     {"inputs", 1},
                     {"outputs", 1},
                     {"examples", 6},
                     {"layout", "pairs"}};
  write(run, "summary", summary);
  write(run, "descent",
        {{"applies", true},
         {"newest", {{{{0.141}}}}},
         {"averaged", {{{{0.137}}}}},
         {"mean_decay", 0.981},
         {"learning_rate_per_example", 0.137},
         {"expected_rate_per_example", 0.139},
         {"off_diagonal", 0.0},
         {"diagonal_spread", 0.0},
         {"instantaneous",
          {{"squares", {{0.0817}}}, {"other_norm", 0.0911}, {"caution", "A <caution>."}}}});
  write(run, "algorithms", sample_algorithms());
}

}  // namespace gril
