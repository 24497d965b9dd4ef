#!/bin/sh
# Pythons that are not installed: modules compiled with headers that a recipe has, of a development package that the test
# makes, and of Debian's own.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# The module tiny, for any Python.
extension() {
    mkdir -p recipe/python source
    cat >source/tiny.c <<'C'
#include <Python.h>
static PyObject *version(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    return PyLong_FromLong(PY_VERSION_HEX);
}
static PyMethodDef methods[] = {{"version", version, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "tiny", NULL, 0, methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_tiny(void) { return PyModuleDef_Init(&def); }
C
    cat >recipe/tiny.toml <<'T'
[recipe]
name = "tiny"
kind = "extension"
version = "1.0"
license = "MIT"

[[source]]
path = "."

[[module]]
name = "tiny"
sources = ["source/tiny.c"]
T
}

# package MINOR THREADED MICRO: tree/usr becomes python.deb, and recipe/python/python3.MINOR[t].toml names it.
package() {
    (cd tree && tar cf ../data.tar ./usr)
    echo 2.0 >debian-binary
    : >control.tar
    rm -f python.deb
    ar rc python.deb debian-binary control.tar data.tar
    sha256=$(sha256sum python.deb | cut -d ' ' -f 1)
    cat >"recipe/python/python3.$1$2.toml" <<T
[recipe]
name = "python3.$1$2"
kind = "python-abi"
version = "3.$1.$3"

[[source]]
urls = ["file://$PWD/python.deb"]
sha256 = "$sha256"
T
}

# made_up [MACHINE]: of a Python that there is not yet: what the module needs, as a development package has it.
made_up() {
    machine=${1:-$(uname -m)}
    triplet=$machine-linux-gnu
    include=tree/usr/include/python3.98
    mkdir -p "$include" "tree/usr/include/$triplet/python3.98" "tree/usr/lib/python3.98/config-3.98-$triplet"
    cat >"$include/Python.h" <<'C'
#include "patchlevel.h"
#include "pyconfig.h"
typedef struct { long refcnt; void *type; } PyObject;
#define PyMODINIT_FUNC __attribute__((visibility("default"))) PyObject *
typedef struct { const char *name; PyObject *(*f)(PyObject *, PyObject *); int flags; const char *doc; } PyMethodDef;
typedef struct { int slot; void *value; } PyModuleDef_Slot;
struct PyModuleDef { PyObject base; const char *name, *doc; long size; PyMethodDef *methods; PyModuleDef_Slot *slots; void *a, *b, *c; };
#define PyModuleDef_HEAD_INIT {1, 0}
#define METH_NOARGS 4
#define NULL ((void *)0)
#ifndef HAVE_THE_RIGHT_PYCONFIG
#error "this is the pyconfig.h that chooses among architectures"
#endif
PyObject *PyModuleDef_Init(struct PyModuleDef *);
PyObject *PyLong_FromLong(long);
C
    echo '#error "another architecture"' >"$include/pyconfig.h"
    cat >"$include/patchlevel.h" <<'C'
#define PY_MAJOR_VERSION 3
#define PY_MINOR_VERSION 98
#define PY_MICRO_VERSION 1
#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL
#define PY_RELEASE_SERIAL 0
#define PY_VERSION "3.98.1"
#define PY_VERSION_HEX 0x036201f0
C
    printf '#define HAVE_THE_RIGHT_PYCONFIG 1\n#define SIZEOF_VOID_P %s\n/* #undef Py_GIL_DISABLED */\n' \
        "$(($(getconf LONG_BIT) / 8))" >"tree/usr/include/$triplet/python3.98/pyconfig.h"
    printf 'SOABI=\t\tcpython-398-%s\nEXT_SUFFIX=\t.cpython-398-%s.so\nMULTIARCH=\t%s\n' "$triplet" "$triplet" "$triplet" \
        >"tree/usr/lib/python3.98/config-3.98-$triplet/Makefile"
    extension
    package 98 '' 1
}

a_wheel_for_a_python_that_is_not_there() {
    need ar tar
    made_up
    run recipe/tiny.toml --target native --python 3.98
    expect_status 0
    expect_err "Python 3.98: modules are compiled with the headers of python3.98 3.98.1 (recipe/python/python3.98.toml), and not tried"
    expect_out "not run with CPython 3.98.1" "no interpreter to try it with" "1 wheel was not tried"
    refuse_out "passed"
    expect_file dist/tiny-1.0-cp398-cp398-*"$machine".whl
    unzip -l dist/*.whl | grep -q "tiny.cpython-398-$triplet.so" || fail "the module is called otherwise"
    # Nothing is done again, and it still was not tried.
    run recipe/tiny.toml --target native --python 3.98
    expect_status 0
    expect_out "1 wheel was not tried"
    refuse_err "begin  "
}

what_has_to_be_tried_is_refused() {
    need ar tar
    made_up
    run recipe/tiny.toml --target native --python 3.98 --require-tried
    expect_status 1
    expect_err "was not tried with CPython 3.98.1"
    expect_no_file dist
}

its_tree_says_what_it_is() {
    need ar tar python3
    made_up
    run build python3.98 --target native
    expect_status 0
    tree=$(ls -d "$STATICBUILD_CACHE"/trees/python3.98-3.98.1-abi-*)
    expect_file "$tree/include/Python.h"
    grep -q HAVE_THE_RIGHT "$tree/include/pyconfig.h" || fail "pyconfig.h is not that of this architecture"
    python3 - "$tree/build-details.json" "$triplet" <<'P' || fail "build-details.json"
import json, sys
d = json.load(open(sys.argv[1]))
assert d["schema_version"] == "1.0" and d["language"]["version"] == "3.98", d
assert d["implementation"]["hexversion"] == 0x036201F0, d
assert d["abi"]["extension_suffix"] == ".cpython-398-%s.so" % sys.argv[2], d
assert d["c_api"]["headers"] == "include", d
P
}

# Debian has no package of the free-threaded build: its headers are those of the other one, but for a line.
the_free_threaded_build_of_a_package() {
    need ar tar
    made_up
    rm recipe/python/python3.98.toml
    package 98 t 1
    run recipe/tiny.toml --target native --python 3.98t
    expect_status 0
    expect_out "not run with CPython 3.98.1"
    expect_file dist/tiny-1.0-cp398-cp398t-*"$machine".whl
    unzip -l dist/*.whl | grep -q "tiny.cpython-398t-$triplet.so" || fail "the module is called otherwise"
    tree=$(ls -d "$STATICBUILD_CACHE"/trees/python3.98t-3.98.1-abi-*)
    grep -qx '#define Py_GIL_DISABLED 1' "$tree/include/pyconfig.h" || fail "pyconfig.h is of the build with the GIL"
    sed -i '/GIL/d' "tree/usr/include/$triplet/python3.98/pyconfig.h"
    package 98 t 1
    run build python3.98t --target native
    expect_status 3
    expect_err 'recipe/python/python3.98t.toml:2:8: ' 'the package is of a Python without a free-threaded build'
}

# One wheel for builds with the GIL and without it (PEP 803).
one_wheel_for_both_builds() {
    need ar tar
    made_up
    cat >>"$include/Python.h" <<'C'
#if defined(ABI3T) && Py_TARGET_ABI3T != 0x03610000
#error "not compiled for abi3t"
#endif
C
    printf '#define ABI3T\n#include <Python.h>\n__attribute__((visibility("default"))) void *PyModExport_tiny(void) { return 0; }\n' \
        >source/tiny.c
    package 98 t 1
    package 98 '' 1
    sed -i "s/^sha256 = .*/sha256 = \"$sha256\"/" recipe/python/python3.98t.toml
    printf '[python]\nabi3t = "3.97"\n' >>recipe/tiny.toml
    run recipe/tiny.toml --target native --python 3.98,3.98t
    expect_status 0
    expect_file dist/tiny-1.0-cp397-abi3.abi3t-*"$machine".whl
    expect_equal "$(ls dist | wc -l)" 1 "wheels"
    expect_out "not run with CPython 3.98.1 " "not run with CPython 3.98.1t "
    unzip -l dist/*.whl | grep -q "tiny.abi3t.so" || fail "the module is called otherwise"
    unzip -p dist/*.whl '*/WHEEL' | grep -q '^Tag: cp397-abi3t-' || fail "WHEEL lacks a tag"
}

# Every Python: those that are here, and those whose headers can be had; without the word, those that are here.
all_of_them() {
    need ar tar
    made_up
    run plan recipe/tiny.toml --target native
    refuse_out "python-abi"
    echo '[project]' >recipe/python/pyproject.toml # of somebody who keeps another thing there
    run plan recipe/tiny.toml --target native --python all
    expect_status 0
    expect_out "python-abi python3.98 3.98.1" "wheel tiny 1.0 cp398"
    run plan recipe/tiny.toml --target native --python 3.97
    expect_status 7
    expect_err "no CPython 3.97 on this machine" "there are recipes of the headers of:" "3.98"
}

a_package_of_something_else_is_refused() {
    need ar tar
    made_up
    sed -i 's/^version = .*/version = "3.98.2"/' recipe/python/python3.98.toml
    run build python3.98 --target native
    expect_status 3
    expect_err 'recipe/python/python3.98.toml: version "3.98.2": its patchlevel.h says 3.98.1'
    sed -i 's/^#define SIZEOF.*/#define SIZEOF_VOID_P 2/' "tree/usr/include/$triplet/python3.98/pyconfig.h"
    package 98 '' 1
    run build python3.98 --target native
    expect_status 3
    expect_err "pointers of 2 bytes"
    rm tree/usr/include/python3.98/patchlevel.h
    package 98 '' 1
    run build python3.98 --target native
    expect_status 5
    expect_err "is it the development package of Python 3.98 for linux-$machine?"
}

mistakes_of_such_recipes() {
    mkdir recipe
    cat >recipe/wrong.toml <<'T'
[recipe]
name = "python3"
kind = "python-abi"
version = "3.14.1"

[[source]]
urls = ["https://example.org/x.deb"]
sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

[requires]
libraries = ["zlib"]

[build]
system = "cmake"
T
    run plan recipe/wrong.toml
    expect_status 3
    expect_err 'recipe/wrong.toml:2:8: the headers of a Python are called by that: python3.14' \
        'recipe/wrong.toml:10:2: [requires] has no place here' 'recipe/wrong.toml:14:10: the source of a Python is configured'
    sed -i 's/"python3"/"python3.15t"/' recipe/wrong.toml
    run plan recipe/wrong.toml
    expect_err 'recipe/wrong.toml:4:11: "3.14.1" is no version of Python 3.15'
}

# It has no development package: the headers come from the recipe, and it tries what is made.
an_interpreter_without_headers() {
    need ar tar
    made_up
    mkdir bin
    cat >bin/python3 <<S
#!/bin/sh
echo '{"version": "3.98.1", "major": 3, "minor": 98, "implementation": "cpython", "executable": "$PWD/bin/python3",
"base": "", "soabi": "cpython-398-$triplet", "ext_suffix": ".cpython-398-$triplet.so", "include": "/nowhere",
"platinclude": "/nowhere", "triplet": "$triplet", "free_threaded": false, "debug": false, "bits": $(getconf LONG_BIT)}'
S
    chmod +x bin/python3
    PATH=$PWD/bin:$PATH
    run plan recipe/tiny.toml --target native --python 3.98
    expect_status 0
    expect_out "python-abi python3.98 3.98.1" "runs with 3.98.1"
    refuse_out "not tried"
    expect_err "bin/python3 has no headers: its modules are compiled with those of python3.98 3.98.1"
    run plan recipe/tiny.toml --target native --python "$PWD/bin/python3"
    expect_status 0
    expect_out "python-abi python3.98 3.98.1"
    rm recipe/python/python3.98.toml
    run plan recipe/tiny.toml --target native --python 3.98
    expect_status 7
    expect_err "has no Python.h and pyconfig.h"
}

# For another architecture: a cross compiler and headers of that are enough, without anything else of its system.
another_architecture() {
    [ "$(uname -m)" = x86_64 ] || skip "it is another than x86_64 that is built for"
    need ar tar aarch64-linux-gnu-gcc
    made_up aarch64
    run recipe/tiny.toml --target manylinux_2_28_aarch64
    expect_status 7
    expect_err "no interpreter here is for manylinux_2_28_aarch64" "name versions with --python"
    run recipe/tiny.toml --target manylinux_2_28_aarch64 --python 3.98
    expect_status 0
    expect_out "not run with CPython 3.98.1"
    expect_file dist/tiny-1.0-cp398-cp398-*_aarch64.whl
    unzip -l dist/*.whl | grep -q tiny.cpython-398-aarch64-linux-gnu.so || fail "the module is called otherwise"
    run recipe/tiny.toml --target manylinux_2_28_aarch64 --python 3.97
    expect_status 7
    expect_err "no CPython 3.97" "no interpreter here is for manylinux_2_28_aarch64" "--python-root"
}

# Its configure is told for which architecture, and what it would run something for.
a_source_for_another_architecture() {
    [ "$(uname -m)" = x86_64 ] || skip "it is another than x86_64 that is built for"
    need ar tar aarch64-linux-gnu-gcc
    made_up aarch64
    mkdir -p Python-3.98.1/Include
    cp tree/usr/include/python3.98/*.h Python-3.98.1/Include
    cat >Python-3.98.1/configure <<'C'
#!/bin/sh
for word; do
    case $word in
    --host=aarch64*-linux-gnu) host=yes ;;
    --build=*) build=yes ;;
    --with-build-python=*) python=$("${word#*=}" -c 'print a version') ;;
    ac_cv_file__dev_ptmx=*) answers=yes ;;
    esac
done
[ "$host$build$answers$python" = yesyesyes3.98 ] || { echo "configure: told $*" >&2; exit 1; }
[ "$(echo __aarch64__ | $CC -E -P -)" = 1 ] || { echo "configure: $CC is for another" >&2; exit 1; }
printf '#define HAVE_THE_RIGHT_PYCONFIG 1\n#define SIZEOF_VOID_P 8\n/* #undef Py_GIL_DISABLED */\n' >pyconfig.h
printf 'SOABI=\t\tcpython-398-aarch64-linux-gnu\nEXT_SUFFIX=\t.cpython-398-aarch64-linux-gnu.so\n' >Makefile
C
    chmod +x Python-3.98.1/configure
    tar czf python.tar.gz Python-3.98.1
    cat >recipe/python/python3.98.toml <<T
[recipe]
name = "python3.98"
kind = "python-abi"
version = "3.98.1"

[[source]]
urls = ["file://$PWD/python.tar.gz"]
sha256 = "$(sha256sum python.tar.gz | cut -d ' ' -f 1)"

[build]
system = "autotools"
T
    run recipe/tiny.toml --target manylinux_2_28_aarch64 --python 3.98
    expect_status 0
    unzip -l dist/*.whl | grep -q tiny.cpython-398-aarch64-linux-gnu.so || fail "the module is called otherwise"
    # Alone, too: nothing of it is run.
    run build python3.98 --target manylinux_2_28_aarch64
    expect_status 0
}

# Which Pythons are here is no choice to be written down.
a_lock_is_the_same_with_and_without() {
    need ar tar
    made_up
    run lock recipe/tiny.toml --target native --python 3.98
    expect_status 0
    lock=$(find . -name staticbuild.lock)
    grep -q '^name = "tiny"' "$lock" || fail "there is no lock of tiny"
    if grep -q python3.98 "$lock"; then fail "headers of a Python are locked"; fi
    run plan recipe/tiny.toml --target native --python 3.98 --locked
    expect_status 0
    run plan recipe/tiny.toml --target native --locked
    expect_status 0
}

# A backend runs in an interpreter.
projects_need_one_that_runs() {
    need ar tar
    made_up
    mkdir project
    printf '[build-system]\nrequires = []\nbuild-backend = "b"\nbackend-path = ["."]\n[project]\nname = "p"\nversion = "1"\n' \
        >project/pyproject.toml
    run wheel project --python 3.98
    expect_status 3
    expect_err "no CPython 3.98 on this machine" "a project's own backend needs an interpreter that runs here"
}

# The headers of an interpreter that is here, packed as a distribution would: the wheel is the same, byte for byte.
the_same_bytes_as_with_the_interpreter() {
    need ar tar python3
    extension
    facts=$(python3 -I - <<'P'
import sys, sysconfig
v = sysconfig.get_config_var
print(sys.version_info[1], sys.version_info[2], sysconfig.get_paths()["include"], v("SOABI"), v("MULTIARCH") or "none",
      sysconfig.get_config_h_filename(), bool(v("Py_GIL_DISABLED")) or sys.version_info[3] != "final")
P
    )
    # shellcheck disable=SC2086
    set -- $facts
    [ -e "$3/Python.h" ] || skip "python3 has no headers here"
    [ "$7" = False ] || skip "python3 is no release with the GIL"
    mkdir -p tree/usr/include tree/usr/lib/python3."$1"/config-3."$1"
    cp -RL "$3" tree/usr/include/python3."$1"
    if [ -e "/usr/include/$5/python3.$1/pyconfig.h" ]; then
        mkdir -p "tree/usr/include/$5/python3.$1"
        cp "/usr/include/$5/python3.$1/pyconfig.h" "tree/usr/include/$5/python3.$1/"
    fi
    printf 'SOABI=\t%s\nEXT_SUFFIX=\t.%s.so\n' "$4" "$4" >tree/usr/lib/python3."$1"/config-3."$1"/Makefile
    package "$1" '' "$2"
    run recipe/tiny.toml --python "$(command -v python3)" -o installed
    expect_status 0
    expect_out "passed with CPython 3.$1.$2"
    run recipe/tiny.toml --python "recipe/python/python3.$1.toml" -o packed
    expect_status 0
    expect_out "1 wheel was not tried"
    (cd installed && sha256sum ./*.whl) >sums
    (cd packed && sha256sum -c ../sums) >/dev/null || fail "the wheels differ: $(ls -l installed packed)"
}

# Debian's own package, where the net or a mirror has it.
of_a_distribution() {
    [ "$(uname -m)" = x86_64 ] || skip "the recipe is tried for x86_64 alone"
    extension
    run fetch python3.13
    [ "$status" = 0 ] || skip "its package cannot be had here: $(echo "$err" | head -n 1)"
    run recipe/tiny.toml --python "$ROOT/recipes/python/python3.13.toml"
    expect_status 0
    expect_out "not run with CPython 3.13.5"
    expect_file dist/tiny-1.0-cp313-cp313-*.whl
    size=$(du -sb "$STATICBUILD_CACHE"/trees/python3.13-*-abi-* | cut -f 1)
    [ "$size" -lt 3000000 ] || fail "its tree has $size bytes"
}

run_tests a_wheel_for_a_python_that_is_not_there what_has_to_be_tried_is_refused its_tree_says_what_it_is \
    the_free_threaded_build_of_a_package one_wheel_for_both_builds all_of_them a_package_of_something_else_is_refused \
    mistakes_of_such_recipes an_interpreter_without_headers another_architecture a_source_for_another_architecture a_lock_is_the_same_with_and_without \
    projects_need_one_that_runs the_same_bytes_as_with_the_interpreter of_a_distribution
