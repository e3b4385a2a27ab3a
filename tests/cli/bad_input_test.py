"""Bad input across commands: one clear line, the documented exit code, earlier results intact."""

import json
import os
import resource
import signal
import struct
import subprocess
import unittest

from program import CALLERS_MISTAKE, DAMAGED_FILE, FAULT, PROGRAM, ProgramTest

EXPERIMENT = """
seed = 1
[task]
kind = "linear_regression"
inputs = 2
outputs = 1
examples = 3
layout = "windowed"
[[model.layers]]
kind = "gril"
input_size = 5
output_size = 1
[training]
steps = 20
log_every = 5
checkpoint_every = 10
evaluate_every = 20
[evaluation]
tasks = 10
"""


def contents(folder):
    """Every file below a folder, hidden and temporary ones too, with its bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def small_files_only():
    """Makes every write beyond 500 bytes fail, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))


class FullDisk(ProgramTest):
    def refused_on_a_full_disk(self, text, *arguments):
        result = subprocess.run([PROGRAM, *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
                                preexec_fn=small_files_only, restore_signals=False)
        self.assertEqual(result.stderr.splitlines()[-1:], [f"gril: {text}"])
        self.assertEqual(result.returncode, DAMAGED_FILE)

    def test_an_earlier_model_survives(self):
        self.gril("construct", "gradient-descent", "-o", "model")
        before = contents(self.folder)
        self.refused_on_a_full_disk(
            "[safetensors] model: must be writable; got File too large. The earlier file, if any, is unchanged.",
            "construct", "gradient-descent", "--initial-weights", "random", "--force", "-o", "model")
        self.assertEqual(contents(self.folder), before)

    def test_a_training_that_cannot_save_leaves_no_half_checkpoint(self):
        self.write("experiment.toml", EXPERIMENT)
        result = subprocess.run([PROGRAM, "train", "experiment.toml", "--out", "run"], cwd=self.folder,
                                capture_output=True, text=True, check=False, preexec_fn=small_files_only,
                                restore_signals=False)
        self.assertEqual(result.returncode, DAMAGED_FILE)
        self.assertRegex(result.stderr.splitlines()[-1], r"^gril: \[\w+\] run/\S+: must be writable; got File too large")
        self.assertEqual(list(self.folder.glob("run/checkpoints/*")), [])


class OtherConfiguration(ProgramTest):
    def test_resuming_another_experiment_changes_nothing(self):
        self.write("experiment.toml", EXPERIMENT)
        self.gril("train", "experiment.toml", "--out", "run")
        before = contents(self.folder)
        _, stderr = self.gril("train", "experiment.toml", "training.steps=40", "--out", "run", "--resume",
                              code=CALLERS_MISTAKE)
        self.assertIn("gril: [train] run was made by another experiment:", stderr)
        self.assertIn("training.steps: 20 -> 40", stderr)
        self.assertEqual(contents(self.folder), before)


class ContradictoryKeys(ProgramTest):
    def refused_experiment(self, text, override):
        self.write("experiment.toml", EXPERIMENT)
        self.refused(CALLERS_MISTAKE, text, "train", "experiment.toml", override, "--out", "run")
        self.assertFalse((self.folder / "run").exists())

    def test_a_warm_up_longer_than_the_training(self):
        self.refused_experiment('[experiment.toml: "training"] warmup_steps must be at most steps; got 30 and 20.',
                                "training.warmup_steps=30")

    def test_a_model_that_does_not_fit_the_task(self):
        self.refused_experiment("[experiment.toml] the first layer's input_size must be the width of the task's "
                                "tokens; got 7 and 5.", "model.layers.0.input_size=7")

    def test_a_missing_kind(self):
        self.write("experiment.toml", EXPERIMENT.replace('kind = "gril"\n', ""))
        _, stderr = self.gril("train", "experiment.toml", "--out", "run", code=CALLERS_MISTAKE)
        self.assertIn("kind", stderr)
        self.assertEqual(stderr.count("\n"), 1)
        self.assertFalse((self.folder / "run").exists())


class DamagedModel(ProgramTest):
    def test_truncated_oversized_and_lying_files(self):
        self.gril("construct", "gradient-descent", "-o", "good")
        data = (self.folder / "good").read_bytes()
        size = len(data) - 8 - struct.unpack("<Q", data[:8])[0]
        cases = {
            data[:5]: "must begin with 8 bytes of header length; got a file of 5 bytes.",
            struct.pack("<Q", 2**60) + data[8:]:
                f"the header must be at most 100000000 bytes; got {2**60}.",
            data + bytes(8): f"tensors must cover the {size + 8} bytes of data; got {size}.",
        }
        for damaged, rule in cases.items():
            self.write("bad", damaged)
            self.refused(DAMAGED_FILE, f"[safetensors] bad: {rule}", "certify", "bad")


class WithoutParameters(ProgramTest):
    TASK = {"kind": "teacher_student", "width": 2, "length": 3}
    LAYERS = {"layers": [{"kind": "running_mean", "input_size": 2}]}

    def setUp(self):
        super().setUp()
        metadata = {"gril_format": "1", "gril_model": json.dumps(self.LAYERS), "gril_task": json.dumps(self.TASK)}
        header = json.dumps({"__metadata__": metadata}).encode()
        self.write("mean", struct.pack("<Q", len(header)) + header)

    def test_a_model_is_evaluated_and_analyzed(self):
        stdout, _ = self.gril("evaluate", "mean", "--tasks", "4", "--json")
        self.assertGreater(json.loads(stdout)["loss"], 0)
        self.gril("analyze", "mean")

    def test_training_it_is_refused(self):
        self.write("experiment.toml", "[task]\nkind = \"teacher_student\"\nwidth = 2\n"
                   "[[model.layers]]\nkind = \"running_mean\"\ninput_size = 2\n")
        self.refused(CALLERS_MISTAKE, "[experiment.toml] a model must have parameters to train; got layers without any. "
                     "Add one that has some, such as linear.", "train", "experiment.toml", "--out", "run")
        self.assertFalse((self.folder / "run").exists())


class NestedWithoutEnd(ProgramTest):
    def test_experiments(self):
        for text in ("a" + ".a" * 100000 + " = 1", "a = " + "[" * 100000, "[a" + ".a" * 100000 + "]"):
            self.write("experiment.toml", text)
            self.refused(DAMAGED_FILE, "[config] experiment.toml: may be nested 90 levels deep; got more.",
                         "train", "experiment.toml", "--out", "run")


class Memory(ProgramTest):
    @unittest.skipIf("ASAN_OPTIONS" in os.environ, "a sanitizer adds a line of its own")
    def test_sizes_beyond_the_memory(self):
        self.refused(FAULT, "[memory] the sizes must fit into this machine's memory; they do not. Choose smaller ones.",
                     "construct", "gradient-descent", "--inputs", "100000000", "-o", "model")
        self.assertEqual(contents(self.folder), {})


if __name__ == "__main__":
    unittest.main()
