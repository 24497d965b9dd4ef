#!/bin/sh
# One system call that fails, in the middle of a run: the run fails or its result is whole, and the next one,
# which nothing befalls, gives what it gives otherwise.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

need cc unzip
python=$(system_python) || exit 1

# faulty FAULT WORD...: the program, with that fault (see the fixture).
faulty() {
    [ -e failing.so ] || cc -w -D_GNU_SOURCE -shared -fPIC -o failing.so "$ROOT/tests/fixtures/faults/failing.c" -ldl ||
        fail 'the fixture does not compile'
    fault=$1
    shift
    run_command env FAULT="$fault" LD_PRELOAD="$PWD/failing.so" "$STATICBUILD" "$@"
}

tiny() {
    set -- "$@" tiny --target native --python "$python"
    "$@"
}

# Members of the package in the wheel.
members() {
    unzip -l dist/tiny-*.whl 2>/dev/null | grep -c ' pkg/'
}

a_folder_that_is_not_listed_to_its_end() {
    project
    mkdir source/pkg
    touch source/pkg/__init__.py source/pkg/a.py source/pkg/b.py source/pkg/c.py source/pkg/d.py
    printf '\n[wheel]\npackages = ["pkg"]\n' >>recipe/tiny.toml
    for turn in 1 2 3; do
        wipe dist "$STATICBUILD_CACHE"
        tiny faulty "list /pkg $turn"
        for when in at later; do
            [ "$status" != 0 ] || expect_equal "$(members)" 5 "files in the wheel, $when turn $turn"
            tiny run
            expect_status 0
        done
    done
}

a_file_that_cannot_be_looked_at() {
    project
    for turn in 4 5 6 7; do
        wipe dist "$STATICBUILD_CACHE"
        tiny faulty "look /PKG-INFO $turn"
        for when in at later; do
            [ "$status" != 0 ] || unzip -p dist/tiny-*.whl '*/METADATA' | grep -q 'A module for tests' ||
                fail "the source's own metadata is missing ($when, turn $turn)"
            tiny run
            expect_status 0
        done
    done
}

# What is remembered of compilers and interpreters is what they said, not half of it.
an_answer_that_breaks_off() {
    project
    for turn in 1 2 3 4 5 6 7 8 9 10; do
        wipe "$STATICBUILD_CACHE"
        begun=$(date +%s)
        faulty "pipe - $turn" plan tiny --target native --python "$python"
        [ $(($(date +%s) - begun)) -lt 19 ] || fail "turn $turn: it waited for somebody who had ended" # questions get 20 s
        run plan tiny --target native --python "$python"
        expect_status 0
    done
}

# A listed wheel that cannot be looked at is no wheel that was not asked for.
a_result_that_cannot_be_looked_at() {
    project
    tiny run
    expect_status 0
    rm -rf dist
    for turn in 1 2 3; do
        faulty "look /.staticbuild/key $turn" tiny --target native --python "$python"
        [ "$status" != 0 ] || expect_file dist/tiny-*.whl
        rm -rf dist
    done
}

run_tests a_folder_that_is_not_listed_to_its_end a_file_that_cannot_be_looked_at an_answer_that_breaks_off \
    a_result_that_cannot_be_looked_at
