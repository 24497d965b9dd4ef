#!/bin/sh
# Projects that do not say which libraries they want: what a build looked for in vain, and recipes have, is told, and
# with --infer the project is built again with it.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

# project WORDS [ASKS]: source/, whose backend compiles and links with the words, and runs ASKS when it is asked what
# it requires; the recipe libtiny has what they want.
project() {
    python=$(system_python)
    tiny_library
    rm -rf source
    mkdir -p source/lib
    mv recipe/lib/libtiny.toml source/lib/
    own_backend source
    cat >>source/own_backend.py <<PY
def get_requires_for_build_wheel(settings=None):
    ${2:-pass}
    return []
def build_wheel(folder, settings=None, metadata=None):
    module = "_wants" + SUFFIX
    ${3:-pass}
    compile("-shared", "wants.c", "-o", module, *"$1".split())
    return pack(folder, "wants", module)
PY
    printf '[project]\nname = "wants"\nversion = "1.0"\n' >>source/pyproject.toml
    source_with '#include <tiny.h>'
}

# source_with FIRST-LINE: a module that is not whole without the library.
source_with() {
    cat >source/wants.c <<C
$1
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_wants", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__wants(void) { return tiny_answer() == 42 ? PyModule_Create(&module) : NULL; }
C
}

make_wheel() {
    run wheel source --python "$python" --target manylinux_2_17 "$@"
}

a_header_names_the_library() {
    project -ltiny
    make_wheel
    expect_status 3
    expect_err "wants: looked for header tiny.h" "recipes have it (libtiny)" "build with it? (--infer, or for good: --library libtiny)"
    make_wheel --infer
    expect_status 0
    expect_err "is built with libtiny (--infer)"
    "$python" -m zipfile -e dist/*.whl opened
    PYTHONPATH=opened "$python" -c 'import _wants' || fail "it does not work"
    grep -q '"libtiny"' opened/*.dist-info/sboms/staticbuild.cdx.json || fail "the bill does not have it"
    # It is remembered, and for who asks only.
    make_wheel --infer
    expect_status 0
    expect_out "nothing to do"
    refuse_err "built again"
    make_wheel
    expect_status 3
    make_wheel --library libtiny
    expect_status 0
    expect_out "nothing to do"
}

the_linker_names_the_library() {
    project -ltiny
    source_with 'int tiny_answer(void);'
    make_wheel
    expect_status 3
    expect_err "looked for library tiny"
    make_wheel --infer
    expect_status 0
    expect_out "smoke   passed"
}

a_package_is_missed_while_the_backend_is_asked() {
    project -ltiny 'subprocess.run(["pkg-config", "--print-errors", "--exists", "libtiny"], check=True)'
    need pkg-config
    make_wheel
    expect_status 3
    expect_err "looked for package libtiny"
    make_wheel --infer
    expect_status 0
}

what_no_recipe_has_is_a_failure_as_before() {
    project '-ltiny -lnowhere'
    make_wheel --library libtiny --infer
    expect_status 5
    expect_err "cannot find -lnowhere"
    refuse_err "--infer"
}

what_was_left_out_is_told() {
    project '' pass 'subprocess.run(["pkg-config", "--exists", "libtiny"])'
    need pkg-config
    source_with '#define tiny_answer() 42'
    make_wheel
    expect_status 0
    expect_err "looked for package libtiny, found none, and was built without" "--library libtiny builds with it"
    make_wheel --library libtiny
    expect_status 0
    refuse_err "built without"
}

# What a source distribution says of itself is known once it is unpacked, and from then on.
a_source_distribution_says_its_libraries() {
    project -ltiny
    mkdir -p data/recipes
    mv source/lib data/recipes/lib
    ln -s "$ROOT/templates" data/templates
    STATICBUILD_DATA=$PWD/data
    export STATICBUILD_DATA
    for says in '[tool.staticbuild]
libraries = ["libtiny >= 1"]' '[external]
host-requires = ["dep:generic/libtiny"]'; do
        rm -rf wants-1.0 dist
        cp -r source wants-1.0
        echo "$says" >>wants-1.0/pyproject.toml
        pack wants-1.0
        run wheel wants-1.0.tar.gz --python "$python" --target manylinux_2_17
        expect_status 0
        expect_err "is built with libtiny" "(pyproject.toml:"
        run wheel wants-1.0.tar.gz --python "$python" --target manylinux_2_17
        expect_status 0
        expect_out "nothing to do"
    done
    rm -rf wants-1.0
    cp -r source wants-1.0
    echo '[tool.staticbuild]
librarys = 1' >>wants-1.0/pyproject.toml
    pack wants-1.0
    run wheel wants-1.0.tar.gz --python "$python" --target manylinux_2_17 --library libtiny
    expect_status 0
    expect_err "what it says of itself is not heard" 'did you mean "libraries"?'
}

run_tests a_source_distribution_says_its_libraries a_header_names_the_library the_linker_names_the_library a_package_is_missed_while_the_backend_is_asked \
    what_no_recipe_has_is_a_failure_as_before what_was_left_out_is_told
