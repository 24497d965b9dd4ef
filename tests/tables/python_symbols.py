"""builder/python/python_symbols.def: what CPython exports to modules, and what its stable ABI has.

Finished versions do not change: their columns are taken over from the table itself, as they were read from release
builds. The columns of MEASURED are made anew: from the libpython of Debian's packages, the list of the stable ABI that
CPython's own test of it has, and, for free-threaded builds, from what its headers declare with and without the GIL.
"""
import glob
import os
import re
import subprocess

from sources import ROOT, dynamic_symbols

OUTPUT = "builder/python/python_symbols.def"
OLDEST, NEWEST = 6, 15
MEASURED = [14, 15]
FREE_THREADED = [13, 14, 15]
SUITE = {13: "trixie", 14: "sid", 15: "sid"}
CONDITIONS = {"MS_WINDOWS": "WINDOWS", "HAVE_FORK": "FORK", "USE_STACKCHECK": "STACKCHECK",
              "Py_REF_DEBUG": "REF_DEBUG", "PY_HAVE_THREAD_NATIVE_ID": "THREAD_ID"}

HEAD = """\
/* Symbols that CPython exports to modules, sorted by byte: the minors of 3.%(oldest)d to 3.%(newest)d whose release builds
 * have it, the minors whose free-threaded builds have it (there are such since 3.13), and the minor that took it into the
 * stable ABI (0: none did; 2: any of 3.0 to 3.2). _IF rows are of builds with that condition only. The headers of
 * 3.%(newest)d declare the same functions for abi3t (PEP 803) as for abi3, so that the one column says both. Entry points
 * of built-in modules (PyInit_) are left out: they differ by build.
 *
 * `make tables` writes this file (tests/tables/python_symbols.py). The columns of 3.6 to 3.13 are of 3.6.15 3.7.16
 * 3.8.18 3.9.18 3.10.13 3.11.7 3.12.1 3.13.0, x86-64 Linux, and stay.
%(made_of)s */
/* clang-format off */
"""


class Symbol:
    def __init__(self):
        self.is_data, self.minors, self.free, self.abi3, self.condition = False, set(), set(), 0, None


def spans(text):
    return {minor for a, b in re.findall(r"SPAN\((\d+), (\d+)\)", text) for minor in range(int(a), int(b) + 1)}


def spelt(minors):
    """SPAN(6, 8) | SPAN(10, 13)"""
    runs = []
    for minor in sorted(minors):
        if runs and runs[-1][1] == minor - 1:
            runs[-1][1] = minor
        else:
            runs.append([minor, minor])
    return " | ".join(f"SPAN({a}, {b})" for a, b in runs) or "0"


def read_table():
    """The rows as committed, without what is measured."""
    symbols = {}
    span = r"SPAN\(\d+, \d+\)"
    minors = rf"(0|{span}(?: \| {span})*)"
    row = re.compile(rf"(FUNCTION|DATA)(?:_IF)?\((\w+), {minors}, {minors}, (\d+)(?:, (\w+))?\)$")
    with open(os.path.join(ROOT, OUTPUT), encoding="utf-8") as f:
        for line in f:
            m = row.match(line)
            if not m:
                continue
            s = symbols[m[2]] = Symbol()
            s.is_data = m[1] == "DATA"
            s.minors = spans(m[3]) - set(MEASURED)
            s.abi3 = int(m[5]) if int(m[5]) not in MEASURED else 0
            s.condition = m[6] if s.abi3 else None
    return symbols


def is_python(name):
    return re.match(r"_*P[yY]", name) and not name.startswith("PyInit_")


def exported(root, minor):
    """Name -> whether it is an object."""
    library = os.path.join(root, "usr/lib/x86_64-linux-gnu", f"libpython3.{minor}.so.1.0")
    return {name: kind == "OBJECT" for name, _, _, kind, _ in dynamic_symbols(library) if is_python(name)}


def declared(root, minor, *macros, limited=False):
    """What Python.h declares to be exported, and unless `limited` all the other headers as well, the private ones too."""
    public = os.path.join(root, "usr/include", f"python3.{minor}")
    stubs = os.path.join(root, "made-here")
    os.makedirs(stubs, exist_ok=True)
    with open(os.path.join(stubs, "pydtrace_probes.h"), "w", encoding="utf-8"):
        pass  # made when Python is built; declares nothing of ours
    text = ["Python.h"]
    if not limited:
        text += [os.path.basename(h) for h in sorted(glob.glob(public + "/*.h"))]
        text += ["internal/" + os.path.basename(h) for h in sorted(glob.glob(public + "/internal/pycore_*.h"))]
    text = [h for h in text if stands_alone(os.path.join(public, h))]
    run = subprocess.run(
        ["cc", "-E", "-P", "-x", "c", "-", *(["-D" + m for m in macros]), *([] if limited else ["-DPy_BUILD_CORE"]),
         "-DPyAPI_FUNC(type)=a_function type", "-DPyAPI_DATA(type)=an_object type", f"-I{public}",
         f"-I{public}/internal", f"-I{stubs}", f"-I{root}/usr/include",
         f"-I{root}/usr/include/x86_64-linux-gnu/python3.{minor}"],
        input="".join(f'#include "{h}"\n' for h in text), capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return set(re.findall(r"\ba_function\b[^;({]*?\b(\w+)\s*\(", run.stdout)) | set(
        re.findall(r"\ban_object\b[^;({]*?\b(\w+)\s*(?:\[[^]]*\]\s*)*;", run.stdout))


def stands_alone(header):
    """Of the few that do not: pieces of others, those of other systems, and a macro that asks for all at once."""
    with open(header, encoding="utf-8") as f:
        text = f.read()
    return "must not be included directly" not in text and not re.search(
        r"emscripten|dynamic_annotations|pymacconfig", os.path.basename(header))


def stable(root, minor):
    """Name -> condition or None, of the stable ABI, as CPython's test of it lists them."""
    names, condition = {}, None
    with open(os.path.join(root, f"usr/lib/python3.{minor}/test/test_stable_abi_ctypes.py"), encoding="utf-8") as f:
        for line in f:
            m = re.match(r"if feature_macros\['(\w+)'\]:", line)
            if m:
                condition = m[1]
            elif line.startswith("SYMBOL_NAMES = ("):
                condition = None
            elif line.startswith("EXPECTED_FEATURE_MACROS"):
                break
            m = re.match(r"\s+['\"](_?P\w+)['\"],$", line)
            if m:
                names[m[1]] = CONDITIONS[condition] if condition else None
    return names


def measure(symbols, root, minor):
    for name, is_data in exported(root, minor).items():
        s = symbols.setdefault(name, Symbol())
        s.minors.add(minor)
        s.is_data = is_data
    for name, condition in stable(root, minor).items():
        s = symbols.setdefault(name, Symbol())
        if not s.abi3:
            s.abi3, s.condition = minor, condition


def measure_free_threaded(symbols, root, minor):
    """Release builds and free-threaded ones are made of the same files; headers tell where they part."""
    usual, free = declared(root, minor), declared(root, minor, "Py_GIL_DISABLED")
    for name, s in symbols.items():
        if minor in s.minors and name not in usual - free:
            s.free.add(minor)
    for name in free - usual:
        symbols.setdefault(name, Symbol()).free.add(minor)


def tables(sources):
    symbols = read_table()
    for minor in FREE_THREADED:
        packages = [f"libpython3.{minor}-dev"]
        if minor in MEASURED:
            packages += [f"libpython3.{minor}", f"libpython3.{minor}-testsuite"]
        root = sources.debian(SUITE[minor], packages)
        if minor in MEASURED:
            measure(symbols, root, minor)
        measure_free_threaded(symbols, root, minor)
    limit = f"0x03{NEWEST:02x}0000"
    abi3 = declared(root, NEWEST, f"Py_LIMITED_API={limit}", limited=True)
    abi3t = declared(root, NEWEST, f"Py_TARGET_ABI3T={limit}", limited=True)
    if abi3 != abi3t:
        raise RuntimeError(f"abi3t has other functions than abi3, and needs a column: {sorted(abi3 ^ abi3t)}")
    text = HEAD % {"oldest": OLDEST, "newest": NEWEST, "made_of": sources.made_of()}
    for name in sorted(symbols, key=str.encode):
        s = symbols[name]
        if not (s.minors or s.free or s.abi3):
            continue
        kind = ("DATA" if s.is_data else "FUNCTION") + ("_IF" if s.condition else "")
        rest = f", {s.condition}" if s.condition else ""
        text += f"{kind}({name}, {spelt(s.minors)}, {spelt(s.free)}, {s.abi3}{rest})\n"
    return {OUTPUT: text}
