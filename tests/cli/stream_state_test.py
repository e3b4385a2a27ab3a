"""What a stream has learnt, kept in a file: at its end, interrupted, loaded and merged."""

import csv
import io
import signal
import subprocess
import unittest

from program import CALLERS_MISTAKE, DAMAGED_FILE, PROGRAM
from stream_test import StreamTest, descent_model


class StreamState(StreamTest):
    def test_a_saved_state_goes_on_as_if_it_had_never_stopped(self):
        for row in (10, 64):
            self.cut_table(row)
            whole = self.summary("t.csv")
            self.gril("stream", "model.safetensors", "first.csv", "--target", "y", "--output", "p.csv", "--force",
                      "--warm-up", 5, "--save-state", "half.state")
            self.stream_refused(CALLERS_MISTAKE, "[stream] the columns and options of half.state and this stream must "
                                "be the same; got warm_up = 5 and 30. Give the same ones.", "second.csv", "--target",
                                "y", "--load-state", "half.state")
            (self.folder / "half.state").unlink()
            if row > 30:
                self.summary("first.csv", "--save-state", "half.state")
                for _ in range(2):  # loaded twice it is a fork
                    self.assertEqual(self.summary("second.csv", "--load-state", "half.state")["methods"],
                                     whole["methods"])
                self.stream_refused(CALLERS_MISTAKE, "[stream] --save-state must name a new file; got half.state, "
                                    "which exists. Add --force to replace it.", "t.csv", "--target", "y",
                                    "--save-state", "half.state")

    def test_a_table_shorter_than_the_warm_up_leaves_its_state(self):
        self.cut_table(10)
        _, stderr = self.gril("stream", "model.safetensors", "first.csv", "--target", "y", "--save-state", "s.state")
        self.assertEqual(stderr, "first.csv: 10 rows, all of them warm-up; none was scored.\n")
        whole = self.summary("t.csv")
        self.assertEqual(self.summary("second.csv", "--load-state", "s.state")["methods"], whole["methods"])
        result = self.summary("first.csv", "--save-state", "json.state")
        self.assertEqual((result["scored_rows"], result["warm_up_rows"], result["best"], result["methods"]),
                         (0, 10, None, []))
        self.stream_refused(CALLERS_MISTAKE, "[stream] --warm-up must leave rows to score and the target must vary; "
                            "got 10 rows, all of them warm-up. Give a longer table or a smaller --warm-up.",
                            "first.csv", "--target", "y")

    def interrupted(self, number, rows, *start):
        """A live stream that gets a signal once it has answered the last of `rows`, and half a row more."""
        arguments = [PROGRAM, "stream", "model.safetensors", "-", "--target", "y", "--save-state", "s.state", *start]
        with subprocess.Popen(arguments, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as program:
            program.stdin.write("a,b,y\n" + "".join(rows) + "0.5,0.")
            program.stdin.flush()
            last = ""
            while not last.startswith(f"{len(rows)},"):
                last = program.stdout.readline()
                self.assertNotEqual(last, "")
            program.send_signal(number)
            _, stderr = program.communicate(timeout=60)
            self.assertEqual(program.returncode, 0, stderr)
            self.assertIn("gril: stream: interrupted; it ends here\n", stderr)

    def test_an_interrupted_stream_leaves_its_state(self):
        _, *rows = self.table.splitlines(keepends=True)
        whole = self.summary("t.csv")
        self.cut_table(64)
        for number in (signal.SIGINT, signal.SIGTERM):
            self.interrupted(number, rows[:64])
            self.assertEqual(self.summary("second.csv", "--load-state", "s.state")["methods"], whole["methods"])
            (self.folder / "s.state").unlink()

    def test_halves_are_merged(self):
        self.cut_table(40)
        raw = ("--no-standardise", "--warm-up", 0)
        self.summary("first.csv", *raw, "--save-state", "a.state")
        self.summary("second.csv", *raw, "--save-state", "b.state")
        self.gril("stream", "model.safetensors", "--merge", "a.state", "b.state", "--save-state", "ab.state")
        self.write("more.csv", "a,b,y\n0.3,0.2,1\n-0.4,0.9,2\n")
        expected, _ = self.gril("stream", "model.safetensors", "t.csv", "more.csv", "--target", "y", *raw)
        merged = [self.gril("stream", "model.safetensors", "more.csv", "--target", "y", *raw, *start)[0]
                  for start in (("--load-state", "ab.state"), ("--merge", "a.state", "b.state"))]
        self.assertEqual(merged[0], merged[1])
        for method in ("gril", "running_mean"):
            whole = [float(row[method]) for row in csv.DictReader(io.StringIO(expected))][-2:]
            parts = [float(row[method]) for row in csv.DictReader(io.StringIO(merged[0]))]
            for x, y in zip(whole, parts):
                self.assertAlmostEqual(x, y, places=9)

    def test_states_that_cannot_be_used(self):
        self.summary("t.csv", "--save-state", "a.state")
        self.stream_refused(CALLERS_MISTAKE, "[stream] merged streams must take the columns as they are from the first "
                            "row on; got standardised columns or a warm-up, which each half has for itself. Stream "
                            "both with --no-standardise --warm-up 0.", "--merge", "a.state", "a.state", "--save-state",
                            "b.state")
        self.write("other.safetensors", descent_model(3, rate=0.02, decay=0.99))
        self.refused(CALLERS_MISTAKE, "[stream] the state must belong to this model; got one of another. Open the "
                     "model it was saved from.", "stream", "other.safetensors", "t.csv", "--target", "y",
                     "--load-state", "a.state")
        state = bytearray((self.folder / "a.state").read_bytes())
        state[-1] ^= 1
        self.write("a.state", bytes(state))
        self.stream_refused(DAMAGED_FILE, "[stream_state] a.state: the checksum must fit the state; got another one. "
                            "The state was damaged.", "t.csv", "--target", "y", "--load-state", "a.state")
        self.stream_refused(CALLERS_MISTAKE, "[stream] TABLE must be given unless --merge and --save-state are; got "
                            "none. Give a CSV file, or - for the standard input.", "--target", "y")
        self.stream_refused(CALLERS_MISTAKE, "[stream] --target must name the column to predict; got none. Give one of "
                            "the table's columns.", "t.csv")


if __name__ == "__main__":
    unittest.main()
