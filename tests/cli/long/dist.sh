#!/bin/sh
# The wheel of this program: what somebody gets who has only pip and a compiler.
# timeout: 3600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/../delivered.sh"

LARGEST=8000000

from_pip_to_a_wheel_of_ones_own() {
    need git python3 /usr/bin/python3
    git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1 || skip 'this is no checkout'
    sources_of "$ROOT/recipes/staticbuild.toml"
    run_command make -C "$ROOT" --no-print-directory -o all BUILD="$BUILD" DIST_TO="$PWD/made" dist
    expect_status 0
    mv made/staticbuild-[0-9]*[0-9] staticbuild
    SOURCE_DATE_EPOCH=1700000000
    export SOURCE_DATE_EPOCH
    run staticbuild/recipes/staticbuild.toml --target manylinux_2_17
    expect_status 0
    wheel=$(ls "$PWD"/dist/staticbuild-*-py3-none-manylinux*_2_17_*.whl)
    [ "$(stat -c %s "$wheel")" -le "$LARGEST" ] || fail "it has $(stat -c %s "$wheel") bytes"
    run audit "$wheel"
    expect_status 0
    run reproduce staticbuild/recipes/staticbuild.toml --target manylinux_2_17
    expect_status 0

    /usr/bin/python3 -m venv --without-pip there || skip 'python3-venv is not installed'
    run_command /usr/bin/python3 -m pip --python there/bin/python install --no-index "$wheel"
    expect_status 0
    STATICBUILD=$PWD/there/bin/staticbuild
    unset STATICBUILD_DATA
    run --version
    expect_out "commit $(git -C "$ROOT" describe --always --abbrev=12 --exclude='*')" 'libcurl 8.'
    # Everything that it loads is the platform's.
    needed=$(readelf -d "$STATICBUILD" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    for library in $needed; do
        case $library in libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | libgcc_s.so.* | ld-linux*) ;; *) fail "it needs $library" ;; esac
    done
    run new first --license MIT
    expect_status 0
    cd first || fail 'there is no project'
    run recipe/first.toml --python /usr/bin/python3
    expect_status 0
    expect_out 'proved  manylinux_2_17'
}

run_tests from_pip_to_a_wheel_of_ones_own
