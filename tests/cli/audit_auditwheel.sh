#!/bin/sh
# `staticbuild audit --format auditwheel-json`: the keys that scripts know from `auditwheel show --json`.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

TAG=cp311-cp311-manylinux_2_28_x86_64

# module FILE C [FLAG...]
module() {
    file=$1
    text=$2
    shift 2
    printf '%s\n' "$text" >source.c
    cc -shared -fPIC -O1 -o "$file" source.c "$@" || fail "cc: $file"
}

# said PYTHON: an expression about the document d that has to be true.
said() {
    python3 -c "import json, sys
d = json.load(open(sys.argv[1]))
assert $1, d" "$TEST_FILES/out" || fail "not so: $1"
}

wheel() {
    python3 "$ROOT/tests/cli/make_wheel.py" "$1" "$2" || fail "the wheel $1"
}

what_a_wheel_needs() {
    [ "$(uname -m)" = x86_64 ] || skip 'the versions are those of x86_64'
    mkdir -p w/m.libs
    module w/m.libs/libinner-0a1b2c3d.so.1 'int inner(void) { return 1; }' -Wl,-soname,libinner-0a1b2c3d.so.1
    cc -shared -fPIC -o libouter.so.9 -Wl,-soname,libouter.so.9 -x c - </dev/null
    module w/m.cpython-311-x86_64-linux-gnu.so '#include <stdio.h>
#include <math.h>
int inner(void);
void *PyInit_m(void *x) { printf("%f %d", pow(*(double *)x, 3.1), inner()); return x; }' \
        w/m.libs/libinner-0a1b2c3d.so.1 -Wl,--no-as-needed ./libouter.so.9 -lm
    wheel "m-1-$TAG.whl" w
    run audit --format auditwheel-json "m-1-$TAG.whl"
    expect_status 1
    said 'list(d) == ["version", "wheel", "pure", "overall_tag", "sym_tag", "pyfpe", "ucs2", "unsupported_isa", "versioned_symbols", "external_libs", "policy_upgrades"]'
    said "d['version'] == 1 and d['wheel'] == 'm-1-$TAG.whl' and d['pure'] is False"
    said 'd["overall_tag"] == "linux_x86_64" and d["sym_tag"] == "manylinux_2_31_x86_64"'
    said 'd["versioned_symbols"] == {"libc.so.6": ["GLIBC_2.2.5"], "libm.so.6": ["GLIBC_2.29"]}'
    said 'd["external_libs"] == {"libouter.so.9": None}'
    said 'd["policy_upgrades"]["manylinux_2_17_x86_64"] == {"libs_to_eliminate": ["libouter.so.9"]}'
    said 'not d["pyfpe"] and not d["ucs2"] and not d["unsupported_isa"]'
}

leftovers_of_old_pythons() {
    mkdir w
    module w/m.so 'extern void PyFPE_jbuf(void); extern void PyUnicodeUCS2_x(void);
void *PyInit_m(void) { PyFPE_jbuf(); PyUnicodeUCS2_x(); return 0; }' -Wl,--unresolved-symbols=ignore-all
    wheel "m-1-$TAG.whl" w
    run audit --format auditwheel-json "m-1-$TAG.whl"
    said 'd["pyfpe"] and d["ucs2"] and d["overall_tag"].startswith("linux_")'
}

what_is_no_platform_wheel() {
    mkdir w
    echo 'x = 1' >w/m.py
    wheel m-1-py3-none-any.whl w
    run audit --format auditwheel-json m-1-py3-none-any.whl
    expect_status 0
    said 'd == {"version": 1, "wheel": "m-1-py3-none-any.whl", "pure": True}'
    module m.so 'void *PyInit_m(void) { return 0; }'
    run audit --format auditwheel-json m.so
    said 'd == {"version": 1, "wheel": "m.so", "error": "is not a wheel"}'
}

run_tests what_a_wheel_needs leftovers_of_old_pythons what_is_no_platform_wheel
