# What every script of tests/cli begins with: `. "$(dirname "$0")/lib.sh"`. POSIX sh.
#
# ONLY_TESTS="NAME NAME" picks some.
# A script defines functions and ends with `run_tests name...`; each runs in a subshell and a fresh folder of
# its own ($PWD), with a home and a cache of its own, and prints one line that tests/run counts:
#   ok NAME | not ok NAME: why | skip NAME: why
# The first assertion that does not hold ends the test.
# shellcheck shell=sh

ROOT=${STATICBUILD_ROOT:-$(cd "$(dirname "$0")" && while [ ! -d builder ] && [ "$PWD" != / ]; do cd ..; done && pwd)}
BUILD=${STATICBUILD_BUILD:-$ROOT/build}
STATICBUILD=${STATICBUILD:-$BUILD/staticbuild}
export ROOT BUILD STATICBUILD

# The message goes to the runner; 9 means it was printed.
fail() {
    echo "not ok $TEST: $*"
    for shown in out err; do
        [ -s "$TEST_FILES/$shown" ] && sed "s/^/    std$shown: /" "$TEST_FILES/$shown" | tail -n 40
    done
    exit 9
}

skip() {
    echo "skip $TEST: $*"
    exit 9
}

# Runs the program under test (or, with `run_command`, any command); $status, $out and $err hold what it gave.
run() {
    run_command "$STATICBUILD" "$@"
}
run_command() {
    status=0
    "$@" </dev/null >"$TEST_FILES/out" 2>"$TEST_FILES/err" || status=$?
    out=$(cat "$TEST_FILES/out")
    err=$(cat "$TEST_FILES/err")
    last_command=$*
}

expect_status() {
    [ "$status" = "$1" ] || fail "status $status instead of $1: $last_command"
}

# expect_out TEXT..., expect_err TEXT...: each text occurs. expect_no_err: nothing was written there.
expect_out() {
    for text; do
        case $out in *"$text"*) ;; *) fail "standard output lacks \"$text\": $last_command" ;; esac
    done
}
expect_err() {
    for text; do
        case $err in *"$text"*) ;; *) fail "standard error lacks \"$text\": $last_command" ;; esac
    done
}
refuse_out() {
    for text; do
        case $out in *"$text"*) fail "standard output has \"$text\": $last_command" ;; esac
    done
}
refuse_err() {
    for text; do
        case $err in *"$text"*) fail "standard error has \"$text\": $last_command" ;; esac
    done
}
expect_no_out() {
    [ -z "$out" ] || fail "standard output is not empty: $last_command"
}
expect_no_err() {
    [ -z "$err" ] || fail "standard error is not empty: $last_command"
}
expect_equal() {
    [ "$1" = "$2" ] || fail "\"$1\" is not \"$2\"${3:+ ($3)}"
}
# wipe PATH...: also what is read-only, as finished trees are.
wipe() {
    chmod -R u+rwX "$@" 2>/dev/null || true
    rm -rf "$@"
}
expect_file() {
    for file; do
        [ -e "$file" ] || fail "$file is not there"
    done
}
expect_no_file() {
    for file; do
        [ ! -e "$file" ] || fail "$file is there"
    done
}

# A tool that the machine may lack.
need() {
    for tool; do
        command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed"
    done
}

# The user's Rust compiler first in PATH, since a test has a home of its own.
USERS_HOME=$HOME
need_rust() {
    need cargo rustc
    toolchain=$(HOME=$USERS_HOME rustc --print sysroot) || skip "rustc does not say where it is"
    [ -x "$toolchain/bin/cargo" ] || skip "there is no cargo beside rustc"
    PATH=$toolchain/bin:$PATH
    export PATH
}

# Waits at most SECONDS for a command to succeed.
within() {
    left=$(($1 * 20))
    shift
    while ! "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.05
    done
}

run_tests() {
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/staticbuild-cli.XXXXXX") || exit 1
    failures=0
    for TEST; do
        case " ${ONLY_TESTS:-$TEST} " in *" $TEST "*) ;; *) continue ;; esac
        TEST_FILES=$scratch/$TEST.files
        mkdir -p "$TEST_FILES/home" "$scratch/$TEST"
        ( # not behind ||, which would make set -e mean nothing
            cd "$scratch/$TEST" || exit 1
            HOME=$TEST_FILES/home
            STATICBUILD_CACHE=$TEST_FILES/cache
            export HOME STATICBUILD_CACHE TEST
            unset STATICBUILD_TARGET STATICBUILD_SANDBOX STATICBUILD_BWRAP XDG_CACHE_HOME XDG_CONFIG_HOME SOURCE_DATE_EPOCH NO_COLOR
            set -e
            "$TEST"
        )
        result=$?
        case $result in
        0) echo "ok $TEST" ;;
        9) ;;
        *) echo "not ok $TEST: ended with status $result" ;;
        esac
        [ "$result" = 0 ] || failures=$((failures + 1))
        chmod -R u+rwX "$scratch/$TEST" "$TEST_FILES" 2>/dev/null
        rm -rf "${scratch:?}/$TEST" "$TEST_FILES"
    done
    rmdir "$scratch"
    exit 0
}
