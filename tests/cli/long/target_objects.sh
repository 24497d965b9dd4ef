#!/bin/sh
# Modules and a program made with the compilers of a kit for glibc 2.17: threads, dlopen, stat, clocks, mathematics,
# memcpy, random numbers, the resolver, exceptions, thread_local, streams, regex, files, futures, jthread. Linked by
# several linkers, judged by the audit, run here and with the C library of Debian 11.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/kit.sh
. "$ROOT/tests/cli/kit.sh"

target=manylinux_2_17_x86_64
sources=$ROOT/tests/fixtures/target
flags='-O2 -fPIC -fvisibility=hidden -Wall -Werror'
work=$(mktemp -d "${TMPDIR:-/tmp}/target-objects.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# compile FLAG…: objects in $work/NAME.o
compile() {
    for source in "$sources"/*.c; do
        # shellcheck disable=SC2086
        run_command "$kit/bin/cc" -D_GNU_SOURCE $flags "$@" -c "$source" -o "$work/$(basename "$source").o"
        expect_status 0
    done
    for source in "$sources"/*.cc; do
        # shellcheck disable=SC2086
        run_command "$kit/bin/c++" -std=c++20 $flags "$@" -c "$source" -o "$work/$(basename "$source").o"
        expect_status 0
    done
}

# link_all NAME FLAG…: modules in $work/NAME
link_all() {
    name=$1
    shift
    mkdir -p "$work/$name"
    for object in "$work"/*.o; do
        stem=$(basename "$object" .o)
        case $stem in
        load.c) continue ;;
        *.c) compiler=cc ;;
        *) compiler=c++ ;;
        esac
        run_command "$kit/bin/$compiler" -shared "$object" -o "$work/$name/$stem.so" -Wl,-z,now,-z,relro \
            -Wl,--gc-sections,--version-script="$work/map" "$@" -lm
        expect_status 0
    done
}

# Every module of $work/NAME holds for the target, with notes at most.
judge() {
    run audit --target "$target" "$work/$1"
    expect_status 0
    expect_out ' files pass; 0 errors, 0 warnings'
    refuse_out 'libstdc++.so'
}

load() {
    run_command "$work/load" "$work/$1"/*.so
    expect_status 0
    refuse_out 'bad '
    [ "$(echo "$out" | grep -c '^good ')" -ge 9 ] || fail "too few modules: $out"
}

bfd_links_them() {
    [ "$(uname -m)" = x86_64 ] || skip 'for x86_64 only'
    need gcc g++
    make_kit "$target" "$work/kit"
    kit=$work/kit
    write_map "$work/map"
    compile
    run_command "$kit/bin/cc" "$work/load.c.o" -o "$work/load" -ldl
    expect_status 0
    link_all bfd
    judge bfd
    load bfd
    run audit --target "$target" "$work/load"
    expect_status 0
}

lld_links_them() {
    need ld.lld
    kit=$work/kit
    link_all lld -fuse-ld=lld
    judge lld
    load lld
}

gold_links_them() {
    need ld.gold
    kit=$work/kit
    link_all gold -fuse-ld=gold
    judge gold
    load gold
}

# As libtool links C++: nothing but what it names, the runtime last.
file() {
    "$kit/bin/c++" -print-file-name="$1"
}

libtool_links_them() {
    kit=$work/kit
    name=$work/libtool
    mkdir -p "$name"
    for object in "$work"/*.cc.o; do
        stem=$(basename "$object" .o)
        run_command "$kit/bin/c++" -shared -nostdlib "$(file crti.o)" "$(file crtbeginS.o)" "$object" \
            -o "$name/$stem.so" -Wl,-z,now,-z,relro,--version-script="$work/map" -lstdc++ -lm -lc -lgcc_s \
            "$(file crtendS.o)" "$(file crtn.o)"
        expect_status 0
    done
    judge libtool
    run_command "$work/load" "$name"/*.so
    expect_status 0
}

# As configure scripts and recipes do that ask for the static runtime by flags.
flags_for_a_static_runtime_do_no_harm() {
    kit=$work/kit
    link_all static -static-libstdc++ -static-libgcc -pthread -Wl,--as-needed
    judge static
    load static
}

lto_links_them() {
    kit=$work/kit
    mkdir -p "$work/objects"
    mv "$work"/*.o "$work/objects/"
    compile -flto=auto
    link_all lto -O2 -flto=auto
    rm -f "$work"/*.o
    mv "$work/objects"/*.o "$work/"
    judge lto
    load lto
}

they_run_on_debian_11() {
    "$ROOT/tests/debian" bullseye "$work/old" libc6 libgcc-s1 2>"$TEST_FILES/why" ||
        skip "Debian 11 cannot be had: $(cat "$TEST_FILES/why")"
    old=$work/old/root/lib/x86_64-linux-gnu
    for name in bfd lld gold libtool static lto; do
        [ -d "$work/$name" ] || continue
        run_command "$old/ld-2.31.so" --library-path "$old" "$work/load" "$work/$name"/*.so
        expect_status 0
        refuse_out 'bad '
    done
}

aarch64_is_crossed() {
    need aarch64-linux-gnu-gcc aarch64-linux-gnu-g++ qemu-aarch64
    target=manylinux_2_17_aarch64
    work=$work/aarch64
    mkdir "$work"
    make_kit "$target" "$work/kit"
    kit=$work/kit
    write_map "$work/map"
    compile
    run_command "$kit/bin/cc" "$work/load.c.o" -o "$work/load" -ldl
    expect_status 0
    link_all bfd
    judge bfd
    libc=$(aarch64-linux-gnu-gcc -print-file-name=libc.so.6)
    run_command qemu-aarch64 -L "$(dirname "$(dirname "$libc")")" "$work/load" "$work/bfd"/*.so
    expect_status 0
    refuse_out 'bad '
    DEBIAN_ARCH=arm64 "$ROOT/tests/debian" bullseye "$work/old" libc6 libgcc-s1 2>"$TEST_FILES/why" ||
        skip "Debian 11 cannot be had: $(cat "$TEST_FILES/why")"
    old=$work/old/root/lib/aarch64-linux-gnu
    run_command qemu-aarch64 "$old/ld-2.31.so" --library-path "$old" "$work/load" "$work/bfd"/*.so
    expect_status 0
    refuse_out 'bad '
}

run_tests bfd_links_them lld_links_them gold_links_them libtool_links_them flags_for_a_static_runtime_do_no_harm \
    lto_links_them they_run_on_debian_11 aarch64_is_crossed
