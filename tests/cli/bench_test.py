"""`gril bench ops` says what was measured, on what, and how it compares."""

import json
import unittest

from program import CALLERS_MISTAKE, ProgramTest


class Bench(ProgramTest):
    def test_quick_run_names_machine_rivals_goals_and_errors(self):
        stdout, _ = self.gril("bench", "ops", "--quick", "--threads", "1", "--rounds", "2", "--json")
        result = json.loads(stdout)
        for key in ("processor", "threads", "instruction_set", "libtorch", "blas", "commit"):
            self.assertIn(key, result["machine"])
        self.assertEqual(result["machine"]["threads"], 1)
        methods = {row["method"] for row in result["rows"]}
        self.assertTrue({"gril", "stream: triad", "torch odd-even tree, time-major"} <= methods)
        for row in result["rows"]:
            self.assertGreater(row["median_seconds"], 0)
            self.assertLess(row["relative_error"], 1e-4)
        self.assertGreater(len(result["goals"]), 8)
        self.assertTrue(all(curve["lengths"] for curve in result["curves"]))

    def test_an_unknown_benchmark_is_refused(self):
        self.refused(CALLERS_MISTAKE,
                     '[bench] there is no command "opps". Did you mean "ops"? See: gril bench --help',
                     "bench", "opps")


if __name__ == "__main__":
    unittest.main()
