"""gril stream: predictions, summary, and one line for everything that can be wrong."""

import csv
import gzip
import io
import json
import math
import struct
import subprocess

import unittest

from program import CALLERS_MISTAKE, DAMAGED_FILE, PROGRAM, SOURCE, ProgramTest

TABLE = SOURCE / "data/bike_sharing/hourly.csv"
METHODS = ["gril", "recursive_least_squares", "recursive_least_squares_without_forgetting", "normalised_lms",
           "sliding_window_least_squares", "nearest_neighbours", "running_mean"]


def descent_model(inputs, rate=0.001, decay=0.999, kind="gril"):
    """The bytes of a model: one gradient step on windowed tokens [x_prev, y_prev, x]."""
    width = 2 * inputs + 1
    block = [[float(column == row + first) for column in range(width)] for first in (0, inputs + 1) for row in range(inputs)]
    tensors = {
        "decay": ([1], [decay]),
        "key_map": ([inputs, width], sum(block[:inputs], [])),
        "offset_weights": ([1, 1], [1.0]),
        "query_map": ([inputs, width], sum(block[inputs:], [])),
        "query_offsets": ([1], [1.0]),
        "readout": ([1, 1], [rate]),
        "value_map": ([1, width], [float(column == inputs) for column in range(width)]),
    }
    layer = {"kind": kind, "input_size": width, "output_size": 1, "window": 1, "stride": 1, "heads": 1,
             "value_size": 1, "key_size": inputs, "projections": "learned", "tied": True, "cross_product": True,
             "strict": False, "decay": "fixed", "fixed_decay": decay, "initial_weights": False}
    task = {"kind": "linear_regression", "inputs": inputs, "outputs": 1, "examples": 1000, "layout": "windowed"}
    header = {"__metadata__": {"gril_format": "1", "gril_model": json.dumps({"layers": [layer]}),
                               "gril_task": json.dumps(task)}}
    data = b""
    for name, (shape, numbers) in tensors.items():
        raw = struct.pack(f"<{len(numbers)}d", *numbers)
        header[f"layers.0.{name}"] = {"dtype": "F64", "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


class StreamTest(ProgramTest):
    """A model and a table of 100 rows for it."""

    def setUp(self):
        super().setUp()
        self.write("model.safetensors", descent_model(3, rate=0.01, decay=0.99))
        rows = [f"{math.sin(i):.6f},{math.cos(3 * i):.6f},{2 * math.sin(i) + 5:.6f}" for i in range(100)]
        self.table = "a,b,y\n" + "\n".join(rows) + "\n"
        self.write("t.csv", self.table)

    def stream_refused(self, code, text, *arguments):
        self.refused(code, text, "stream", "model.safetensors", *arguments)

    def summary(self, *arguments):
        stdout, _ = self.gril("stream", "model.safetensors", *arguments, "--target", "y", "--json")
        return json.loads(stdout)

    def cut_table(self, row):
        """The table in two, each with the header."""
        header, *rows = self.table.splitlines(keepends=True)
        self.write("first.csv", header + "".join(rows[:row]))
        self.write("second.csv", header + "".join(rows[row:]))


class Stream(StreamTest):
    def test_a_packed_table_is_the_same_table(self):
        plain = self.gril("stream", "model.safetensors", "t.csv", "--target", "y")
        self.write("t.csv.gz", gzip.compress(self.table.encode()))
        packed = self.gril("stream", "model.safetensors", "t.csv.gz", "--target", "y")
        self.assertEqual(packed[0], plain[0])
        self.write("t.csv.gz", gzip.compress(self.table.encode())[:-9])
        self.stream_refused(DAMAGED_FILE, "[stream] t.csv.gz: must be whole gzip data; got an end in the middle. "
                            "Copy the file again.", "t.csv.gz", "--target", "y", "--output", "p.csv")

    def test_the_shipped_table(self):
        self.write("ten.safetensors", descent_model(10, rate=0.2 / 1000))
        _, summary = self.gril("stream", "ten.safetensors", TABLE, "--target", "cnt", "--output", "p.csv")
        self.assertIn('8603 rows predicted before their target "cnt" was shown', summary)
        stdout, stderr = self.gril("stream", "ten.safetensors", TABLE, "--target", "cnt", "--json")
        self.assertEqual(stderr, "")
        result = json.loads(stdout)
        unexplained = {method["name"]: method["unexplained"] for method in result["methods"]}
        self.assertEqual(list(unexplained), METHODS)
        # One gradient step is no match for least squares on correlated columns, and far better than the mean.
        self.assertLess(unexplained["gril"], 0.25)
        self.assertLess(unexplained["recursive_least_squares"], unexplained["gril"])
        self.assertEqual(unexplained["running_mean"], 1.0)
        with open(self.folder / "p.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 8603)
        for name, method in zip(METHODS, result["methods"]):
            error = sum((float(row["target"]) - float(row[name])) ** 2 for row in rows) / len(rows)
            self.assertAlmostEqual(error / method["mean_squared_error"], 1.0, places=7)

    def test_predictions_go_to_stdout_and_the_summary_to_stderr(self):
        stdout, stderr = self.gril("stream", "model.safetensors", "t.csv", "--target", "y")
        rows = list(csv.reader(io.StringIO(stdout)))
        self.assertEqual(rows[0], ["row", "target", *METHODS])
        self.assertEqual([row[0] for row in rows[1:]], [str(row) for row in range(31, 101)])
        self.assertIn("70 rows predicted", stderr)

    def test_a_live_table_is_answered_row_by_row(self):
        arguments = [PROGRAM, "stream", "model.safetensors", "-", "--target", "y", "--warm-up", "2"]
        with subprocess.Popen(arguments, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as program:
            program.stdin.write("a,b,y\n1,2,3\n2,1,5\n4,4,1\n")
            program.stdin.flush()
            self.assertTrue(program.stdout.readline().startswith("row,target"))
            self.assertTrue(program.stdout.readline().startswith("3,1,"))
            program.communicate()
            self.assertEqual(program.returncode, 0)

    def test_rows_with_missing_cells_are_skipped_on_demand(self):
        self.write("holes.csv", self.table + ",1,1\n1,NA,1\n1,1,1\n")
        stdout, _ = self.gril("stream", "model.safetensors", "holes.csv", "--target", "y", "--missing", "skip-row", "--json")
        self.assertEqual(json.loads(stdout)["skipped_rows"], 2)
        self.stream_refused(DAMAGED_FILE,
                            '[stream] holes.csv: row 101 (line 102), column "a" must be present; got "". Fill the cell, '
                            "leave such rows out with --missing skip-row, or the column with --drop a.",
                            "holes.csv", "--target", "y", "--output", "p.csv")
        self.assertFalse((self.folder / "p.csv").exists())

    def test_columns_may_be_chosen_before_the_names_of_the_files(self):
        self.write("model.safetensors", descent_model(2))
        for choice in (["--features", "b"], ["--drop", "a"]):
            stdout, _ = self.gril("stream", "--json", *choice, "model.safetensors", "t.csv", "--target", "y")
            self.assertEqual(json.loads(stdout)["features"], ["b"])

    def test_an_output_that_exists_is_kept(self):
        self.write("p.csv", "mine")
        self.stream_refused(CALLERS_MISTAKE,
                            "[stream] --output must name a new file; got p.csv, which exists. Add --force to replace it.",
                            "t.csv", "--target", "y", "--output", "p.csv")
        self.assertEqual((self.folder / "p.csv").read_text(), "mine")
        self.gril("stream", "model.safetensors", "t.csv", "--target", "y", "--output", "p.csv", "--force")
        self.assertTrue((self.folder / "p.csv").read_text().startswith("row,target"))
        self.stream_refused(CALLERS_MISTAKE,
                            "[stream] --output must differ from the files that are read; got t.csv. Name another file.",
                            "t.csv", "--target", "y", "--output", "t.csv", "--force")
        self.assertEqual((self.folder / "t.csv").read_text(), self.table)

    def test_several_tables_are_one_stream(self):
        self.cut_table(40)
        whole, _ = self.gril("stream", "model.safetensors", "t.csv", "--target", "y")
        parts, summary = self.gril("stream", "model.safetensors", "first.csv", "second.csv", "--target", "y")
        self.assertEqual(parts, whole)
        self.assertIn("first.csv, second.csv: 70 rows predicted", summary)

    def test_later_tables_may_order_their_columns_anew_but_need_them(self):
        self.cut_table(40)
        rows = [line.split(",") for line in (self.folder / "second.csv").read_text(encoding="utf-8").split()]
        self.write("second.csv", "".join(f"{y},{b},{a}\n" for a, b, y in rows))
        self.assertEqual(self.summary("first.csv", "second.csv")["methods"], self.summary("t.csv")["methods"])
        self.write("second.csv", "a,y\n1,2\n")
        self.stream_refused(CALLERS_MISTAKE, '[stream] --features must name a column of second.csv; got "b". '
                            "Columns: a, y.", "first.csv", "second.csv", "--target", "y")

    def test_the_curve_ends_at_the_summary(self):
        result = self.summary("t.csv", "--curve", "curve.json")
        curve = json.loads((self.folder / "curve.json").read_text(encoding="utf-8"))
        self.assertEqual(curve["rows"][-1], result["scored_rows"])
        for method, line in zip(result["methods"], curve["methods"]):
            self.assertEqual(line["name"], method["name"])
            self.assertAlmostEqual(line["cumulative"][-1] / result["scored_rows"],
                                   method["standardised_mean_squared_error"])
            self.assertEqual(line["cumulative"], sorted(line["cumulative"]))
        stdout, _ = self.gril("report", "curve.json")
        self.assertEqual(stdout, "curve.html\n")
        self.assertIn("Regret along the stream", (self.folder / "curve.html").read_text(encoding="utf-8"))

    def test_a_wrong_target(self):
        self.stream_refused(CALLERS_MISTAKE,
                            '[stream] --target must name a column of t.csv; got "z". Columns: a, b, y.',
                            "t.csv", "--target", "z")

    def test_a_model_that_does_not_fit(self):
        self.write("model.safetensors", descent_model(8))
        self.stream_refused(CALLERS_MISTAKE,
                            "[stream] model expects 8 inputs; got 2 feature columns (a, b) and the intercept. Construct "
                            "one with: gril construct gradient-descent --inputs 3 --outputs 1 --layout windowed -o MODEL.",
                            "t.csv", "--target", "y")

    def test_a_layer_that_cannot_be_streamed(self):
        self.write("model.safetensors", descent_model(3, kind="linear_attention"))
        self.stream_refused(CALLERS_MISTAKE,
                            "[stream] model.safetensors: layers.0 must be of a kind that can be streamed; got "
                            '"linear_attention". Kinds: append, gated_linear_unit, gril, linear, multilayer_perceptron, '
                            "residual.", "t.csv", "--target", "y")

    def test_damaged_tables(self):
        cases = {
            "": "must start with a header; got an empty file. Write the column names into its first line.",
            "a,b,y\n": "must have rows below the header; got none. Give a table with at least one row.",
            "a,b,y\n1,2,abc\n": 'row 1 (line 2), column "y" must be a number; got "abc". Correct the cell, or leave the '
                                "column out with --drop y.",
            ",".join(f"c{i}" for i in range(1_000_000)) + ",y\n":
                "the header must have at most 10000 columns in 1048576 bytes; got more. Keep the columns you need, for "
                "example with cut -d, -f1-20.",
        }
        for text, rule in cases.items():
            self.write("bad.csv", text)
            self.stream_refused(DAMAGED_FILE, f"[stream] bad.csv: {rule}", "bad.csv", "--target", "y")

    def test_a_table_that_is_all_warm_up(self):
        self.stream_refused(CALLERS_MISTAKE,
                            "[stream] --warm-up must leave rows to score and the target must vary; got 100 rows, all of "
                            "them warm-up. Give a longer table or a smaller --warm-up.",
                            "t.csv", "--target", "y", "--warm-up", "100", "--output", "p.csv")
        self.assertFalse((self.folder / "p.csv").exists())

    def test_options_out_of_range(self):
        self.stream_refused(CALLERS_MISTAKE,
                            "[recursive_least_squares] forgetting must lie in (0, 1]; got 0. 1 never forgets.",
                            "t.csv", "--target", "y", "--forgetting", "0")

    def test_a_missing_table_and_a_damaged_model(self):
        self.stream_refused(CALLERS_MISTAKE, "[stream] no.csv: must be a file; got no such file. Check the path.",
                            "no.csv", "--target", "y")
        self.write("model.safetensors", descent_model(3)[:-8])
        stdout, stderr = self.gril("stream", "model.safetensors", "t.csv", "--target", "y", code=DAMAGED_FILE)
        self.assertEqual(stdout, "")
        self.assertTrue(stderr.startswith("gril: [safetensors] model.safetensors"), stderr)

    def test_a_standard_output_that_is_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "stream", "model.safetensors", "t.csv", "--target", "y"], cwd=self.folder,
                                    stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(result.returncode, DAMAGED_FILE)
        self.assertEqual(result.stderr, "gril: [stream] the standard output must take the predictions; got an error. "
                                        "Use --output FILE.\n")

    def test_help_teaches(self):
        stdout, _ = self.gril("stream", "--help")
        self.assertIn("gril construct gradient-descent --inputs 10 --outputs 1 --layout windowed", stdout)


if __name__ == "__main__":
    unittest.main()
