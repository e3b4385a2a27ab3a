"""gril/gril.h includes every public header once, in alphabetical order, and nothing else.

Not public: references, kernels, and what is theirs (docs/architecture.md, examples).
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop())
PRIVATE = re.compile(r"_(reference|kernel|kernel-inl|check|arguments)\.h$|/cpu_parallel\.h$")


class UmbrellaHeader(unittest.TestCase):
    def test_lists_every_public_header(self):
        umbrella = ROOT / "gril/gril.h"
        headers = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "gril").rglob("*.h") if p != umbrella)
        public = [h for h in headers if not PRIVATE.search(h)]
        included = re.findall(r'^#include "(.*)"$', umbrella.read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(included, public)


if __name__ == "__main__":
    unittest.main()
