#!/bin/sh
# A shared C++ library that several build systems make with a kit: libtool (which links by -nostdlib and names the
# runtime itself), CMake, Meson and setuptools. All hold for the target, and load here.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/kit.sh
. "$ROOT/tests/cli/kit.sh"

target=manylinux_2_17_$(uname -m)
work=$(mktemp -d "${TMPDIR:-/tmp}/wiring.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
kit=$work/kit

the_kit() {
    run target show "$target"
    case $out in *'not here'*) skip "$target cannot be built for here" ;; esac
    STATICBUILD_CACHE=$work/cache # Meson's file names the kit there
    export STATICBUILD_CACHE
    make_kit "$target" "$kit"
    cat >"$work/busy.cc" <<'CC'
#include <atomic>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <thread>

static std::atomic<int> count;

extern "C" __attribute__((visibility("default"))) int busy(const char *path)
{
    struct stat st;
    std::thread([] { count++; }).join();
    std::ostringstream text;
    text << std::exp(1.0) << count;
    try {
        if (stat(path, &st) == 0)
            throw std::runtime_error(text.str());
    } catch (const std::exception &e) {
        return e.what()[0] == '2' ? 42 : 1;
    }
    return 0;
}
CC
}

ready() {
    [ -x "$kit/bin/c++" ] || skip 'there is no kit'
    cp "$work/busy.cc" .
}

# sound FILE: holds for the target, C++ inside, and works here.
sound() {
    expect_file "$1"
    run audit --target "$target" "$1"
    expect_status 0
    refuse_out libstdc++.so
    run_command python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(sys.argv[1]).busy(b"/") != 42)' "$1"
    expect_status 0
}

libtool() {
    ready
    need autoreconf libtoolize make
    cat >configure.ac <<'AC'
AC_INIT([busy], [1])
AM_INIT_AUTOMAKE([foreign])
LT_INIT([disable-static])
AC_PROG_CXX
AC_CHECK_FUNCS([arc4random getentropy reallocarray])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
AC
    printf 'lib_LTLIBRARIES = libbusy.la\nlibbusy_la_SOURCES = busy.cc\n' >Makefile.am
    run_command autoreconf -fi
    expect_status 0
    run_command ./configure CC="$kit/bin/cc" CXX="$kit/bin/c++" CXXFLAGS=-O2 --prefix="$PWD/made"
    expect_status 0
    expect_out 'checking for arc4random... yes' 'checking for getentropy... yes'
    run_command make install
    expect_status 0
    sound "$PWD/made/lib/libbusy.so.0.0.0"
}

cmake_finds_it() {
    ready
    need cmake
    cat >CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.10)
project(busy C CXX)
find_package(Threads REQUIRED)
add_library(busy SHARED busy.cc)
target_link_libraries(busy Threads::Threads)
CMAKE
    run_command cmake -S . -B build -DCMAKE_TOOLCHAIN_FILE="$kit/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release
    expect_status 0
    run_command cmake --build build
    expect_status 0
    sound "$PWD/build/libbusy.so"
}

meson_finds_it() {
    ready
    need meson ninja
    cat >meson.build <<'MESON'
project('busy', 'cpp', version: '1')
shared_library('busy', 'busy.cc', dependencies: [dependency('threads'), meson.get_compiler('cpp').find_library('m')])
MESON
    run_command env -u CC -u CXX meson setup build --native-file="$kit/meson.ini"
    expect_status 0
    run_command meson compile -C build
    expect_status 0
    sound "$PWD/build/libbusy.so"
}

setuptools() {
    ready
    python3 -c 'import setuptools' 2>/dev/null || skip 'this python3 has no setuptools'
    cat >setup.py <<'PY'
from setuptools import Extension, setup
setup(name="busy", version="1", py_modules=[], ext_modules=[Extension("busy", ["busy.cc"])])
PY
    run_command env CC="$kit/bin/cc" CXX="$kit/bin/c++" LDSHARED="$kit/bin/c++ -shared" LDCXXSHARED="$kit/bin/c++ -shared" \
        CFLAGS= LDFLAGS= python3 setup.py build_ext --inplace
    expect_status 0
    sound "$(find "$PWD" -name 'busy*.so' | head -n 1)"
}

run_tests the_kit libtool cmake_finds_it meson_finds_it setuptools
