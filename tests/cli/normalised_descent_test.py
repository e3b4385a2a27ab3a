"""`gril construct gradient-descent` for contexts of any length."""

import json
import unittest

from program import CALLERS_MISTAKE, ProgramTest


class NormalisedDescent(ProgramTest):
    def certificate(self, *arguments):
        stdout, _ = self.gril("construct", *arguments, "--json")
        return json.loads(stdout)["certificate"]

    def test_steps_for_a_stream_of_any_length(self):
        certificate = self.certificate("gradient-descent", "--inputs", 3, "--steps", 4, "--chebyshev", "0.1,1",
                                       "--normalisation", "power", "--decay", 0.9, "-o", "a")
        self.assertTrue(certificate["holds"])
        self.assertEqual(certificate["claim"]["normalisation"], "power")
        self.assertEqual(len(certificate["claim"]["learning_rates"]), 4)
        stdout, _ = self.gril("certify", "a", "--length", 50)
        self.assertIn("over the sum of its |x|^2", stdout)
        mean = self.certificate("gradient-descent", "--normalisation", "count", "--learning-rate", 0.5, "-o", "b")
        self.assertTrue(mean["holds"])

    def test_normalisation_and_spectra_that_do_not_fit_are_refused(self):
        command = ("construct", "gradient-descent", "-o", "a")
        self.refused(CALLERS_MISTAKE, "[construct] --normalisation count needs --learning-rate, --learning-rates or "
                     "--chebyshev: the best one is known for the sum over N examples only.",
                     *command, "--normalisation", "count")
        self.refused(CALLERS_MISTAKE, "[learning_rate] Chebyshev steps need a spectrum 0 < LO <= HI; got 0 and 1.",
                     *command, "--chebyshev", "0,1")
        self.refused(CALLERS_MISTAKE, "[gradient_descent] normalisation count needs one update per example; got blocks "
                     "tokens, with which a layer also updates between examples. Use windowed, pairs or constructed, or "
                     "normalisation power.", *command, "--normalisation", "count", "--learning-rate", 1, "--layout",
                     "blocks")
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
