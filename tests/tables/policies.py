"""builder/target/policies.def, versions.def, libraries.def and forbidden.def: what the platform tags promise.

The policies are those that the packaging community keeps in auditwheel, which has no prose of its own about them: each
says which versions of which libraries' symbols an architecture may use, and which symbols not. What is common to
neighbours is said once here: since which policy something is promised, and until which it is forbidden.
"""
import json
import re

from sources import ROOT

OUTPUTS = {name: f"builder/target/{name}.def" for name in ("policies", "versions", "libraries", "forbidden")}

POLICIES = """\
/* The written policies, oldest first: minor, and the older name (PEP 513, 571, 599) of the same promise. Then, for each
 * architecture of arch/arches.def and in that order, the minors of the first and last of each libc; 0, 0 for none.
 * `make tables` writes this file (tests/tables/policies.py).
%(made_of)s */
/* clang-format off */
"""
VERSIONS = """\
/* Symbol versions, sorted by byte: the minor of the first manylinux_2_N policy of each architecture that has
 * it, 0 where none has. No policy ever took one back. Columns as in arch/arches.def, as far as there are policies.
 * `make tables` writes this file (tests/tables/policies.py).
%(made_of)s */
/* clang-format off */
"""
LIBRARIES = """\
/* Promised libraries by soname, sorted by byte: the minor of the first manylinux_2_N and of the first
 * musllinux_1_N policy that promises it, 0 where none does. No policy ever took one back.
 * `make tables` writes this file (tests/tables/policies.py).
%(made_of)s */
/* clang-format off */
"""
FORBIDDEN = """\
/* Symbols that a module may not take from a promised library, sorted by library and symbol: the minor of the
 * last manylinux_2_N and of the last musllinux_1_N policy that forbids it, 0 where none does. Every older
 * policy forbids it as well.
 * `make tables` writes this file (tests/tables/policies.py).
%(made_of)s */
/* clang-format off */
"""


def architectures():
    with open(f"{ROOT}/builder/arch/arches.def", encoding="utf-8") as f:
        return re.findall(r"^ARCH\((\w+),", f.read(), re.M)


def read(wheel, libc):
    """[(minor, policy)], oldest first, without "linux", which promises nothing."""
    policies = json.loads(wheel.read(f"auditwheel/policy/{libc}-policy.json"))
    numbered = [(int(p["name"].rsplit("_", 1)[1]), p) for p in policies if p["name"] != "linux"]
    return sorted(numbered, key=lambda pair: pair[0])


def span(policies, arch):
    minors = [minor for minor, p in policies if arch in p["symbol_versions"]]
    return (minors[0], minors[-1]) if minors else (0, 0)


def first(policies, has):
    """The minor of the first policy that has it, 0 when none does; the later ones must have it too."""
    found = [has(p) for _, p in policies]
    if True not in found:
        return 0
    at = found.index(True)
    if not all(found[at:]):
        raise RuntimeError("a policy took something back: the table cannot say it")
    return policies[at][0]


def last(policies, has):
    """The same from the other end: the minor of the last that has it; the earlier ones must."""
    found = [has(p) for _, p in policies]
    if True not in found:
        return 0
    at = len(found) - 1 - found[::-1].index(True)
    if not all(found[:at]):
        raise RuntimeError("a policy forbade something later than others: the table cannot say it")
    return policies[at][0]


def policy_table(glibc, musl, arches):
    text = ""
    for minor, p in glibc:
        alias = f'"{p["aliases"][0]}"' if p["aliases"] else "NULL"
        text += f"GLIBC_POLICY({minor:2}, {alias})\n"
    for minor, _ in musl:
        text += f"MUSL_POLICY({minor})\n"
    for arch in arches:
        (a, b), (c, d) = span(glibc, arch), span(musl, arch)
        text += f"ARCH_POLICIES({arch + ',':<12} {a:2}, {b:2}, {c}, {d})\n"
    return text


def version_table(glibc, arches):
    columns = [a for a in arches if span(glibc, a)[0]]
    names = {f"{family}_{v}" for _, p in glibc for families in p["symbol_versions"].values()
             for family, versions in families.items() for v in versions}
    text = f"/*                               {' '.join(columns)} */\n"
    for name in sorted(names, key=str.encode):
        family, version = name.split("_", 1)
        cells = []
        for arch in columns:
            known = [pair for pair in glibc if arch in pair[1]["symbol_versions"]]
            since = first(known, lambda p, a=arch: version in p["symbol_versions"][a].get(family, []))
            cells.append(f"{since}".rjust(len(arch)))
        row = ",".join(cells)
        text += f'VERSION("{name}",'.ljust(33) + f"{row})\n"
    return text


def library_table(glibc, musl):
    names = {library for _, p in glibc + musl for library in p["lib_whitelist"]}
    text = ""
    for name in sorted(names, key=str.encode):
        since = [first(policies, lambda p: name in p["lib_whitelist"]) for policies in (glibc, musl)]
        quoted = f'"{name}",'
        text += f"LIBRARY({quoted:<26} {since[0]:2}, {since[1]})\n"
    return text


def forbidden_table(glibc, musl):
    pairs = {(library, symbol) for _, p in glibc + musl for library, symbols in p["blacklist"].items()
             for symbol in symbols}
    text = ""
    for library, symbol in sorted(pairs, key=lambda pair: (pair[0].encode(), pair[1].encode())):
        until = [last(policies, lambda p: symbol in p["blacklist"].get(library, [])) for policies in (glibc, musl)]
        quoted = f'"{symbol}",'
        text += f'FORBIDDEN("{library}", {quoted:<31} {until[0]:2}, {until[1]})\n'
    return text


def tables(sources):
    wheel = sources.pypi("auditwheel")
    glibc, musl, arches = read(wheel, "manylinux"), read(wheel, "musllinux"), architectures()
    bodies = {"policies": POLICIES + policy_table(glibc, musl, arches),
              "versions": VERSIONS + version_table(glibc, arches),
              "libraries": LIBRARIES + library_table(glibc, musl),
              "forbidden": FORBIDDEN + forbidden_table(glibc, musl)}
    return {OUTPUTS[name]: text % {"made_of": sources.made_of()} for name, text in bodies.items()}
