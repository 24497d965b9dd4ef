"""builder/target/homes.def: in which of glibc's libraries its symbols are, where that is not one and the same.

What the table says of glibc 2.17 to 2.30 is history that no source at hand has: it is taken over from the table
itself. From 2.31 on, Debian's packages tell: every row is held against them, and what moved later, or is new in two
libraries at once, is added.
"""
import os
import re

from sources import ROOT, dynamic_symbols

OUTPUT = "builder/target/homes.def"
RELEASES = [(31, "bullseye"), (36, "bookworm"), (41, "trixie"), (43, "sid")]
COLUMNS = [("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"), ("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1")]
LIBRARIES = {"C": "libc.so.6", "PTHREAD": "libpthread.so.0", "M": "libm.so.6", "DL": "libdl.so.2", "RT": "librt.so.1",
             "UTIL": "libutil.so.1", "RESOLV": "libresolv.so.2", "ANL": "libanl.so.1", "LD": None}
HEAD = """\
/* Symbols of glibc that two of its libraries have had, sorted by byte: the version on x86_64, the version on
 * aarch64 ("" where there is none of this kind), then twice: since which glibc 2.N, which libraries define
 * it. The first glibc looked at is 2.17, the last is 2.%(newest)d.
 * `make tables` writes this file (tests/tables/homes.py); what it says of glibc before 2.%(oldest)d stays as it is.
%(made_of)s */
/* clang-format off */
HOME_COLUMNS("x86_64", "aarch64")
"""


def measure(sources, suite, column):
    """(symbol, version) -> the libraries that define it, in the order of LIBRARIES."""
    architecture, folder, loader = COLUMNS[column]
    root = sources.debian(suite, ["libc6"], architecture)
    homes = {}
    for token, soname in LIBRARIES.items():
        path = next(p for p in (os.path.join(root, lib, folder, soname or loader) for lib in ("lib", "usr/lib"))
                    if os.path.exists(p))
        for name, version, *_ in dynamic_symbols(path):
            if version.startswith("GLIBC_2"):
                homes.setdefault((name, version[len("GLIBC_"):]), []).append(token)
    return homes


def read_rows():
    row = re.compile(r'HOME\("(\S+)", +"([\d.]*)", +"([\d.]*)", +(\d+), ([A-Z |]+|0), (\d+), ([A-Z |]+|0)\)$')
    with open(os.path.join(ROOT, OUTPUT), encoding="utf-8") as f:
        return [m.groups() for m in map(row.match, f) if m]


def version_order(version):
    return [int(n) for n in version.split(".")] if version else [1 << 30]


def follow(row, measured):
    """The row as it is when what was measured is taken in. A symbol moves once at most, or the table cannot say it."""
    symbol, x86_64, aarch64, since, libraries, later, later_libraries = row
    for release, _ in RELEASES:
        for column, version in enumerate((x86_64, aarch64)):
            found = " | ".join(measured[release][column].get((symbol, version), []))
            said = later_libraries if int(later) and release >= int(later) else libraries
            if not version or release < int(since) or found == said or not found:
                continue
            if int(later) and release >= int(later) or release == RELEASES[0][0]:
                raise RuntimeError(f"{symbol}@{version}: in {found} of glibc 2.{release}, not in {said}")
            later, later_libraries = str(release), found
    return symbol, x86_64, aarch64, since, libraries, later, later_libraries


def new_rows(rows, measured):
    """What no row has and two libraries define, or another than before."""
    known = {(r[0], v) for r in rows for v in r[1:3] if v}
    for column in range(len(COLUMNS)):
        for release, _ in RELEASES:
            for key, homes in measured[release][column].items():
                before = [measured[r][column].get(key) for r, _ in RELEASES if r < release]
                moved = [h for h in before if h and h != homes]
                if key not in known and (len(homes) > 1 or moved):
                    known.add(key)
                    versions = [key[1] if key in measured[release][c] else "" for c in range(len(COLUMNS))]
                    yield (key[0], *versions, str(release), " | ".join((moved or [homes])[0]),
                           str(release) if moved else "0", " | ".join(homes) if moved else "0")


def tables(sources):
    measured = {release: [measure(sources, suite, column) for column in range(len(COLUMNS))]
                for release, suite in RELEASES}
    rows = [follow(row, measured) for row in read_rows()]
    rows += new_rows(rows, measured)
    rows.sort(key=lambda r: (r[0].encode(), version_order(r[1]), version_order(r[2])))
    text = HEAD % {"oldest": RELEASES[0][0], "newest": RELEASES[-1][0], "made_of": sources.made_of()}
    for symbol, x86_64, aarch64, *rest in rows:
        quoted = [f'"{symbol}",', f'"{x86_64}",', f'"{aarch64}",']
        text += f"HOME({quoted[0]:<38} {quoted[1]:<8} {quoted[2]:<7} {', '.join(rest)})\n"
    return {OUTPUT: text}
