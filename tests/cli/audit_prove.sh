#!/bin/sh
# `staticbuild audit --together --prove`: what happens when wheels are imported into one process.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# wheel NAME PYTHON-TEXT: a wheel with one module of that name.
wheel() {
    rm -rf folder && mkdir folder
    printf '%s\n' "$2" >"folder/$1.py"
    python3 "$ROOT/tests/cli/make_wheel.py" "$1-1-py3-none-any.whl" folder || fail "the wheel $1"
}

one() {
    wheel one 'import os; os.environ["ONE"] = "1"'
}

prove() {
    run audit --together --prove --allow-empty --python "$(python3 -c 'import sys; print(sys.executable)')" "$@"
}

both_orders() {
    need python3
    one
    wheel two 'import os
if "ONE" in os.environ: os.kill(os.getpid(), 11)'
    prove one-1-py3-none-any.whl two-1-py3-none-any.whl
    expect_status 1
    expect_err 'runs the code of these wheels now' '1 of 2 orders of imports do not work'
    expect_out 'one-1-py3-none-any.whl alone works' 'two-1-py3-none-any.whl alone works' \
        'one-1-py3-none-any.whl, then two-1-py3-none-any.whl dies of signal 11' \
        'two-1-py3-none-any.whl, then one-1-py3-none-any.whl works'
    wheel three 'x = 1'
    prove one-1-py3-none-any.whl three-1-py3-none-any.whl
    expect_status 0
    prove --format json one-1-py3-none-any.whl two-1-py3-none-any.whl
    expect_status 1
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit-proof.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out '"end": "dies"' '"signal": 11'
}

what_cannot_be_imported_alone() {
    need python3
    one
    wheel wants 'import nowhere_to_be_found'
    prove one-1-py3-none-any.whl wants-1-py3-none-any.whl
    expect_status 1
    expect_out "wants-1-py3-none-any.whl alone fails: ModuleNotFoundError: No module named 'nowhere_to_be_found'"
    expect_err 'nothing was tried'
    wheel nowhere_to_be_found 'x = 1'
    prove one-1-py3-none-any.whl wants-1-py3-none-any.whl nowhere_to_be_found-1-py3-none-any.whl
    expect_status 0 # what one wants may be another
}

nothing_is_written_where_it_is_confined() {
    need python3 bwrap
    one
    wheel writer "try:
    open('$PWD/mark', 'w')
except OSError:
    pass"
    prove one-1-py3-none-any.whl writer-1-py3-none-any.whl
    expect_status 0
    case $out in *'NOT confined'*) skip 'this machine allows no namespaces' ;; esac
    [ ! -e mark ] || fail 'what was imported could write'
    mkdir bin
    run_command env "PATH=$PWD/bin" "$STATICBUILD" audit --together --prove --allow-empty --python "$(python3 -c 'import sys; print(sys.executable)')" \
        one-1-py3-none-any.whl writer-1-py3-none-any.whl
    expect_out 'NOT confined: bubblewrap (bwrap) is not installed'
}

only_when_asked() {
    need python3
    one
    wheel two "open('$PWD/mark', 'w')"
    run audit --together --allow-empty one-1-py3-none-any.whl two-1-py3-none-any.whl
    expect_status 0
    [ ! -e mark ] || fail 'code was run'
    run audit --prove one-1-py3-none-any.whl two-1-py3-none-any.whl
    expect_status 2
    expect_err '--prove: goes with --together'
    run audit --together --prove one-1-py3-none-any.whl
    expect_status 2
    expect_err '--prove: needs 2 to 12 wheels'
    run audit --python 3 one-1-py3-none-any.whl
    expect_status 2
}

run_tests both_orders what_cannot_be_imported_alone nothing_is_written_where_it_is_confined only_when_asked
