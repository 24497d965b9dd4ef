#!/bin/sh
# What `staticbuild audit` says in text: short where all is well, by rule where it is not, and never more than is read.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# module FILE [FLAG...]: a module called m.
module() {
    file=$1
    shift
    echo '__attribute__((visibility("default"))) void *PyInit_m(void) { return 0; }' >source.c
    cc -shared -fPIC -fvisibility=hidden -O1 -o "$file" source.c "$@" || fail "cc: $file"
}

# lines LEAST MOST: so many of them are on standard output.
lines() {
    count=$(printf '%s' "$out" | grep -c '' || true)
    [ "$count" -ge "$1" ] && [ "$count" -le "$2" ] || fail "$count lines instead of $1 to $2: $last_command"
}

# many FOLDER FLAG...: forty copies of a module.
many() {
    folder=$1
    shift
    mkdir "$folder"
    module m.so "$@"
    for i in $(seq 40); do
        mkdir "$folder/$i" && cp m.so "$folder/$i/"
    done
}

quiet_says_what_is_wrong() {
    many good -Wl,-z,now
    run audit -q good
    expect_status 0
    lines 0 0
    run audit -q m.so
    lines 0 0
    cc -shared -fPIC -o libgone.so.9 -Wl,-soname,libgone.so.9 -x c - </dev/null
    module good/bad.so ./libgone.so.9 -Wl,--no-as-needed ./libgone.so.9
    run audit -q good
    expect_status 1
    expect_out '1 of 41 files does not pass' 'bad.so: does not pass'
    refuse_out passes
}

a_folder_in_sums() {
    cc -shared -fPIC -o libgone.so.9 -Wl,-soname,libgone.so.9 -x c - </dev/null
    many bad -Wl,--no-as-needed ./libgone.so.9 -Wl,-rpath,/opt/there
    run audit bad
    expect_status 1
    lines 10 60
    expect_out '40 of 40 files do not pass' '40 errors of unwanted-library, in 40 files' '40 warnings of runpath' \
        'more that do not pass; --explain tells all'
    case $out in *'of runpath'*'bad/1/m.so: does not pass'*) ;; *) fail 'the sums do not stand first' ;; esac
    run audit bad --explain
    lines 200 2000
    expect_out 'bad/40/m.so: does not pass' 'bad/9/m.so: does not pass'
}

one_finding_a_rule() {
    for n in 1 2 3; do
        cc -shared -fPIC -o "libgone.so.$n" -Wl,-soname,"libgone.so.$n" -x c - </dev/null
    done
    module m.so -Wl,--no-as-needed ./libgone.so.1 ./libgone.so.2 ./libgone.so.3
    run audit m.so
    expect_out 'libgone.so.1, which no platform promises' 'and 2 more' '3 errors (unwanted-library)'
    refuse_out 'needs libgone.so.2, which'
    run audit m.so --explain
    expect_out 'needs libgone.so.2, which' 'needs libgone.so.3, which'
}

what_is_told_by_severity() {
    module m.so -g -Wl,-rpath,/opt/there
    run audit m.so
    expect_out runpath debug-information
    run audit m.so --severity warning
    expect_out runpath
    refuse_out debug-information
    run audit m.so --severity error
    refuse_out runpath debug-information
    run audit m.so --severity '*=note' --severity debug-information=error
    expect_status 1
    expect_out 'error (1)' 'note ('
    run audit m.so --severity runpath=off
    refuse_out runpath
    run audit m.so --severity loud
    expect_status 2
}

a_good_wheel_on_six_lines() {
    need python3
    mkdir -p tree/t
    module tree/t/m.so -g -Wl,-rpath,/opt/there
    w=t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    [ "$(uname -m)" = x86_64 ] || skip 'the wheel is for x86-64'
    python3 "$ROOT/tests/cli/make_wheel.py" $w tree
    run audit $w
    expect_status 0
    lines 2 6
    expect_out 'warnings, told by --explain: ' runpath 'notes, told by --explain: ' debug-information
    run audit $w --explain
    expect_out 'DT_RUNPATH /opt/there'
}

formats_of_others() {
    need python3
    name=$(printf 'a|b<c>&"\377.so')
    module "$name" -g -Wl,-rpath,/opt/there
    for format in junit github markdown; do
        run audit "$name" --format $format
        expect_status 0
        printf '%s\n' "$out" >"$format"
        python3 -c 'import sys; open(sys.argv[1], encoding="utf-8").read()' "$format" || fail "$format is no UTF-8"
        expect_out runpath '/opt/there'
    done
    python3 - junit <<'PY' || fail 'junit'
import sys, xml.etree.ElementTree as tree
suite, = tree.parse(sys.argv[1]).getroot()
cases = suite.findall("testcase")
assert int(suite.get("tests")) == len(cases) and suite.get("failures") == "0", suite.attrib
assert any(c.get("name") == "runpath" and "/opt/there" in c.find("system-out").text for c in cases)
PY
    grep -Eqv '^::(error|warning|notice) file=[^:]*,title=[a-z0-9-]+::' github && fail "$(cat github)"
    [ "$(grep -c '^| warning | runpath | ' markdown)" = 1 ] || fail "$(cat markdown)"
    cc -shared -fPIC -o libgone.so.9 -Wl,-soname,libgone.so.9 -x c - </dev/null
    module bad.so -Wl,--no-as-needed ./libgone.so.9
    run audit bad.so --format junit
    expect_status 1
    expect_out '<failure message="needs libgone.so.9' 'failures="2"'
    run audit bad.so --format github --severity error
    expect_out '::error file=bad.so,title=unwanted-library::needs libgone.so.9'
    refuse_out '::notice'
}

run_tests formats_of_others quiet_says_what_is_wrong a_folder_in_sums one_finding_a_rule what_is_told_by_severity a_good_wheel_on_six_lines
