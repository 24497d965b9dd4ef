#!/bin/sh
# What kits bring, on an older system: the programs of the unit suite compat, run by the loader of Debian 11 (glibc 2.31).
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

shims() {
    [ -x "$BUILD/tests/unit" ] || skip "$BUILD/tests/unit is not built"
    run_command "$ROOT/tests/debian" bullseye "$PWD/bullseye" libc6 libgcc-s1
    [ "$status" != 3 ] || skip "no packages of Debian 11 here: $err"
    expect_status 0
    STATICBUILD_OLD_ROOT=$PWD/bullseye/root
    export STATICBUILD_OLD_ROOT
    cd "$ROOT"
    run_command env CK_RUN_CASE=programs "$BUILD/tests/unit" compat
    expect_status 0
    expect_out '100%: Checks: '
    refuse_out 'skip compat on an old system'
}

run_tests shims
