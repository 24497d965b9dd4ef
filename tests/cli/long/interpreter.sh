#!/bin/sh
# A Python of one's own, from the real source: as a tree and as one file, moved, by links, on an older system, with a venv
# and a C extension. STATICBUILD_PYTHON_CACHE names a cache that is used as it is, which saves the build.
# timeout: 5400
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/../delivered.sh"

MODULES='zmq.backend.cython._zmq yaml._yaml'
FAMILY='ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 libc.so.6 libm.so.6 libpthread.so.0 librt.so.1 libdl.so.2 libutil.so.1 libgcc_s.so.1'

# made RECIPE...: what is made of it, in dist/.
made() {
    [ -z "${STATICBUILD_PYTHON_CACHE-}" ] || SHARED_CACHE=$STATICBUILD_PYTHON_CACHE
    sources_of "$@" --with zmq --with yaml
    run "$@" --with zmq --with yaml --format json
    expect_status 0
    printf '%s' "$out" >result.json
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/run.schema.json" result.json ||
        fail 'the document is not what the schema says'
}

# single KEYS: recipes of libraries are found beside it.
single() {
    mkdir -p recipe/python
    sed "s/^\[interpreter\]\$/&\nlayout = \"single\"\n$1/" "$ROOT/recipes/python/cpython.toml" >recipe/python/cpython.toml
    made recipe/python/cpython.toml
    program=$PWD/$(ls dist/cpython-*)
}

unpacked() {
    made cpython
    mkdir moved
    tar -xf dist/cpython-*.tar.zst -C moved
    tree=$PWD/moved/$(ls moved)
}

needs_the_c_library_alone() {
    for library in $(readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
        case " $FAMILY " in *" $library "*) ;; *) fail "it needs $library" ;; esac
    done
}

the_tree_has_everything() {
    need readelf nm tar zstd
    unpacked
    # shellcheck disable=SC2086 # names are words
    run_command "$tree/bin/python3" "$ROOT/tests/python/check.py" $MODULES
    expect_status 0
    needs_the_c_library_alone "$tree/bin/python3.13"
    run_command python3 "$ROOT/tests/python/exports.py" "$tree/bin/python3.13" 13 "$ROOT/builder/python/python_symbols.def"
    expect_status 0
    ! grep -rl "$SHARED_CACHE" "$tree" || fail 'it names the folder that it was made in'
    ! grep -rlI '^#!.*/python' "$tree/bin" || fail 'a script names its interpreter'
    size=$(wc -c <"$tree/bin/python3.13")
    [ "$size" -lt 20000000 ] || fail "the program has $size bytes"
    run audit "$tree/bin/python3.13"
    refuse_out 'unwanted-library' 'newer-version'
}

it_is_a_python_like_any_other() {
    need cc
    unpacked
    "$tree/bin/python3" -m venv env
    run_command env/bin/python -c 'import sys; print(sys.prefix != sys.base_prefix)'
    expect_out True
    run_command env/bin/pip --version
    expect_status 0
    "$tree/bin/python3" -m ensurepip >/dev/null 2>&1
    run_command "$tree/bin/python3" -m pip list
    expect_out pyzmq PyYAML
    run_command "$tree/bin/python3" -m pip uninstall --yes pyzmq
    expect_err 'no RECORD file was found for pyzmq'
    ln -s "$tree/bin/python3" by-link
    run_command ./by-link -c 'import zmq, sys; print(sys.prefix)'
    expect_out "$tree"
    cat >ext.c <<'C'
#include <Python.h>
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "ext", 0, -1, 0};
PyMODINIT_FUNC PyInit_ext(void) { return PyModule_Create(&def); }
C
    # shellcheck disable=SC2046 # words of a compile line
    $("$tree/bin/python3" -c 'import sysconfig; print(sysconfig.get_config_var("LDSHARED"))') -fPIC \
        -I"$("$tree/bin/python3" -c 'import sysconfig; print(sysconfig.get_path("include"))')" ext.c \
        -o ext"$("$tree/bin/python3" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')"
    run_command "$tree/bin/python3" -c 'import ext; print(ext.__file__)'
    expect_out "ext.cpython-313"
}

one_file_is_everything() {
    need readelf strip
    single
    size=$(wc -c <"$program")
    [ "$size" -lt 30000000 ] || fail "it has $size bytes"
    mkdir links
    ln -s "$program" links/snake
    mkdir -p "$HOME/.local/lib/python3.13/site-packages"
    echo 'raise SystemExit("of the user")' >"$HOME/.local/lib/python3.13/site-packages/json.py"
    # shellcheck disable=SC2086
    PATH=$PWD/links:$PATH run_command snake "$ROOT/tests/python/check.py" $MODULES
    expect_status 0
    run_command "$program" -c 'import importlib.metadata as m, sys; print(m.version("pyzmq"), sys.flags.no_user_site)'
    expect_out '27.1.0 1'
    needs_the_c_library_alone "$program"
    cp "$program" stripped
    strip stripped
    run_command ./stripped -c pass
    expect_status 1
    expect_err 'its standard library, a zip at the end of this file, is gone'
}

one_file_with_sources() {
    single 'sources = true\ncompressed = true'
    run_command "$program" -c 'import inspect, zmq; print(inspect.getsource(zmq.Context)[:13])'
    expect_out 'class Context'
    run_command "$program" -c 'import json; json.loads("x")'
    expect_err 'raise JSONDecodeError'
}

# With files of Debian 11 as the root folder, and no /proc.
on_an_older_system() {
    [ "$(id -u)" = 0 ] || skip 'for root only'
    "$ROOT/tests/debian" bullseye "$TEST_FILES/old" libc6 libgcc-s1 2>"$TEST_FILES/why" ||
        skip "Debian 11 cannot be had: $(cat "$TEST_FILES/why")"
    old=$TEST_FILES/old/root
    unpacked
    cp -R "$tree" "$old/python"
    run_command chroot "$old" /python/bin/python3 -c 'import zmq, yaml, ssl, sqlite3, ctypes, asyncio, sys; print(sys.prefix)'
    expect_status 0
    expect_out '/python'
    rm -r dist result.json
    single
    cp "$program" "$old/snake"
    run_command chroot "$old" /usr/../snake -c 'import zmq, yaml, ssl, sqlite3, ctypes, asyncio, sys; print(sys.executable)'
    expect_status 0
    expect_out '/snake'
}

# In an address of its own each time.
as_pie() {
    need readelf
    mkdir -p recipe/python
    sed 's/^\[interpreter\]$/&\npie = true/' "$ROOT/recipes/python/cpython.toml" >recipe/python/cpython.toml
    made recipe/python/cpython.toml
    tar -xf dist/cpython-*.tar.zst
    readelf -hW cpython-*/bin/python3 | grep -q 'DYN' || fail 'it is loaded at one address'
    run_command cpython-*/bin/python3 -c 'import zmq; print(zmq.zmq_version())'
    expect_out 4.3.4
}

run_tests the_tree_has_everything it_is_a_python_like_any_other one_file_is_everything one_file_with_sources \
    on_an_older_system as_pie
