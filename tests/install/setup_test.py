"""What the set-up scripts say when they cannot do their work: one clear line and exit code 2."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
TOOLS = ["awk", "cat", "cut", "dirname", "env", "grep", "head", "mktemp", "nproc", "rm", "sed", "sh", "tr"]
NOTHING_INSTALLED = "exit 1"
ROOT_USER = 'if [ "$1" = -u ]; then echo 0; else echo root; fi'
OTHER_USER = 'if [ "$1" = -u ]; then echo 1000; else echo someone; fi'


class SetUp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        for tool in TOOLS:
            for place in ("/usr/bin", "/bin"):
                if (pathlib.Path(place) / tool).exists():
                    (self.path / tool).symlink_to(pathlib.Path(place) / tool)
                    break

    def stand_in(self, name, script):
        """A program of this name that does what `script` says."""
        file = self.path / name
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def last_line(self, script, *arguments):
        result = subprocess.run([ROOT / "tools" / script, *arguments], env={"PATH": str(self.path)},
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 2, result.stderr)
        return result.stderr.splitlines()[-1]

    def missing_packages(self):
        lines = (ROOT / "tools/packages.txt").read_text(encoding="utf-8").splitlines()
        return "".join(" " + line.split()[1] for line in lines if line.startswith("build "))

    def test_another_system_is_told_what_to_do(self):
        self.assertEqual(self.last_line("install_packages.sh", "build"),
                         "[install_packages] packages are installed with apt on Debian 12 or newer; apt was not "
                         "found. Install what tools/packages.txt lists and set GRIL_SKIP_PACKAGES=1.")

    @unittest.skipUnless("ID=debian" in pathlib.Path("/etc/os-release").read_text(encoding="utf-8"),
                         "skipped: this system is not Debian")
    def test_missing_root_rights(self):
        self.stand_in("dpkg-query", NOTHING_INSTALLED)
        self.stand_in("apt-get", "exit 0")
        self.stand_in("id", OTHER_USER)
        self.assertEqual(self.last_line("install_packages.sh", "build"),
                         "[install_packages] installing packages needs root rights or sudo; got user someone with "
                         f"neither. As root, run: apt-get install{self.missing_packages()}")

    @unittest.skipUnless("ID=debian" in pathlib.Path("/etc/os-release").read_text(encoding="utf-8"),
                         "skipped: this system is not Debian")
    def test_a_package_that_the_sources_lack(self):
        self.stand_in("dpkg-query", NOTHING_INSTALLED)
        self.stand_in("apt-get", "exit 0")
        self.stand_in("apt-cache", '[ "$2" != libhwy-dev ]')
        self.stand_in("id", ROOT_USER)
        self.assertEqual(self.last_line("install_packages.sh", "build"),
                         "[install_packages] package libhwy-dev was not found in the sources of /etc/apt. Enable "
                         "Debian's main section and run apt-get update.")

    def test_an_unknown_group(self):
        self.assertEqual(self.last_line("install_packages.sh", "all"),
                         '[install_packages] the group must be build or test; got "all".')

    def test_no_compiler(self):
        self.assertEqual(self.last_line("build.sh", "release"),
                         "[build] the compiler g++ was not found. Install g++ 12 or newer, or set CXX.")

    def test_a_compiler_that_is_too_old(self):
        self.stand_in("g++", 'if [ "$1" = -dumpversion ]; then echo 11; else echo "g++ (Debian) 11.3.0"; fi')
        self.assertEqual(self.last_line("build.sh", "release"),
                         "[build] gril needs GCC 12 or newer; got g++ 11. Install g++-12 and set CXX=g++-12.")


if __name__ == "__main__":
    unittest.main()
