"""`gril construct` writes models that `gril certify` confirms, and refuses the rest."""

import json
import struct
import unittest

from program import CALLERS_MISTAKE, CHECK_FAILED, DAMAGED_FILE, ProgramTest

LAYOUTS = ["interleaved", "blocks"]


class Construct(ProgramTest):
    def certificate(self, *arguments):
        stdout, stderr = self.gril("construct", *arguments, "--json")
        self.assertEqual(stderr, "")
        return json.loads(stdout)["certificate"]

    def test_layouts_are_certified(self):
        for layout in LAYOUTS:
            certificate = self.certificate("gradient-descent", "--inputs", 3, "--layout", layout,
                                           "-o", f"{layout}.safetensors")
            self.assertTrue(certificate["holds"])
            self.assertLessEqual(certificate["max_rel_error"], 1e-12)
            self.assertLessEqual(certificate["max_rel_error"], certificate["error_bound"])

    def test_the_default_learning_rate_is_the_best_one(self):
        certificate = self.certificate("gradient-descent", "-o", "a")
        self.assertAlmostEqual(certificate["claim"]["learning_rates"][0], 6.0606, places=4)

    def test_several_steps_are_certified_with_one_rate_or_one_each(self):
        shared = self.certificate("gradient-descent", "--inputs", 3, "--steps", 3, "--learning-rate", 0.5, "-o", "a")
        self.assertTrue(shared["holds"])
        self.assertEqual(shared["claim"]["learning_rates"], [0.5, 0.5, 0.5])
        free = self.certificate("gradient-descent", "--learning-rates", "4,11.57", "--decay", 0.9, "--layout", "blocks",
                                "--outputs", 2, "--initial-weights", "random", "-o", "b")
        self.assertTrue(free["holds"])
        self.assertLessEqual(free["max_rel_error"], 1e-12)
        self.assertEqual(free["claim"]["learning_rates"], [4, 11.57])
        stdout, _ = self.gril("certify", "b", "--length", 40, "--seed", 3)
        self.assertIn("2 steps of gradient descent", stdout)

    def test_steps_and_rates_that_contradict_each_other_are_refused(self):
        command = ("construct", "gradient-descent", "-o", "a")
        self.refused(CALLERS_MISTAKE,
                     "[construct] --learning-rates must name one rate per step; got 3 rates and --steps 2.",
                     *command, "--steps", 2, "--learning-rates", "1,2,3")
        self.refused(CALLERS_MISTAKE, "[construct] --steps must lie in [1, 1000]; got 1001.", *command, "--steps", 1001)
        self.refused(CALLERS_MISTAKE,
                     "[construct gradient-descent] --learning-rate excludes --learning-rates. "
                     "See: gril construct gradient-descent --help",
                     *command, "--learning-rate", 1, "--learning-rates", "1,2")
        self.refused(CALLERS_MISTAKE, "[gradient_descent] every learning rate must be finite; got nan.",
                     *command, "--learning-rates", "1,nan")
        self.refused(CALLERS_MISTAKE,
                     "[gradient_descent] constructed tokens allow one step: they show the products x*y only, so no "
                     "layer can tell how the first step changed the prediction for x; got 2 steps. Use windowed, "
                     "pairs, blocks or interleaved.", *command, "--steps", 2, "--layout", "constructed")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_step_on_the_cross_entropy_is_certified(self):
        for weights in ("zero", "random"):
            certificate = self.certificate("gradient-descent", "--loss", "cross-entropy", "--outputs", 3, "--inputs", 4,
                                           "--learning-rate", 2, "--initial-weights", weights, "-o", weights)
            self.assertTrue(certificate["holds"])
            self.assertEqual(certificate["claim"]["loss"], "cross-entropy")
        self.refused(CALLERS_MISTAKE,
                     "[construct] --loss cross-entropy needs --learning-rate: the best one is known for the squared "
                     "loss only.", "construct", "gradient-descent", "--loss", "cross-entropy", "--outputs", 3, "-o", "a")
        self.refused(CALLERS_MISTAKE,
                     "[gradient_descent] cross-entropy needs at least 2 outputs, one per class; got 1.",
                     "construct", "gradient-descent", "--loss", "cross-entropy", "--learning-rate", 1, "-o", "a")

    def test_every_route_is_certified_with_and_without_features(self):
        routes = {"causal": ("--steps", 3), "sub-layers": (), "full-sums": ("--steps", 4),
                  "minibatches": ("--steps", 3, "--layout", "pairs")}
        for route, options in routes.items():
            for features in ((), ("--features", "mlp", "--feature-size", 4, "--hidden-size", 6)):
                name = f"{route}{len(features)}"
                certificate = self.certificate("gradient-descent", "--inputs", 3, "--learning-rate", 0.1, "--route",
                                               route, *options, *features, "--initial-weights", "random", "-o", name)
                self.assertTrue(certificate["holds"])
                self.assertLessEqual(certificate["max_rel_error"], 1e-12)
                self.assertEqual(certificate["claim"]["route"], route)
                self.assertEqual(certificate["claim"]["features"] is None, not features)
                self.gril("certify", name, "--seed", 3, "--length", 17)
        stdout, _ = self.gril("certify", "minibatches0")
        self.assertIn("3 steps of gradient descent on the squared loss of 10 context examples (3 inputs, 1 output, pairs "
                      "tokens), one on each of 3 minibatches, learning rate 0.1", stdout)

    def test_several_steps_on_the_cross_entropy_take_two_routes(self):
        command = ("gradient-descent", "--loss", "cross-entropy", "--outputs", 3, "--learning-rate", 2, "--steps", 4)
        for route in ("full-sums", "minibatches"):
            certificate = self.certificate(*command, "--route", route, "-o", route)
            self.assertTrue(certificate["holds"])
            self.assertLessEqual(certificate["max_rel_error"], 1e-12)
        self.refused(CALLERS_MISTAKE,
                     "[gradient_descent] the causal route takes one step on the cross-entropy: its gradient is not "
                     "linear in the weights, and several steps of this route need that; got 4 steps. Use the route "
                     "full-sums or minibatches.", "construct", *command, "-o", "a")

    def test_the_default_rate_of_a_minibatch_is_the_best_one_for_its_size(self):
        small = self.certificate("gradient-descent", "--examples", 10, "-o", "a")
        minibatches = self.certificate("gradient-descent", "--examples", 20, "--steps", 2, "--route", "minibatches",
                                       "-o", "b")
        self.assertEqual(minibatches["claim"]["learning_rates"], 2 * small["claim"]["learning_rates"])

    def test_routes_and_features_that_cannot_be_are_refused(self):
        command = ("construct", "gradient-descent", "-o", "a")
        self.refused(CALLERS_MISTAKE,
                     "[gradient_descent] the route sub-layers takes two steps, which its three states add up to; got 3 "
                     "steps. Use the route causal.", *command, "--route", "sub-layers", "--steps", 3)
        self.refused(CALLERS_MISTAKE,
                     "[gradient_descent] the route full-sums needs windowed tokens; got blocks: the query would have a "
                     "token of its own, and a sum over all tokens would count it as an example.",
                     *command, "--route", "full-sums", "--layout", "blocks")
        self.refused(CALLERS_MISTAKE,
                     "[construct] --features mlp needs --learning-rate: the best one is known for the inputs themselves "
                     "only.", *command, "--features", "mlp")
        self.refused(CALLERS_MISTAKE,
                     "[construct] --feature-size, --hidden-size and --activation describe the network of --features "
                     "mlp; got --features none.", *command, "--hidden-size", 3)
        self.refused(CALLERS_MISTAKE,
                     "[gradient_descent] blocks cannot have features: the token of a target holds no input, but its "
                     "features phi(0) are not zero and would count as those of an example. Use windowed, pairs or "
                     "interleaved.", *command, "--features", "mlp", "--learning-rate", 1, "--layout", "blocks")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_linear_attention_is_certified_and_its_size_printed(self):
        sizes = {"basic": (16, 4, 16, 924), "symmetric": (10, 4, 16, 666), "low-rank": (10, 4, 16, 666),
                 "symmetric-inverse": (10, 4, 16, 666), "side-gated": (16, 0, 16, 576),
                 "symmetric-side-gated": (10, 0, 16, 414)}
        for variant, (memory, queries, gates, parameters) in sizes.items():
            stdout, _ = self.gril("construct", "linear-attention", "--variant", variant, "--json", "-o", variant)
            result = json.loads(stdout)
            self.assertTrue(result["certificate"]["holds"])
            self.assertLessEqual(result["certificate"]["max_rel_error"], 1e-10)
            self.assertEqual(result["certificate"]["claim"]["variant"], variant)
            self.assertEqual(result["memory_neurons"], memory)
            self.assertEqual(result["required_memory_neurons"], 10)
            self.assertEqual(result["query_neurons"], queries)
            self.assertEqual(result["gates"], gates)
            self.assertEqual(result["parameters"], parameters)
            self.assertEqual(result["attention_parameters"], 48)
            self.gril("certify", variant)

    def test_heads_decay_and_ranks_are_those_asked_for(self):
        stdout, _ = self.gril("construct", "linear-attention", "--heads", 3, "--variant", "symmetric", "--decay", 0.5,
                              "--json", "-o", "a")
        result = json.loads(stdout)
        self.assertEqual(len(result["certificate"]["claim"]["attention"]["heads"]), 3)
        self.assertEqual(result["certificate"]["claim"]["attention"]["decay"], 0.5)
        self.assertEqual((result["memory_neurons"], result["state_elements"]), (10, 14))
        stdout, _ = self.gril("construct", "linear-attention", "--width", 6, "--value-rank", 3, "--key-query-rank", 2,
                              "--overlap", 1, "--variant", "low-rank", "-o", "b")
        self.assertIn("6 memory neurons (no fewer than 6 are possible), 2 query neurons, 6 gates", stdout)

    def test_cells_in_a_limit_print_their_order(self):
        for cell, order, error in (("lru", 1, 3e-3), ("lstm", 2, 2e-5), ("one-layer-lstm", 2, 2e-5), ("gru", 2, 2e-5)):
            certificate = self.certificate("linear-attention", "--width", 2, "--cell", cell, "-o", cell)
            self.assertTrue(certificate["holds"])
            self.assertAlmostEqual(certificate["limit"]["measured_order"], order, delta=0.25)
            self.assertLessEqual(certificate["max_rel_error"], error)
            stdout, _ = self.gril("certify", cell, "--seed", 3)
            self.assertRegex(stdout, rf"order \d(\.\d+)? \(claimed {order} \+- 0\.25\)\n  the claim holds")

    def test_rotation_is_exact_in_an_lru_that_decays(self):
        certificate = self.certificate("linear-attention", "--cell", "lru", "--rotation", 0.5, "--decay", 0.9, "-o", "a")
        self.assertTrue(certificate["holds"])
        self.assertNotIn("limit", certificate)
        self.assertLessEqual(certificate["max_rel_error"], 1e-12)

    def test_associative_recall_makes_no_error(self):
        for layout, neurons in (("joint", [6, 2, 0]), ("interleaved", [6, 2, 13])):
            stdout, _ = self.gril("construct", "associative-recall", "--keys", 2, "--values", 3, "--layout", layout,
                                  "--json", "-o", layout)
            result = json.loads(stdout)
            self.assertTrue(result["certificate"]["holds"])
            self.assertEqual(result["certificate"]["wrong_choices"], 0)
            self.assertEqual([result[key] for key in ("memory_neurons", "query_neurons", "delay_neurons")], neurons)
            stdout, _ = self.gril("certify", layout, "--trials", 200, "--length", 50)
            self.assertIn("  wrong choices            0 of 200\n", stdout)
        self.refused(CALLERS_MISTAKE, "[associative_recall] values must be at least 2; got 1.", "construct",
                     "associative-recall", "--values", 1, "-o", "a")

    def test_contradictory_options_are_refused(self):
        self.refused(CALLERS_MISTAKE,
                     "[linear_attention] rotation needs complex eigenvalues, those of an LRU; got rotation 0.5 for a "
                     "gated linear RNN.", "construct", "linear-attention", "--rotation", 0.5, "-o", "a")
        self.refused(CALLERS_MISTAKE,
                     "[linear_attention] the variant side-gated is one of the cell gated-rnn; got the cell gru.",
                     "construct", "linear-attention", "--variant", "side-gated", "--cell", "gru", "-o", "a")
        self.refused(CALLERS_MISTAKE,
                     "[linear_attention] the limit of the cell lstm, epsilon, must lie in [1e-05, 0.003]; got 0.5.",
                     "construct", "linear-attention", "--limit", 0.5, "--cell", "lstm", "-o", "a")
        self.refused(CALLERS_MISTAKE,
                     "[linear_attention] this construction holds one head; got 2. The variant symmetric holds any "
                     "number.", "construct", "linear-attention", "--heads", 2, "--variant", "low-rank", "-o", "a")
        self.refused(CALLERS_MISTAKE,
                     "[linear_attention] overlap must lie in [3, 4] for ranks 5 and 4 of width 6; got 1.",
                     "construct", "linear-attention", "--width", 6, "--value-rank", 5, "--key-query-rank", 4,
                     "--overlap", 1, "-o", "a")
        _, stderr = self.gril("construct", "linear-attention", "--value-rank", 2, "--variant", "symmetric-inverse",
                              "-o", "a", code=CALLERS_MISTAKE)
        self.assertRegex(stderr, r"^gril: \[linear_attention\] the value matrix must be invertible, with a condition "
                                 r"number of at most 100000; got .*\. The variant symmetric needs no inverse\.\n$")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_initial_weights_and_decay_are_in_the_claim(self):
        certificate = self.certificate("gradient-descent", "--inputs", 2, "--outputs", 3, "--decay", 0.9,
                                       "--initial-weights", "random", "--layout", "blocks", "-o", "a")
        self.assertEqual(certificate["claim"]["decay"], 0.9)
        self.assertEqual(len(certificate["claim"]["initial_weights"]), 3)

    def test_an_existing_file_is_kept_unless_forced(self):
        self.write("a", "mine")
        self.refused(CALLERS_MISTAKE, "[construct] a exists already. Choose another name or add --force.",
                     "construct", "linear-attention", "-o", "a")
        self.assertEqual((self.folder / "a").read_text(), "mine")
        self.gril("construct", "linear-attention", "-o", "a", "--force")
        self.gril("certify", "a")

    def test_what_cannot_be_constructed_is_refused(self):
        self.refused(CALLERS_MISTAKE,
                     "[gradient_descent] constructed tokens cannot start from initial weights: they show "
                     "the products x*y only, so no layer can subtract the prediction W0 x. Use windowed, "
                     "pairs, blocks or interleaved.",
                     "construct", "gradient-descent", "--layout", "constructed", "--initial-weights",
                     "random", "-o", "a")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_an_option_that_does_not_exist_is_named(self):
        self.refused(CALLERS_MISTAKE,
                     '[construct gradient-descent] there is no option "--stride". '
                     "See: gril construct gradient-descent --help",
                     "construct", "gradient-descent", "--stride", 2, "-o", "a")


class Certify(ProgramTest):
    good = None  # the bytes of one construction, written once

    def setUp(self):
        super().setUp()
        if Certify.good is None:
            self.gril("construct", "gradient-descent", "--inputs", 3, "-o", "good")
            Certify.good = (self.folder / "good").read_bytes()
        self.write("good", Certify.good)

    def altered(self, metadata=None, tensor=None, factor=1.0):
        """A copy of `good` with other metadata, or with the first number of a tensor multiplied."""
        data = bytearray((self.folder / "good").read_bytes())
        (size,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8:8 + size])
        body = data[8 + size:]
        if tensor is not None:
            start = header[tensor]["data_offsets"][0]
            struct.pack_into("<d", body, start, factor * struct.unpack_from("<d", body, start)[0])
        for key, value in (metadata or {}).items():
            if value is None:
                del header["__metadata__"][key]
            else:
                header["__metadata__"][key] = value
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        self.write("altered", struct.pack("<Q", len(text)) + text + bytes(body))
        return "altered"

    def test_a_construction_holds_at_other_lengths_and_seeds(self):
        stdout, _ = self.gril("certify", "good", "--length", 257, "--trials", 10, "--seed", 5, "--json")
        certificate = json.loads(stdout)
        self.assertTrue(certificate["holds"])
        self.assertEqual((certificate["length"], certificate["trials"]), (257, 10))
        for key in ("max_abs_error", "max_rel_error", "claim", "error_bound", "tolerance"):
            self.assertIn(key, certificate)

    def test_a_perturbed_construction_fails_with_exit_code_1(self):
        name = self.altered(tensor="layers.0.readout", factor=1 + 1e-9)
        stdout, _ = self.gril("certify", name, code=CHECK_FAILED)
        self.assertIn("THE CLAIM DOES NOT HOLD", stdout)
        stdout, _ = self.gril("certify", name, "--json", code=CHECK_FAILED)
        self.assertFalse(json.loads(stdout)["holds"])

    def test_a_model_that_claims_nothing_is_the_callers_mistake(self):
        name = self.altered(metadata={"gril_claim": None})
        self.refused(CALLERS_MISTAKE,
                     f"[certificate] {name}: the model must claim an algorithm; got no claim. Trained "
                     "models are compared by gril analyze.", "certify", name)

    def test_damaged_files_have_exit_code_3_absent_ones_2(self):
        data = (self.folder / "good").read_bytes()
        self.write("short", data[:-1])
        self.gril("certify", "short", code=DAMAGED_FILE)
        self.gril("certify", "absent", code=CALLERS_MISTAKE)
        name = self.altered(metadata={"gril_claim": "{}"})
        self.refused(DAMAGED_FILE,
                     f"[certificate] {name}: claim must name the algorithm associative-recall, "
                     "gradient-descent or linear-attention; got null.", "certify", name)


if __name__ == "__main__":
    unittest.main()
