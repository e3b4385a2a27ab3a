"""A command line that is no command: one line that says what to do, exit code 2."""

import re
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

    def test_integers_are_decimal_digits_within_their_range(self):
        def refused(option, text, got, *command):
            _, stderr = self.gril(*command, option, got, code=CALLERS_MISTAKE)
            self.assertIn(f'{option}: {text}; got "{got}". See: gril {command[0]}', stderr)
        seed = "must be an integer from 0 to 9223372036854775807"
        for got in ("-1", "9223372036854775808", "18446744073709551615", "1e3", "010", "0x10", "1.0", "+1", "", "1 "):
            refused("--seed", seed, got, "compare", "x")
        for got in ("0", "-3", "1e3", "99999999999999999999"):
            refused("--tasks", "must be an integer from 1 to 9223372036854775807", got, "compare", "x")
        refused("--jobs", "must be an integer from 1 to 2147483647", "4294967297", "reproduce", "x")
        _, stderr = self.gril("reproduce", "x", "--seeds", "1,-2", code=CALLERS_MISTAKE)
        self.assertIn(f'--seeds: {seed}; got "-2"', stderr)

    def commands(self, *words):
        """Every command below these words that has no commands of its own, with its help."""
        help_text, _ = self.gril(*words, "--help")
        below = re.findall(r"(?m)^  ([a-z][a-z-]+) ", help_text.partition("Subcommands:")[2].partition("\n\n")[0])
        if not below:
            yield words, help_text
        for word in below:
            yield from self.commands(*words, word)

    def test_every_integer_option_has_that_rule(self):
        found = 0
        for words, help_text in self.commands():
            for option in re.findall(r"(?m)^ +(?:-\w,)?(--[a-z-]+) U?INT\b", help_text):
                _, stderr = self.gril(*words, option, "1e3", code=CALLERS_MISTAKE)
                self.assertIn(f'{option}: must be an integer from', stderr, (words, option))
                found += 1
        self.assertGreater(found, 40)

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
