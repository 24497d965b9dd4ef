#!/bin/sh
# Wheels that other wheels need: to be compiled with, and to be tried with.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# extension_of NAME C-LINES: a module whose file has these lines, in sources of its own.
extension_of() {
    extension_recipe "$1" "$1.c"
    cat >"$1/$1.c" <<C
#include <Python.h>
$2
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "$1", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_$1(void) { return PyModule_Create(&module); }
C
}

# two is compiled with a header of one, and its test imports one.
two_needs_one() {
    python=$(system_python)
    extension_of one ''
    mkdir one/one_headers
    echo '#define ONE_ANSWER 42' >one/one_headers/one.h
    printf '[wheel]\npackages = ["one_headers"]\n' >>recipe/one.toml
    extension_of two '#include "one_headers/one.h"
_Static_assert(ONE_ANSWER == 42, "the header of one");'
    printf '[requires]\nbuild = ["one"]\n[test]\nscript = "test_two.py"\n' >>recipe/two.toml
    printf 'import importlib.metadata as m, one, two\nassert m.version("one") == "1.0"\n' >recipe/test_two.py
}

# holds FILE...: what is in dist, by the beginnings of names.
dist_holds() {
    expect_equal "$(cd dist && find . -type f | sed 's|^\./||; s|-.*||' | sort | tr '\n' ' ')" "$1"
}

one_is_made_for_two() {
    two_needs_one
    run two --python "$python"
    expect_status 0
    expect_out 'dist/two-1.0-' 'passed with CPython'
    dist_holds 'two '
    run tree two
    expect_out 'compiled with: one 1.0' 'tried with: one 1.0'
    run one two --python "$python" # of the same run: nothing is made again
    expect_status 0
    expect_out 'nothing to do: 2 wheels'
    dist_holds 'one two '
}

a_header_of_one_changes_two() {
    two_needs_one
    run two --python "$python"
    expect_status 0
    echo '#define ONE_ANSWER 41' >one/one_headers/one.h
    run two --python "$python"
    expect_status 6
    expect_err 'the header of one'
}

one_may_be_elsewhere() {
    two_needs_one
    mkdir elsewhere
    mv recipe/one.toml elsewhere/uno.toml
    edit elsewhere/uno.toml 's|path = "one"|path = "../one"|'
    run two --python "$python"
    expect_status 3
    expect_err 'recipe/two.toml:13:10: there is no recipe for the library or extension one'
    run elsewhere/uno.toml two --python "$python"
    expect_status 0
    dist_holds 'one two '
}

what_is_not_there_is_not_tried() {
    two_needs_one
    edit recipe/two.toml 's/^script = .*/&\nrequires = ["absent >= 2"]/'
    run two --python "$python"
    expect_status 0
    expect_out 'not run with CPython' 'absent, and no recipe makes it' '1 wheel was not tried'
    run two --python "$python" --format json
    expect_out '"wheels_not_tried": 1'
    rm -r dist
    run two one --python "$python" --require-tried
    expect_status 1
    expect_err 'two-1.0' 'was not tried with CPython' 'the test requires absent'
    dist_holds 'one '
    extension_of absent ''
    edit recipe/absent.toml 's/^version = .*/version = "2.1"/'
    run two one --python "$python" --require-tried
    expect_status 0
    refuse_out 'not tried'
    dist_holds 'one two '
}

# What is installed for an interpreter is not what the wheel is tried with.
the_machine_is_not_looked_at() {
    two_needs_one
    run_command "$python" -c 'import pip'
    [ "$status" = 0 ] || skip 'nothing known is installed for the interpreter'
    printf 'import pip\n' >>recipe/test_two.py
    run two --python "$python"
    expect_status 1
    expect_err "imports pip, which is neither in the wheel"
}

# A newer interpreter than the required wheel's recipe takes: told, and not compiled without it.
one_is_not_for_every_interpreter() {
    two_needs_one
    edit recipe/one.toml 's/^\[wheel\]/[python]\nrequires = "<3"\n[wheel]/'
    run two --python "$python"
    expect_status 3
    expect_err 'compiled with the wheel of one 1.0, which is not made for Python'
}

run_tests one_is_made_for_two a_header_of_one_changes_two one_may_be_elsewhere what_is_not_there_is_not_tried \
    the_machine_is_not_looked_at one_is_not_for_every_interpreter
