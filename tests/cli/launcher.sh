#!/bin/sh
# --launcher: compilers are called through ccache or distcc, whoever calls them, and what comes out is the same.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

python=$(system_python)
files=12

# library NAME SYSTEM: lib/NAME of $files files, NAME_1.c and so on, built by SYSTEM, whose own file is on standard
# input.
library() {
    mkdir -p "$1-1"
    cat >"$1-1/${3:-Makefile}"
    i=1
    while [ $i -le $files ]; do
        printf '#include <stdio.h>\n#include <assert.h>\nint %s_%d(int x) { assert(x); return printf("%%s %%d", __FILE__, x); }\n' \
            "$1" $i >"$1-1/$1_$i.c"
        i=$((i + 1))
    done
    echo "int $1_1(int x);" >"$1-1/$1.h"
    library_begun "$1"
    printf '[build]\nsystem = "%s"\n' "$2" >>"recipe/lib/$1.toml"
}

provides() {
    printf '[provides]\narchives = ["lib/lib%s.a"]\nheaders = ["include/%s.h"]\n' "$1" "$1" >>"recipe/lib/$1.toml"
}

# An extension of its own file and libraries of several build systems, and a project with a backend.
things() {
    sources='$(wildcard *.c)'
    library bymake make <<MAKE
libbymake.a: \$(patsubst %.c,%.o,$sources)
	\$(AR) rcs \$@ \$^
MAKE
    cat >>recipe/lib/bymake.toml <<'TOML'
variables = { CC = "{cc}", AR = "{ar}", CFLAGS = "{cflags}" }
install = { "lib/libbymake.a" = "libbymake.a", "include/bymake.h" = "bymake.h" }
TOML
    provides bymake
    libraries='"bymake"'
    if command -v cmake >/dev/null && command -v ninja >/dev/null; then
        library bycmake cmake CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.10)
project(bycmake C)
file(GLOB sources *.c)
add_library(bycmake STATIC ${sources})
install(TARGETS bycmake DESTINATION lib)
install(FILES bycmake.h DESTINATION include)
CMAKE
        provides bycmake
        libraries="$libraries, \"bycmake\""
    fi
    if command -v meson >/dev/null && command -v ninja >/dev/null; then
        library bymeson meson meson.build <<'MESON'
project('bymeson', 'c')
files = run_command('sh', '-c', 'ls *.c', check: true).stdout().strip().split('\n')
static_library('bymeson', files, install: true)
install_headers('bymeson.h')
MESON
        provides bymeson
        libraries="$libraries, \"bymeson\""
    fi
    extension_recipe own own.c "libraries = [$libraries]"
    sed -i 's/sources = .*/sources = ["own.c", "more.cpp"]/' recipe/own.toml
    echo 'extern "C" int more(void); int more(void) { return 1; }' >own/more.cpp
    {
        printf '#include <Python.h>\nint more(void);\n'
        for name in $(echo "$libraries" | tr -d '",'); do echo "#include <$name.h>"; done
        printf 'static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "own", NULL, 0, NULL};\n'
        printf 'PyMODINIT_FUNC PyInit_own(void) { return more()'
        for name in $(echo "$libraries" | tr -d '",'); do printf ' && %s_1(1)' "$name"; done
        printf ' ? PyModule_Create(&def) : NULL; }\n'
    } >own/own.c
    mkdir byhook
    own_backend byhook
    cat >>byhook/own_backend.py <<'PY'
def build_wheel(folder, settings=None, metadata=None):
    compile("-c", "-o", "byhook.o", "byhook.c")
    module = "byhook" + SUFFIX
    subprocess.run(["cc", "-shared", "-o", module, "byhook.o"], check=True)
    return pack(folder, "byhook", module)
PY
    cat >byhook/byhook.c <<'C'
#include <Python.h>
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "byhook", NULL, 0, NULL};
PyMODINIT_FUNC PyInit_byhook(void) { return PyModule_Create(&def); }
C
    cat >recipe/byhook.toml <<'TOML'
[recipe]
name = "byhook"
kind = "extension"
version = "1.0"
license = "MIT"
[[source]]
path = "byhook"
[build]
system = "pep517"
TOML
}

# What is compiled, one name a line.
compiled() {
    for name in $(echo "$libraries" | tr -d '",'); do
        i=1
        while [ $i -le $files ]; do
            echo "${name}_$i.c"
            i=$((i + 1))
        done
    done
    printf 'own.c\nmore.cpp\nbyhook.c\n'
}

build() {
    run recipe/own.toml recipe/byhook.toml --python "$python" --target manylinux_2_17 "$@"
}

# The trees and wheels of that cache, of the same keys, are what they are in the one of $STATICBUILD_CACHE.
expect_same() {
    for archive in "$1"/trees/by*/lib/*.a; do
        cmp "$archive" "$STATICBUILD_CACHE${archive#"$1"}" || fail "$archive is another one"
    done
    for made in dist/*.whl; do
        cmp "$made" "$2/$(basename "$made")" || fail "$made is another one"
    done
}

compilers_are_called_through_ccache() {
    need ccache
    things
    export CCACHE_DIR="$PWD/objects"
    CCACHE_BASEDIR=/ build --launcher ccache
    expect_status 0
    refuse_err "reaches the network"
    misses=$(ccache --print-stats | sed -n 's/^cache_miss\t//p')
    [ "$misses" -ge "$(compiled | wc -l)" ] || fail "$misses of $(compiled | wc -l) compiles were seen"
    # Which of them compiled is no fact of a key.
    build
    expect_status 0
    expect_out "nothing to do"
    mv dist launched
    mv "$STATICBUILD_CACHE" launched-cache
    build
    expect_status 0
    expect_same launched-cache launched
    # Where paths are the same, nothing is compiled twice: objects of Make and CMake name none of the work folder.
    mv "$STATICBUILD_CACHE" bare-cache
    build --launcher ccache
    expect_status 0
    hits=$(ccache --print-stats | sed -n 's/^direct_cache_hit\t//p; s/^preprocessed_cache_hit\t//p' | paste -sd+ | bc)
    [ "$hits" -ge "$files" ] || fail "only $hits were taken from the cache of objects"
    mv "$STATICBUILD_CACHE" hit-cache
    mv bare-cache "$STATICBUILD_CACHE"
    expect_same hit-cache launched
}

# servers PORT...: a distccd for each, with a log of its own.
servers() {
    trap 'kill $(sed "" server-*.pid) 2>/dev/null || true' EXIT
    for port; do
        timeout 600 distccd --no-detach --port "$port" --listen 127.0.0.1 --allow 127.0.0.1 --jobs 2 --log-stderr \
            --log-level info 2>"server-$port.log" &
        echo $! >"server-$port.pid"
        within 10 grep -q 'daemon started' "server-$port.log" || skip "distccd does not start: $(cat "server-$port.log")"
    done
}

compilers_are_distributed() {
    need distcc
    need distccd
    things
    # Ports of this test's own: taken from what the system has free.
    ports=$("$python" -c '
import socket
held = [socket.socket() for _ in range(2)]
for s in held: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in held])')
    first=${ports% *} second=${ports#* }
    servers "$first" "$second"
    export DISTCC_DIR="$PWD/distcc" DISTCC_HOSTS="127.0.0.1:$first/2 127.0.0.1:$second/2"
    # The first goes away when it has compiled some.
    (
        within 200 grep -q 'completed ok' "server-$first.log"
        kill "$(cat "server-$first.pid")"
        within 10 sh -c "! kill -0 $(cat "server-$first.pid") 2>/dev/null" || echo "# the first server did not stop"
        date >stopped
    ) &
    build --launcher distcc --jobs 4
    expect_status 0
    expect_err "reaches the network while it does"
    [ -e stopped ] || fail "the first server was not stopped while this ran"
    compiled | sort >wanted
    cat server-*.log | sed -n 's/.*[ /]\([^ /]*\.c\(pp\)*\) on localhost completed ok/\1/p' | sort -u >seen
    # What was on its way when the server went is compiled again, by the other one or here.
    missing=$(comm -23 wanted seen | wc -l)
    [ "$missing" -le 8 ] || fail "$missing were not sent: $(comm -23 wanted seen)"
    for name in own.c byhook.c; do
        grep -qx $name seen || echo "# $name was compiled here"
    done
    build
    expect_out "nothing to do"
    mv dist launched
    mv "$STATICBUILD_CACHE" launched-cache
    build
    expect_status 0
    expect_same launched-cache launched
}

what_is_no_launcher_is_said() {
    things
    build --launcher distcq
    expect_status 2
    expect_err "--launcher distcq: is not known; there are: ccache, sccache, distcc, icecc"
    command -v sccache >/dev/null && skip "sccache is installed"
    build --launcher sccache
    expect_status 7
    expect_err "--launcher sccache: it is not installed"
}

run_tests compilers_are_called_through_ccache compilers_are_distributed what_is_no_launcher_is_said
