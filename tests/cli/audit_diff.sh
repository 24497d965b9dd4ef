#!/bin/sh
# `staticbuild audit --diff`: what a release gained and lost.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/compiled.sh
. "$(dirname "$0")/compiled.sh"

library() {
    echo 'int of_it(void) { return 1; }' >library.c
    cc -shared -fPIC -Wl,-soname,"${1##*/}" -o "$1" library.c || fail "cc: $1"
}

wheel() {
    python3 "$ROOT/tests/cli/make_wheel.py" "$1" "$2" || fail "the wheel $1"
}

nothing_differs() {
    mkdir old new
    module old/m.so ''
    cp old/m.so new/m.so
    run audit --diff old/m.so new/m.so
    expect_status 0
    expect_out 'old/m.so -> new/m.so: no difference'
    expect_no_err
}

two_builds_of_a_module() {
    mkdir old new
    library libextra.so.1
    module old/m.so ''
    module new/m.so '__attribute__((visibility("default"))) int gained; char more[9999] = {1};' \
        -Wl,--no-as-needed ./libextra.so.1 -Wl,-rpath,/opt/there
    run audit --diff old/m.so new/m.so
    expect_status 1
    expect_out '+ libextra.so.1' '+ gained' '+ runpath (warning): 0 -> 1: ' 'verdict: passes -> does not pass' 'all of it: '
    refuse_out ' .data: '
    expect_err difference
    run audit --diff new/m.so old/m.so
    expect_status 1
    expect_out '- libextra.so.1' '- gained' '- runpath (warning): 1 -> 0: '
    run audit --diff old/m.so new/m.so --explain
    expect_out ' .data: '
}

two_releases_of_a_wheel() {
    mkdir -p old/m.libs new/m.libs
    library old/m.libs/libextra-0a1b2c3d.so.1.2
    cp old/m.libs/libextra-0a1b2c3d.so.1.2 new/m.libs/libextra-99ff00aa.so.1.3
    module old/m.cpython-311-x86_64-linux-gnu.so ''
    cp old/m.cpython-311-x86_64-linux-gnu.so new/m.abi3.so
    module new/more.so '__attribute__((visibility("default"))) void *PyInit_more(void) { return 0; }'
    wheel m-1.0-cp311-cp311-manylinux_2_17_x86_64.whl old
    wheel m-2.0-cp311-abi3-manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl new
    run audit --diff m-1.0-cp311-cp311-manylinux_2_17_x86_64.whl m-2.0-cp311-abi3-manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl
    expect_status 1
    expect_out 'files: 1 gained, 0 lost' '+ more.so' 'claims: cp311-cp311-manylinux_2_17_x86_64 ->'
    refuse_out libextra 'm.abi3.so: ' '- m.cpython'
}

json_is_what_the_schema_says() {
    two_releases_of_a_wheel
    run audit --diff --format json m-1.0-*.whl m-2.0-*.whl
    expect_status 1
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit-diff.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out '"of": "file"' '"name": "more.so"' '"before": null'
    run audit --diff --format json m-1.0-*.whl m-1.0-*.whl
    expect_status 0
    expect_out '"same": true' '"changes": []'
}

# One file that stands alone: no script, nothing from elsewhere; what is in the files is in it.
a_picture_of_both() {
    two_releases_of_a_wheel
    run audit --diff m-1.0-*.whl m-2.0-*.whl --format svg
    expect_status 1
    expect_out '<svg xmlns="http://www.w3.org/2000/svg"' '>m 1.0, ' '>m 2.0, ' 'more.so' 'libextra-99ff00aa.so.1.3' 'earns manylinux'
    python3 - "$TEST_FILES/out" <<'PY' || fail 'the picture is not one'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
width, height = map(float, root.attrib["viewBox"].split()[2:])
for node in root.iter():
    kind = node.tag.split("}")[1]
    assert kind in ("svg", "style", "rect", "text"), kind
    if kind in ("rect", "text"):
        assert 0 <= float(node.attrib["x"]) and float(node.attrib["x"]) + float(node.attrib.get("width", 0)) <= width, node.attrib
        assert 0 <= float(node.attrib["y"]) + float(node.attrib.get("height", 0)) <= height, node.attrib
PY
    module 'a<b&"c.so' ''
    run audit --diff 'a<b&"c.so' 'a<b&"c.so' --format svg
    expect_status 0
    python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' "$TEST_FILES/out" || fail 'a name breaks the picture'
    run audit m-1.0-*.whl --format svg
    expect_status 2
    expect_err '--diff OLD NEW'
}

what_cannot_be_compared() {
    module m.so ''
    run audit --diff m.so
    expect_status 2
    expect_err '--diff: needs two files'
    run audit --diff m.so m.so --format html
    expect_status 2
    run audit --diff m.so gone.so
    expect_status 7
    expect_err 'gone.so'
    run audit --diff m.so .
    expect_status 7
    expect_err 'is a folder'
}

run_tests nothing_differs two_builds_of_a_module two_releases_of_a_wheel json_is_what_the_schema_says a_picture_of_both what_cannot_be_compared
