#!/bin/sh
# Stubs of glibc 2.31 against the one that Debian 11 ships: every symbol, its version, whether it is the default, the
# sizes of objects; for this machine, and for each architecture that a cross compiler is installed for.
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

# cross TRIPLET DEBIAN-ARCHITECTURE: Debian 11 has packages of more architectures for cross compilers than for themselves.
cross() {
    need "$1-gcc"
    libc=$("$1-gcc" -print-file-name=libc.so.6)
    [ -f "$libc" ] || skip "$1-gcc has no glibc"
    [ "$(dpkg --print-architecture)" = amd64 ] || skip 'packages for cross compilers on amd64 are looked for'
    "$ROOT/tests/debian" bullseye "$TEST_FILES/$2" "libc6-$2-cross" 2>"$TEST_FILES/why" ||
        skip "the C library of Debian 11 cannot be had: $(cat "$TEST_FILES/why")"
    STATICBUILD_NEW_GLIBC=$(dirname "$libc")
    STATICBUILD_OLD_GLIBC=$TEST_FILES/$2/root/usr/$1/lib
    export STATICBUILD_NEW_GLIBC STATICBUILD_OLD_GLIBC
    cd "$ROOT" || exit 1
    run_command "$BUILD/tests/unit" stubs_real
    expect_status 0
    expect_out ' of them objects'
    refuse_out 'skipped: no libraries'
}

stubs_of_aarch64() {
    cross aarch64-linux-gnu arm64
}
stubs_of_i686() {
    cross i686-linux-gnu i386
}
stubs_of_armv7l() {
    cross arm-linux-gnueabihf armhf
}
stubs_of_ppc64le() {
    cross powerpc64le-linux-gnu ppc64el
}
stubs_of_s390x() {
    cross s390x-linux-gnu s390x
}
stubs_of_riscv64() {
    cross riscv64-linux-gnu riscv64
}

run_tests stubs_of_this_machine stubs_of_aarch64 stubs_of_i686 stubs_of_armv7l stubs_of_ppc64le stubs_of_s390x \
    stubs_of_riscv64
