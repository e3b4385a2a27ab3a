"""The documents name what exists: commands, options, presets, files."""

import functools
import json
import pathlib
import re
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop()
ROOT = pathlib.Path(sys.argv.pop())


def document(name):
    return (ROOT / name).read_text(encoding="utf-8")


@functools.cache
def help_text(*command):
    result = subprocess.run([PROGRAM, *command, "--help"], capture_output=True, text=True, check=True)
    return result.stdout


def commands(*above):
    """Every command as a tuple of words, nested ones too."""
    listing = help_text(*above).partition("Subcommands:")[2].partition("\n\n")[0]
    for name in re.findall(r"^  ([a-z][a-z-]*)", listing, re.MULTILINE):
        yield (*above, name)
        yield from commands(*above, name)


# Section of docs/reproducing_the_papers.md: number of claims, folder of the experiments.
PAPERS = {
    "Gated recurrent neural networks discover attention": (33, "gated_rnns_discover_attention"),
    "Learning in the recurrent state": (25, "learning_in_the_recurrent_state"),
}


def reproduced(paper):
    """The section of a paper in docs/reproducing_the_papers.md."""
    _, _, section = document("docs/reproducing_the_papers.md").partition(f"\n## {paper}\n")
    return section.partition("\n## ")[0]


class Documents(unittest.TestCase):
    def test_cli_names_every_command_and_option(self):
        text = document("docs/cli.md")
        found = list(commands())
        self.assertGreater(len(found), 0)
        for command in found:
            name = " ".join(("gril", *command))
            self.assertIn(f"## {name}\n", text)
            section = text.partition(f"## {name}\n")[2].partition("\n## ")[0]
            for option in re.findall(r"^  (?:-\w,)?(--[a-z][a-z-]*)", help_text(*command), re.MULTILINE):
                if option != "--help":
                    self.assertIn(f"`{option}", section, f"docs/cli.md, {name}")

    def test_cli_names_no_command_that_does_not_exist(self):
        headings = re.findall(r"^## (gril .*)$", document("docs/cli.md"), re.MULTILINE)
        self.assertEqual(sorted(headings), sorted(" ".join(("gril", *c)) for c in commands()))

    def test_getting_started_lists_every_option_and_preset(self):
        text = document("docs/getting_started.md")
        cmake = document("CMakeLists.txt") + document("cmake/precompiled_headers.cmake")
        for option in re.findall(r"option\((GRIL_\w+)|^set\((GRIL_\w+) \"[^)]*CACHE", cmake, re.MULTILINE):
            self.assertIn(f"| `{option[0] or option[1]}` |", text)
        for preset in json.loads(document("CMakePresets.json"))["configurePresets"]:
            self.assertIn(f"| `{preset['name']}` |", text)

    def test_links_lead_to_files(self):
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("experiments/**/*.md")]:
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
                if not target.startswith("http"):
                    self.assertTrue((page.parent / target).exists(), f"{page}: {target}")

    def test_claims_name_tests_that_exist(self):
        named = set(re.findall(r"`([A-Z]\w+\.[A-Z]\w+)`", document("docs/reproducing_the_papers.md")))
        self.assertGreater(len(named), 40)
        sources = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*_test.cpp"))
        tests = {f"{suite}.{test}" for suite, test in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s+(\w+)\)", sources, re.MULTILINE)}
        self.assertEqual(named - tests, set())

    def test_every_claim_of_a_paper_is_checked(self):
        for paper, (count, _) in PAPERS.items():
            checked, _, trained = reproduced(paper).partition("### What training gave")
            claims = [str(claim) for claim in range(1, count + 1)]
            self.assertEqual(re.findall(r"^\| (\d+) \|", checked, re.MULTILINE), claims)
            self.assertLessEqual(set(re.findall(r"^\| (\d+) \|", trained, re.MULTILINE)), set(claims))

    def test_experiments_that_documents_name_exist(self):
        for paper, (_, folder) in PAPERS.items():
            _, _, trained = reproduced(paper).partition("### What training gave")
            named = set(re.findall(r"`(\w+)` \|$", trained, re.MULTILINE))
            folders = {path.parent.name for path in ROOT.glob(f"experiments/{folder}/*/experiment.toml")}
            self.assertEqual(named, folders)

    def test_commands_of_the_readme_exist(self):
        known = {command[0] for command in commands()}
        for verb in re.findall(r"^    gril ([a-z]+)", document("README.md"), re.MULTILINE):
            self.assertIn(verb, known)


if __name__ == "__main__":
    unittest.main()
