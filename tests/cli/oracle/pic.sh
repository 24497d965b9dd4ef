#!/bin/sh
# What the audit says of the static archives of this machine, against what the linker does with them.
# ORACLE_ARCHIVES="/usr/lib …" reads others.
# timeout: 1800
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"

the_audit_agrees_with_the_linker() {
    need python3 cc
    # shellcheck disable=SC2086 # several folders
    python3 "$ROOT/tests/cli/oracle/pic.py" "$STATICBUILD" ${ORACLE_ARCHIVES-/usr/lib} >"$TEST_FILES/out" \
        2>"$TEST_FILES/err" || fail "$(tail -n 1 "$TEST_FILES/out")"
    tail -n 1 "$TEST_FILES/out"
}

run_tests the_audit_agrees_with_the_linker
