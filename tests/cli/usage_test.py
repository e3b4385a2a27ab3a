"""A command line that is no command: one line that says what to do, exit code 2."""

import subprocess
import unittest

from program import CALLERS_MISTAKE, DAMAGED_FILE, PROGRAM, ProgramTest


class Usage(ProgramTest):
    def test_no_command(self):
        self.refused(CALLERS_MISTAKE, "[gril] a command is required; got none. See: gril --help")

    def test_an_unknown_command_names_the_nearest(self):
        self.refused(CALLERS_MISTAKE,
                     '[gril] there is no command "inof". Did you mean "info"? See: gril --help', "inof")
        self.refused(CALLERS_MISTAKE, '[gril] there is no command "quux". See: gril --help', "quux")

    def test_an_unknown_option_names_the_nearest(self):
        self.refused(CALLERS_MISTAKE,
                     '[info] there is no option "--jsno". Did you mean "--json"? See: gril info --help',
                     "info", "--jsno")

    def test_a_surplus_argument(self):
        self.refused(CALLERS_MISTAKE,
                     "[info] The following argument was not expected: x. See: gril info --help", "info", "x")

    def test_help_and_version_are_no_errors(self):
        stdout, _ = self.gril("--help")
        self.assertIn("info", stdout)
        stdout, _ = self.gril("info", "--help")
        self.assertIn("gril info --json", stdout)
        stdout, _ = self.gril("--version")
        self.assertRegex(stdout, r"^gril \d+\.\d+\.\d+\n$")

    def test_an_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "info"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(result.stderr, "gril: [gril] the output could not be written.\n")
        self.assertEqual(result.returncode, DAMAGED_FILE)


if __name__ == "__main__":
    unittest.main()
