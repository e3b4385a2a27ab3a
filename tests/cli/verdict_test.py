"""`gril analyze` says when it has no verdict, and every kind of analysis answers with the same fields."""

import json
import unittest

from analyze_test import CELL
from program import CALLERS_MISTAKE, ProgramTest

LANGUAGE = """
seed = 1
[task]
kind = "language_modelling"
path = "text.txt"
length = 8
[[model.layers]]
kind = "embedding"
symbols = 2
output_size = 3
[[model.layers]]
kind = "linear"
input_size = 3
output_size = 2
[training]
steps = 5
batch_size = 4
log_every = 5
evaluate_every = 5
checkpoint_every = 5
[evaluation]
tasks = 4
"""


class Verdict(ProgramTest):
    def test_one_prompt_gives_no_verdict_and_none_is_refused(self):
        self.gril("construct", "gradient-descent", "--layout", "interleaved", "--inputs", 3, "--outputs", 3,
                  "--examples", 4, "-o", "descent.safetensors")
        stdout, _ = self.gril("analyze", "descent.safetensors", "--tasks", 1, "--json")
        conclusion = json.loads(stdout)["conclusion"]
        self.assertEqual((conclusion["agrees"], conclusion["verdict"], conclusion["label"]),
                         (False, "none", "No verdict"))
        self.assertIn("1 prompt is too few to judge by; at least 10 are needed.", conclusion["sentence"])
        _, stderr = self.gril("analyze", "descent.safetensors", "--tasks", 0, code=CALLERS_MISTAKE)
        self.assertIn('--tasks: must be an integer from 1', stderr)

    def test_every_kind_answers_with_the_same_fields(self):
        self.gril("construct", "gradient-descent", "--layout", "interleaved", "--inputs", 3, "--outputs", 3,
                  "--examples", 4, "-o", "descent.safetensors")
        self.gril("construct", "linear-attention", "--width", 3, "-o", "attention")
        self.gril("train", self.write("cell.toml", CELL), "--out", "cell")
        self.write("data/text.txt", "ab" * 200)
        self.gril("train", self.write("text.toml", LANGUAGE), "--out", "text")
        kinds = {}
        for subject in ("descent.safetensors", "attention", "cell", "text"):
            stdout, _ = self.gril("analyze", subject, "--tasks", 20, "--json")
            summary = json.loads(stdout)
            kinds[summary["kind"]] = (set(summary), set(summary["conclusion"]))
        self.assertEqual(set(kinds), {"gradient_descent", "decompiler", "black_box", "held_out"})
        for fields in kinds.values():
            self.assertEqual(fields, kinds["decompiler"])
        self.assertEqual(kinds["decompiler"][1], {"agrees", "verdict", "label", "sentence", "checks"})


if __name__ == "__main__":
    unittest.main()
