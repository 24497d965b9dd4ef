#!/bin/sh
# C++ across borders: exceptions thrown in one module and caught in another, exception_ptr, dynamic_cast, streams,
# locales, destructors of thread_local objects at the end of a thread and of the process; between two modules of ours,
# each with a runtime of its own inside, and one that uses the system's libstdc++, loaded in several orders.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/kit.sh
. "$ROOT/tests/cli/kit.sh"

sources=$ROOT/tests/fixtures/borders
work=$(mktemp -d "${TMPDIR:-/tmp}/borders.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

compile() {
    run_command "$@"
    expect_status 0
}

modules_are_made() {
    [ "$(uname -m)" = x86_64 ] || skip 'for x86_64 only'
    need gcc g++
    make_kit manylinux_2_17_x86_64 "$work/kit"
    write_map "$work/map"
    for name in one two; do
        compile "$work/kit/bin/c++" -O2 -fPIC -fvisibility=hidden -fvisibility-inlines-hidden -shared -DNAME=$name \
            "$sources/module.cc" -o "$work/$name.so" "-Wl,-z,now,--version-script=$work/map"
        run_command readelf -d "$work/$name.so"
        refuse_out libstdc++
    done
    compile g++ -O2 -fPIC -shared -DNAME=system "$sources/module.cc" -o "$work/system.so"
    run_command readelf -d "$work/system.so"
    expect_out libstdc++.so.6
    compile "$work/kit/bin/cc" "$sources/drive.c" -o "$work/drive" -ldl -lpthread
}

every_order_works() {
    [ -x "$work/drive" ] || skip 'nothing was made'
    for order in 'one two system' 'system two one' 'two system one' 'one two'; do
        words=
        for name in $order; do
            words="$words $work/$name.so"
        done
        # shellcheck disable=SC2086 # several words
        run_command "$work/drive" $words
        expect_status 0
        refuse_out 'bad '
        for name in $order; do
            expect_out "$name says 42" "thread_local of $name"
        done
    done
}

debian_11_runs_ours() {
    [ -x "$work/drive" ] || skip 'nothing was made'
    "$ROOT/tests/debian" bullseye "$work/old" libc6 libgcc-s1 2>"$TEST_FILES/why" ||
        skip "Debian 11 cannot be had: $(cat "$TEST_FILES/why")"
    old=$work/old/root/lib/x86_64-linux-gnu
    run_command "$old/ld-2.31.so" --library-path "$old" "$work/drive" "$work/two.so" "$work/one.so"
    expect_status 0
    expect_out good 'thread_local of one' 'thread_local of two'
}

run_tests modules_are_made every_order_works debian_11_runs_ours
