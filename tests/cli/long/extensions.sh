#!/bin/sh
# Extensions of the repository, from published sources, for one interpreter: made, tried, judged, and made once.
# timeout: 5400
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/../delivered.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/../project.sh"

# whole NAME INSIDE: the wheel of NAME is sound, strictly, tried, and has INSIDE inside.
whole() {
    sources_of "$1"
    run "$1" --python "$(command -v python3)" --require-tried --format json
    expect_status 0
    check_result "$SOUND
assert '$2' in {i['name'] for i in wheels[0]['inside']}, wheels[0]['inside']
assert wheels[0]['policy'].startswith('manylinux_2_17_'), wheels[0]['policy']"
    run audit --strict dist/*.whl
    expect_status 0
}

hiredis() { whole hiredis hiredis; }
brotli() { whole brotli brotli; }
zstandard() { whole zstandard zstd; }
lxml() { whole lxml libxml2; }
rapidfuzz() { whole rapidfuzz libstdc++; }
levenshtein() { whole levenshtein libstdc++; } # tried with the wheel above
xmlsec() { whole xmlsec xmlsec1; }             # compiled and tried with lxml

# The distribution's lxml has another libxml2, whose names may even be in the scope of all; either may come first.
beside_the_lxml_of_the_distribution() {
    need apt-get dpkg-deb unzip
    python=/usr/bin/python3
    sources_of lxml
    run lxml --python "$python" -q
    expect_status 0
    unzip -q dist/*.whl -d ours
    mkdir other
    (cd other && timeout 120 apt-get -q download python3-lxml) >/dev/null 2>&1 || skip 'python3-lxml cannot be downloaded'
    dpkg-deb -x other/*.deb other
    other=other/usr/lib/python3/dist-packages
    PYTHONPATH=$other "$python" -c 'import lxml.etree' 2>/dev/null || skip 'the libraries of python3-lxml are not there'
    for first in ours other; do
        for scope in local global; do
            run_command timeout 120 "$python" "$ROOT/tests/cli/two_lxml.py" ours "$other" "$first" "$scope"
            expect_status 0
            expect_out 'libxml2 ('
        done
    done
}

# opener SHARING: an extension that opens and closes a file of SQLite, with the recipe's own inside.
opener() {
    extension_recipe opener opener.c 'libraries = ["sqlite >= 3.7"]'
    printf '[wheel]\nsharing = { %s }\n' "$1" >>recipe/opener.toml
    cat >opener/opener.c <<'C'
#include <Python.h>
#include <sqlite3.h>
static PyObject *look(PyObject *self, PyObject *path)
{
    sqlite3 *file;
    (void)self;
    if (sqlite3_open(PyUnicode_AsUTF8(path), &file) == SQLITE_OK)
        sqlite3_exec(file, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
    sqlite3_close(file);
    return PyUnicode_FromString(sqlite3_libversion());
}
static PyMethodDef methods[] = {{"look", look, METH_O, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "opener", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_opener(void) { return PyModule_Create(&module); }
C
    sources_of sqlite
    run opener --python /usr/bin/python3
    expect_status 0
    rm -rf site data
    unzip -q dist/*.whl -d site
    run_command env PYTHONPATH=site /usr/bin/python3 -c '
import opener, sqlite3, subprocess, sys
mine = sqlite3.connect("data", isolation_level=None)
mine.execute("CREATE TABLE t (x)")
mine.execute("BEGIN IMMEDIATE")
mine.execute("INSERT INTO t VALUES (1)")
version = opener.look("data")
other = subprocess.run([sys.executable, "-c", "import sqlite3; sqlite3.connect(\"data\", timeout=0).execute(\"BEGIN IMMEDIATE\")"],
                       stderr=subprocess.PIPE, text=True)
print(version == sqlite3.sqlite_version, "locked" if "locked" in other.stderr else "let in")'
    expect_status 0
}

# A second SQLite lets a second writer in, when it closes a file that the first has locked; a borrowed one does not.
sqlite_that_is_borrowed_keeps_locks() {
    opener ''
    expect_equal "$out" 'False let in'
    opener 'sqlite = "borrow"'
    expect_equal "$out" 'True locked'
}

run_tests hiredis brotli zstandard lxml beside_the_lxml_of_the_distribution rapidfuzz levenshtein xmlsec \
    sqlite_that_is_borrowed_keeps_locks
