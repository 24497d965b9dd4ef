#!/bin/sh
# The wheel of a small C++ extension, looked at by other people's tools: unzip, zipfile, pip, python3-installer
# and twine take it, and it has none of what the public index refuses.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

PYTHON=/usr/bin/python3

# A project in ./project and its wheel, $wheel.
build_wheel() {
    need "$PYTHON" gcc g++
    [ -e "$PYTHON" ] && "$PYTHON" -c 'import sysconfig, os; os.stat(sysconfig.get_path("include") + "/Python.h")' \
        2>/dev/null || skip "the headers of $PYTHON are not installed"
    mkdir -p project/greeting/__pycache__ project/sboms
    cat >project/greeting/_core.cc <<'CC'
#include <Python.h>
#include <string>
static PyObject *greet(PyObject *, PyObject *)
{
    std::string text = "hello";
    return PyUnicode_FromString(text.append(", world").c_str());
}
static PyMethodDef methods[] = {{"greet", greet, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_core", NULL, 0, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__core(void)
{
    return PyModule_Create(&module);
}
CC
    cat >project/greeting/__init__.py <<'PY'
from greeting._core import greet


def main():
    print(greet())
PY
    echo stale >project/greeting/__pycache__/x.pyc
    echo stale >project/greeting/_old.so
    echo 'do as you like' >project/LICENSE
    echo '{}' >project/sboms/own.cdx.json
    cat >project/pyproject.toml <<'TOML'
[project]
name = "Greeting.Demo"
version = "1.0"
description = "Says hello"
readme = { text = "# Grüße", content-type = "text/markdown" }
license = "MIT"
dependencies = ['pip ; python_version < "3"']
[project.scripts]
greet = "greeting:main"
TOML
    cat >project/recipe.toml <<'TOML'
[recipe]
name = "greeting-demo"
kind = "extension"
version = "1.0"
license = "MIT"
[[source]]
path = "."
[[module]]
name = "greeting._core"
sources = ["greeting/_core.cc"]
language = "c++"
[wheel]
packages = ["greeting"]
[test]
imports = ["greeting"]
TOML
    run project/recipe.toml -o dist --python "$PYTHON"
    expect_status 0
    wheel=$(echo dist/*.whl)
    expect_file "$wheel"
}

# Every byte of the archive is accounted for, header by header, without a zip library.
the_zip_is_plain() {
    build_wheel
    cat >look.py <<'PY'
import struct, sys
data = open(sys.argv[1], "rb").read()
at, local = 0, []
while data[at:at + 4] == b"PK\3\4":
    _, flags, method, stamp, crc, packed, plain, name, extra = struct.unpack("<HHHIIIIHH", data[at + 4:at + 30])
    assert not flags & ~0x800, ("flags", flags)
    assert method in (0, 8) and extra == 0
    text = data[at + 30:at + 30 + name]
    assert not text.endswith(b"/"), text
    local.append((text, flags, method, stamp, crc, packed, plain, at))
    at += 30 + name + packed
start, central = at, []
while data[at:at + 4] == b"PK\1\2":
    (made, _, flags, method, stamp, crc, packed, plain, name, extra, comment, disk, _, mode,
     offset) = struct.unpack("<HHHHIIIIHHHHHII", data[at + 4:at + 46])
    assert extra == comment == disk == 0
    assert mode >> 16 in (0o100644, 0o100755), oct(mode >> 16)
    central.append((data[at + 46:at + 46 + name], flags, method, stamp, crc, packed, plain, offset))
    at += 46 + name
assert central == local and len({c[0] for c in central}) == len(central)
assert len({c[3] for c in central}) == 1, "one time for all"
assert data[at:] == struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, len(local), len(local), at - start, start, 0)
names = [c[0].decode() for c in central]
info = names[-1].split("/")[0] + "/"
assert names[-1] == info + "RECORD"
first = next(i for i, n in enumerate(names) if n.startswith(info))
assert all(n.startswith(info) for n in names[first:]), "dist-info is last"
assert not [n for n in names if n.endswith((".pyc", "_old.so", ".cc"))], names
assert info + "sboms/own.cdx.json" in names and info + "sboms/staticbuild.cdx.json" in names
PY
    run_command "$PYTHON" look.py "$wheel"
    expect_status 0
}

unzip_and_zipfile_read_it() {
    need unzip
    build_wheel
    run_command unzip -tqq "$wheel"
    expect_status 0
    run_command "$PYTHON" -m zipfile -t "$wheel"
    expect_status 0
    refuse_out "corrupted"
}

pip_installs_it() {
    build_wheel
    "$PYTHON" -m pip --version >/dev/null 2>&1 || skip "pip is not installed"
    run_command "$PYTHON" -m pip install --quiet --no-index --no-deps --target site "$wheel"
    expect_status 0
    PYTHONPATH=site run_command "$PYTHON" -c 'import greeting; greeting.main()'
    expect_status 0
    expect_equal "$out" "hello, world"
}

installer_installs_it_and_checks_its_record() {
    build_wheel
    "$PYTHON" -c 'import installer' 2>/dev/null || skip "python3-installer is not installed"
    run_command "$PYTHON" -m installer --destdir=root --prefix=/usr "$wheel"
    expect_status 0
    cat >record.py <<'PY'
import sys
from installer.records import RecordEntry
from installer.sources import WheelFile
with WheelFile.open(sys.argv[1]) as source:
    for (path, digest, size), stream, _ in source.get_contents():
        if path.endswith("/RECORD"):
            continue
        assert RecordEntry.from_elements(path, digest, size).validate(stream.read()), path
PY
    run_command "$PYTHON" record.py "$wheel"
    expect_status 0
}

# pkginfo of Debian 12 knows core metadata up to 2.2 and then says that the name is missing; a newer one does not
# need this.
twine_checks_it() {
    build_wheel
    "$PYTHON" -c 'import twine, pkginfo' 2>/dev/null || skip "twine is not installed"
    cat >check.py <<'PY'
import sys
from pkginfo import distribution
distribution.HEADER_ATTRS.setdefault("2.4", distribution.HEADER_ATTRS[max(distribution.HEADER_ATTRS)])
from twine.__main__ import main
sys.exit(main())
PY
    run_command "$PYTHON" check.py check --strict "$wheel"
    expect_status 0
    expect_out PASSED
}

another_time_zone_umask_and_folder_give_the_same_bytes() {
    build_wheel
    first=$(sha256sum <"$wheel")
    (
        umask 077
        mkdir elsewhere
        cp -R project elsewhere/project
    )
    (
        umask 077
        TZ=Asia/Tokyo
        STATICBUILD_CACHE=$PWD/other-cache
        export TZ STATICBUILD_CACHE
        "$STATICBUILD" elsewhere/project/recipe.toml -o again --python "$PYTHON"
    ) >log 2>&1 || fail "the second build: $(tail -n 3 log)"
    expect_equal "$(sha256sum <again/"${wheel#dist/}")" "$first"
}

run_tests the_zip_is_plain unzip_and_zipfile_read_it pip_installs_it installer_installs_it_and_checks_its_record \
    twine_checks_it another_time_zone_umask_and_folder_give_the_same_bytes
