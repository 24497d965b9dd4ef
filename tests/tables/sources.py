"""Where tables come from: packages of Debian, files of Python packages, and what readelf says of a library."""
import glob
import os
import re
import subprocess
import sys
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Unavailable(Exception):
    """What a table is made of is not to be had on this machine."""


class Sources:
    """Downloads below `folder`, once; remembers which versions were used."""

    def __init__(self, folder):
        self.folder = folder
        self.used = []

    def debian(self, suite, packages, arch="amd64", pass_over=False):
        """Packages of a suite, unpacked: the folder that stands for "/". pass_over: those of them that there are."""
        where = os.path.join(self.folder, f"{suite}-{arch}")
        run = subprocess.run([os.path.join(ROOT, "tests", "debian"), suite, where, *packages],
                             env={**os.environ, "DEBIAN_ARCH": arch, "DEBIAN_PASS_OVER": "yes" if pass_over else "no"},
                             capture_output=True, text=True)
        if run.returncode == 3:
            raise Unavailable(run.stderr.strip())
        if run.returncode:
            sys.exit(f"tests/debian: {run.stderr.strip()}")
        for package in packages:
            debs = glob.glob(os.path.join(where, "debs", package + "_*.deb"))
            if not debs and pass_over:
                continue
            deb = os.path.basename(debs[0])
            self.note(f"{package} {deb.split('_')[1].replace('%3a', ':')}")
        return os.path.join(where, "root")

    def pypi(self, name):
        """The newest pure wheel of a project, unpacked."""
        where = os.path.join(self.folder, "pypi")
        pattern = os.path.join(where, name + "-*-py3-none-any.whl")
        if not glob.glob(pattern):
            run = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
                                  "-d", where, name], capture_output=True, text=True)
            if run.returncode:
                raise Unavailable((run.stderr.strip().splitlines() or ["pip download failed"])[-1])
        wheel = sorted(glob.glob(pattern))[-1]
        self.note(" ".join(os.path.basename(wheel).split("-")[:2]))
        return zipfile.ZipFile(wheel)

    def note(self, what):
        if what not in self.used:
            self.used.append(what)

    def made_of(self):
        """The lines of a comment that name what was used."""
        return "".join(f" * Made of {what}.\n" for what in self.used)


def dynamic_symbols(path):
    """(name, version or "", is the version the default one, type, binding) of each symbol that a library defines."""
    run = subprocess.run(["readelf", "-W", "--dyn-syms", path], capture_output=True, text=True, check=True)
    for line in run.stdout.splitlines():
        word = re.sub(r"\[<localentry>: \d+\]|\[VARIANT_PCS\]", "", line).split()
        if len(word) < 8 or not re.fullmatch(r"\d+:", word[0]) or word[6] == "UND":
            continue
        name, at, version = word[7].partition("@")
        yield name, version.lstrip("@"), not at or version.startswith("@"), word[3], word[4]
