"""`gril bench` says what was measured, on what, how it compares and what it does not reach."""

import json
import unittest

from program import CALLERS_MISTAKE, SOURCE, ProgramTest

EXPERIMENT = SOURCE / "experiments/learning_in_the_recurrent_state/one_step_regression/experiment.toml"

# Takes the options of benchmarks/eager_pytorch_training.py and trains nothing.
SCRIPT = """
import json, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
assert options["--width"] == "10" and options["--examples"] == "10" and options["--batch-size"] == "64"
print(json.dumps({"steps_per_second": 0.001 if options["--readout"] == "every" else 0.002}))
"""

# Takes the options of benchmarks/eager_deep_network.py and the model of LANGUAGE_MODEL.
DEEP_SCRIPT = """
import json, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
assert options["--batch-size"] == "2" and options["--length"] == "8"
assert json.load(open(options["--model"]))["layers"][0]["layers"][0]["heads"] == 2
print(json.dumps({"steps_per_second": 0.001 if options["--mixer"] == "lstm" else 0.002}))
"""

LANGUAGE_MODEL = """
[task]
kind = "language_modelling"
path = "{path}"
length = 8
[[model.layers]]
kind = "tied_embedding"
symbols = 28
size = 4
[[model.layers.layers]]
kind = "deep_gril"
input_size = 4
heads = 2
[training]
batch_size = 2
"""

# A Python that has a PyTorch to name, and nothing else.
PYTHON = """#!/bin/sh
if [ "$1" = "-c" ]; then echo 9.9; else exec python3 "$@"; fi
"""


class Bench(ProgramTest):
    def measured(self, *arguments):
        """The JSON of a quick benchmark, whose machine is named and whose goals are judged."""
        stdout, _ = self.gril("bench", *arguments, "--quick", "--json")
        result = json.loads(stdout)
        for key in ("processor", "threads", "instruction_set", "libtorch", "blas", "commit", "load"):
            self.assertIn(key, result["machine"])
        for goal in result["goals"]:
            met = goal["reached"] >= goal["at_least"] and goal["reached"] <= goal.get("at_most", float("inf"))
            self.assertEqual(goal["met"], met)
        return result

    def python(self):
        self.write("with torch/python", PYTHON)
        (self.folder / "with torch/python").chmod(0o755)
        return "with torch/python"

    def test_operators_stand_beside_rivals_the_stream_and_float64(self):
        result = self.measured("ops", "--threads", "1", "--rounds", "2")
        self.assertEqual(result["machine"]["threads"], 1)
        methods = {row["method"] for row in result["rows"]}
        self.assertTrue({"gril", "stream: triad", "torch odd-even tree, time-major"} <= methods)
        for row in result["rows"]:
            self.assertGreater(row["median_seconds"], 0)
            self.assertLess(row["relative_error"], 1e-4)
            self.assertEqual(row["rounds"], 2)
        shares = [row["share_of_stream"] for row in result["rows"]
                  if row["what"] == "linear_scan" and row["method"].startswith("stream")]
        self.assertAlmostEqual(max(shares), 1.0)
        self.assertGreater(len(result["goals"]), 8)
        self.assertTrue(all(curve["lengths"] for curve in result["curves"]))

    def test_training_is_measured_with_one_and_two_parts(self):
        result = self.measured("train", "--experiment", EXPERIMENT)
        rates = {row["method"]: row["best_steps_per_second"] for row in result["rows"]}
        self.assertEqual(list(rates), ["gril, training.shards=1", "gril, training.shards=2",
                                       "gril, training.shards=1, threads inside operations"])
        self.assertTrue(all(rate > 0 for rate in rates.values()))
        (goal,) = result["goals"]
        self.assertAlmostEqual(goal["reached"] * max(rates.values()), 12000)

    def test_training_is_compared_with_a_python(self):
        script = self.write("eager.py", SCRIPT)
        result = self.measured("train", "--experiment", EXPERIMENT, "--python", self.python(),
                               "--script", script)
        best = max(row["median_steps_per_second"] for row in result["rows"])
        goal = next(g for g in result["goals"] if g["what"] == "training: steps/s, times eager PyTorch 9.9")
        self.assertAlmostEqual(goal["reached"], best / 0.001)
        self.assertEqual((goal["at_least"], goal["met"]), (10, True))

    def test_a_language_model_is_compared_with_the_same_network_and_an_lstm(self):
        self.write("text.txt", "the quick brown fox jumps over the lazy dog. " * 40)
        experiment = self.write("language.toml", LANGUAGE_MODEL.format(path=self.folder / "text.txt"))
        script = self.write("eager.py", DEEP_SCRIPT)
        result = self.measured("train", "--experiment", experiment, "--python", self.python(),
                               "--script", script)
        best = max(row["median_steps_per_second"] for row in result["rows"])
        reached = {goal["what"]: goal["reached"] for goal in result["goals"]}
        self.assertAlmostEqual(reached["training: tokens per second"], best * 2 * 8)
        self.assertAlmostEqual(
            reached["training: tokens/s, times the same network in eager PyTorch 9.9"], best / 0.002)
        self.assertAlmostEqual(reached["training: tokens/s, times torch.nn.LSTM of PyTorch 9.9"],
                               best / 0.001)

    def test_streams_are_measured_beside_least_squares_and_libtorch(self):
        result = self.measured("stream")
        self.assertEqual({row["inputs"] for row in result["rows"]}, {1, 10, 32, 100})
        self.assertEqual(len({row["method"] for row in result["rows"]}), 3)
        for row in result["rows"]:
            self.assertEqual(row["calls"], 1000)
            self.assertLessEqual(row["median_nanoseconds"], row["percentile_99_nanoseconds"])
            self.assertLessEqual(row["percentile_99_nanoseconds"], row["largest_nanoseconds"])
            self.assertGreater(row["calls_per_second"], 0)

    def test_help_says_that_a_missed_figure_is_no_failure(self):
        stdout, _ = self.gril("bench", "--help")
        self.assertIn("the exit code is 0 either way", " ".join(stdout.split()))

    def test_an_unknown_benchmark_is_refused(self):
        self.refused(CALLERS_MISTAKE,
                     '[bench] there is no command "opps". Did you mean "ops"? See: gril bench --help',
                     "bench", "opps")

    def test_too_few_steps_and_rows_are_refused(self):
        for option, least, *command in (("--steps", 20, "train", "--experiment", EXPERIMENT), ("--rows", 10, "stream")):
            _, stderr = self.gril("bench", *command, option, least - 1, code=CALLERS_MISTAKE)
            self.assertIn(f'{option}: must be an integer from {least} to 9223372036854775807; got "{least - 1}"', stderr)

    def test_a_python_without_pytorch_is_refused(self):
        self.write("python", "#!/bin/sh\necho some >&2\necho no torch here >&2\nexit 1\n")
        (self.folder / "python").chmod(0o755)
        self.refused(CALLERS_MISTAKE,
                     "[bench] --python must name a Python with PyTorch; got ./python, which says: no torch "
                     "here. Name another, or leave the option out to measure gril alone.",
                     "bench", "train", "--experiment", EXPERIMENT, "--python", "./python")

    def test_a_script_that_fails_is_refused(self):
        script = self.write("eager.py", "raise SystemExit(7)")
        _, stderr = self.gril("bench", "train", "--experiment", EXPERIMENT, "--python", self.python(),
                              "--script", script, "--quick", code=CALLERS_MISTAKE)
        self.assertEqual(stderr.splitlines()[-1],
                         "gril: [bench] --script must name benchmarks/eager_pytorch_training.py; got "
                         "eager.py, which ended with exit code 7. Its message is above.")

    def test_a_model_that_the_script_does_not_compute_is_refused(self):
        experiment = self.write("wide.toml", EXPERIMENT.read_text().replace("window = 3", "window = 5"))
        self.refused(CALLERS_MISTAKE,
                     "[bench] --python compares one GRIL layer on interleaved tokens, with window 3, stride "
                     "2, projections identity and elementwise decay; got window = 5. Leave --python out to "
                     "measure gril alone.",
                     "bench", "train", "--experiment", experiment, "--python", self.python())


if __name__ == "__main__":
    unittest.main()
