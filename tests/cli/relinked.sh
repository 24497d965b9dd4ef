#!/bin/sh
# Modules that a project's own backend linked have one copy of what has state, as those of a recipe have: they are linked
# again, whatever way they were given it, and though the backend has removed what it compiled.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

PAIR=$ROOT/tests/fixtures/pair

# backend COMPILER ENDING WORDS: in source/, which makes pair.one and pair.deep.two of one.ENDING and two.ENDING, and
# of what WORDS say besides: a Python expression, in which "temporary" is where it compiles, and nothing is left.
backend() {
    mkdir -p source/pair/deep
    touch source/pair/__init__.py source/pair/deep/__init__.py
    own_backend source
    cat >>source/own_backend.py <<PY
import tempfile
FLAGS = os.environ.get("FLAGS", "").split()
def build_wheel(folder, settings=None, metadata=None):
    name, info = "pair-1.0-cp3-none-linux_x86_64.whl", "pair-1.0.dist-info/"
    with tempfile.TemporaryDirectory() as temporary, zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        for source, target in (("one", "pair/one"), ("two", "pair/deep/two")):
            object, module = os.path.join(temporary, "module.o"), os.path.join(temporary, "module.so")
            compile("-c", *FLAGS, source + ".$2", "-o", object)
            subprocess.run(["$1", "-shared", *FLAGS, "-o", module, object, *($3)], check=True)
            z.write(module, target + SUFFIX)
        for file in ("pair/__init__.py", "pair/deep/__init__.py"):
            z.write(file)
        z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: pair\nVersion: 1.0\n")
        z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: false\nTag: cp3-none-linux_x86_64\n")
        z.writestr(info + "RECORD", "")
    return name
PY
    mkdir -p recipe
    cat >recipe/pair.toml <<TOML
[recipe]
name = "pair"
kind = "extension"
version = "1.0"
license = "MIT"
[[source]]
path = "source"
[build]
system = "pep517"
TOML
}

# module NAME DECLARATIONS STATEMENTS: source/NAME.$ending, whose f(object) runs the statements
module() {
    cat >"source/$1.$ending" <<C
#include <Python.h>
$2
static PyObject *f(PyObject *self, PyObject *arg)
{
    (void)self;
    $3
}
static PyMethodDef methods[] = {{"f", f, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "$1", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_$1(void) { return PyModule_Create(&definition); }
C
}

# made: its wheel, unpacked in $PWD/wheel
made() {
    need unzip readelf
    target=manylinux_2_17_$(uname -m)
    run target show "$target"
    case $out in *'not here'*) target=native ;; esac
    run pair --python "$python" --target "$target" --debug-files symbols
    expect_status 0
    rm -rf wheel
    unzip -q dist/*.whl -d wheel
}

# used STATEMENTS: what they print
used() {
    run_command env -C / PYTHONPATH="$PWD/wheel" "$python" -B -c "
import pair.one, pair.deep.two
$1"
    expect_status 0
}

throwing() {
    python=$(system_python)
    ending=cpp
    backend c++ cpp '[]'
    module one '#include <stdexcept>
#include <string>
static void thrown(long n) { throw std::runtime_error("thrown " + std::to_string(n)); }' \
        'return arg == Py_None ? PyCapsule_New((void *)thrown, "f", nullptr) : nullptr;'
    module two '#include <exception>
#include <string>' \
        'auto thrown = (void (*)(long))PyCapsule_GetPointer(arg, "f");
    try {
        thrown(7);
    } catch (const std::exception &e) {
        std::string told = std::string("caught ") + e.what() + (std::uncaught_exception() ? ", and still up" : "");
        return PyUnicode_FromString(told.c_str());
    }
    return nullptr;'
}

an_exception_that_crosses_modules_is_over_when_it_is_caught() {
    throwing
    made
    expect_err 'its modules share one copy of libstdc++ (pair.libs/libpair_'
    used 'print(pair.deep.two.f(pair.one.f(None)))'
    expect_equal "$out" 'caught thrown 7'
    expect_equal "$(ls wheel/pair.libs | wc -l)" 1
    run_command readelf -dW wheel/pair/deep/two.*.so
    expect_out '$ORIGIN/../../pair.libs' 'Shared library: [libpair_'
    run_command nm -D --defined-only wheel/pair/one.*.so
    expect_out PyInit_one
    refuse_out _ZSt _ZNSt
    run audit --format text dist/*.whl
    expect_status 0
    run_command cat wheel/pair-1.0.dist-info/sboms/staticbuild.cdx.json
    expect_out '"staticbuild:shared-copy"' '"pair.libs/libpair_'
    id=$(readelf -nW wheel/pair.libs/libpair_*.so | sed -n 's/.*Build ID: *//p')
    expect_file "symbols/.build-id/$(echo "$id" | cut -c 1-2)/$(echo "$id" | cut -c 3-).debug"
    run pair --python "$python" --target "$target"
    expect_out 'nothing to do'
}

modules_of_intermediate_code_share_too() {
    throwing
    echo 'env = { FLAGS = "-flto -O1" }' >>recipe/pair.toml
    made
    expect_err 'its modules share one copy of libstdc++'
    used 'print(pair.deep.two.f(pair.one.f(None)))'
    expect_equal "$out" 'caught thrown 7'
}

# How much that is stands in the note.
what_cannot_be_linked_again_keeps_its_own() {
    throwing
    cat >>source/one.cpp <<'C'
#include <cstdlib>
#include <new>
void *operator new(std::size_t size) { return std::malloc(size); }
void operator delete(void *p) noexcept { std::free(p); }
void operator delete(void *p, std::size_t) noexcept { std::free(p); }
C
    made
    expect_err '2 modules have copies of their own of libstdc++' 'kB more than one copy' 'operator new'
    expect_no_file wheel/pair.libs
    used 'print(pair.deep.two.f(pair.one.f(None)).split(",")[0])'
    expect_equal "$out" 'caught thrown 7'
}

# counting WORDS: both modules count with tally, which they are given by WORDS
counting() {
    python=$(system_python)
    ending=c
    backend cc c "$1"
    for name in one two; do
        module $name '#include "tally.h"' 'return PyLong_FromLong(tally_add((int)PyLong_AsLong(arg)));'
    done
    cp -R "$PAIR/recipe/lib" recipe/lib
    printf '[requires]\nlibraries = ["tally"]\n' >>recipe/pair.toml
}

a_library_with_state_is_there_once_whoever_asked_for_it() {
    for words in '["-ltally"]' '["/usr/lib/x86_64-linux-gnu/libtally.so"]' '["/usr/local/lib/libtally.a"]' \
        'subprocess.check_output(["pkg-config", "--libs", "tally"], text=True).split()'; do
        case $words in *pkg-config*) command -v pkg-config >/dev/null || continue ;; esac
        counting "$words"
        rm -rf dist
        made
        expect_err 'its modules share one copy of tally'
        used 'pair.one.f(3); print(pair.deep.two.f(4))'
        expect_equal "$out" 7 "$words"
    done
}

# A static library of the project's own calls it: that is linked into each module, and asks for the copy.
a_static_library_of_the_projects_own_is_brought_along() {
    with_own_library rc
    with_own_library rcT
}

# with_own_library AR-WORDS: libown.a is made with them
with_own_library() {
    counting '["-L" + temporary, "-lown", "-ltally"]'
    for name in one two; do
        module $name 'int own_add(int n);' 'return PyLong_FromLong(own_add((int)PyLong_AsLong(arg)));'
    done
    printf '#include "tally.h"\nint own_add(int n);\nint own_add(int n) { return tally_add(10 * n); }\n' >source/own.c
    sed -i 's|^        for source, target.*|        compile("-c", "own.c", "-o", temporary + "/own.o")\
        subprocess.run(["ar", "'"$1"'", temporary + "/libown.a", temporary + "/own.o"], check=True)\
&|' source/own_backend.py
    rm -rf dist
    made
    used 'pair.one.f(3); print(pair.deep.two.f(4))'
    expect_equal "$out" 70 "$1"
}

each_has_its_own_where_the_recipe_says_so() {
    counting '["-ltally"]'
    printf '[wheel]\nsharing = { tally = "duplicate", reason = "each counts for itself" }\n' >>recipe/pair.toml
    made
    expect_no_file wheel/pair.libs
    used 'pair.one.f(3); print(pair.deep.two.f(4))'
    expect_equal "$out" 4
}

run_tests an_exception_that_crosses_modules_is_over_when_it_is_caught modules_of_intermediate_code_share_too what_cannot_be_linked_again_keeps_its_own \
    a_library_with_state_is_there_once_whoever_asked_for_it a_static_library_of_the_projects_own_is_brought_along \
    each_has_its_own_where_the_recipe_says_so
