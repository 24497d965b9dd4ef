#!/bin/sh
# `staticbuild finish`: wheels that other tools made become proved ones.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

python=/usr/bin/python3

# module FOLDER [C TEXT] [FLAG...]: the module sq, for $python, as a backend would make it: with its symbol table.
module() {
    folder=$1
    text=$2
    shift 2
    include=$($python -c 'import sysconfig; print(sysconfig.get_path("include"))')
    suffix=$($python -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
    tag=$($python -c 'import sys; print("cp%d%d" % sys.version_info[:2])')
    [ -f "$include/Python.h" ] || skip "the headers of $python are not installed"
    mkdir -p "$folder"
    cat >sq.c <<END
#include <Python.h>
$text
static int nobody_asks_for_this(void) { return 1; }
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "sq", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_sq(void) { return nobody_asks_for_this() ? PyModule_Create(&module) : NULL; }
END
    cc -shared -fPIC -O0 -fvisibility=hidden -I"$include" -o "$folder/sq$suffix" sq.c "$@" || fail 'cc'
    stem=sq-1.0-$tag-$tag
}

wheel() {
    python3 "$ROOT/tests/cli/make_wheel.py" "$@" || fail "the wheel $1"
}

# In a subfolder of its own: what was made, unpacked.
unpack() {
    rm -rf made
    mkdir made
    (cd made && unzip -q ../out/*.whl)
}

a_wheel_gets_the_tag_that_is_proved() {
    need cc python3 unzip readelf
    module tree ''
    echo 'Do as you like.' >tree/LICENSE
    wheel "$stem-linux_x86_64.whl" tree
    cp "$stem-linux_x86_64.whl" before
    run finish "$stem-linux_x86_64.whl" -o out --debug-files symbols
    expect_status 0
    expect_out "out/$stem-manylinux1_x86_64.manylinux_2_5_x86_64.whl" 'proved  manylinux_2_5_x86_64' 'smoke   passed'
    cmp -s before "$stem-linux_x86_64.whl" || fail 'what was given was changed'
    unpack
    readelf -SW made/sq.*.so | grep -q '\.symtab' && fail 'the symbol table is still there'
    readelf -sW symbols/.build-id/*/*.debug | grep -q nobody_asks_for_this || fail 'the symbol table is lost'
    grep -q '"bomFormat": "CycloneDX"' made/sq-1.0.dist-info/sboms/staticbuild.cdx.json || fail 'there is no bill of materials'
    grep -q 'Tag: .*-manylinux_2_5_x86_64' made/sq-1.0.dist-info/WHEEL || fail 'WHEEL has other tags'
    [ -f made/LICENSE ] || fail 'a file is lost'
    run audit out/*.whl
    expect_status 0
    run finish "$stem-linux_x86_64.whl" -o out
    expect_status 0
    expect_out 'up to date'
    # Again, of what was made: the same bytes.
    run finish out/*.whl -o again
    expect_status 0
    cmp -s out/*.whl again/*.whl || fail 'finishing it twice gives other bytes'
}

a_library_that_no_platform_promises() {
    need cc python3
    echo 'int of_it(void) { return 1; }' >extra.c
    cc -shared -fPIC -Wl,-soname,libextra.so.1 -o libextra.so extra.c || fail 'cc'
    module tree 'int of_it(void); int call(void) { return of_it(); }' -Wl,--no-as-needed ./libextra.so
    wheel "$stem-linux_x86_64.whl" tree
    run finish "$stem-linux_x86_64.whl" -o out
    expect_status 1
    expect_err libextra.so.1
    expect_no_file out/*.whl
}

# A library in the wheel, that the module finds there.
a_library_that_the_project_ships_stays() {
    need cc python3 unzip
    mkdir -p tree/sq.libs
    echo '__attribute__((visibility("default"))) int of_it(void) { return 1; }' >extra.c
    cc -shared -fPIC -Wl,-soname,libextra-0a1b.so.1 -o tree/sq.libs/libextra-0a1b.so.1 extra.c || fail 'cc'
    module tree 'int of_it(void); int call(void) { return of_it(); }' -Wl,--no-as-needed tree/sq.libs/libextra-0a1b.so.1 \
        '-Wl,-rpath,$ORIGIN/sq.libs'
    wheel "$stem-linux_x86_64.whl" tree
    run finish "$stem-linux_x86_64.whl" -o out
    expect_status 0
    expect_out 'manylinux_2_5_x86_64' 'smoke   passed'
    unpack
    expect_file made/sq.libs/libextra-0a1b.so.1
}

# patchelf moves segments so that strip makes a file of it that no loader maps: it stays as it is then.
a_library_that_strip_would_break_stays_whole() {
    need cc python3 unzip patchelf
    mkdir -p tree/sq.libs
    lib=tree/sq.libs/libextra-0a1b.so.1
    echo '__attribute__((visibility("default"))) int of_it(void) { return 1; }' >extra.c
    cc -shared -fPIC -Wl,-soname,libextra-0a1b.so.1 -o "$lib" extra.c || fail 'cc'
    module tree 'int of_it(void); int call(void) { return of_it(); }' -Wl,--no-as-needed "$lib" '-Wl,-rpath,$ORIGIN/sq.libs'
    for length in 3000 6000 9000 12000; do
        patchelf --force-rpath --set-rpath "\$ORIGIN/$(printf "%${length}d" 0)" "$lib" || fail patchelf
        patchelf --set-soname "lib$(printf "%$((length / 15))d" 0).so" "$lib" || fail patchelf
    done
    patchelf --set-soname libextra-0a1b.so.1 --remove-rpath "$lib" || fail patchelf
    strip -o broken "$lib"
    $python -c 'import ctypes; ctypes.CDLL("./broken")' 2>/dev/null && skip 'this strip does not break what this patchelf makes'
    wheel "$stem-linux_x86_64.whl" tree
    run finish "$stem-linux_x86_64.whl" -o out --verbose
    expect_status 0
    expect_out 'smoke   passed'
    expect_err 'libextra-0a1b.so.1 keeps its symbol table'
    unpack
    cmp -s "$lib" "made/${lib#tree/}" || fail 'its bytes are others'
    readelf -SW made/sq.*.so | grep -q '\.symtab' && fail 'the module still has its symbol table'
    true
}

too_new_for_what_is_asked() {
    need cc python3
    module tree '#include <math.h>
double call(double x) { return pow(x, x); }' -lm
    wheel "$stem-linux_x86_64.whl" tree
    run finish "$stem-linux_x86_64.whl" -o out --target manylinux_2_17
    expect_status 1
    expect_err GLIBC_2.29 pow
    expect_no_file out/*.whl
    run finish "$stem-linux_x86_64.whl" -o out
    expect_status 0
    expect_out 'proved  manylinux_2_31_x86_64'
}

one_for_any_platform_stays_as_it_is() {
    need python3
    mkdir tree
    echo 'x = 1' >tree/plain.py
    wheel plain-1.0-py3-none-any.whl tree
    run finish plain-1.0-py3-none-any.whl -o out
    expect_status 0
    cmp -s plain-1.0-py3-none-any.whl out/plain-1.0-py3-none-any.whl || fail 'its bytes are others'
}

# Findings are what somebody says that they are, for that run.
findings_are_what_is_said() {
    need cc python3 unzip
    module tree ''
    wheel "$stem-linux_x86_64.whl" tree
    finish() { run finish "$stem-linux_x86_64.whl" --python "$python" -o out "$@"; }
    finish --severity no-licence=error
    expect_status 1
    expect_err no-licence 'no wheel is made'
    finish --severity no-licence=off
    expect_status 0
    refuse_out no-licence
    finish
    expect_status 0
    expect_out no-licence
    finish --severity no-licence=error
    expect_status 1
    finish --severity warning
    expect_status 2
    expect_err '--severity warning: not RULE=LEVEL'
    finish --severity no-license=note
    expect_status 2
    expect_err 'did you mean no-licence?'
}

what_is_damaged_is_refused() {
    need cc python3
    module tree ''
    wheel "$stem-linux_x86_64.whl" tree hash
    run finish "$stem-linux_x86_64.whl" -o out
    expect_status 1
    expect_err "$stem-linux_x86_64.whl" 'sq.' RECORD
    expect_no_file out/*.whl
    head -c 300 "$stem-linux_x86_64.whl" >short
    mv short "$stem-linux_x86_64.whl"
    run finish "$stem-linux_x86_64.whl" -o out
    [ "$status" != 0 ] || fail 'half a wheel is taken'
    expect_err "$stem-linux_x86_64.whl"
}

who_cannot_be_tried_or_is_no_wheel() {
    need python3
    mkdir tree
    echo 'x = 1' >tree/plain.py
    wheel plain-1.0-cp27-cp27m-linux_x86_64.whl tree
    run finish plain-1.0-cp27-cp27m-linux_x86_64.whl -o out
    expect_status 7
    expect_err plain-1.0-cp27-cp27m-linux_x86_64.whl 'none of the interpreters'
    run finish tree -o out
    expect_status 2
    expect_err 'tree: is not a wheel'
    run wheel plain-1.0-cp27-cp27m-linux_x86_64.whl -o out
    expect_status 2
    expect_err '`staticbuild finish`'
    run finish missing-1.0-py3-none-any.whl -o out
    expect_status 7
    expect_err 'missing-1.0-py3-none-any.whl'
    expect_no_file out
}

run_tests findings_are_what_is_said a_wheel_gets_the_tag_that_is_proved a_library_that_no_platform_promises a_library_that_the_project_ships_stays \
    a_library_that_strip_would_break_stays_whole too_new_for_what_is_asked one_for_any_platform_stays_as_it_is what_is_damaged_is_refused who_cannot_be_tried_or_is_no_wheel
