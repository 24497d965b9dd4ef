#!/bin/sh
# Stubs of glibc 2.31 against the one that Debian 11 ships: every symbol, its version, whether it is the default, the
# sizes of objects; for this machine, and for aarch64 where a cross compiler is installed.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"

# compare COMPILER DEBIAN-ARCHITECTURE TRIPLET
compare() {
    need "$1"
    libc=$("$1" -print-file-name=libc.so.6)
    [ -f "$libc" ] || skip "$1 has no glibc"
    DEBIAN_ARCH=$2 "$ROOT/tests/debian" bullseye "$TEST_FILES/$2" libc6 2>"$TEST_FILES/why" ||
        skip "Debian 11 cannot be had: $(cat "$TEST_FILES/why")"
    STATICBUILD_NEW_GLIBC=$(dirname "$libc")
    STATICBUILD_OLD_GLIBC=$TEST_FILES/$2/root/lib/$3
    export STATICBUILD_NEW_GLIBC STATICBUILD_OLD_GLIBC
    cd "$ROOT" || exit 1
    run_command "$BUILD/tests/unit" stubs_real
    expect_status 0
    expect_out ' of them objects'
    refuse_out 'skipped: no libraries'
}

stubs_of_this_machine() {
    [ "$(uname -m)" = x86_64 ] || skip 'for x86_64 only'
    compare cc amd64 x86_64-linux-gnu
}

stubs_of_aarch64() {
    compare aarch64-linux-gnu-gcc arm64 aarch64-linux-gnu
}

run_tests stubs_of_this_machine stubs_of_aarch64
