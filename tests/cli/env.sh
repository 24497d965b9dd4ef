#!/bin/sh
# `staticbuild env`: any command with the compilers and libraries that a project's own backend would find.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

# source/: a module that wants libtiny, which the project names.
project() {
    python=$(system_python)
    tiny_library
    mkdir -p source/lib
    mv recipe/lib/libtiny.toml source/lib/
    cat >source/pyproject.toml <<'TOML'
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "wants"
version = "1.0"
[tool.staticbuild]
libraries = ["libtiny"]
TOML
    cat >source/wants.c <<'C'
#include <Python.h>
#include <tiny.h>
int helper(void);
int helper(void) { return tiny_answer(); }
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "wants", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_wants(void) { return helper() == 42 ? PyModule_Create(&module) : NULL; }
C
    cd source || fail "no source"
}

surrounded() {
    run env . --python "$python" --target "${TARGET:-manylinux_2_17}" -- "$@"
}

a_command_finds_compilers_and_libraries() {
    project
    headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    # shellcheck disable=SC2016 # $CC is theirs
    CFLAGS=-DWRONG LDFLAGS=-Lwrong MINE=yes surrounded sh -c '
        [ -z "${CFLAGS-}${LDFLAGS-}" ] && [ "$MINE" = yes ] || exit 9
        $CC -march=native -O2 -fPIC -shared -I'"$headers"' wants.c -ltiny -o wants.so && pkg-config --modversion libtiny'
    expect_status 0
    expect_out 1.0
    [ "$(nm -D --defined-only wants.so | awk '{print $3}')" = PyInit_wants ] || fail "it exports $(nm -D wants.so)"
    cp wants.so "wants$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')"
    "$python" -c 'import wants' || fail "it does not work"
    run audit wants.so --target manylinux_2_17
    expect_status 0
    # The folder goes when its command has ended, with the next run.
    surrounded true
    set -- "$STATICBUILD_CACHE"/work/env-*
    [ $# = 1 ] || fail "folders stay: $*"
}

the_folder_stays_while_the_command_runs() {
    project
    # shellcheck disable=SC2016 # theirs
    surrounded sh -c '"$0" env . --python "$1" --target manylinux_2_17 -- true && $CC -c wants.c -I"$2"' "$STATICBUILD" "$python" \
        "$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')"
    expect_status 0
}

the_status_is_the_commands() {
    project
    TARGET=native surrounded sh -c 'exit 43'
    expect_status 43
    # shellcheck disable=SC2016 # theirs
    TARGET=native surrounded sh -c 'kill -TERM $$'
    expect_status 143
    TARGET=native surrounded no-such-program
    expect_status 7
    expect_err "no-such-program: program not found"
    run env . --python "$python" --target native
    expect_status 0
    expect_out "CC=$STATICBUILD_CACHE/work/env-" "CMAKE_TOOLCHAIN_FILE=" "LDSHARED="
    run env nowhere -- true
    expect_status 2
}

run_tests a_command_finds_compilers_and_libraries the_folder_stays_while_the_command_runs the_status_is_the_commands
