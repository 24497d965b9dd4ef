#!/bin/sh
# A project in a folder that is built again after a change: what did not change is not compiled again, whatever its
# backend would do, and what came of it is what a build from the beginning gives.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

# source/: a module of two files with a header each, by a backend that compiles both every time, as setuptools does.
# The compiler counts what it compiles in calls.
project() {
    python=$(system_python)
    mkdir -p source
    own_backend source
    cat >>source/own_backend.py <<'PY'
def build_wheel(folder, settings=None, metadata=None):
    module = "build/lib.x/parts" + SUFFIX
    os.makedirs("build/temp", exist_ok=True)
    os.makedirs("build/lib.x", exist_ok=True)
    for part in ("one", "two"):
        compile("-O1", "-c", part + ".c", "-o", "build/temp/%s.o" % part)
    if not os.path.exists(module):
        compile("-shared", "build/temp/one.o", "build/temp/two.o", "-o", module)
    return pack(folder, "parts", module)
PY
    printf '[project]\nname = "parts"\nversion = "1.0"\n' >>source/pyproject.toml
    echo '#define ONE 1' >source/one.h
    echo '#define TWO 2' >source/two.h
    cat >source/one.c <<'C'
#include <Python.h>
#include "one.h"
int two(void);
static int fill(PyObject *m) { return PyModule_AddIntConstant(m, "one", ONE) || PyModule_AddIntConstant(m, "two", two()); }
static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "parts", NULL, 0, NULL, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_parts(void) { return PyModuleDef_Init(&module); }
C
    printf '#include "two.h"\nint two(void);\nint two(void) { return TWO; }\n' >source/two.c
    cat >counting-cc <<SH
#!/bin/sh
for word; do case \$word in one.c | two.c) echo "\$word" >>"$PWD/calls" ;; esac; done
exec $(command -v gcc) "\$@"
SH
    chmod +x counting-cc
    STATICBUILD_CC=$PWD/counting-cc
    export STATICBUILD_CC
}

# expect_compiled FILES ONE TWO: builds the wheel, which compiles these files only, and gives these numbers.
expect_compiled() {
    files=$1 one=$2 two=$3
    shift 3
    : >calls
    rm -rf dist opened
    run wheel source --python "$python" --target native --sandbox none "$@"
    expect_status 0
    expect_equal "$(sort calls | tr '\n' ' ')" "$files" "files that were compiled"
    "$python" -m zipfile -e dist/*.whl opened
    expect_equal "$(PYTHONPATH=opened "$python" -c 'import parts; print(parts.one, parts.two)')" "$one $two"
}

one_changed_file_is_one_compile() {
    project
    expect_compiled 'one.c two.c ' 1 2
    sed -i 's/return TWO/return TWO + 1/' source/two.c
    expect_compiled 'two.c ' 1 3
    expect_err "built where it was built before, with 1 changed file"
    # A header too, of whoever reads it.
    echo '#define ONE 5' >source/one.h
    expect_compiled 'one.c ' 5 3
    # What is not read by a compiler.
    echo '# a comment' >>source/own_backend.py
    expect_compiled '' 5 3
    # As it was: that wheel is there.
    sed -i '$d' source/own_backend.py
    expect_compiled '' 5 3
    expect_out "nothing to do"
}

what_came_or_went_is_built_from_the_beginning() {
    project
    expect_compiled 'one.c two.c ' 1 2
    touch source/three.h
    expect_compiled 'one.c two.c ' 1 2
    refuse_err "built where it was built before"
    rm source/three.h
    echo '#define TWO 7' >source/two.h
    expect_compiled 'one.c two.c ' 1 7
    echo '#define TWO 8' >source/two.h
    expect_compiled 'one.c two.c ' 1 8 --clean
    echo '#define TWO 9' >source/two.h
    expect_compiled 'two.c ' 1 9
}

a_failure_is_mended_where_it_was() {
    project
    expect_compiled 'one.c two.c ' 1 2
    echo 'wrong' >>source/two.c
    run wheel source --python "$python" --target native --sandbox none
    expect_status 5
    expect_err "with --clean it is built from the beginning"
    sed -i '$d' source/two.c
    sed -i 's/return TWO/return TWO * 2/' source/two.c
    expect_compiled 'two.c ' 1 4
}

# What it requires was locked: pip is not asked again for a change of the source.
the_lock_stays_while_it_asks_for_the_same() {
    project
    "$python" -m pip --version >/dev/null 2>&1 || skip "$python has no pip"
    "$python" -m venv --without-pip probe-venv 2>/dev/null || skip "$python makes no virtual environments"
    mkdir wheels
    "$python" - <<'PY'
import zipfile
with zipfile.ZipFile("wheels/helper-1.0-py3-none-any.whl", "w") as z:
    z.writestr("helper.py", "")
    z.writestr("helper-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: helper\nVersion: 1.0\n")
    z.writestr("helper-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    z.writestr("helper-1.0.dist-info/RECORD", "")
PY
    export PIP_NO_INDEX=1 PIP_FIND_LINKS="$PWD/wheels"
    sed -i 's/requires = \[\]/requires = ["helper"]/' source/pyproject.toml
    expect_compiled 'one.c two.c ' 1 2
    rm -r wheels
    echo '#define TWO 4' >source/two.h
    expect_compiled 'two.c ' 1 4
    sed -i 's/requires = \["helper"\]/requires = ["helper >= 1"]/' source/pyproject.toml
    run wheel source --python "$python" --target native --sandbox none
    expect_status 5
    expect_err "a build requirement cannot be had as a wheel"
}

# What is confined reaches both folders: the kept one, and that of the step, where symbol tables are parted.
a_confined_build_is_kept() {
    project
    unset STATICBUILD_CC
    run wheel source --python "$python" --target native
    expect_status 0
    sed -i 's/return TWO/return TWO + 1/' source/two.c
    run wheel source --python "$python" --target native
    expect_status 0
    expect_err "built where it was built before, with 1 changed file"
    "$python" -m zipfile -e dist/*.whl opened
    expect_equal "$(PYTHONPATH=opened "$python" -c 'import parts; print(parts.one, parts.two)')" "1 3"
}

what_is_published_is_never_kept() {
    project
    mv source parts-1.0
    pack parts-1.0
    run wheel parts-1.0.tar.gz --python "$python" --target native --sandbox none
    expect_status 0
    set -- "$STATICBUILD_CACHE"/work/*-kept
    [ ! -e "$1" ] || fail "it was kept: $1"
    mv parts-1.0 source
    run wheel source --python "$python" --target native --sandbox strict
    [ "$status" != 7 ] || skip 'builds cannot be confined here'
    expect_status 0
    [ ! -e "$1" ] || fail "it was kept: $1"
}

run_tests the_lock_stays_while_it_asks_for_the_same one_changed_file_is_one_compile what_came_or_went_is_built_from_the_beginning a_failure_is_mended_where_it_was \
    a_confined_build_is_kept what_is_published_is_never_kept
