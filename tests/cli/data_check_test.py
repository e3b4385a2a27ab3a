"""gril data check: which sets a folder holds, and what is wrong with them."""

import json
import unittest

from program import CALLERS_MISTAKE, CHECK_FAILED, DAMAGED_FILE, ProgramTest


class DataCheck(ProgramTest):
    def test_names_layout_and_missing_files(self):
        self.write("data/listops/basic_train.tsv", "Source\tTarget\n")
        stdout, _ = self.gril("data", "check", "data", code=CHECK_FAILED)
        self.assertEqual(stdout.splitlines(), ["listops  data/listops (layout s4)", "  missing: basic_val.tsv",
                                               "  missing: basic_test.tsv"])
        report = json.loads(self.gril("data", "check", "data", "--json", code=CHECK_FAILED)[0])
        self.assertFalse(report["whole"])
        self.assertEqual(report["sets"][0]["layout"], "s4")

    def test_counts_what_a_set_holds(self):
        expressions = "Source\tTarget\n( ( ( [MAX 4 ) 7 ) ] )\t7\n3\t3\n"
        for name in ("train", "val", "test"):
            self.write(f"listops/basic_{name}.tsv", expressions)
        stdout, _ = self.gril("data", "check", ".")
        self.assertEqual(stdout.splitlines(), [
            "listops  ./listops (layout s4)",
            "  training: 2 sequences (released: 96000), 2 to 5 tokens, mean 3.5; classes 0 0 0 1 0 0 0 1",
            "  validation: 2 sequences (released: 2000), 2 to 5 tokens, mean 3.5; classes 0 0 0 1 0 0 0 1",
            "  test: 2 sequences (released: 2000), 2 to 5 tokens, mean 3.5; classes 0 0 0 1 0 0 0 1",
            "  8 symbols"])
        report = json.loads(self.gril("data", "check", "listops", "--json")[0])
        self.assertTrue(report["whole"])
        self.assertEqual(report["sets"][0]["parts"][2]["published"], 2000)

    def test_wrong_labels_of_expressions_are_named_with_their_lines(self):
        self.write("listops/basic_train.tsv", "Source\tTarget\n( ( ( [MAX 4 ) 7 ) ] )\t4\n( ( ( [SM 6 ) 7 ) ] )\t3\n")
        self.write("listops/basic_val.tsv", "Source\tTarget\n3\t3\n")
        self.write("listops/basic_test.tsv", "Source\tTarget\n3\t3\n( ( [MIN 4 ) 7 )\t4\n")
        stdout, _ = self.gril("data", "check", "listops", code=CHECK_FAILED)
        first = [f"{self.folder.resolve()}/listops/{line}" for line in (
            "basic_train.tsv: line 2: the label must be 7, the value of the expression; got 4.",
            "basic_test.tsv: line 3: the words must be one expression with all its brackets; got others.")]
        self.assertEqual(stdout.splitlines()[-3:], ["  wrong labels: 2, the first:", *("    " + line for line in first)])
        report = json.loads(self.gril("data", "check", "listops", "--json", code=CHECK_FAILED)[0])
        self.assertFalse(report["whole"])
        self.assertEqual(report["sets"][0]["wrong"], 2)
        self.assertEqual(report["sets"][0]["first_wrong"], first)

    def test_a_damaged_file_is_named_with_its_line(self):
        for name in ("train", "eval", "test"):
            self.write(f"aan/new_aan_pairs.{name}.tsv", '1.0\tA\tB\t"x\ty\n')
        self.assertIn("  6 symbols\n", self.gril("data", "check", ".")[0])
        self.write("aan/new_aan_pairs.eval.tsv", "1.0\tA\tB\tx\ty\nyes\tA\tB\tx\ty\n")
        stdout, _ = self.gril("data", "check", ".", code=DAMAGED_FILE)
        self.assertIn("new_aan_pairs.eval.tsv: line 2: the label must be 0, 0.0, 1 or 1.0; got \"yes\".", stdout)

    def test_reviews_and_images_are_counted(self):
        for name in ("train/neg/0_1", "train/pos/0_9", "test/neg/0_2", "test/pos/0_8"):
            self.write(f"aclImdb/{name}.txt", "good or bad?")
        for name in ("train", "test"):
            self.write(f"cifar10-gray/{name}.bin", b"".join(bytes([label]) + bytes(1024) for label in (1, 0, 1)))
        sets = json.loads(self.gril("data", "check", ".", "--json")[0])["sets"]
        self.assertEqual([s["task"] for s in sets], ["text", "image"])
        self.assertEqual(sets[0]["parts"][0]["classes"], [1, 1])
        self.assertEqual(sets[0]["parts"][1]["longest"], 13)
        self.assertEqual(sets[1]["parts"][1]["classes"], [1, 2])
        self.assertEqual(sets[1]["parts"][1]["mean"], 1024)

    def test_a_folder_without_data_is_refused(self):
        self.write("notes/a.txt", "")
        _, stderr = self.gril("data", "check", "notes", code=CALLERS_MISTAKE)
        self.assertTrue(stderr.startswith("gril: [data check] notes: must hold a set of Long Range Arena; got none"))
        self.assertEqual(stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
