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
    cat >"$1-1.0/own_backend.py" <<PY
import os, subprocess, sysconfig, zipfile
def build_wheel(folder, settings=None, metadata=None):
    name, module = "$1-1.0-cp3-none-linux_x86_64.whl", "$1" + sysconfig.get_config_var("EXT_SUFFIX")
    subprocess.run(["cc", "-fPIC", "-shared", "-I" + sysconfig.get_path("include"), "m.c", "-o", module, "-ltiny"],
                   check=True)
    with zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        z.write(module)
        info = "$1-1.0.dist-info/"
        z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: $1\nVersion: 1.0\n")
        z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: false\nTag: cp3-none-linux_x86_64\n")
        z.writestr(info + "RECORD", "")
    return name
PY
    printf '[build-system]\nrequires = []\nbuild-backend = "own_backend"\nbackend-path = ["."]\n' >"$1-1.0/pyproject.toml"
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
    library_source libtiny-1.0
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
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

run_tests a_list_is_made_in_one_run what_is_wrong_with_a_list_is_told
