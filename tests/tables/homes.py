"""builder/target/homes.def: in which of glibc's libraries its symbols are, where that is not one and the same.

What the table says of glibc 2.17 to 2.30 is history that no source at hand has: it is taken over from the table
itself. From 2.31 on, Debian's packages tell: every row is held against them, and what moved later, or is new in two
libraries at once, is added. What moved before 2.31, moved on all architectures: it is one source that all are built from.
"""
import os
import re

from sources import ROOT, dynamic_symbols

OUTPUT = "builder/target/homes.def"
RELEASES = [(31, "bullseye"), (36, "bookworm"), (41, "trixie"), (43, "sid")]
# Of wheel tags, Debian, its folder, the loader, and the releases whose packages are taken: its own, or those for cross
# compilers, which are of more architectures than an old release is kept of.
COLUMNS = [("x86_64", "amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2", (31, 36, 41, 43)),
           ("i686", "i386", "i386-linux-gnu", "ld-linux.so.2", (31, 36, 41, 43)),
           ("aarch64", "arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1", (31, 36, 41, 43)),
           ("armv7l", "armhf", "arm-linux-gnueabihf", "ld-linux-armhf.so.3", (31, 36, 41, 43)),
           ("ppc64le", "ppc64el", "powerpc64le-linux-gnu", "ld64.so.2", (31, 36, 43)),
           ("s390x", "s390x", "s390x-linux-gnu", "ld64.so.1", (31, 36, 43)),
           ("riscv64", "riscv64", "riscv64-linux-gnu", "ld-linux-riscv64-lp64d.so.1", (31, 36, 41, 43)),
           ("loongarch64", "loong64", "loongarch64-linux-gnu", "ld-linux-loongarch-lp64d.so.1", (43,))]
CROSS = {("ppc64el", 31), ("s390x", 31), ("riscv64", 31), ("riscv64", 36)}
GREAT_MOVE = 34
LIBRARIES = {"C": "libc.so.6", "PTHREAD": "libpthread.so.0", "M": "libm.so.6", "DL": "libdl.so.2", "RT": "librt.so.1",
             "UTIL": "libutil.so.1", "RESOLV": "libresolv.so.2", "ANL": "libanl.so.1", "LD": None}
HEAD = """\
/* Symbols of glibc that two of its libraries have had, sorted by byte: the version on each architecture ("" where there
 * is none of this kind), then twice: since which glibc 2.N, which libraries define it. The first glibc looked at is
 * 2.17, the last is 2.%(newest)d.
 * `make tables` writes this file (tests/tables/homes.py); what it says of glibc before 2.%(oldest)d stays as it is.
%(made_of)s */
/* clang-format off */
HOME_COLUMNS(%(columns)s)
"""
ROW = re.compile(r'HOME\("(\S+)",((?: +"[\d.]*",)+) +(\d+), ([A-Z |]+|0), (\d+), ([A-Z |]+|0)\)$')


class Row:
    """A line of the table."""

    def __init__(self, symbol, versions, since, libraries, later="0", later_libraries="0"):
        self.symbol, self.versions = symbol, versions
        self.since, self.libraries, self.later, self.later_libraries = since, libraries, later, later_libraries

    def at(self, release):
        """The libraries that it says of a release."""
        return self.later_libraries if int(self.later) and release >= int(self.later) else self.libraries

    def order(self):
        return self.symbol.encode(), *(version_order(v) for v in self.versions)

    def text(self):
        words = [f'"{self.symbol}",'.ljust(39)] + [f'"{v}",'.ljust(9) for v in self.versions]
        return f"HOME({''.join(w + ' ' * (w[-1] != ' ') for w in words)}{self.since}, {self.libraries}, {self.later}, {self.later_libraries})\n"


def measure(sources, release, suite, column):
    """(symbol, version) -> the libraries that define it, in the order of LIBRARIES."""
    _, architecture, folder, loader, _ = column
    if (architecture, release) in CROSS:
        below = [os.path.join(sources.debian(suite, [f"libc6-{architecture}-cross"]), "usr", folder, "lib")]
    else:
        root = sources.debian(suite, ["libc6"], architecture)
        below = [os.path.join(root, lib, folder) for lib in ("lib", "usr/lib")]
    homes = {}
    for token, soname in LIBRARIES.items():
        path = next((p for p in (os.path.join(b, soname or loader) for b in below) if os.path.exists(p)), None)
        if not path and token not in ("C", "M", "LD"):  # an architecture that is younger than the great move
            continue
        for name, version, *_ in dynamic_symbols(path):
            if version.startswith("GLIBC_2"):
                homes.setdefault((name, version[len("GLIBC_"):]), []).append(token)
    return homes


def read_rows():
    """Those of a table that has fewer columns too: architectures are told by their names."""
    with open(os.path.join(ROOT, OUTPUT), encoding="utf-8") as f:
        text = f.read()
    names = re.findall(r'"(\w+)"', re.search(r"HOME_COLUMNS\((.*)\)", text).group(1))
    for line in text.splitlines():
        m = ROW.match(line)
        if m:
            said = dict(zip(names, re.findall(r'"([\d.]*)"', m.group(2))))
            yield Row(m.group(1), [said.get(c[0], "") for c in COLUMNS], *m.groups()[2:])


def version_order(version):
    return [int(n) for n in version.split(".")] if version else [1 << 30]


def follow(row, measured):
    """Takes in what was measured. A symbol moves once at most, or the table cannot say it."""
    for release, _ in RELEASES:
        for version, column in zip(row.versions, COLUMNS):
            if not version or release < int(row.since) or release not in column[4]:
                continue
            found = " | ".join(measured[release][column[0]].get((row.symbol, version), []))
            if not found or found == row.at(release):
                continue
            if int(row.later) and release >= int(row.later) or release == RELEASES[0][0]:
                raise RuntimeError(f"{row.symbol}@{version}: in {found} of glibc 2.{release} for {column[0]}, "
                                   f"not in {row.at(release)}")
            row.later, row.later_libraries = str(release), found


def fits(row, key, index, measured):
    """Whether what a row says is what was measured of a symbol on an architecture, wherever that was."""
    name = COLUMNS[index][0]
    found = [(r, " | ".join(measured[r][name].get(key, []))) for r in COLUMNS[index][4]]
    return all(homes == row.at(r) for r, homes in found if homes)


def counterpart(version, versions):
    """Of a symbol's versions on the first architecture, the one that another's version was made with: an architecture
    begins with what was the newest at that time."""
    older = [v for v in versions if version_order(v) <= version_order(version)]
    return max(older, key=version_order) if older else min(versions, key=version_order)


def moved_alike(rows, measured):
    """Gives the first architecture's rows the versions that others have of the same, or copies of them."""
    versions, known = {}, {(r.symbol, r.versions[0]): r for r in rows if r.versions[0]}
    for name, version in measured[RELEASES[-1][0]][COLUMNS[0][0]]:
        versions.setdefault(name, set()).add(version)
    for index, column in enumerate(COLUMNS):
        has = {(r.symbol, r.versions[index]) for r in rows}
        newest = measured[RELEASES[-1][0]][column[0]]
        for key in sorted(newest, key=lambda k: (k[0], version_order(k[1]))):
            if key in has or key[0] not in versions or version_order(key[1]) >= [2, GREAT_MOVE]:
                continue
            like = known.get((key[0], counterpart(key[1], versions[key[0]])))
            if not like or not fits(like, key, index, measured):
                continue
            if like.versions[index]:
                like = Row(key[0], ["" for _ in COLUMNS], like.since, like.libraries, like.later, like.later_libraries)
                rows.append(like)
            like.versions[index] = key[1]


def new_rows(rows, measured):
    """What no row has and two libraries define, or another than before."""
    known = {(r.symbol, v, c[0]) for r in rows for v, c in zip(r.versions, COLUMNS) if v}
    for column in COLUMNS:
        for release in column[4]:
            for key, homes in measured[release][column[0]].items():
                before = [measured[r][column[0]].get(key) for r in column[4] if r < release]
                moved = [h for h in before if h and h != homes]
                if (*key, column[0]) in known or len(homes) < 2 and not moved:
                    continue
                versions = [key[1] if (*key, c[0]) not in known and release in c[4] and
                            measured[release][c[0]].get(key) == homes else "" for c in COLUMNS]
                known |= {(*key, c[0]) for v, c in zip(versions, COLUMNS) if v}
                if moved:
                    yield Row(key[0], versions, str(release), " | ".join(moved[0]), str(release), " | ".join(homes))
                else:
                    yield Row(key[0], versions, str(release), " | ".join(homes))


def tables(sources):
    measured = {release: {column[0]: measure(sources, release, suite, column) for column in COLUMNS if release in column[4]}
                for release, suite in RELEASES}
    rows = list(read_rows())
    for row in rows:
        follow(row, measured)
    moved_alike(rows, measured)
    rows += list(new_rows(rows, measured))
    rows.sort(key=Row.order)
    return {OUTPUT: HEAD % {"oldest": RELEASES[0][0], "newest": RELEASES[-1][0], "made_of": sources.made_of(),
                            "columns": ", ".join(f'"{c[0]}"' for c in COLUMNS)} + "".join(r.text() for r in rows)}
