"""builder/target/glibc_names.def: every name that glibc has given to programs, with the library that has it now.

A symbol without a version that is among them is meant to come from glibc, whatever the file says that it needs. What
was ever given stays, for old programs, so that the newest release knows all of them.
"""
import os
import textwrap

from sources import dynamic_symbols

OUTPUT = "builder/target/glibc_names.def"
SUITE = "sid"
COLUMNS = [("amd64", "x86_64-linux-gnu"), ("arm64", "aarch64-linux-gnu")]
LIBRARIES = [("LIBC", "libc.so.6"), ("LIBM", "libm.so.6")]
HEAD = """\
/* Names that glibc's libc and libm export on x86_64 or aarch64, those for old programs alone among them, sorted by
 * bytes. `make tables` writes this file (tests/tables/glibc_names.py).
%(made_of)s */
/* clang-format off */
"""


def names_of(root, folder, soname):
    path = next(p for p in (os.path.join(root, lib, folder, soname) for lib in ("lib", "usr/lib")) if os.path.exists(p))
    return {name for name, version, *_ in dynamic_symbols(path)
            if version.startswith("GLIBC_2") and not name.startswith("GLIBC_")}


def tables(sources):
    names = {macro: set() for macro, _ in LIBRARIES}
    for architecture, folder in COLUMNS:
        root = sources.debian(SUITE, ["libc6"], architecture)
        for macro, soname in LIBRARIES:
            names[macro] |= names_of(root, folder, soname)
    text = HEAD % {"made_of": sources.made_of()}
    for macro, _ in LIBRARIES:
        rows = [f"{macro}({name})" for name in sorted(names[macro], key=str.encode)]
        text += "\n".join(textwrap.wrap(" ".join(rows), 110, break_long_words=False, break_on_hyphens=False)) + "\n"
    return {OUTPUT: text}
