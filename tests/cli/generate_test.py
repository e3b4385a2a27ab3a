"""gril generate: a language model goes on with a text."""

import json
import math
import os
import struct
import subprocess
import unittest

from program import CALLERS_MISTAKE, DAMAGED_FILE, DONE, PROGRAM, ProgramTest

TASK = {"kind": "language_modelling", "level": "character"}


def bigram_model(probabilities, vocabulary, task=None):
    """The bytes of a model whose next symbol has the probabilities of row `last symbol`."""
    size = len(probabilities)
    identity = [float(row == column) for row in range(size) for column in range(size)]
    logits = [math.log(probabilities[last][after]) for after in range(size) for last in range(size)]
    layers = [{"kind": "embedding", "symbols": size, "output_size": size},
              {"kind": "linear", "input_size": size, "output_size": size, "bias": False}]
    metadata = {"gril_format": "1", "gril_model": json.dumps({"layers": layers}), "gril_task": json.dumps(task or TASK)}
    if vocabulary:
        metadata["gril_vocabulary"] = json.dumps(vocabulary)
    header = {"__metadata__": metadata}
    data = b""
    for name, numbers in (("layers.0.table", identity), ("layers.1.map", logits)):
        raw = struct.pack(f"<{len(numbers)}f", *numbers)
        header[name] = {"dtype": "F32", "shape": [size, size], "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


# After "\n" mostly a, after a mostly b, after b mostly é, after é mostly "\n".
CYCLE = [[0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.7, 0.1], [0.1, 0.1, 0.1, 0.7], [0.7, 0.1, 0.1, 0.1]]


class Generate(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("m.safetensors", bigram_model(CYCLE, ["\n", "a", "b", "é"]))

    def generated(self, *arguments):
        return self.gril("generate", "m.safetensors", *arguments)[0]

    def generate_refused(self, code, text, *arguments):
        self.refused(code, text, "generate", "m.safetensors", *arguments)

    def test_temperature_zero_follows_the_most_probable_symbols(self):
        text, summary = self.gril("generate", "m.safetensors", "--temperature", "0", "--tokens", "9")
        self.assertEqual(text, "abé\nabé\na")
        self.assertRegex(summary, r"^\n9 symbols in [\d.e-]+ s, [\d.e+]+ symbols/s; the prompt of 1 symbols took ")
        self.assertEqual(self.generated("--prompt", "ba", "--temperature", "0", "--tokens", "3"), "bé\n")
        self.assertEqual(self.generated("--prompt", "ba", "--top-k", "1", "--tokens", "3"), "bé\n")
        self.assertEqual(self.generated("--prompt", "ba", "--top-p", "0.6", "--tokens", "3"), "bé\n")

    def test_draws_have_the_probabilities_of_the_model(self):
        text = "\n" + self.generated("--tokens", "4000")
        likely = sum(text[i:i + 2] in ("\na", "ab", "bé", "é\n") for i in range(4000)) / 4000
        self.assertAlmostEqual(likely, 0.7, delta=0.03)
        self.assertEqual(self.generated("--tokens", "50", "--seed", "3"), self.generated("--tokens", "50", "--seed", "3"))
        self.assertNotEqual(self.generated("--tokens", "50", "--seed", "3"),
                            self.generated("--tokens", "50", "--seed", "4"))

    def test_prompts_come_from_files_and_pipes(self):
        self.write("prompt", "aaab")
        self.assertEqual(self.generated("--prompt-file", "prompt", "--temperature", "0", "--tokens", "2"), "é\n")
        result = subprocess.run([PROGRAM, "generate", "m.safetensors", "--prompt-file", "-", "--temperature", "0",
                                 "--tokens", "2"], cwd=self.folder, input=b"aa", capture_output=True, check=True)
        self.assertEqual(result.stdout.decode(), "bé")

    def test_words_are_separated_and_lines_end(self):
        task = {"kind": "language_modelling", "level": "word"}
        self.write("m.safetensors", bigram_model(CYCLE, ["<eos>", "the", "cat", "<unk>"], task))
        self.assertEqual(self.generated("--temperature", "0", "--tokens", "6"), "the cat <unk>\nthe cat")
        self.assertEqual(self.generated("--prompt", "a dog", "--temperature", "0", "--tokens", "2"), "\nthe")

    def test_json_has_the_text_and_the_times(self):
        stdout, stderr = self.gril("generate", "m.safetensors", "--temperature", "0", "--tokens", "2500", "--json")
        self.assertEqual(stderr, "")
        result = json.loads(stdout)
        self.assertEqual(result["text"], ("abé\n" * 625))
        self.assertEqual((result["prompt_symbols"], result["symbols"]), (1, 2500))
        self.assertAlmostEqual(result["symbols_per_second"], 2500 / result["seconds"])
        for key in ("seconds_per_symbol_at_start", "seconds_per_symbol_at_end", "prompt_seconds"):
            self.assertGreater(result[key], 0)
        self.assertGreater(result["resident_bytes_at_start"], 1e6)

    @unittest.skipIf("ASAN_OPTIONS" in os.environ, "a sanitizer keeps freed memory for a while")
    def test_drawing_does_not_grow_memory(self):
        result = json.loads(self.gril("generate", "m.safetensors", "--tokens", "2500", "--json")[0])
        self.assertLess(abs(result["resident_bytes_at_end"] - result["resident_bytes_at_start"]), 2e6)

    def peak_memory(self, prompt):
        """Bytes of the process at its largest."""
        self.write("prompt", prompt)
        arguments = ["generate", "m.safetensors", "--prompt-file", "prompt", "--tokens", "1"]
        with subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, DONE)
        return 1024 * usage.ru_maxrss

    @unittest.skipIf("ASAN_OPTIONS" in os.environ, "a sanitizer keeps freed memory for a while")
    def test_a_long_prompt_does_not_grow_memory(self):
        # Held at once, the symbols of the long one alone would be 8 MB.
        self.assertLess(self.peak_memory("abé\n" * 250_000) - self.peak_memory("abé\n" * 2000), 4e6)

    def test_wrong_prompts(self):
        self.generate_refused(CALLERS_MISTAKE, "[generate] --prompt: every character must be in the vocabulary of the "
                              'model; got "c" at byte 4 (line 2). Replace it, or leave it out.', "--prompt", "é\nbc")
        self.generate_refused(CALLERS_MISTAKE, "[generate] --prompt: the prompt must have at least 1 symbol; got none.",
                              "--prompt", "")
        self.write("latin", b"ab\xe9")
        self.generate_refused(DAMAGED_FILE, "[generate] latin: must be UTF-8; got 0xE9 at byte 2 (line 1). Convert it; "
                              "only the level byte takes other bytes.", "--prompt-file", "latin")
        self.generate_refused(CALLERS_MISTAKE, "[generate] gone: must be a file; got no such file. Check the path.",
                              "--prompt-file", "gone")

    def test_wrong_options_and_models(self):
        self.generate_refused(CALLERS_MISTAKE, "[generate] top-p must be above 0 and at most 1; got 1.5.",
                              "--top-p", "1.5")
        self.write("m.safetensors", bigram_model(CYCLE, ["\n", "a", "b"]))
        self.generate_refused(DAMAGED_FILE, "[generate] m.safetensors: the model must take and give the symbols of its "
                              "vocabulary, 3; got 4 and 4.")
        self.write("m.safetensors", bigram_model(CYCLE, None, {"kind": "linear_regression"}))
        self.generate_refused(CALLERS_MISTAKE, "[generate] m.safetensors: must be a model of the task "
                              "language_modelling; got one of linear_regression.")

    def test_a_standard_output_that_is_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "generate", "m.safetensors"], cwd=self.folder, stdout=full,
                                    stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(result.returncode, DAMAGED_FILE)
        self.assertEqual(result.stderr, "gril: [generate] the standard output must take the text; got an error.\n")


if __name__ == "__main__":
    unittest.main()
