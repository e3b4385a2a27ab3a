"""The experiments of this repository: every profile of every plan can be trained."""

import functools
import json
import pathlib
import tomllib
import unittest

from program import CALLERS_MISTAKE, SOURCE, ProgramTest

EXPERIMENTS = SOURCE / "experiments"
DEEP = ("language_modelling", "long_range_arena", "sequential_images")


def folders():
    return sorted(path.parent for path in EXPERIMENTS.rglob("experiment.toml"))


def profiles(folder):
    """Names of the profiles of an experiment."""
    plan = folder / "plan.toml"
    named = tomllib.loads(plan.read_text(encoding="utf-8")).get("profiles", {}) if plan.exists() else {}
    return sorted({"full", "fast", *named})


class Experiments(ProgramTest):
    @functools.cached_property
    def plans(self):
        """(folder, profile, runs with their sizes) of every profile of every experiment."""
        plans = []
        for profile in ("full", "fast"):
            plans += [(pathlib.Path(experiment["experiment"]), profile, experiment["runs"])
                      for experiment in self.planned(EXPERIMENTS, profile)]
        for folder in folders():
            for profile in set(profiles(folder)) - {"full", "fast"}:
                plans.append((folder, profile, self.planned(folder, profile)[0]["runs"]))
        return plans

    def planned(self, folder, profile):
        stdout, _ = self.gril("reproduce", folder, "--plan", "--json", "--profile", profile)
        return json.loads(stdout)["experiments"]

    def test_every_profile_can_be_trained_and_judged(self):
        self.assertEqual({(folder, profile) for folder, profile, _ in self.plans},
                         {(folder, profile) for folder in folders() for profile in profiles(folder)})
        for folder, profile, runs in self.plans:
            plan = folder / "plan.toml"
            section = tomllib.loads(plan.read_text(encoding="utf-8")) if plan.exists() else {}
            expected = section.get("profiles", {}).get(profile, {}).get("expected", "expected.json")
            variants = {run["run"].split("/")[0] for run in runs}
            for line in json.loads((folder / expected).read_text(encoding="utf-8"))["expected"]:
                if "variants" in section:
                    self.assertIn(line["name"].split(".")[0], variants, (folder.name, profile))

    def test_rivals_of_deep_networks_have_equal_parameters(self):
        for folder, profile, runs in self.plans:
            if folder.relative_to(EXPERIMENTS).parts[0] in DEEP:
                sizes = {run["run"]: run["parameters"] for run in runs}
                self.assertLessEqual(max(sizes.values()), 1.03 * min(sizes.values()), (folder.name, profile, sizes))

    def test_the_plan_is_a_table_for_people(self):
        stdout, _ = self.gril("reproduce", EXPERIMENTS / "learning_in_the_recurrent_state" / "rivals", "--plan",
                              "--profile", "fast")
        self.assertRegex(stdout, r"(?m)^run +parameters +operations per token$")
        self.assertRegex(stdout, r"(?m)^scalar-lstm/seed-1 +\d+ +\d+$")
        self.assertRegex(stdout, r"(?m)^1 expectations in .*expected_fast.json$")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_refuses_expectations_that_cannot_be_compared(self):
        line = '{"name": "loss", "at_most": 1, "source": "a test"}'
        self.write("wrong/experiment.toml", '[[model.layers]]\nkind = "linear"\ninput_size = 3\noutput_size = 1\n')
        self.write("wrong/expected.json", f'{{"expected": [{line}, {line}]}}')
        self.refused(CALLERS_MISTAKE, '[expected] wrong/expected.json: names must differ; got "loss" twice.',
                     "reproduce", "wrong", "--plan")

    def test_refuses_a_model_that_cannot_be_built(self):
        self.write("wrong/experiment.toml", '[task]\nkind = "sine_regression"\n[[model.layers]]\nkind = "linear"\n'
                   'input_size = 3\n')
        self.write("wrong/expected.json", '{"expected": [{"name": "loss", "at_most": 1, "source": "a test"}]}')
        self.refused(CALLERS_MISTAKE, '[config] seed-1: "model.layers.0.output_size" must be given; got no such key.',
                     "reproduce", "wrong", "--plan", "--profile", "fast")


if __name__ == "__main__":
    unittest.main()
