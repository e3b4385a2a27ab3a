"""`gril reproduce` trains what is not trained yet and compares it with what was expected."""

import json
import unittest

from analyze_test import EXPERIMENT
from program import CALLERS_MISTAKE, CHECK_FAILED, ProgramTest


def expected(highest_loss):
    return json.dumps({"expected": [{"name": "loss.highest", "at_most": highest_loss, "source": "a test"}]})


PLAN = """
[[variants]]
name = "wide"
set = ["training.batch_size=16"]

[[variants]]
name = "narrow"

[profiles.fast]
seeds = [3]
variants = ["wide"]
set = ["training.steps=5"]
expected = "quick.json"
"""


class Reproduce(ProgramTest):
    def experiment(self, highest_loss=10.0, text=EXPERIMENT):
        self.write("small/experiment.toml", text)
        self.write("small/expected.json", expected(highest_loss))

    def reproduce(self, *arguments, **keywords):
        return self.gril("reproduce", "small", "--seeds", "1,2", "--out", "out", *arguments, **keywords)

    def test_trains_every_seed_and_holds(self):
        self.experiment()
        stdout, _ = self.reproduce()
        self.assertIn("Reproduced: every expectation holds.", stdout)
        results = json.loads((self.folder / "out/results.json").read_text())["results"]
        self.assertEqual({result["samples"] for result in results if result["name"] == "loss"}, {2})
        for name in ["seed-1/report.html", "seed-2/report.html", "report.html", "verdicts.json"]:
            self.assertTrue((self.folder / "out" / name).is_file(), name)

    def test_keeps_what_is_trained_and_gives_the_same_numbers(self):
        self.experiment()
        self.reproduce("--json")
        first = (self.folder / "out/results.json").read_bytes()
        _, stderr = self.reproduce("--json")
        self.assertIn("seed-1: already trained in out/seed-1", stderr)
        self.assertEqual((self.folder / "out/results.json").read_bytes(), first)
        _, stderr = self.reproduce("--json", "--fresh")
        self.assertIn("seed-1: training in out/seed-1", stderr)
        self.assertEqual((self.folder / "out/results.json").read_bytes(), first)

    def test_runs_side_by_side_give_the_same_numbers(self):
        self.experiment()
        for jobs in ("1", "2"):
            self.gril("reproduce", "small", "--seeds", "1,2", "--out", f"out{jobs}", "--jobs", jobs)
        self.assertEqual((self.folder / "out1/results.json").read_bytes(),
                         (self.folder / "out2/results.json").read_bytes())

    def test_fails_when_an_expectation_does(self):
        self.experiment(highest_loss=0.001)
        stdout, _ = self.reproduce("--json", code=CHECK_FAILED)
        self.assertFalse(json.loads(stdout)["holds"])

    def test_refuses_runs_of_another_configuration(self):
        self.experiment()
        self.reproduce()
        self.experiment(text=EXPERIMENT.replace("batch_size = 8", "batch_size = 9"))
        _, stderr = self.reproduce(code=CALLERS_MISTAKE)
        self.assertIn("[reproduce] out/seed-1: holds a run of another configuration; got", stderr)
        self.assertIn("training.batch_size: 8 -> 9", stderr)
        self.assertTrue((self.folder / "out/seed-1/checkpoints/last.safetensors").is_file())

    def test_a_folder_of_experiments_replays_all(self):
        self.write("all/one/experiment.toml", EXPERIMENT)
        self.write("all/one/expected.json", expected(10))
        self.write("all/two/experiment.toml", EXPERIMENT)
        self.write("all/two/expected.json", expected(0.001))
        stdout, _ = self.gril("reproduce", "all", "--profile", "fast", "--out", "out", "--json",
                              code=CHECK_FAILED)
        self.assertEqual([entry["holds"] for entry in json.loads(stdout)["experiments"]], [True, False])

    def test_profiles_do_not_share_a_folder(self):
        self.experiment()
        self.write("small/plan.toml", PLAN)
        for name in ("expected", "quick"):
            self.write(f"small/{name}.json", json.dumps({"expected": [
                {"name": "wide.loss.highest", "at_most": 10.0, "source": "a test"}]}))
        self.gril("reproduce", "small", "--variants", "wide", "--seeds", "1")
        full = self.folder / "runs/reproduce/small/results.json"
        before = full.read_bytes()
        self.gril("reproduce", "small", "--profile", "fast")
        self.assertTrue((self.folder / "runs/reproduce/small-fast/results.json").is_file())
        self.assertEqual(full.read_bytes(), before)

    def test_a_plan_names_variants_and_profiles(self):
        self.experiment()
        self.write("small/plan.toml", PLAN)
        self.write("small/quick.json", json.dumps({"expected": [
            {"name": "wide.loss.highest", "at_most": 10.0, "source": "a test"}]}))
        stdout, _ = self.gril("reproduce", "small", "--profile", "fast", "--out", "out", "--json")
        result = json.loads(stdout)["experiments"][0]
        self.assertEqual(result["runs"], ["wide/seed-3"])
        self.assertTrue(result["holds"])
        config = (self.folder / "out/wide/seed-3/config.toml").read_text()
        self.assertIn("batch_size = 16", config)
        self.assertIn("steps = 5", config)
        results = json.loads((self.folder / "out/results.json").read_text())["results"]
        self.assertTrue(all(entry["name"].startswith("wide.") for entry in results))
        self.assertIn("wide, all seeds", (self.folder / "out/report.html").read_text())

    def test_variants_of_the_command_line_are_trained_and_judged_alone(self):
        self.experiment()
        self.write("small/plan.toml", PLAN)
        self.write("small/expected.json", json.dumps({"expected": [
            {"name": "wide.loss", "below": ["narrow.loss"], "source": "a test"},
            {"name": "narrow.loss", "at_most": 10.0, "source": "a test"}]}))
        stdout, stderr = self.gril("reproduce", "small", "--variants", "narrow", "--seeds", "1", "--out", "out",
                                   "--json")
        self.assertIn("without wide: 1 of 2 expectations are not judged", stderr)
        result = json.loads(stdout)["experiments"][0]
        self.assertEqual(result["runs"], ["narrow/seed-1"])
        self.assertEqual([verdict["name"] for verdict in result["verdicts"]], ["narrow.loss"])
        stdout, _ = self.gril("reproduce", "small", "--variants", "narrow", "--plan", "--json")
        self.assertEqual(json.loads(stdout)["experiments"][0]["expectations"], 1)
        self.refused(CALLERS_MISTAKE, '[reproduce] small/plan.toml: --variants must name variants of the plan; got '
                     '"narow". Did you mean "narrow"?', "reproduce", "small", "--variants", "narow", "--out", "other")
        self.refused(CALLERS_MISTAKE, "[reproduce] small: variants and seeds must be named once; got wide/seed-2 "
                     "twice.", "reproduce", "small", "--variants", "wide", "--seeds", "2,2", "--out", "other")

    def test_a_plan_may_have_profiles_of_other_names(self):
        self.experiment()
        self.write("small/plan.toml", PLAN.replace("profiles.fast", "profiles.two_cores"))
        self.write("small/quick.json", json.dumps({"expected": [
            {"name": "wide.loss.highest", "at_most": 10.0, "source": "a test"}]}))
        stdout, _ = self.gril("reproduce", "small", "--profile", "two_cores", "--out", "out", "--json")
        self.assertEqual(json.loads(stdout)["experiments"][0]["runs"], ["wide/seed-3"])
        self.refused(CALLERS_MISTAKE, "[reproduce] small/plan.toml: the profiles are fast, full, two_cores; got "
                     '"two_core". Did you mean "two_cores"?', "reproduce", "small", "--profile", "two_core",
                     "--out", "other")

    def test_refuses_a_plan_that_contradicts_itself(self):
        self.experiment()
        cases = {
            PLAN.replace("wide\"]", "wise\"]"):
                '[reproduce] small/plan.toml: "profiles.fast": profiles must name variants of the plan; got "wise". '
                'Did you mean "wide"?',
            PLAN.replace('name = "narrow"', 'name = "wide"'):
                '[reproduce] small/plan.toml: "variants.1": names must differ; got "wide" twice.',
            PLAN.replace('name = "narrow"', 'name = "../narrow"'):
                '[reproduce] small/plan.toml: "variants.1": name must be letters, digits, - and _; got "../narrow".',
            PLAN.replace("seeds = [3]", "seeds = [0.5]"):
                '[reproduce] small/plan.toml: "profiles.fast": seeds must be integers of at least 0; got 0.5.',
        }
        for plan, text in cases.items():
            self.write("small/plan.toml", plan)
            self.refused(CALLERS_MISTAKE, text, "reproduce", "small", "--profile", "fast", "--out", "out")
            self.assertFalse((self.folder / "out").exists())

    def test_refuses_a_variant_that_cannot_be_trained_before_any_is(self):
        self.experiment()
        cases = {
            "training.step=5": '[config] narrow/seed-1: unknown key "training.step". Did you mean "training.steps"?',
            "task.inputs=7": "[narrow/seed-1] the first layer's input_size must be the width of the task's tokens",
        }
        for assignment, text in cases.items():
            self.write("small/plan.toml", PLAN.replace('name = "narrow"', f'name = "narrow"\nset = ["{assignment}"]'))
            for more in (["--plan"], ["--out", "out"]):
                _, stderr = self.gril("reproduce", "small", *more, code=CALLERS_MISTAKE)
                self.assertIn(text, stderr)
                self.assertFalse((self.folder / "out").exists())

    def test_refuses_variants_that_another_profile_does_not_know(self):
        self.experiment()
        self.write("small/plan.toml", PLAN.replace('variants = ["wide"]', 'variants = ["wise"]'))
        _, stderr = self.gril("reproduce", "small", "--plan", code=CALLERS_MISTAKE)
        self.assertIn('small/plan.toml: "profiles.fast": profiles must name variants of the plan; got "wise".', stderr)

    def test_refuses_a_folder_without_experiments(self):
        self.refused(CALLERS_MISTAKE, "[reproduce] nothing: must be the folder of an experiment or a folder "
                     "of them; got none.", "reproduce", "nothing")
        self.write("empty/README.md", "")
        self.refused(CALLERS_MISTAKE, "[reproduce] empty: must hold experiment.toml, or folders that do; "
                     "got none.", "reproduce", "empty")


if __name__ == "__main__":
    unittest.main()
