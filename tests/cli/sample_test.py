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

    def test_targets_at_every_token_stand_beside_it(self):
        path = self.write("experiment.toml", 'seed = 6\n[task]\nkind = "teacher_student"\nwidth = 2\nlength = 3\n')
        lines = self.gril("sample", path)[0].splitlines()
        self.assertEqual(lines[0], "teacher_student, teacher 6 of 1 head, value rank 2, key-query rank 2, overlap 2, "
                                   "decay 1; 3 tokens of width 2. Seed 0, example 0.")
        self.assertRegex(lines[2], r"^ token  holds  features +target$")
        for t, line in enumerate(lines[3:6], 1):
            self.assertRegex(line, rf"^ +{t}  x_{t} ( +-?\d+\.\d{{4}}){{2}}  y_{t} ( +-?\d+\.\d{{4}}){{2}}$")
        sample = json.loads(self.gril("sample", path, "--json")[0])
        self.assertEqual([len(token["target"]) for token in sample["tokens"]], [2, 2, 2])
        self.assertEqual(sample["task"]["teacher_seed"], 6)
        self.assertNotIn("target", sample)

    def test_one_hot_tokens_are_drawn_as_words(self):
        task = 'kind = "associative_recall"\nkeys = 3\nvalues = 2\npairs = 2\ntokens = "%s"\n'
        lines = self.gril("sample", self.write("task.toml", task % "interleaved"))[0].splitlines()
        self.assertEqual(lines[0], "associative_recall, interleaved tokens: 2 pairs of 3 keys and 2 values; 6 tokens "
                                   "of width 6. Seed 0, example 0.")
        words = [line.split()[1] for line in lines[3:9]]
        self.assertRegex(" ".join(words), r"^k_[123] v_[12] k_[123] v_[12] => k_[123]$")
        marks = [line.split()[2:] for line in lines[3:9]]
        entries = ["k_1", "k_2", "k_3", "v_1", "v_2", "=>"]
        self.assertEqual([entries[row.index("1")] for row in marks], words)
        self.assertEqual({row.count("1") for row in marks}, {1})
        self.assertEqual(lines[10], "target  " + words[words.index(words[5]) + 1])
        joint = json.loads(self.gril("sample", self.write("joint.toml", task % "joint"), "--json")[0])
        story = [part["name"] for token in joint["tokens"] for part in token["parts"]]
        self.assertEqual(story, words[:4] + [words[5], "0"])
        self.assertEqual(f"v_{joint['target'] + 1}", lines[10].split()[1])

    def test_classes_are_shown_one_hot_and_asked_by_number(self):
        path = self.write("task.toml", 'kind = "linear_classification"\ninputs = 2\nclasses = 2\nexamples = 2\n'
                                       'layout = "pairs"\n')
        lines = self.gril("sample", path)[0].splitlines()
        self.assertEqual(lines[0], "linear_classification, pairs tokens: 2 examples of 2 inputs and 2 classes; "
                                   "3 tokens of width 4. Seed 0, example 0.")
        for line in lines[3:5]:
            self.assertEqual(sorted(line.split("|")[1].split()), ["0.0000", "1.0000"])
        sample = json.loads(self.gril("sample", path, "--json")[0])
        self.assertEqual(lines[7], f"target  class {sample['target']}")

    def test_rows_of_a_table_and_wide_inputs_are_drawn(self):
        rows = "".join(f"{','.join(str((i * j) % 7) for j in range(20))},{'ab'[i % 2]}\n" for i in range(40))
        table = self.folder / self.write("t.csv", rows)
        path = self.write("task.toml", f'kind = "table_classification"\npath = "{table}"\nheader = false\n'
                                       'examples = 2\nlayout = "pairs"\n')
        lines = self.gril("sample", path)[0].splitlines()
        self.assertEqual(lines[0], "table_classification, pairs tokens: 2 examples of 20 inputs and 2 classes; "
                                   "3 tokens of width 22. Seed 0, example 0.")
        for line in lines[3:6]:
            first, last = line.split("|")[0].split("…")
            self.assertEqual((len(first.split()) - 3, len(last.split())), (6, 2))
        self.assertRegex(lines[7], r"^target  class [01]$")
        table.unlink()
        self.refused(CALLERS_MISTAKE, f"[table_classification] {table}: must be a file; got no such file. "
                                      "Check the path.", "sample", path)

    def test_images_are_drawn_as_pictures(self):
        # Image i of 12: pixels 0, 255, 128 and 20 i, label i mod 4.
        pixels = b"".join(bytes((0, 255, 128, 20 * i)) for i in range(12))
        images = self.folder / self.write("images", bytes((0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0, 2, 0, 0, 0, 2)) + pixels)
        labels = self.folder / self.write("labels", bytes((0, 0, 8, 1, 0, 0, 0, 12)) + bytes(i % 4 for i in range(12)))
        path = self.write("task.toml", f'kind = "image_classification"\nimages = "{images}"\nlabels = "{labels}"\n'
                                       'classes_per_prompt = 2\nexamples = 2\nevaluation_share = 0.5\n'
                                       'layout = "pairs"\n')
        text = self.gril("sample", path)[0]
        lines = text.splitlines()
        self.assertEqual(lines[0], "image_classification, pairs tokens: 2 examples of 4 inputs and 2 classes; "
                                   "3 tokens of width 6. Seed 0, example 0.")
        self.assertEqual(lines[9], "x_1   x_2   x_q")
        self.assertEqual(lines[10], "  @@    @@    @@")
        shades = {" .:-=+*#%@"[round(20 * i / 255 * 9)] for i in range(12)}
        for picture in (lines[11].ljust(16)[start:start + 4] for start in (0, 6, 12)):
            self.assertEqual(picture[:2], "++")
            self.assertIn(picture[2], shades)
            self.assertEqual(picture[2], picture[3])

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
