"""`gril analyze` and `gril report`: what they find, write and refuse."""

import json
import unittest

from program import CALLERS_MISTAKE, DAMAGED_FILE, ProgramTest

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


CELL = """
seed = 1
[task]
kind = "teacher_student"
width = 2
length = 8
[[model.layers]]
kind = "lstm"
input_size = 2
state_size = 4
[[model.layers]]
kind = "linear"
input_size = 4
output_size = 2
[training]
steps = 5
batch_size = 8
log_every = 5
evaluate_every = 5
checkpoint_every = 5
[evaluation]
tasks = 20
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

    def test_a_constructed_stack_gives_back_its_step_sizes(self):
        self.gril("construct", "gradient-descent", "--layout", "windowed", "--inputs", 3, "--outputs", 2,
                  "--examples", 8, "--learning-rates", "2.5,7", "-o", "stack.safetensors")
        stdout, _ = self.gril("analyze", "stack.safetensors", "--tasks", 50, "--json")
        metrics = {metric["name"]: metric["value"] for metric in json.loads(stdout)["metrics"]}
        for source in ("", "weights_"):
            self.assertAlmostEqual(metrics[source + "step_size_1"], 2.5, delta=1e-4)
            self.assertAlmostEqual(metrics[source + "step_size_2"], 7, delta=1e-4)
        self.assertAlmostEqual(metrics["path_cosine_2"], 1, delta=1e-9)
        self.assertAlmostEqual(metrics["descent_path_share"], 1, delta=1e-9)

    def test_a_run_gets_its_analysis_and_its_page(self):
        self.gril("train", self.write("experiment.toml", EXPERIMENT), "--out", "run")
        stdout, _ = self.gril("analyze", "run")
        self.assertIn("better than always predicting 0", stdout)
        self.assertIn("One seed: what another seed would learn is not in them", stdout)
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


class Decompile(ProgramTest):
    def setUp(self):
        super().setUp()
        self.gril("construct", "linear-attention", "--width", 3, "--variant", "symmetric", "-o", "attention")

    def analyze(self, *arguments):
        """Summary, its metrics by name, and the folder of the results."""
        stdout, _ = self.gril("analyze", *arguments, "--tasks", 20, "--out", "found", "--json")
        summary = json.loads(stdout)
        metrics = {metric["name"]: metric["value"] for metric in summary["metrics"]}
        return summary, metrics

    def found(self, name):
        return json.loads((self.folder / "found" / f"{name}.json").read_text())

    def test_a_construction_is_recognised(self):
        summary, metrics = self.analyze("attention")
        self.assertEqual((summary["kind"], summary["conclusion"]["label"]), ("decompiler", "Linear attention"))
        self.assertEqual((metrics["memory_modes"], metrics["query_modes"], metrics["heads"]), (6, 3, 1))
        self.assertLess(metrics["kernel_distance"], 1e-10)
        self.assertAlmostEqual(metrics["value_map_cosine"], 1, delta=1e-9)
        self.assertEqual(self.found("attention")["teacher"]["source"], "the linear attention that attention claims")
        for model in ("pruned", "rebuilt"):
            stdout, _ = self.gril("analyze", f"found/{model}.safetensors", "--tasks", 20)
            self.assertIn("This network computes linear attention with 1 head", stdout)

    def test_a_teacher_may_be_another_file(self):
        self.gril("construct", "linear-attention", "--width", 3, "--seed", 7, "-o", "other")
        _, metrics = self.analyze("attention", "--teacher", "other")
        self.assertGreater(metrics["kernel_distance"], 0.1)
        self.assertEqual(self.found("attention")["teacher"]["source"], "the linear attention that other claims")

    def test_the_attention_map_is_that_of_the_given_sequence(self):
        self.write("sequence.csv", "x,y,z\n1,0,0\n0,0,0\n1,0,0\n")
        self.analyze("attention", "--sequence", "sequence.csv")
        shares = self.found("attention_map")["shares"]
        for row, expected in zip(shares, ([1, 0, 0], [0, 0, 0], [0.5, 0, 0.5])):
            for share, value in zip(row, expected):
                self.assertAlmostEqual(share, value, delta=1e-12)
        self.assertEqual(self.found("attention_map")["sequence"], "given")

    def test_the_threshold_decides_which_neurons_stay(self):
        self.analyze("attention")
        influences = [neuron["influence"] for neuron in self.found("neurons")["neurons"]]
        self.analyze("attention", "--threshold", influences[4])
        self.assertEqual(len(self.found("pruning")["kept"]), 4)
        self.assertEqual(self.found("pruning")["silenced_neurons"], 5)
        self.refused(CALLERS_MISTAKE, "[pruned_network] at least one neuron must remain; got none. Lower the threshold.",
                     "analyze", "attention", "--threshold", 1, "--tasks", 20)
        self.refused(CALLERS_MISTAKE, "[analyze] --threshold: Value 2 not in range 0.000000 to 1.000000. "
                     "See: gril analyze --help", "analyze", "attention", "--threshold", 2)

    def test_sequences_that_do_not_fit_are_refused(self):
        def refused(code, text, table):
            self.write("s.csv", table)
            self.refused(code, text, "analyze", "attention", "--sequence", "s.csv")
        refused(CALLERS_MISTAKE, "[attention_map] the sequence must have 3 features per token; got 2.", "x,y\n1,2\n")
        refused(CALLERS_MISTAKE, "[attention_map] the sequence must have 1 to 256 tokens; got 257. Shorten it.",
                "x,y,z\n" + "1,2,3\n" * 257)
        for cell in ("hello", "nan", "inf", ""):
            refused(DAMAGED_FILE, f'[analyze] s.csv: row 2 (line 3), column "z" must be a number; got "{cell}". '
                    "Correct the cell.", f"x,y,z\n1,2,3\n1,2,{cell}\n")
        refused(DAMAGED_FILE, "[analyze] s.csv: must have rows below the header; got none. Give a table with at least "
                "one row.", "x,y,z\n")
        self.refused(CALLERS_MISTAKE, "[analyze] no.csv: must be a file; got no such file. Check the path.", "analyze",
                     "attention", "--sequence", "no.csv")

    def test_teachers_that_do_not_fit_are_refused(self):
        self.gril("construct", "linear-attention", "--width", 2, "-o", "narrow")
        self.refused(CALLERS_MISTAKE, "[decompile] narrow: the teacher must take 3 features and give 3 outputs, as "
                     "attention does; got 2 and 2.", "analyze", "attention", "--teacher", "narrow")
        self.gril("construct", "gradient-descent", "-o", "descent")
        self.refused(CALLERS_MISTAKE, "[teacher_attention] descent: a teacher must be one linear_attention layer, claim "
                     "linear attention, or be one gated_linear_rnn; got gril.", "analyze", "attention", "--teacher",
                     "descent")
        self.refused(CALLERS_MISTAKE, "[safetensors] no: must be a file; got no such file. Check the path.", "analyze",
                     "attention", "--teacher", "no")


class BlackBox(ProgramTest):
    def test_a_cell_is_measured_from_outside(self):
        self.gril("train", self.write("experiment.toml", CELL), "--out", "run")
        stdout, _ = self.gril("analyze", "run", "--tasks", 20, "--json")
        summary = json.loads(stdout)
        reason = "no exact kernel form exists: a layer of kind lstm is no polynomial of its inputs"
        self.assertEqual(summary["kind"], "black_box")
        self.assertEqual({metric["name"] for metric in summary["metrics"]},
                         {"loss", "error_over_target_variance", "scaling_deviation"})
        self.assertIn(f"This network is known from outside only ({reason})", summary["conclusion"]["sentence"])
        kernels = json.loads((self.folder / "run/analysis/kernels.json").read_text())
        self.assertEqual(kernels, {"applies": False, "reason": reason})
        self.gril("construct", "linear-attention", "--width", 2, "-o", "attention")
        self.refused(CALLERS_MISTAKE, "[analyze] run: a teacher and a sequence are for models of one gated_linear_rnn "
                     f"layer; got another: {reason}. Leave them out.", "analyze", "run", "--teacher", "attention")

    def test_a_construction_in_a_limit_is_for_certify(self):
        self.gril("construct", "linear-attention", "--width", 2, "--cell", "lstm", "-o", "cell")
        self.refused(CALLERS_MISTAKE, "[analyze] cell: a model of other layers than one gated_linear_rnn must name the "
                     "task it is measured on; got none. Train it with gril; for what a construction claims run gril "
                     "certify.", "analyze", "cell")


if __name__ == "__main__":
    unittest.main()
