"""`gril analyze` and `gril report`: what they find, write and refuse."""

import json
import unittest

from program import CALLERS_MISTAKE, ProgramTest

EXPERIMENT = """
seed = 1
[task]
kind = "linear_regression"
inputs = 3
outputs = 3
examples = 4
layout = "interleaved"
[[model.layers]]
kind = "gril"
input_size = 3
output_size = 3
window = 3
stride = 2
projections = "identity"
[training]
steps = 20
batch_size = 8
log_every = 5
evaluate_every = 10
checkpoint_every = 10
[evaluation]
tasks = 50
[analysis]
tasks = 50
tuning_tasks = 50
sweep_tasks = 10
bootstrap_samples = 20
sweep_points = 3
"""

TEACHER_STUDENT = """
seed = 1
[task]
kind = "teacher_student"
width = 2
length = 6
[training]
steps = 20
batch_size = 8
log_every = 5
evaluate_every = 10
checkpoint_every = 10
[evaluation]
tasks = 20
[analysis]
tasks = 20
sequences = 20
"""
GATED_RNN = """
[[model.layers]]
kind = "gated_linear_rnn"
input_size = 2
output_size = 2
state_size = 6
gate_size = 6
"""
GRU = """
[[model.layers]]
kind = "gru"
input_size = 2
state_size = 4
[[model.layers]]
kind = "linear"
input_size = 4
output_size = 2
"""


class Analyze(ProgramTest):
    def test_a_construction_is_one_step(self):
        self.gril("construct", "gradient-descent", "--layout", "interleaved", "--inputs", 3, "--outputs", 3,
                  "--examples", 4, "--learning-rate", 5, "-o", "descent.safetensors")
        stdout, _ = self.gril("analyze", "descent.safetensors", "--tasks", 50, "--out", "found", "--json")
        summary = json.loads(stdout)
        metrics = {metric["name"]: metric["value"] for metric in summary["metrics"]}
        self.assertAlmostEqual(metrics["sensitivity_cosine"], 1.0, delta=1e-12)
        self.assertAlmostEqual(metrics["learning_rate_per_example"], 5 / 4, delta=1e-6)
        self.assertEqual(metrics["window_off_target"], 0)
        self.assertEqual(json.loads((self.folder / "found/summary.json").read_text()), summary)

    def test_a_run_gets_its_analysis_and_its_page(self):
        self.gril("train", self.write("experiment.toml", EXPERIMENT), "--out", "run")
        stdout, _ = self.gril("analyze", "run")
        self.assertIn("This network has not learned", stdout)
        self.assertTrue((self.folder / "run/analysis/learning_curve.json").is_file())
        stdout, _ = self.gril("report", "run")
        self.assertEqual(stdout, "run/report.html\n")
        self.assertTrue((self.folder / "run/report.html").read_text().startswith("<!DOCTYPE html>"))
        self.refused(CALLERS_MISTAKE, "[analyze] --out is for model files; the results of a run go to "
                     "its folder analysis. Leave it out.", "analyze", "run", "--out", "elsewhere")

    def test_every_kind_of_analysis_has_its_page(self):
        for layers, question in ((GATED_RNN, "Which attention does this network compute?"),
                                 (GRU, "What does this network do?")):
            run = question.split()[0]
            self.gril("train", self.write("experiment.toml", TEACHER_STUDENT + layers), "--out", run)
            self.gril("analyze", run)
            self.gril("report", run)
            page = (self.folder / run / "report.html").read_text()
            self.assertIn(f"<h1>{question}</h1>", page)
            self.assertIn("<h3>Learning curve</h3>", page)

    def test_a_report_needs_an_analysis(self):
        self.write("run/config.toml", "seed = 1\n")
        self.refused(CALLERS_MISTAKE, "[report] run/analysis: must hold summary.json; got none. "
                     "Run gril analyze on the run first.", "report", "run")


if __name__ == "__main__":
    unittest.main()
