#!/bin/sh
# A library that the interpreter has itself is taken from there: [wheel] sharing = { sqlite = "borrow" }.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# lender: an interpreter whose module sqlite3 has its functions where others find them; $theirs is its version.
lender() {
    python=$(system_python)
    theirs=$("$python" -c 'import sqlite3; print(sqlite3.sqlite_version)' 2>/dev/null) || skip "$python has no sqlite3"
    "$python" -c 'import _sqlite3, ctypes; ctypes.CDLL(_sqlite3.__file__).sqlite3_libversion' 2>/dev/null ||
        skip "the sqlite3 of $python shows no functions"
}

# extension FLOOR [FUNCTION]: what it takes are functions of a stand-in for sqlite, which says of itself that it is linked in;
# FUNCTION is one more, which no sqlite has.
extension() {
    mkdir -p sqlite recipe/lib
    cat >sqlite/sqlite3.h <<'C'
const char *sqlite3_libversion(void);
int sqlite3_libversion_number(void);
char *sqlite3_mprintf(const char *format, ...);
void sqlite3_free(void *);
int sqlite3_of_ours(void);
extern int sqlite3_variable;
C
    cat >sqlite/sqlite3.c <<'C'
#include "sqlite3.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
int sqlite3_variable = 1;
const char *sqlite3_libversion(void) { return "linked in"; }
int sqlite3_libversion_number(void) { return 9009009; }
char *sqlite3_mprintf(const char *format, ...)
{
    char *text = malloc(200);
    va_list list;
    va_start(list, format);
    vsnprintf(text, 200, format, list);
    va_end(list);
    return text;
}
void sqlite3_free(void *p) { free(p); }
int sqlite3_of_ours(void) { return 5; }
C
    printf 'libsqlite3.a: sqlite3.o\n\t$(AR) rcs $@ $^\n' >sqlite/Makefile
    echo 'Permission is granted.' >sqlite/COPYING
    cat >recipe/lib/sqlite.toml <<'TOML'
[recipe]
name = "sqlite"
kind = "library"
version = "9.9.9"
license = "MIT"
license-files = ["COPYING"]
caution = "it is a second one"
[[source]]
path = "../../sqlite"
[build]
system = "make"
variables = { CC = "{cc}", AR = "{ar}", CFLAGS = "{cflags}" }
install = { "lib/libsqlite3.a" = "libsqlite3.a", "include/sqlite3.h" = "sqlite3.h" }
[provides]
archives = ["lib/libsqlite3.a"]
headers = ["include/sqlite3.h"]
system-libraries = ["dl"]
TOML
    extension_recipe user user.c "libraries = [\"sqlite >= $1\"]"
    printf '[wheel]\nsharing = { sqlite = "borrow" }\n[test]\nscript = "test_user.py"\n' >>recipe/user.toml
    cat >user/user.c <<C
#include <Python.h>
#include <sqlite3.h>
static PyObject *version(PyObject *self, PyObject *none)
{
    char *text = sqlite3_mprintf("%s %d %.3f %d %d %d %d %.1f %s", sqlite3_libversion(), 1, 2.5, 3, 4, 5, 6, 7.5, "end");
    PyObject *made = PyUnicode_FromString(text);
    (void)self, (void)none;
    sqlite3_free(text);
    return made;
}
static PyObject *more(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return PyLong_FromLong(${2:-0});
}
static PyMethodDef methods[] = {{"version", version, METH_NOARGS, ""}, {"more", more, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "user", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_user(void) { return PyModule_Create(&module); }
C
    cat >recipe/test_user.py <<'PY'
import user
print(user.version())
PY
}

# used VERSION [MORE]: what the module says when it is imported first, and when sqlite3 is.
used() {
    run user --python "$python" --target "${target-native}"
    expect_status 0
    rm -rf site
    unzip -q dist/*.whl -d site
    for first in '' 'import sqlite3; '; do
        run_command env PYTHONPATH=site "$python" -c "${first}import user; print(user.version(), user.more())"
        expect_status 0
        expect_equal "$out" "$1 1 2.500 3 4 5 6 7.5 end ${2:-0}"
    done
}

the_interpreters_copy_is_taken() {
    lender
    extension 3.6
    target="manylinux_2_17_$(uname -m)"
    run target show "$target"
    case $out in *'not here'*) target=native ;; esac
    used "$theirs"
    run audit --strict dist/*.whl
    expect_status 0
}

one_that_is_too_old_is_not() {
    lender
    extension 3.999
    used 'linked in'
}

one_that_lacks_a_function_is_not() {
    lender
    extension 3.6 'sqlite3_of_ours()'
    used 'linked in' 5
}

an_interpreter_without_it() {
    lender
    extension 3.6
    used "$theirs"
    run_command env PYTHONPATH=site "$python" -c 'import sys; sys.modules["_sqlite3"] = None; import user; print(user.version())'
    expect_equal "$out" 'linked in 1 2.500 3 4 5 6 7.5 end'
}

# The caution of the library holds where it is not borrowed only, and the bill of materials says that it may be.
it_is_told() {
    lender
    extension 3.6
    run user --python "$python" --target native
    expect_status 0
    expect_out "sqlite 9.9.9: where the interpreter's own cannot be borrowed: it is a"
    unzip -q dist/*.whl -d site
    grep -q '"staticbuild:borrowed"' site/*.dist-info/sboms/staticbuild.cdx.json || fail 'the bill of materials does not say so'
}

mistakes() {
    lender
    extension 3.6 sqlite3_variable
    run user --python "$python" --target native
    expect_status 6
    expect_err 'only functions can be: the module takes the variable sqlite3_variable'
    cp recipe/user.toml one.toml
    printf '[[module]]\nname = "other"\nsources = ["user.c"]\n' >>recipe/user.toml
    run user --python "$python" --target native
    expect_status 3
    expect_err 'recipe/user.toml:' '2 modules have sqlite inside, and one can borrow it'
    mv one.toml recipe/user.toml
    edit recipe/user.toml 's/sqlite >= 3.6/sqlite/'
    run user --python "$python" --target native
    expect_status 3
    expect_err 'recipe/user.toml:' 'Say so in [requires] libraries: "sqlite >= …"'
    edit recipe/user.toml 's/sqlite = "borrow"/zlib = "borrow"/'
    run user --python "$python" --target native
    expect_status 3
    expect_err 'zlib cannot be borrowed: only sqlite is in interpreters'
}

run_tests the_interpreters_copy_is_taken one_that_is_too_old_is_not one_that_lacks_a_function_is_not an_interpreter_without_it \
    it_is_told mistakes
