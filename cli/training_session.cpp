#include "cli/training_session.h"

#include <torch/version.h>

#include "cli/evaluation_text.h"
#include "gril/base/check.h"
#include "gril/base/json_file.h"
#include "gril/evaluation/loss.h"
#include "gril/models/model_size.h"
#include "gril/ops/threads.h"
#include "gril/runs/provenance.h"
#include "gril/training/train_config.h"

namespace gril::cli {
namespace {

/// Steps between two looks at the clock.
constexpr int64_t kStepsPerUpdate = 16;

void write_provenance(const TrainingSession& session, const RunDirectory& run) {
  Provenance provenance = collect_provenance(session.arguments);
  provenance.libtorch = TORCH_VERSION;
  provenance.threads = session.config.training.shards;
  provenance.seeds = {session.config.seed};
  write_json(run.provenance(), provenance_json(provenance), "train");
}

Trainer make_trainer(const TrainingSession& session) {
  if (session.resume) return Trainer::resume(session.config, RunDirectory::open(session.root));
  const RunDirectory run = RunDirectory::plan(session.root);
  Trainer trainer = Trainer::start(session.config, run);
  write_provenance(session, run);
  return trainer;
}

}  // namespace

TrainingResult run_training(const TrainingSession& session, const InterruptGuard& interrupt) {
  // Threads inside an operation slow small models down: training.shards uses the other cores.
  set_threads(1);
  Trainer trainer = make_trainer(session);
  Progress progress(session.label, "steps", session.config.training.steps, trainer.step(),
                    session.output);
  TrainingObserver observer;
  observer.should_stop = [&interrupt] { return interrupt.requested(); };
  observer.after_step = [&progress](int64_t step, double loss) {
    if (step % kStepsPerUpdate == 0) progress.update(step, concatenate("loss ", loss));
  };
  const TrainingResult result = trainer.train(observer);
  progress.update(result.step);
  progress.finish();
  return result;
}

int64_t trained_parameters(const TrainingSession& session) {
  return model_size(*make_model(session.config)).parameters;
}

Json training_json(const TrainingSession& session, const TrainingResult& result) {
  Json tree = {{"run", session.root.string()},
               {"finished", result.finished},
               {"stopped_early", result.early},
               {"step", result.step},
               {"parameters", trained_parameters(session)},
               {"evaluation_loss", Json()},
               {"evaluation_standard_error", Json()},
               {"unit", loss_convention(session.config.task->scoring())},
               {"results", Json::array()},
               {"steps_per_second", result.steps_per_second}};
  if (result.evaluation) {
    tree["evaluation_loss"] = result.evaluation->loss.value;
    tree["evaluation_standard_error"] = optional_number(result.evaluation->loss.uncertainty);
    tree["results"] = results_json(*result.evaluation);
  }
  return tree;
}

}  // namespace gril::cli
