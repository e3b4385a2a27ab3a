"""gril data check: which sets a folder holds, and what is wrong with them."""

import json
import unittest

from program import CALLERS_MISTAKE, CHECK_FAILED, ProgramTest


class DataCheck(ProgramTest):
    def test_names_layout_and_missing_files(self):
        self.write("data/listops/basic_train.tsv", "Source\tTarget\n")
        stdout, _ = self.gril("data", "check", "data", code=CHECK_FAILED)
        self.assertEqual(stdout.splitlines(), ["listops  data/listops (layout s4)", "  missing: basic_val.tsv",
                                               "  missing: basic_test.tsv"])
        report = json.loads(self.gril("data", "check", "data", "--json", code=CHECK_FAILED)[0])
        self.assertFalse(report["whole"])
        self.assertEqual(report["sets"][0]["layout"], "s4")

    def test_a_folder_without_data_is_refused(self):
        self.write("notes/a.txt", "")
        _, stderr = self.gril("data", "check", "notes", code=CALLERS_MISTAKE)
        self.assertTrue(stderr.startswith("gril: [data check] notes: must hold a set of Long Range Arena; got none"))
        self.assertEqual(stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
