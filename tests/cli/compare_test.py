"""gril compare: networks and classical methods in one table."""

import json
import pathlib
import shutil
import unittest

from program import CALLERS_MISTAKE, ProgramTest

EXPERIMENT = """
seed = {seed}
dtype = "float32"
[task]
kind = "{kind}"
{task}
[[model.layers]]
kind = "gril"
input_size = 3
output_size = 2
window = 3
stride = 2
projections = "identity"
[training]
steps = {steps}
batch_size = 8
"""
CELL = """
[task]
kind = "{kind}"
layout = "pairs"
examples = 8
[[model.layers]]
kind = "lstm"
input_size = {width}
state_size = 4
[[model.layers]]
kind = "linear"
input_size = 4
output_size = {outputs}
[training]
steps = 2
batch_size = 8
[evaluation]
tasks = 20
"""
TASK = "inputs = 3\noutputs = 2\nexamples = {examples}\nlayout = \"interleaved\""
FEW = ("--tasks", "300", "--tuning-tasks", "300")


class Compare(ProgramTest):
    def train(self, out, *overrides, seed=1, steps=4, examples=6):
        self.write("experiment.toml", EXPERIMENT.format(
            seed=seed, steps=steps, kind="linear_regression", task=TASK.format(examples=examples)))
        (self.folder / out).parent.mkdir(parents=True, exist_ok=True)
        self.gril("train", "experiment.toml", *overrides, "--out", out)

    def compared(self, *sources):
        return json.loads(self.gril("compare", *sources, *FEW, "--json")[0])

    def row(self, ranking, name):
        return next(row for row in ranking["rows"] if row["name"] == name)

    def construct(self, file, rate, *options):
        self.gril("construct", "gradient-descent", "--inputs", "3", "--outputs", "2", "--examples", "6",
                  "--learning-rate", rate, "--dtype", "float64", *options, "-o", file)

    def test_seeds_of_one_name_stand_in_one_row_and_constructions_take_part(self):
        self.train("out/small/seed-1", seed=1)
        self.train("out/small/seed-2", seed=2)
        self.train("out/long/seed-1", steps=6)
        self.construct("step.safetensors", "4", "--layout", "interleaved")
        ranking = self.compared("out", "step.safetensors")
        small = self.row(ranking, "small")
        self.assertEqual(small["seeds"], 2)
        self.assertEqual(small["training_sequences"], 32)
        self.assertEqual([pathlib.Path(s).name for s in small["sources"]], ["seed-1", "seed-2"])
        self.assertEqual(self.row(ranking, "long")["training_sequences"], 48)
        self.assertEqual(self.row(ranking, "step")["kind"], "constructed")
        losses = [row["loss"]["value"] for row in ranking["rows"]]
        self.assertEqual(losses, sorted(losses))
        self.assertEqual(self.row(ranking, ranking["reference"])["ratio"]["value"], 1.0)

    def test_the_loss_is_that_of_evaluate(self):
        self.construct("step.safetensors", "4", "--layout", "pairs")
        evaluated = json.loads(self.gril("evaluate", "step.safetensors", "--tasks", "300", "--json")[0])
        found = self.row(self.compared("step.safetensors"), "step")
        self.assertAlmostEqual(found["loss"]["value"], evaluated["loss"], places=12)

    def test_layouts_of_one_task_are_compared(self):
        self.construct("a.safetensors", "4", "--layout", "pairs")
        self.construct("b.safetensors", "4", "--layout", "blocks")
        ranking = self.compared("a.safetensors", "b.safetensors")
        self.assertAlmostEqual(self.row(ranking, "a")["loss"]["value"],
                               self.row(ranking, "b")["loss"]["value"], places=12)

    def test_classes_have_methods_and_accuracies_of_their_own(self):
        self.write("experiment.toml", CELL.format(kind="linear_classification", width=15, outputs=5))
        self.gril("train", "experiment.toml", "--out", "cell")
        ranking = self.compared("cell")
        self.assertEqual(ranking["reference"], "cross-entropy descent, 1 step")
        self.assertEqual({row["name"] for row in ranking["rows"] if "accuracy" in row},
                         {row["name"] for row in ranking["rows"]})
        self.assertGreater(self.row(ranking, "logistic regression")["accuracy"]["low"], 0.25)
        summary = json.loads(self.gril("analyze", "cell", "--tasks", "100", "--json")[0])
        self.assertIn("nll_over_one_step_reference", {metric["name"] for metric in summary["metrics"]})
        self.assertTrue((self.folder / "cell/analysis/classification.json").exists())

    def test_a_sine_has_the_methods_for_numbers(self):
        self.write("experiment.toml", CELL.format(kind="sine_regression", width=2, outputs=1))
        self.gril("train", "experiment.toml", "--out", "cell")
        ranking = self.compared("cell")
        self.assertEqual(ranking["rows"][0]["name"], "nearest neighbours", "no linear method follows a sine")
        summary = json.loads(self.gril("analyze", "cell", "--tasks", "100", "--json")[0])
        self.assertIn("difference_to_ridge", {metric["name"] for metric in summary["metrics"]})

    def test_the_table_names_every_method_once(self):
        self.construct("step.safetensors", "4", "--layout", "pairs")
        text = self.gril("compare", "step.safetensors", *FEW)[0]
        names = [line.split(None, 1)[1] for line in text.splitlines() if line[:1].isdigit()]
        for name in ("always 0 ", "gradient descent, 1 step ", "gradient descent, 5 steps, free rates ",
                     "least squares ", "ridge regression ", "nearest neighbours ", "step "):
            self.assertEqual(sum(other.startswith(name) for other in names), 1, name)
        self.assertIn("Loss: half squared error, mean over outputs, on 300 prompts of seed 0.", text)

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_the_page_is_self_contained(self):
        self.construct("step.safetensors", "4", "--layout", "pairs")
        self.gril("compare", "step.safetensors", *FEW, "--out", "page.html")
        page = (self.folder / "page.html").read_text(encoding="utf-8")
        self.assertIn("Losses on the same prompts", page)
        self.assertNotIn("http", page)

    def test_other_tasks_are_refused_with_the_difference(self):
        self.train("a/seed-1")
        self.train("b/seed-1", examples=7)
        self.refused(CALLERS_MISTAKE, "[compare] b: must have the task of a; got\n  examples: 6 -> 7\n"
                     "Compare runs of one task.", "compare", "a", "b")

    def test_seeds_that_differ_otherwise_are_refused(self):
        self.train("a/seed-1")
        self.train("a/seed-2", seed=2, steps=5)
        stderr = self.gril("compare", "a", code=CALLERS_MISTAKE)[1]
        self.assertIn("[compare] a/seed-2: must differ from a/seed-1 in its seed alone", stderr)
        self.assertIn("training.steps: 4 -> 5", stderr)

    def test_every_accumulated_batch_counts(self):
        self.train("a", "training.accumulate=3")
        self.assertEqual(self.row(self.compared("a"), "a")["training_sequences"], 4 * 3 * 8)

    def test_a_run_that_stopped_early_takes_part_with_the_steps_it_made(self):
        # Without a step size no evaluation is better than the first: two in vain end it at step 3.
        self.train("a", "training.learning_rate=0.0", "training.evaluate_every=1", "training.stop_after=2", steps=40)
        self.assertEqual(self.row(self.compared("a"), "a")["training_sequences"], 3 * 8)

    def test_an_unfinished_run_is_refused(self):
        self.train("a")
        config = self.folder / "a" / "config.toml"
        config.write_text(config.read_text().replace("steps = 4", "steps = 40"))
        self.refused(CALLERS_MISTAKE, "[compare] a: must be trained to its end; got 4 of 40 steps. Continue it "
                     "with gril train --resume, or leave it out.", "compare", "a")

    def test_what_is_no_run_is_refused(self):
        self.refused(CALLERS_MISTAKE, "[compare] nowhere: must be a run, a folder with runs or a model file; got "
                     "none of these. Check the path.", "compare", "nowhere")
        (self.folder / "empty").mkdir()
        self.refused(CALLERS_MISTAKE, "[compare] empty: must be a run, a folder with runs or a model file; got "
                     "none of these. Check the path.", "compare", "empty")

    def test_two_model_files_of_one_name_are_refused(self):
        (self.folder / "other").mkdir()
        self.construct("step.safetensors", "4", "--layout", "pairs")
        self.construct("other/step.safetensors", "5", "--layout", "pairs")
        self.refused(CALLERS_MISTAKE, "[compare] other/step.safetensors: a model file must have a name of its own; "
                     "got a second step. Rename it.", "compare", "step.safetensors", "other/step.safetensors")

    def test_a_task_without_prompts_is_refused(self):
        self.gril("construct", "associative-recall", "--keys", "4", "--values", "4", "-o", "recall.safetensors")
        self.refused(CALLERS_MISTAKE, "[compare] recall: its task must show examples and ask a query; got "
                     "\"associative_recall\". For other tasks use gril evaluate.", "compare", "recall.safetensors")


if __name__ == "__main__":
    unittest.main()
