#!/bin/sh
# `staticbuild wheel --from`: the projects of a list, in one run.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

# project NAME: NAME-1.0.tar.gz, a module of that name which wants libtiny.
project() {
    mkdir "$1-1.0"
    own_backend "$1-1.0"
    cat >>"$1-1.0/own_backend.py" <<PY
def build_wheel(folder, settings=None, metadata=None):
    module = "$1" + SUFFIX
    compile("-shared", "m.c", "-o", module, "-ltiny")
    return pack(folder, "$1", module)
PY
    cat >"$1-1.0/m.c" <<C
#include <Python.h>
#include <tiny.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "$1", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_$1(void) { return tiny_answer() == 42 ? PyModule_Create(&module) : NULL; }
C
    pack "$1-1.0"
    rm -r "$1-1.0"
}

world() {
    python=$(system_python)
    tiny_library
    mkdir -p data/recipes/lib
    mv recipe/lib/libtiny.toml data/recipes/lib/
    mv libtiny-1.0.tar.gz data/
    sed -i "s|$PWD/libtiny|$PWD/data/libtiny|" data/recipes/lib/libtiny.toml
    ln -s "$ROOT/templates" data/templates
    STATICBUILD_DATA=$PWD/data
    export STATICBUILD_DATA
    project first
    project second
    project third
    start_index
}

make_wheels() {
    run wheel "$@" --python "$python" --target native --library libtiny
}

a_list_is_made_in_one_run() {
    world
    hash=$(sha256sum second-1.0.tar.gz | cut -d ' ' -f 1)
    cat >list.txt <<TXT
# What is wanted.
first == 1.0   # exact
second==1.0 \\
    --hash=sha256:$hash
./third-1.0.tar.gz
TXT
    make_wheels --from list.txt
    expect_status 0
    expect_file dist/first-1.0-cp3*.whl dist/second-1.0-cp3*.whl dist/third-1.0-cp3*.whl
    expect_equal "$(echo "$err" | grep -c 'done *build libtiny')" 1 "times the library was built"
    make_wheels --from list.txt
    expect_out "nothing to do: 3 wheels are up to date"
}

# A line whose marker holds for no interpreter is left out; one that is for some of them is made for those.
markers_say_which_lines_count() {
    world
    minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    cat >list.txt <<TXT
first == 1.0 ; sys_platform == "win32" or (python_version < "3" and os_name == 'posix')
second==1.0; python_version == "$minor" and platform_machine in "$(uname -m) other"
third==1.0; python_full_version < "3.0.1"
TXT
    make_wheels --from list.txt
    expect_status 0
    expect_file dist/second-1.0-cp3*.whl
    expect_no_file dist/first-1.0*.whl dist/third-1.0*.whl
    expect_err 'list.txt:1: first is left out, for its marker does not hold (sys_platform == "win32" or' "list.txt:3: third is left out"
    refuse_err 'second is left out'
    rm -r dist
    other=
    for found in "$USERS_HOME"/.pyenv/versions/3.*/bin/python3; do
        case $found in */"$minor".*) ;; *) [ ! -x "$found" ] || other=$found ;; esac
    done
    [ -n "$other" ] || return 0
    run wheel --from list.txt --python "$python,$other" --target native --library libtiny
    expect_status 0
    expect_equal "$(ls dist | wc -l)" 1 "$(ls dist)"
}

what_is_wrong_with_a_list_is_told() {
    world
    printf 'first==1.0 --hash=sha256:%064d\n' 1 >list.txt
    make_wheels --from list.txt
    expect_status 4
    expect_err "list.txt:1: first-1.0.tar.gz: has the hash sha256:" "none of those that are listed"
    printf -- '-r other.txt\nfirst >= 1\n\nfirst\n' >list.txt
    make_wheels --from list.txt
    expect_status 2
    expect_err "list.txt:1: -r other.txt: options of pip are not read here" "list.txt:2: first >= 1: write NAME or NAME==VERSION"
    make_wheels
    expect_status 2
    expect_err "PROJECT..., or --from FILE"
    make_wheels --from nowhere.txt
    expect_status 7
}

run_tests a_list_is_made_in_one_run markers_say_which_lines_count what_is_wrong_with_a_list_is_told
