#include "tests/training/small_experiment.h"

namespace gril {

Json small_experiment() {
  return {{"seed", 3},
          {"dtype", "float32"},
          {"task", {{"kind", "linear_regression"}, {"inputs", 2}, {"outputs", 2}, {"examples", 4}}},
          {"model",
           {{"layers",
             {{{"kind", "gril"},
               {"input_size", 2},
               {"output_size", 2},
               {"window", 3},
               {"stride", 2},
               {"projections", "identity"},
               {"decay", "elementwise"}}}}}},
          {"training",
           {{"steps", 20},
            {"batch_size", 16},
            {"learning_rate", 0.01},
            {"recurrence_learning_rate", 0.002},
            {"weight_decay", 0.01},
            {"warmup_steps", 4},
            {"log_every", 3},
            {"evaluate_every", 5},
            {"checkpoint_every", 5}}},
          {"evaluation", {{"tasks", 64}, {"seed", 1}}}};
}

TrainConfig small_config(const Json& training) {
  Json tree = small_experiment();
  tree["training"].update(training);
  return read_train_config(tree, "test");
}

}  // namespace gril
