#!/bin/sh
# `staticbuild reproduce`: built again as somebody else would, and every byte compared.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# moody TEXT: a libtiny whose Makefile makes a part of its own source, by the shell's words.
moody() {
    library_source libtiny-1.0
    printf 'tiny.o: mood.h\nmood.h:\n\techo "static const char mood[] = \\"%s\\";" >$@\n' "$1" >>libtiny-1.0/Makefile
    printf '#include "mood.h"\nconst char *tiny_mood(void) { return mood; }\n' >>libtiny-1.0/tiny.c
    pack libtiny-1.0
    rm -rf libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    extension
}

expect_nothing_left() {
    [ -z "$(ls -d "${TMPDIR:-/tmp}"/staticbuild-again-* 2>/dev/null)" ] || fail 'a folder is left'
    expect_no_file dist
}

the_same_bytes() {
    python=$(system_python)
    project
    run reproduce recipe/tiny.toml --python "$python" --target native --format json
    expect_status 0
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/reproduce.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out '"same": true' '"steps": 4'
    expect_nothing_left
}

a_difference_is_named() {
    moody '$$(date +%s%N)'
    run reproduce libtiny --target native
    expect_status 1
    expect_out 'build libtiny 1.0: lib/libtiny.a: member tiny.o, section .rodata' '1 of '
    kept=$(ls -d "${TMPDIR:-/tmp}"/staticbuild-again-*)
    expect_err "$kept"
    [ -d "$kept" ] || fail 'nothing is kept for a look'
    wipe "$kept"
}

a_wheel_that_was_made_before() {
    python=$(system_python)
    project
    run tiny --python "$python" --target manylinux_2_28 --quiet
    expect_status 0
    made=$(ls dist/tiny-1.0-*manylinux_2_28*.whl)
    run reproduce "$made"
    expect_status 0
    expect_out 'the same bytes: 1 file of 1 step'
    edit recipe/tiny.toml 's/Asks for the answer/Does not say/'
    edit source/tiny.c 's/"42"}/"forty-two"}/'
    run reproduce "$made"
    expect_status 1
    expect_out "tiny: ${made#dist/}: member tiny."
    wipe "${TMPDIR:-/tmp}"/staticbuild-again-*
    mv "$made" dist/other-1.0-cp311-cp311-manylinux_2_28_x86_64.whl
    run reproduce dist/other-1.0-cp311-cp311-manylinux_2_28_x86_64.whl
    expect_status 2
    expect_err 'no recipe here makes wheels of other'
}

run_tests the_same_bytes a_difference_is_named a_wheel_that_was_made_before
