"""builder/target/musl.def: what musl 1.2.0 exports, the oldest that the musllinux tags in use promise.

musl has no symbol versions. Debian's oldest 1.2 is 1.2.2; its release notes name the functions that came since 1.2.0.
"""
import gzip
import os
import re
import textwrap

from sources import dynamic_symbols

OUTPUT = "builder/target/musl.def"
SUITE, SINCE = "bullseye", ["1.2.1", "1.2.2"]
HEAD = """\
/* What musl 1.2.0 exports on x86_64, sorted by bytes: the dynamic symbols of libc.so of musl 1.2.2, less the functions
 * that its release notes name as new in 1.2.1 and 1.2.2. `make tables` writes this file (tests/tables/musl.py).
%(made_of)s */
/* clang-format off */
"""


def newer(notes):
    """The functions that the notes of the releases SINCE call new."""
    names = set()
    for release in SINCE:
        text = re.search(rf"^{re.escape(release)} release notes\n(.*?)(?=^\d+\.\d+\.\d+ release notes|\Z)", notes,
                         re.M | re.S)[1]
        features = re.search(r"^new features:\n((?:.+\n)*)", text, re.M)[1]
        for line in re.findall(r"^- (\w+(?: and \w+)*) (?:extension )?functions?\b", features, re.M):
            names.update(line.split(" and "))
    return names


def tables(sources):
    root = sources.debian(SUITE, ["musl"])
    with gzip.open(os.path.join(root, "usr/share/doc/musl/changelog.gz"), "rt", encoding="utf-8") as f:
        late = newer(f.read())
    library = os.path.join(root, "lib/x86_64-linux-musl/libc.so")
    names = sorted({name for name, *_ in dynamic_symbols(library)} - late, key=str.encode)
    rows = textwrap.wrap(" ".join(f"MUSL({name})" for name in names), 110, break_long_words=False,
                         break_on_hyphens=False)
    return {OUTPUT: HEAD % {"made_of": sources.made_of()} + "\n".join(rows) + "\n"}
