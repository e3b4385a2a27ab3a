"""gril sample: one example, token by token."""

import json
import unittest

from program import CALLERS_MISTAKE, ProgramTest

TASK = """
kind = "linear_regression"
inputs = 2
outputs = 1
examples = 2
layout = "interleaved"
"""


class Sample(ProgramTest):
    def test_every_token_names_its_parts(self):
        stdout, stderr = self.gril("sample", self.write("task.toml", TASK))
        lines = stdout.splitlines()
        self.assertEqual(lines[0], "linear_regression, interleaved tokens: 2 examples of 2 inputs and 1 outputs; "
                                   "5 tokens of width 2. Seed 0, example 0.")
        names = [line[8:].split("  ")[0] for line in lines[3:8]]
        self.assertEqual(names, ["x_1", "0 y_1", "x_2", "0 y_2", "x_q"])
        self.assertIn(".  |", lines[4])
        self.assertTrue(lines[9].startswith("target  y_q"))
        self.assertEqual(stderr, "")

    def test_json_holds_the_same_example_with_the_right_label(self):
        path = self.write("task.toml", "[task]" + TASK.replace('"interleaved"', '"windowed"'))
        stdout, _ = self.gril("sample", path, "--json", "--seed", "5", "--index", "2")
        sample = json.loads(stdout)
        self.assertEqual([part["name"] for part in sample["tokens"][1]["parts"]], ["x_2", "y_2", "x_q"])
        self.assertEqual([part["begin"] for part in sample["tokens"][1]["parts"]], [0, 2, 3])
        (x1, x2), (y1, y2) = zip(*((token["features"][:2], token["features"][2]) for token in sample["tokens"]))
        query = sample["tokens"][1]["features"][3:]
        # Two examples of a noiseless map in two dimensions fix it.
        determinant = x1[0] * x2[1] - x1[1] * x2[0]
        w = ((y1 * x2[1] - y2 * x1[1]) / determinant, (x1[0] * y2 - x2[0] * y1) / determinant)
        self.assertAlmostEqual(sample["target"][0], w[0] * query[0] + w[1] * query[1], places=9)

    def test_other_indices_are_other_examples(self):
        path = self.write("task.toml", TASK)
        first, _ = self.gril("sample", path, "--index", "1")
        again, _ = self.gril("sample", path, "--index", "1")
        other, _ = self.gril("sample", path, "--index", "2")
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_a_wrong_key_is_named(self):
        path = self.write("task.toml", TASK.replace("examples", "example"))
        self.refused(CALLERS_MISTAKE,
                     '[config] task.toml: unknown key "example". Did you mean "examples"?', "sample", path)


if __name__ == "__main__":
    unittest.main()
