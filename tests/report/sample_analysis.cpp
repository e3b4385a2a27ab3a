#include "tests/report/sample_analysis.h"

#include "gril/base/file.h"
#include "gril/base/json_file.h"

namespace gril {
namespace {

constexpr const char* kWhere = "sample";

Json estimate(double value) {
  return {{"value", value}, {"low", 0.98 * value}, {"high", 1.02 * value}};
}

Json sample_predictions() {
  return {{"loss",
           {{"model", estimate(0.20701)},
            {"gradient_descent", estimate(0.20689)},
            {"least_squares", estimate(0.0)},
            {"null", estimate(0.41713)}}},
          {"loss_ratio_to_tuned_gd", estimate(1.0006)},
          {"prediction_distance", 0.0251},
          {"prediction_norm", 1.897},
          {"sensitivity_cosine", 0.99987},
          {"sensitivity_distance", 0.0301},
          {"sensitivity_norm", 2.084}};
}

Json sample_descent() {
  Json rates = Json::array();
  Json losses = Json::array();
  for (int k = 0; k < 100; ++k) {
    const double rate = 0.001 + 0.1 * k;
    rates.push_back(rate);
    losses.push_back(0.2069 + 0.0057 * (rate - 6.07) * (rate - 6.07));
  }
  return {{"scan", {{"learning_rates", rates}, {"losses", losses}, {"best", 6.101}}},
          {"learning_rate", 6.0717},
          {"tuning_loss", 0.20571},
          {"closed_form", {{"learning_rate", 6.0606}, {"loss", 0.20623}, {"null_loss", 0.41667}}}};
}

Json sample_context() {
  Json points = Json::array();
  for (int n = 1; n <= 30; n += 3) {
    const double loss = 0.2 + 0.002 * (n - 10) * (n - 10);
    points.push_back({{"examples", n},
                      {"model", estimate(loss)},
                      {"same_step", 0.99 * loss},
                      {"gradient_descent", estimate(0.42 - 0.01 * n)},
                      {"learning_rate", 0.4 * n},
                      {"least_squares", 0.02}});
  }
  return {{"trained_examples", 10}, {"prompts", 2000}, {"points", points}};
}

Json sample_shift(double trained) {
  Json points = Json::array();
  for (int i = 1; i <= 8; ++i) {
    const double setting = 0.25 * i;
    points.push_back({{"setting", setting},
                      {"model", estimate(0.21 * setting * setting)},
                      {"gradient_descent", estimate(0.209 * setting * setting)},
                      {"ratio", estimate(1.0 + 0.01 * i)},
                      {"prediction_distance", 0.01 * i},
                      {"sensitivity_cosine", 1.0 - 0.0001 * i},
                      {"sensitivity_distance", 0.012 * i}});
  }
  return {{"trained_setting", trained}, {"points", points}};
}

Json sample_decays() {
  Json rows = Json::array();
  for (int row = 0; row < 4; ++row) {
    Json cells = Json::array();
    for (int column = 0; column < 4; ++column) cells.push_back(0.98 + 0.001 * (row + column));
    rows.push_back(cells);
  }
  return {{"layers",
           {{{"layer", 0},
             {"kind", "gril"},
             {"applies", true},
             {"trained", true},
             {"lowest", 0.98},
             {"highest", 0.986},
             {"mean", 0.983},
             {"decay", {rows}}}}}};
}

Json sample_curve() {
  Json steps = Json::array();
  Json losses = Json::array();
  for (int step = 1; step <= 40; ++step) {
    steps.push_back(100 * step);
    losses.push_back(step < 8 ? 0.41 : 0.207 + 0.2 / (step - 6));
  }
  const Json line = {{"steps", steps}, {"losses", losses}};
  return {{"training", line}, {"evaluation", line}, {"training_seconds", 12.5}};
}

}  // namespace

Json sample_summary() {
  const auto metric = [](const char* name, const Json& numbers) {
    Json entry = {{"name", name}};
    entry.update(numbers);
    entry["unit"] = "half squared error, mean over outputs";
    entry["meaning"] = std::string("what ") + name + " stands for";
    return entry;
  };
  return {
      {"format", 1},
      {"model", "runs/sample"},
      {"task",
       {{"kind", "linear_regression"},
        {"inputs", 4},
        {"outputs", 4},
        {"examples", 10},
        {"layout", "interleaved"}}},
      {"options", {{"tasks", 10000}}},
      {"loss_convention", "half squared error, mean over outputs"},
      {"interval", "central 95 %"},
      {"arithmetic", "float64"},
      {"conclusion", {{"agrees", true}, {"sentence", "This network does <one> step."}}},
      {"metrics",
       {metric("loss", estimate(0.20701)), metric("sensitivity_cosine", {{"value", 0.99987}})}}};
}

Json sample_weights() {
  const Json trained = {{-0.0021, 0.0031, 0.0}, {0.0061, 0.004, 1.0}, {0.0013, -0.009, 0.001}};
  const Json construction = {{0.0, 0.0, 0.0}, {0.0, 0.0, 1.0}, {0.0, 0.0, 0.0}};
  const Json identity = {{1.01, 0.002}, {-0.001, 0.99}};
  return {{"applies", true},
          {"window",
           {{"source", "parameters"},
            {"trained", trained},
            {"construction", construction},
            {"off_target", 0.009}}},
          {"query",
           {{"source", "parameters"},
            {"trained", {1.0, -0.002, 0.001}},
            {"construction", {1.0, 0.0, 0.0}},
            {"off_target", 0.002}}},
          {"readout",
           {{"applies", true},
            {"trained", identity},
            {"construction", {{1.0, 0.0}, {0.0, 1.0}}},
            {"mean_diagonal", 0.61},
            {"diagonal_spread", 0.01},
            {"off_diagonal_rms", 0.0016}}},
          {"update",
           {{"newest", {{"scale", 0.611}, {"cosine", 0.9998}, {"relative_distance", 0.02}}},
            {"oldest", {{"scale", 0.598}, {"cosine", 0.9997}, {"relative_distance", 0.022}}}}},
          {"learning_rate_per_example_by_age", {0.611, 0.609, 0.607, 0.606, 0.604}},
          {"learning_rate_per_example", 0.611}};
}

RunDirectory write_sample_run(const std::filesystem::path& root) {
  RunDirectory run = RunDirectory::create(root);
  write_file_atomically(run.config(), "seed = 1\n[training]\nsteps = 4000\n", kWhere);
  write_json(run.provenance(), {{"version", "0.1.0"}, {"machine", {{"cpu", "a <cpu> & more"}}}},
             kWhere);
  const auto write = [&](const char* name, const Json& content) {
    write_json(run.analysis() / name, content, kWhere);
  };
  write("summary.json", sample_summary());
  write("gradient_descent.json", sample_descent());
  write("predictions.json", sample_predictions());
  write("weights.json", sample_weights());
  write("eigenvalues.json", sample_decays());
  write("context_length.json", sample_context());
  write("out_of_distribution.json", {{"prompts", 2000},
                                     {"input_range", sample_shift(1.0)},
                                     {"weight_scale", sample_shift(1.0)},
                                     {"input_correlation", sample_shift(0.0)},
                                     {"heavy_tailed_noise", sample_shift(0.0)}});
  write("learning_curve.json", sample_curve());
  return run;
}

}  // namespace gril
