"""What libraries leave in the modules they are linked into: learnt from the static archives of Debian 12.

Each library of tests/bench/recognise.tsv is read; what only one of them has tells it: texts, names, tables of constants;
and texts with its version in them say where the version stands. Texts are taken from as many members as there are, so
that what a link leaves of the library still has some.
"""
import collections
import fnmatch
import glob
import os
import re

import objects
import sources as source

OUTPUT = "builder/inspect/learnt.def"
SUITE = "bookworm"
ROWS = os.path.join(source.ROOT, "tests", "bench", "recognise.tsv")
PUBLISHED = {"openssl", "libgcrypt", "nettle", "gnutls", "mbedtls", "libtomcrypt", "libsodium", "argon2"}  # algorithms
BY_HAND = {"openblas"}  # its names and most of its texts are those of BLAS and LAPACK, which others have too
TEXTS, NAMES, TABLES, LONGEST, TABLE_BYTES = 24, 8, 4, 56, 32
# What everybody may have who links the C library, or a compiler's own, into a program: name, packages, archives, calls.
RUNTIME = ("runtime", "libc6-dev,musl-dev,libstdc++-12-dev,libgcc-12-dev,libcrypt-dev",
           "libc.a,libm-*.a,libmvec.a,libresolv.a,libcrypt.a,libstdc++.a,libgcc.a,libgcc_eh.a,libquadmath.a,libgomp.a,libatomic.a", "-")
WORD = re.compile(r"[A-Za-z]{3,}")
# What others have as well whose archives are not read: Python's own names; words of languages; what GeoTIFF's standard
# names, and PROJ and GDAL know too.
COMMON = re.compile(r"__\w+__|\s*(?:volatile|const|unsigned|signed)\s*|Geo[A-Z]\w+|(?:North American Datum|World Geodetic System) \d+")


def is_checksum(table):
    """The beginning of a table by which a CRC is computed, of whatever polynomial and width: whoever needs that checksum
    has the same. Such tables are linear: the entry of a sum is the sum of the entries."""
    for width in (2, 4, 8):
        entries = [int.from_bytes(table[at:at + width], "little") for at in range(0, len(table), width)]
        if all(entries[i] == entries[i & -i] ^ entries[i & i - 1] for i in range(len(entries))) and any(entries):
            return True
    return False


class Library:
    """A row, and what its archives hold."""

    def __init__(self, name, packages, archives, calls):
        self.name, self.packages, self.archives = name, packages.split(","), archives.split(",")
        self.calls = [c for c in calls.split(",") if c != "-"]
        self.version = ""
        self.texts, self.names, self.tables = [], [], []  # (member, what), of each member in its order
        self.symbols = set()

    def files(self, root):
        """Its archives below a root, in order."""
        every = glob.glob(os.path.join(root, "usr/lib/**/*.a"), recursive=True)
        return [f for pattern in self.archives for f in sorted(every) if
                fnmatch.fnmatch(os.path.basename(f), pattern) and not os.path.islink(f)]

    def read(self, root):
        for path in self.files(root):
            for number, (member, data) in enumerate(objects.members(path)):
                self.read_member((os.path.basename(path), number, member), objects.Object(data))

    def read_member(self, where, read):
        self.texts += [(where, t) for t in read.texts()]
        for name, is_global, _, index, _, _ in read.symbols():
            self.symbols.add(name)
            if is_global and 0 < index < 0xff00:
                self.names.append((where, name))
        self.tables += [(where, t) for t in read.tables(TABLE_BYTES)]


def upstream(version):
    """What the authors call the version: without epoch, revision and what Debian says of its own changes. What went back
    to an older one says which it really is."""
    plain = version.split(":", 1)[-1].rsplit("-", 1)[0].split("+really")[-1]
    return re.split(r"[+~]|\.?(?:dfsg|ds|repack)", plain)[0]


def unpack(sources, suite, every):
    """Fetches what the libraries are in; those that the release does not have stay without a version. The root."""
    names = [n for library in every for package in library.packages for n in package.split("|")]
    root = sources.debian(suite, names, pass_over=True)
    for library in every:
        for name in (n for package in library.packages for n in package.split("|")):
            said = next((u for u in sources.used if u.startswith(name + " ")), None)
            if said:
                library.version = library.version or upstream(said.split()[1])
    return root


def libraries():
    with open(ROWS, encoding="utf-8") as f:
        return [Library(*line.rstrip("\n").split("\t")) for line in f if not line.startswith("#")]


def holders(every, kind):
    """{what: the libraries that have it}"""
    found = collections.defaultdict(set)
    for library in every:
        for _, what in getattr(library, kind):
            found[what].add(library.name)
    return found


def spread(found, most, rank):
    """At most so many of (member, what): the best of each member, then the second best, and so on."""
    by_member = collections.OrderedDict()
    for member, what in found:
        by_member.setdefault(member, {})[what] = None
    lists = [sorted(whats, key=rank) for whats in by_member.values()]
    lists.sort(key=lambda whats: (-len(whats), rank(whats[0])))
    out = {}
    for i in range(max(map(len, lists), default=0)):
        for whats in lists:
            if i < len(whats) and len(out) < most:
                out[whats[i]] = None
    return list(out)


def is_telling(text, symbols):
    """Whether a text may be a library's own: words, and none of what the compiler or the build put there."""
    plain = text.strip()
    return 8 <= len(plain) and not COMMON.fullmatch(text) and not re.search(r"[{}\\]|\d\.\d|/build/|\.(?:c|cc|cpp|h|hpp):?$|^_Z|GCC: ", text) and \
        text not in symbols and not re.fullmatch(r"/\S+", plain) and bool(WORD.search(plain)) and len(set(plain)) > 4 and text.isprintable()


def quoted(text):
    """A C literal."""
    return '"' + "".join("\\" + c if c in '"\\' else c if " " <= c <= "~" else f"\\{ord(c):03o}" for c in text) + '"'


def pattern(text):
    return text if len(text) <= LONGEST else text[:LONGEST] + "{*}"


def version_pattern(text, version):
    """The text with its version left open; None when there is none, or nothing else in it."""
    if "." not in version or "/build/" in text:
        return None
    at = re.search(r"(?<![\w.])" + re.escape(version) + r"(?![\w]|\.\d)", text)
    if not at or not WORD.search(text[:at.start()]) or len(text[:at.start()]) < 4 or re.search(r"[{}\\]", text):
        return None
    before, behind = text[:at.start()], text[at.end():]
    if re.search(r"\d", before):
        return None
    behind = re.sub(r"(?:[A-Z][a-z]{2} +\d+,? \d{4}|\d+ [A-Z][a-z]{2} \d{4}|\d{4}-\d\d-\d\d)", "{d}", behind)
    behind = behind if len(behind) < 20 and not re.search(r"\d", behind) else behind[:6] + "{*}"
    return None if re.search(r"\d", behind) or "\n" in before + behind else before + "{v}" + behind


def span(version):
    """The versions there may be: of the same major number and three parts, up to some that are to come."""
    major, minor = (int(n) for n in version.split(".")[:2])
    return f'"{major}.0.0", "{major}.{minor + max(4, minor // 2)}"'


def rows_of(library, text_holders, name_holders, table_holders, symbols, spans):
    known = library.name.removeprefix("lib").split("-")[0].lower()
    own = [(m, t) for m, t in library.texts if len(text_holders[t]) == 1 and is_telling(t, symbols)]
    for text in spread(own, TEXTS, lambda t: (" " not in t, abs(len(t) - 40), t)):
        weight = 2 if len(text) >= 24 and " " in text or known in text.lower() else 1
        yield f'TEXT("{library.name}", {weight}, {quoted(pattern(text))})'
    names = [(m, n) for m, n in library.names if len(name_holders[n]) == 1 and len(n) < 90]
    for name in spread(names, NAMES, lambda n: (n not in library.calls, n.startswith("_Z"), n)):
        yield f'SYMBOL("{library.name}", 1, "{name}")'
    tables = [(m, t) for m, t in library.tables if library.name not in PUBLISHED and len(table_holders[t]) == 1 and len(set(t)) >= 4 and
              not is_checksum(t) and not objects.TEXT.match(t)]
    for table in spread(tables, TABLES, lambda t: (-len(set(t)), t)):
        yield f'TABLE("{library.name}", 1, "{"".join(f"{chr(92)}{b:03o}" for b in table)}")'
    versions = {version_pattern(t, library.version) for _, t in library.texts if len(text_holders[t]) == 1}
    for text in sorted(v for v in versions if v):
        yield f'TEXT("{library.name}", {3 if known in text.lower() else 1}, {quoted(text)})'
    alone = any(t == library.version for _, t in library.texts)
    if alone and re.fullmatch(r"\d+(\.\d+){2,}", library.version) and library.name not in spans:
        yield f'VERSION("{library.name}", 0, {span(library.version)}, "")'


def tables(sources):
    every, runtime = libraries(), Library(*RUNTIME)
    root = unpack(sources, SUITE, every + [runtime])
    for library in every + [runtime]:
        library.read(root)
    used = [f"{library.name} {library.version}" for library in every + [runtime] if library.version]
    symbols = set().union(*(library.symbols for library in every + [runtime]))
    with open(os.path.join(source.ROOT, "builder", "inspect", "marks.def"), encoding="utf-8") as f:
        spans = re.findall(r'VERSION\("([^"]+)"', f.read())  # written by hand, and better known
    found = [holders(every + [runtime], kind) for kind in ("texts", "names", "tables")]
    lines = [row for library in every if library.name not in BY_HAND for row in rows_of(library, *found, symbols, spans)]
    made = "".join(f" * Made of {', '.join(used[i:i + 5])}.\n" for i in range(0, len(used), 5))
    text = ("/* What only one library leaves in a module; see inspect/marks.def. `make tables` writes this file\n"
            " * (tests/tables/signatures.py), from the static archives of Debian 12.\n" + made + " */\n"
            "/* clang-format off */\n" + "\n".join(lines) + "\n/* clang-format on */\n")
    return {OUTPUT: text}
