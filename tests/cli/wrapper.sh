#!/bin/sh
# The program that stands for compilers and linkers, with this machine's own behind it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# A folder of wrappers in bin/, told so by its file.
make_wrappers() {
    mkdir -p bin maps
    for name in cc g++ gcc-12 ld pkg-config ar; do
        cp "$BUILD/staticbuild-wrapper" "bin/$name"
    done
    cat >exports.map <<'MAP'
{ global: PyInit_*; local: *; };
MAP
    {
        echo "cc $(command -v gcc)"
        echo "c++ $(command -v g++)"
        echo "ld $(command -v ld)"
        echo "pkg-config $(command -v pkg-config)"
        echo "packages $PWD/packages"
        echo "log $PWD/log"
        echo "maps $PWD/maps"
        echo "exports $PWD/exports.map"
        echo "allowed /usr"
        echo "allowed $PWD"
        echo "module --gc-sections"
        echo "module --build-id=sha1"
    } >bin/wrappers.conf
    cat >m.c <<'C'
int helper(void) { return 1; }
void *PyInit_m(void) { return helper() ? 0 : PyInit_m; }
C
    sed -i '1i void *PyInit_m(void);' m.c
}

a_module_is_linked_with_its_entry_points_only() {
    make_wrappers
    run_command bin/cc -march=native -g -O2 -fPIC -shared m.c -o m.so -Wl,-rpath -Wl,/opt/x
    expect_status 0
    [ "$(nm -D --defined-only m.so | awk '{print $3}')" = PyInit_m ] || fail "exports: $(nm -D --defined-only m.so)"
    readelf -d m.so | grep -q 'R.*PATH' && fail "a run path is left"
    readelf -S m.so | grep -q debug_info && fail "debugging information is left"
    id=$(readelf -n m.so | sed -n 's/.*Build ID: //p')
    set -- maps/m.so-*.map
    [ -s "$1" ] || fail "no map"
    printf 'dropped\tcc\t-march=native\ndropped\tcc\t-g\ndropped\tld\t-rpath /opt/x\nmodule\tld\t%s\t%s\tm.so\t\n' \
        "$id" "$PWD/$1" >want
    cmp -s log want || fail "log: $(cat log)"
}

# Packages of this build, under the names of scripts that libraries bring along.
scripts_of_libraries_are_answered() {
    command -v pkg-config >/dev/null || skip "there is no pkg-config here"
    make_wrappers
    for name in curl-config pg_config xml2-config; do
        cp "$BUILD/staticbuild-wrapper" "bin/$name"
    done
    mkdir packages
    cat >packages/libcurl.pc <<'PC'
prefix=/built/curl
includedir=${prefix}/headers
supported_features="SSL libz"
Name: libcurl
Description: x
Version: 8.9.1
Requires.private: other
Cflags: -I${includedir}
Libs: -L${prefix}/lib -lcurl
PC
    printf 'Name: other\nDescription: x\nVersion: 1\nLibs: -lother\n' >packages/other.pc
    run_command bin/curl-config --version --cflags --static-libs --prefix --features
    expect_status 0
    cat >want <<'TEXT'
libcurl 8.9.1
-I/built/curl/headers
-L/built/curl/lib -lcurl -lother
/built/curl
SSL
libz
TEXT
    printf '%s\n' "$out" | sed 's/ *$//' >got
    cmp -s got want || fail "$(cat got)"
    grep -q "^asked	curl-config	--version --cflags" log || fail "log: $(cat log)"
    run_command bin/curl-config --no-such
    expect_status 1
    expect_err "curl-config: --no-such is not answered"
    run_command bin/xml2-config --version
    expect_status 1
    expect_err "no library of this build has a libxml-2.0.pc"
    printf 'Name: libpq\nDescription: x\nVersion: 17.2\n' >packages/libpq.pc
    run_command bin/pg_config --version
    expect_status 0
    expect_out "PostgreSQL 17.2"
}

# A shared object without an entry point exports what it has, and what is in it is known; a program passes as it is.
what_is_no_module_keeps_its_exports() {
    make_wrappers
    printf 'int helper(void) { return 0; }\nint main(void) { return helper(); }\n' >p.c
    run_command bin/gcc-12 -O2 -shared -fPIC p.c -o libp.so
    expect_status 0
    nm -D --defined-only libp.so | grep -q helper || fail "an ordinary library lost its exports"
    grep -q '/maps/libp.so-.*map	libp.so	' log || fail "what is in the library is not known: $(cat log)"
    rm log
    run_command bin/cc p.c -o p
    expect_status 0
    run_command ./p
    expect_status 0
    [ -e log ] && fail "something was logged: $(cat log)"
    printf '#include <stdexcept>\nint main() { try { throw std::runtime_error("x"); } catch (...) { return 3; } }\n' >q.cc
    run_command bin/g++ q.cc -o q
    expect_status 0
    run_command ./q
    expect_status 3
}

pkg_config_knows_only_what_was_built() {
    make_wrappers
    mkdir packages other
    printf 'Name: own\nDescription: x\nVersion: 2\nLibs: -lown\nLibs.private: -lm\n' >packages/own.pc
    printf 'Name: host\nDescription: x\nVersion: 2\nLibs: -lhost\n' >other/host.pc
    PKG_CONFIG_PATH=$PWD/other run_command bin/pkg-config --libs own
    expect_status 0
    expect_out "-lown -lm"
    PKG_CONFIG_PATH=$PWD/other run_command bin/pkg-config --exists host
    [ "$status" = 0 ] && fail "a package of the machine is there"
    printf 'asked\tpkg-config\t--libs own\nasked\tpkg-config\t--exists host\n' | cmp -s - log || fail "log: $(cat log)"
}

what_is_not_there_is_said() {
    make_wrappers
    run_command bin/ar t x.a
    expect_status 127
    expect_err "ar: there is no ar for this build"
    run_command "$BUILD/staticbuild-wrapper"
    expect_status 127
    expect_err "wrappers.conf: No such file"
    echo "speed 3" >>bin/wrappers.conf
    run_command bin/cc m.c
    expect_status 127
    expect_err "unknown line"
}

status_and_words_are_passed_on() {
    make_wrappers
    echo 'not C' >n.c
    run_command bin/cc -c n.c
    expect_status 1
    printf '%s' "-DX='a b' -c m.c -o 'o b.o'" >words
    run_command bin/cc @words
    expect_status 0
    [ -s 'o b.o' ] || fail "a word with a space was lost"
    run_command bin/ld -shared m.o-that-is-not-there -o x.so
    expect_status 1
}

run_tests a_module_is_linked_with_its_entry_points_only what_is_no_module_keeps_its_exports \
    pkg_config_knows_only_what_was_built what_is_not_there_is_said status_and_words_are_passed_on \
    scripts_of_libraries_are_answered
