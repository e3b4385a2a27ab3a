"""gril data make: benchmark data from a seed, in the released format."""

import json
import signal
import subprocess
import time
import unittest

from program import CALLERS_MISTAKE, CHECK_FAILED, PROGRAM, ProgramTest

SHORT = ("--train", "40", "--validation", "6", "--test", "5", "--min-length", "5", "--max-length", "50")


def contents(folder):
    """Every file below a folder with its bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class MakeListops(ProgramTest):
    def make(self, *arguments):
        return self.gril("data", "make", "listops", *SHORT, *arguments)

    def test_writes_the_released_files(self):
        stdout, _ = self.make("--out", "listops-1000")
        self.assertIn("Wrote 40 expressions for training, 6 for validation and 5 for tests to listops-1000", stdout)
        self.assertIn("not the released set", stdout)
        for name, count in (("train", 40), ("val", 6), ("test", 5)):
            lines = (self.folder / f"listops-1000/basic_{name}.tsv").read_text(encoding="utf-8").splitlines()
            self.assertEqual(lines[0], "Source\tTarget")
            self.assertEqual(len(lines), count + 1)
        stdout, _ = self.gril("data", "check", "--json", ".")
        found = json.loads(stdout)
        self.assertEqual([entry["task"] for entry in found["sets"]], ["listops"])
        self.assertEqual(found["sets"][0]["missing"], [])

    def test_a_seed_gives_the_same_bytes(self):
        for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
            self.make("--out", folder, "--seed", seed)
        self.assertEqual(contents(self.folder / "a"), contents(self.folder / "b"))
        self.assertNotEqual(contents(self.folder / "a"), contents(self.folder / "c"))

    def test_counts_as_json(self):
        stdout, _ = self.make("--out", "set", "--json")
        counts = json.loads(stdout)
        self.assertEqual(counts["written"], 51)
        self.assertEqual(sum(counts["labels"]), 51)
        self.assertFalse(counts["released_set"])

    def test_earlier_data_stay_unless_forced(self):
        self.make("--out", "set")
        before = contents(self.folder)
        self.refused(CALLERS_MISTAKE,
                     "[list_operations] set/basic_train.tsv: must not exist; got earlier data. Choose another folder, "
                     "or --force to replace it.", "data", "make", "listops", *SHORT, "--seed", "3", "--out", "set")
        self.assertEqual(contents(self.folder), before)
        self.make("--out", "set", "--seed", "3", "--force")
        self.assertNotEqual(contents(self.folder), before)

    def test_released_files_are_never_replaced(self):
        self.write("set/basic_test.tsv", "Source\tTarget\n")
        self.refused(CALLERS_MISTAKE,
                     "[list_operations] set/basic_test.tsv: must not exist, or be made by gril (beside a "
                     "generated.json); got other data. Choose another folder.",
                     "data", "make", "listops", *SHORT, "--force", "--out", "set")


class MakePathfinder(ProgramTest):
    def make(self, *arguments):
        return self.gril("data", "make", "pathfinder", "--count", "5", *arguments)

    def test_writes_the_released_layout(self):
        stdout, _ = self.make("--out", "pathfinder32")
        self.assertIn("Wrote 5 images to pathfinder32, which has 5 now", stdout)
        self.assertIn("not the released set", stdout)
        level = self.folder / "pathfinder32/curv_contour_length_14"
        lines = (level / "metadata/0.npy").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(lines), 5)
        for number, line in enumerate(lines):
            fields = line.split(" ")
            self.assertEqual(fields[:3], ["imgs/0", f"sample_{number}.png", str(number)])
            self.assertIn(fields[3], "01")
            self.assertEqual(fields[4:], ["1.0", "14", "4", "2", "0.5", "1", "1"])
            self.assertTrue((level / fields[0] / fields[1]).is_file())
        stdout, _ = self.gril("data", "check", "--json", ".")
        self.assertEqual([entry["task"] for entry in json.loads(stdout)["sets"]], ["pathfinder32"])

    def test_a_seed_gives_the_same_bytes(self):
        for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
            self.make("--out", folder, "--seed", seed)
        self.assertEqual(contents(self.folder / "a"), contents(self.folder / "b"))
        self.assertNotEqual(contents(self.folder / "a"), contents(self.folder / "c"))

    def test_earlier_data_stay_unless_told(self):
        self.make("--out", "set")
        before = contents(self.folder)
        self.refused(CALLERS_MISTAKE,
                     "[pathfinder] set/curv_contour_length_14/imgs: must not exist; got earlier data. Choose another "
                     "folder, or --force to replace it.",
                     "data", "make", "pathfinder", "--count", "5", "--seed", "3", "--out", "set")
        stdout, _ = self.make("--out", "set", "--resume", "--json")
        self.assertEqual(json.loads(stdout)["drawn"], 0)
        self.assertEqual(contents(self.folder), before)
        self.make("--out", "set", "--seed", "3", "--force")
        self.assertNotEqual(contents(self.folder), before)

    def test_an_interruption_leaves_whole_batches(self):
        command = [PROGRAM, "data", "make", "pathfinder", "--count", "100000", "--jobs", "1", "--out", "set"]
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as process:
            images = self.folder / "set/curv_contour_length_14/imgs"
            while not list(images.glob("0.partial/*.png")):
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            stdout, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, CHECK_FAILED)
        self.assertRegex(stdout, r"^Interrupted; \d+ of 100000 images are there, in whole batches\. Go on with the "
                                 r"same options and --resume\.\n$")
        self.assertEqual(list(images.glob("*.partial")), [])

    def test_another_size(self):
        self.refused(CALLERS_MISTAKE, "[pathfinder] the size must be 32, 64, 128 or 256 pixels; got 100.",
                     "data", "make", "pathfinder", "--size", "100", "--out", "set")
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
