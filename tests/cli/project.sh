# A small project for tests, read after lib.sh: an extension `tiny` (recipe/tiny.toml, sources in source/) with
# one library `libtiny` (recipe/lib/libtiny.toml) that is built by a bare Makefile from an archive.
# shellcheck shell=sh

# The distribution's interpreter, with headers.
system_python() {
    python=/usr/bin/python3
    [ -x "$python" ] || skip "$python is not there"
    [ -f "$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ] ||
        skip "the headers of $python are not installed"
    echo "$python"
}

# library_source FOLDER: what libtiny is made of.
library_source() {
    mkdir -p "$1"
    cat >"$1/tiny.c" <<'C'
#include "tiny.h"
int tiny_answer(void) { return 42; }
C
    echo 'int tiny_answer(void);' >"$1/tiny.h"
    cat >"$1/Makefile" <<'MAKE'
libtiny.a: tiny.o
	$(AR) rcs $@ $^
MAKE
    echo 'Permission is granted.' >"$1/COPYING"
}

# extension_recipe NAME SOURCE [REQUIRES]: recipe/NAME.toml, of a module NAME made of NAME/SOURCE.
extension_recipe() {
    mkdir -p recipe "$1"
    echo 'Permission is granted.' >"$1/LICENSE"
    cat >"recipe/$1.toml" <<TOML
[recipe]
name = "$1"
kind = "extension"
version = "1.0"
license = "MIT"
license-files = ["LICENSE"]
[[source]]
path = "$1"
${3:+[requires]
$3
}[[module]]
name = "$1"
sources = ["$2"]
TOML
}

# start_index: a package index of what lies in this folder, until the test ends, which pip is told of.
start_index() {
    python3 "$ROOT/tests/cli/index.py" "$TEST_FILES/port" &
    index=$!
    trap 'kill $index 2>/dev/null' EXIT
    within 10 test -s "$TEST_FILES/port" || fail 'the index did not start'
    PIP_INDEX_URL=http://127.0.0.1:$(cat "$TEST_FILES/port")/simple
    export PIP_INDEX_URL
}

# pack FOLDER: FOLDER.tar.gz; $sha256 is its hash.
pack() {
    tar -czf "$1.tar.gz" "$1"
    sha256=$(sha256sum "$1.tar.gz" | cut -d ' ' -f 1)
}

# library_recipe URL SHA256
library_recipe() {
    mkdir -p recipe/lib
    cat >recipe/lib/libtiny.toml <<TOML
[recipe]
name = "libtiny"
kind = "library"
version = "1.0"
summary = "Knows the answer"
license = "MIT"
license-files = ["COPYING"]

[[source]]
urls = ["$1"]
sha256 = "$2"

[build]
system = "make"
variables = { CC = "{cc}", AR = "{ar}", CFLAGS = "{cflags}" }
install = { "lib/libtiny.a" = "libtiny.a", "include/tiny.h" = "tiny.h" }

[provides]
archives = ["lib/libtiny.a"]
headers = ["include/tiny.h"]
TOML
}

# library_begun NAME: recipe/lib/NAME.toml of what lies in the folder NAME-1, up to its [build].
library_begun() {
    mkdir -p recipe/lib
    pack "$1-1"
    cat >"recipe/lib/$1.toml" <<TOML
[recipe]
name = "$1"
kind = "library"
version = "1"
license = "MIT"

[[source]]
urls = ["file://$PWD/$1-1.tar.gz"]
sha256 = "$sha256"

TOML
}

extension() {
    mkdir -p recipe source
    cat >source/tiny.c <<'C'
#include <Python.h>
#include "tiny.h"
static PyObject *answer(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    return PyLong_FromLong(tiny_answer());
}
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "42"}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "tiny", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_tiny(void)
{
    return PyModule_Create(&module);
}
C
    echo 'Permission is granted.' >source/LICENSE
    cat >source/PKG-INFO <<'TEXT'
Metadata-Version: 2.1
Name: tiny
Version: 1.0
Summary: Asks for the answer
Description-Content-Type: text/plain

A module for tests.
TEXT
    cat >recipe/test_tiny.py <<'PY'
import tiny
assert tiny.answer() == 42
PY
    cat >recipe/tiny.toml <<'TOML'
[recipe]
name = "tiny"
kind = "extension"
version = "1.0"
summary = "Asks for the answer"
license = "MIT"
license-files = ["LICENSE"]

[[source]]
path = "source"

[requires]
libraries = ["libtiny"]

[python]
requires = ">=3.6"

[[module]]
name = "tiny"
sources = ["tiny.c"]

[test]
imports = ["tiny"]
script = "test_tiny.py"
TOML
}

# project: all of it, the archive at a file: URL.
project() {
    library_source libtiny-1.0
    pack libtiny-1.0
    rm -rf libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    extension
}

# Changes a recipe: edit FILE SED-EXPRESSION; the expression must change something.
edit() {
    sed "$2" "$1" >"$1.new"
    cmp -s "$1" "$1.new" && fail "nothing changed in $1 by $2"
    mv "$1.new" "$1"
}

# server_start [PROGRAM FOLDER]: $url is where it is.
server_start() {
    need python3
    python3 "$ROOT/tests/cli/${1:-server.py}" "${2:-$PWD}" "$TEST_FILES/port" &
    server=$!
    trap 'kill $server 2>/dev/null' EXIT
    within 10 test -s "$TEST_FILES/port" || fail 'the test server did not start'
    url=http://127.0.0.1:$(cat "$TEST_FILES/port")
}
server_log() {
    python3 -c 'import sys, urllib.request as u; sys.stdout.write(u.urlopen(sys.argv[1] + "/log").read().decode())' "$url"
}

# No unfinished work and nothing half fetched is left in the store.
expect_clean_store() {
    left=$(find "$STATICBUILD_CACHE/downloads" "$STATICBUILD_CACHE/work" -mindepth 1 -maxdepth 1 2>/dev/null |
        grep -v '/downloads/[0-9a-f]\{64\}$' || true)
    [ -z "$left" ] || fail "left in the store: $left"
}

# tiny_library: the recipe recipe/lib/libtiny.toml, and the archive that it names.
tiny_library() {
    library_source libtiny-1.0
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
}

# own_backend FOLDER: begins FOLDER/own_backend.py, which FOLDER/pyproject.toml names. What a test adds to it has
# compile(WORD...), and pack(folder, project, module): a wheel of that file, whose name it gives.
own_backend() {
    cat >"$1/own_backend.py" <<'PY'
import os, subprocess, sysconfig, zipfile
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
def compile(*words):
    subprocess.run(["cc", "-fPIC", "-I" + sysconfig.get_path("include"), *words], check=True)
def pack(folder, project, module):
    name, info = project + "-1.0-cp3-none-linux_x86_64.whl", project + "-1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        z.write(module, os.path.basename(module))
        z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n" % project)
        z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: false\nTag: cp3-none-linux_x86_64\n")
        z.writestr(info + "RECORD", "")
    return name
PY
    printf '[build-system]\nrequires = []\nbuild-backend = "own_backend"\nbackend-path = ["."]\n' >"$1/pyproject.toml"
}

# wheel_of NAME VERSION CODE: wheels/NAME-VERSION-py3-none-any.whl, a module with that code; $python is an interpreter.
wheel_of() {
    mkdir -p wheels
    "$python" - "$@" <<'PY'
import sys, zipfile
name, version, code = sys.argv[1:]
with zipfile.ZipFile("wheels/%s-%s-py3-none-any.whl" % (name, version), "w") as z:
    z.writestr(name + ".py", code)
    info = "%s-%s.dist-info/" % (name, version)
    z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version))
    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    z.writestr(info + "RECORD", "")
PY
}

# Skips where $python has no pip; it then takes wheels/ alone.
has_pip() {
    "$python" -m pip --version >/dev/null 2>&1 || skip "$python has no pip"
    "$python" -m venv --without-pip probe-venv 2>/dev/null || skip "$python makes no virtual environments"
    export PIP_NO_INDEX=1 PIP_FIND_LINKS="$PWD/wheels"
}
