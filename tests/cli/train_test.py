"""gril train and gril evaluate: runs on disk, resume, Ctrl-C and every refusal."""

import json
import math
import signal
import subprocess
import time
import unittest

from program import CALLERS_MISTAKE, CHECK_FAILED, DAMAGED_FILE, PROGRAM, ProgramTest

EXPERIMENT = """
seed = 3
[task]
kind = "linear_regression"
inputs = 2
outputs = 2
examples = 4
[[model.layers]]
kind = "gril"
input_size = 2
output_size = 2
window = 3
stride = 2
projections = "identity"
[training]
steps = 20
batch_size = 16
learning_rate = 0.01
log_every = 5
evaluate_every = 10
checkpoint_every = 10
[evaluation]
tasks = 64
"""


class Train(ProgramTest):
    def setUp(self):
        super().setUp()
        self.experiment = self.write("small/experiment.toml", EXPERIMENT)

    def test_a_run_lands_under_the_name_of_its_experiment(self):
        stdout, _ = self.gril("train", self.experiment, "training.steps=10")
        self.assertIn("Trained 10 steps", stdout)
        self.assertIn("The network has 20 parameters.\n", stdout)  # M 9, D_q 3, C 4, decay 4
        self.assertIn("half squared error, mean over outputs", stdout)
        run = self.folder / "runs" / "small"
        for name in ("config.toml", "provenance.json", "metrics.jsonl", "checkpoints/last.safetensors",
                     "checkpoints/best.safetensors", "checkpoints/training_state.safetensors"):
            self.assertTrue((run / name).is_file(), name)
        provenance = json.loads((run / "provenance.json").read_text())
        self.assertEqual(provenance["seeds"], [3])
        self.assertEqual(provenance["command"][1:], ["train", self.experiment, "training.steps=10"])

    def test_json_is_one_object(self):
        stdout, _ = self.gril("train", self.experiment, "--out", "a", "--json")
        result = json.loads(stdout)
        self.assertEqual((result["run"], result["finished"], result["step"]), ("a", True, 20))
        self.assertEqual(result["parameters"], 20)
        self.assertEqual(result["unit"], "half squared error, mean over outputs")
        names = [(entry["name"], entry["unit"]) for entry in result["results"]]
        self.assertEqual(names, [("loss", "half squared error, mean over outputs"),
                                 ("mean_squared_error", "mean squared error over batch and outputs"),
                                 ("error_over_target_variance", "ratio")])
        self.assertEqual(result["results"][0]["value"], result["evaluation_loss"])

    def test_equal_experiments_give_equal_bits(self):
        for name in ("a", "b"):
            self.gril("train", self.experiment, "--out", name)
        for name in ("last", "best", "training_state"):
            files = [(self.folder / run / "checkpoints" / f"{name}.safetensors").read_bytes() for run in "ab"]
            self.assertEqual(files[0], files[1])

    def test_interrupt_saves_and_says_how_to_go_on(self):
        arguments = ["train", self.experiment, "training.steps=1000000", "--out", "long"]
        with subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as program:
            state = self.folder / "long" / "checkpoints" / "training_state.safetensors"
            deadline = time.monotonic() + 60
            while not state.exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            program.send_signal(signal.SIGINT)
            stdout, stderr = program.communicate(timeout=60)
        self.assertEqual(program.returncode, 0, stderr)
        self.assertRegex(stdout, r"^Stopped after step \d+; the checkpoint is in long\.\nContinue with: gril train "
                                 r"small/experiment\.toml training\.steps=1000000 --out long --resume\n$")
        stopped = int(stdout.split()[3].rstrip(";"))
        self.refused(CALLERS_MISTAKE,
                     "[train] long was made by another experiment:\n  training.steps: 1000000 -> 20\n"
                     "Resume it with its own settings, or give a new folder with --out.",
                     "train", self.experiment, "--out", "long", "--resume")
        self.assertGreater(stopped, 0)

    def test_divergence_fails_the_check(self):
        _, stderr = self.gril("train", self.experiment, "training.learning_rate=1e30", "--out", "a",
                              code=CHECK_FAILED)
        self.assertRegex(stderr, r"gril: \[train\] step \d+: the gradient of layers\.0\.\w+ is not finite")

    def test_existing_folders_unknown_keys_and_missing_runs_are_refused(self):
        self.write("taken/file", "precious")
        stdout, stderr = self.gril("train", self.experiment, "--out", "taken", code=CALLERS_MISTAKE)
        self.assertIn("taken", stderr)
        self.assertEqual((self.folder / "taken" / "file").read_text(), "precious")
        self.refused(CALLERS_MISTAKE, f'[config] {self.experiment}: unknown key "training.step". '
                     'Did you mean "training.steps"?', "train", self.experiment, "training.step=4")
        self.gril("train", self.experiment, "--out", "absent", "--resume", code=CALLERS_MISTAKE)

    def test_a_damaged_checkpoint_is_not_resumed(self):
        self.gril("train", self.experiment, "--out", "a")
        state = self.folder / "a" / "checkpoints" / "training_state.safetensors"
        state.write_bytes(state.read_bytes()[:100])
        _, stderr = self.gril("train", self.experiment, "--out", "a", "--resume", code=DAMAGED_FILE)
        self.assertIn("[safetensors] a/checkpoints/training_state.safetensors:", stderr)


STUDENT = """
seed = 3
[task]
kind = "teacher_student"
width = 2
length = 5
[[model.layers]]
kind = "gated_linear_rnn"
input_size = 2
output_size = 2
state_size = 8
gate_size = 8
[training]
steps = 20
shards = 2
evaluate_every = 10
checkpoint_every = 10
[evaluation]
tasks = 64
"""

RECALL = """
[task]
kind = "associative_recall"
keys = 3
values = 3
pairs = 4
tokens = "joint"
[[model.layers]]
kind = "gated_linear_rnn"
input_size = 6
output_size = 3
state_size = 12
gate_size = 12
[training]
steps = 300
learning_rate = 0.02
[evaluation]
tasks = 500
"""


class OtherTasks(ProgramTest):
    def test_a_student_keeps_its_teacher(self):
        path = self.write("student.toml", STUDENT)
        self.gril("train", path, "--out", "a")
        self.assertIn("teacher_seed = 3", (self.folder / "a/config.toml").read_text())
        result = json.loads(self.gril("evaluate", "a", "--json")[0])
        self.assertEqual(result["task"]["teacher_seed"], 3)
        lines = [json.loads(line) for line in (self.folder / "a/metrics.jsonl").read_text().splitlines()]
        self.assertEqual({line["unit"] for line in lines}, {"mean squared error over time, batch and outputs"})
        self.assertEqual(result["loss"], lines[-1]["evaluation_loss"])
        self.assertEqual([entry["name"] for entry in result["results"]], ["loss", "error_over_target_variance"])
        self.assertEqual(result["results"][1]["value"], lines[-1]["evaluation_error_over_target_variance"])
        self.refused(CALLERS_MISTAKE, '[evaluate] --context needs a task whose prompts have context examples; got '
                     '"teacher_student". Leave it out.', "evaluate", "a", "--context")

    def test_resuming_with_another_seed_is_another_teacher(self):
        path = self.write("student.toml", STUDENT)
        self.gril("train", path, "--out", "a")
        _, stderr = self.gril("train", path, "seed=4", "--out", "a", "--resume", code=CALLERS_MISTAKE)
        self.assertIn("task.teacher_seed: 3 -> 4", stderr)

    def test_recall_is_learned_and_its_accuracy_reported(self):
        self.gril("train", self.write("recall.toml", RECALL), "--out", "a")
        result = json.loads(self.gril("evaluate", "a", "--json")[0])
        self.assertEqual(result["unit"], "cross-entropy in nats, last token")
        self.assertAlmostEqual(result["null_loss"], math.log(3), places=6)
        loss, accuracy = result["results"]
        self.assertEqual((accuracy["name"], accuracy["unit"]), ("accuracy", "share"))
        # A third by chance.
        self.assertGreater(accuracy["value"], 0.6)
        self.assertLess(loss["value"], math.log(3))


class Evaluate(ProgramTest):
    def setUp(self):
        super().setUp()
        self.gril("train", self.write("small/experiment.toml", EXPERIMENT), "--out", "a")

    def test_a_run_has_the_loss_its_training_measured(self):
        lines = [json.loads(line) for line in (self.folder / "a" / "metrics.jsonl").read_text().splitlines()]
        stdout, _ = self.gril("evaluate", "a", "--json")
        self.assertEqual(json.loads(stdout)["loss"], lines[-1]["evaluation_loss"])
        self.assertEqual(json.loads(stdout)["unit"], lines[-1]["unit"])

    def test_every_number_has_its_convention(self):
        stdout, _ = self.gril("evaluate", "a")
        lines = stdout.splitlines()
        self.assertEqual(lines[0], "a/checkpoints/last.safetensors on 64 sequences of seed 0:")
        self.assertRegex(lines[1], r"^loss \S+ ± \S+ \(half squared error, mean over outputs\)$")
        self.assertRegex(lines[2], r"^mean squared error \S+ ± \S+ \(mean squared error over batch and outputs\)$")
        self.assertRegex(lines[3], r"^error over target variance \S+ ± \S+ \(ratio\)$")
        self.assertRegex(lines[4], r"^The output 0 has the loss \S+\.$")

    def test_a_model_file_is_evaluated_on_its_own_task(self):
        run, _ = self.gril("evaluate", "a", "--json", "--tasks", "100", "--seed", "4")
        model, _ = self.gril("evaluate", "a/checkpoints/last.safetensors", "--json", "--tasks", "100", "--seed", "4")
        self.assertEqual(run, model)

    def test_context_lists_every_length_and_ends_at_the_loss(self):
        stdout, _ = self.gril("evaluate", "a", "--json", "--context")
        result = json.loads(stdout)
        self.assertEqual(len(result["loss_over_context_length"]), 4)
        self.assertAlmostEqual(result["loss_over_context_length"][-1], result["loss"], places=12)

    def test_a_changed_task_is_measured_in_place_of_the_models_own(self):
        plain = json.loads(self.gril("evaluate", "a", "--json")[0])
        self.assertEqual(json.loads(self.gril("evaluate", "a", "task.examples=4", "--json")[0]), plain)
        longer = json.loads(self.gril("evaluate", "a", "task.examples=40", "--json", "--context")[0])
        self.assertEqual(longer["task"]["examples"], 40)
        self.assertEqual(len(longer["loss_over_context_length"]), 40)
        # Twice the weights: twice the labels.
        scaled = json.loads(self.gril("evaluate", "a", "task.weight_scale=2.0", "--json")[0])
        self.assertAlmostEqual(scaled["null_loss"] / plain["null_loss"], 4, places=5)
        stdout, _ = self.gril("evaluate", "a", "task.weight_scale=2.0", "task.examples=6")
        self.assertEqual(stdout.splitlines()[:2], ["With task.weight_scale=2.0.", "With task.examples=6."])

    def test_changes_that_the_model_cannot_read_are_refused(self):
        self.refused(CALLERS_MISTAKE, "[evaluate] the changed task must keep the token width of the model, 2; got 4. "
                     "Leave out what changes it.", "evaluate", "a", "task.layout=pairs")
        self.refused(CALLERS_MISTAKE, "[evaluate] the changed task must keep the number of outputs of the model, 2; "
                     "got 1. Leave out what changes it.", "evaluate", "a", "task.outputs=1")
        self.refused(CALLERS_MISTAKE, "[evaluate] a value can be set for keys of the task only; got seed=4. "
                     "Write, for example, task.examples=40.", "evaluate", "a", "seed=4")
        self.refused(CALLERS_MISTAKE, '[config] overrides: unknown key "task.exampels". Did you mean "task.examples"?',
                     "evaluate", "a", "task.exampels=4")

    def test_refusals(self):
        self.gril("evaluate", "absent", code=CALLERS_MISTAKE)
        self.write("broken.safetensors", b"\x08\x00\x00\x00\x00\x00\x00\x00notjson!")
        self.gril("evaluate", "broken.safetensors", code=DAMAGED_FILE)


if __name__ == "__main__":
    unittest.main()
