#include "tests/report/sample_steps.h"

#include "gril/base/json_file.h"

namespace gril {
namespace {

Json estimate(double value) {
  return {{"value", value}, {"low", 0.97 * value}, {"high", 1.03 * value}};
}

Json sizes(double first, double second, double imaginary) {
  return {{"coefficients", {first + second, -first * second}},
          {"step_sizes",
           {{{"real", first}, {"imaginary", -imaginary}},
            {{"real", second}, {"imaginary", imaginary}}}},
          {"complex", imaginary != 0.0},
          {"explained", 0.98765},
          {"loss", 0.14321}};
}

Json shift() {
  Json points = Json::array();
  for (int i = 1; i <= 4; ++i) {
    points.push_back({{"setting", 0.5 * i},
                      {"model", estimate(0.15 * i)},
                      {"gradient_descent", estimate(0.14 * i)},
                      {"ratio", estimate(1.07)}});
  }
  const Json half = {{"trained_setting", 1.0}, {"points", points}};
  return {{"free", half}, {"shared", half}};
}

Json path(const char* name, double share) {
  return {{"name", name},
          {"share", share},
          {"size", 1.1 * share},
          {"size_by_layer", {0.0, share, 0.5 * share}}};
}

Json ablation(const char* name, int layer, double loss) {
  return {{"name", name},
          {"layer", layer},
          {"target", false},
          {"loss", estimate(loss)},
          {"ratio", estimate(loss / 0.1)}};
}

}  // namespace

void write_sample_steps(const RunDirectory& run) {
  const auto write = [&](const char* name, const Json& content) {
    write_json(run.analysis() / name, content, "sample");
  };
  write("step_sizes.json", {{"steps", 2},
                            {"behaviour", sizes(7.125, 7.125, 2.25)},
                            {"free", sizes(4.0125, 11.575, 0.0)},
                            {"shared", {{"step_size", 5.9875}, {"loss", 0.15661}}}});
  write("several_steps.json",
        {{"applies", true}, {"steps", 2}, {"input_range", shift()}, {"weight_scale", shift()}});
  Json paths = sizes(4.3125, 10.875, 0.0);
  paths.update({{"applies", true},
                {"paths",
                 {path("token", 0.001), path("step 1", 1.43), path("step 2", -0.46),
                  path("value", 0.0123), path("key", 0.0103), path("value and key", 0.0064)}},
                {"chains",
                 {{{"layers", {1}}, {"coefficient", 3.4375}, {"cosine", 0.99912}},
                  {{"layers", {1, 2}}, {"coefficient", -41.25}, {"cosine", 0.99812}}}}});
  write("paths.json", paths);
  write("ablations.json",
        {{"applies", true},
         {"layers", 2},
         {"loss", estimate(0.1)},
         {"null_loss", 0.41},
         {"ablations",
          {ablation("decay_one", 1, 0.1012), ablation("layer_removed", 1, 0.28),
           ablation("decay_one", 2, 0.1015), ablation("layer_removed", 2, 0.41)}}});
  write("interpolation.json",
        {{"applies", false},
         {"reason", "the model has 4 layers; the basis of the stream between them is not known"}});
}

}  // namespace gril
