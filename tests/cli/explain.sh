#!/bin/sh
# `staticbuild audit --explain`: what pulled a symbol in, and what a library is needed for.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

ASKS='#include <sys/random.h>
__attribute__((visibility("hidden"), noinline)) long random_bytes(void) { char c[4]; return getrandom(c, 4, 0); }'

# module FILE FLAG...: of m.c, with a link map beside it.
module() {
    file=$1
    shift
    cc -shared -fPIC -O1 -o "$file" m.c "-Wl,-Map,$file.map" "$@" || fail "cc: $file"
}

sources() {
    echo "$ASKS" >asks.c
    cc -c -fPIC -O1 asks.c
    ar rcs libasks.a asks.o
    echo '__attribute__((visibility("hidden"))) long random_bytes(void);
        __attribute__((visibility("default"))) long PyInit_m(void) { return random_bytes() + 1; }' >m.c
}

the_function() {
    sources
    module m.so libasks.a
    run audit --explain m.so
    expect_status 0
    expect_out 'what keeps it from older platforms' 'getrandom@GLIBC_2.25 of libc.so.6' '        random_bytes'
    refuse_out 'link map'
}

the_member_by_the_map_named() {
    sources
    module m.so libasks.a
    run audit --explain --map m.so.map m.so
    expect_status 0
    expect_out 'libasks.a(asks.o) in random_bytes' 'told by the link map m.so.map'
    strip m.so
    run audit --explain --map m.so.map m.so
    expect_out 'libasks.a(asks.o)'
    run audit --explain --map missing.map m.so
    expect_status 7
    expect_err missing.map
    run audit --explain --map m.c m.so
    expect_out 'not a link map'
}

# As the pipeline leaves it: the module and its map in a tree of the store. A wheel has another path, but the
# same build-id.
the_member_by_the_store() {
    need python3
    sources
    tree=$STATICBUILD_CACHE/trees/m-1.0-mod-0123456789abcdef
    mkdir -p "$tree/maps" "$tree/modules/pkg" wheel/pkg
    module m.so libasks.a -Wl,--build-id=sha1
    mv m.so.map "$tree/maps/pkg.m.map"
    cp m.so "$tree/modules/pkg/m.cpython-311-x86_64-linux-gnu.so"
    strip -o stripped.so m.so
    run audit --explain stripped.so
    expect_out 'libasks.a(asks.o)' "$tree/maps/pkg.m.map"
    python3 -c 'import zipfile; zipfile.ZipFile("t-1-cp311-cp311-linux_x86_64.whl", "w").write("stripped.so", "pkg/m.so")'
    run audit --explain t-1-cp311-cp311-linux_x86_64.whl
    expect_out 'libasks.a(asks.o)'
    module m.so libasks.a -Wl,--build-id=sha1 -DANOTHER -O2 # another link: the map would lie
    echo 'int other(void) { return 5; }' >>m.c
    module m.so libasks.a -Wl,--build-id=sha1
    run audit --explain m.so
    refuse_out 'libasks.a('
}

# Each call that objdump shows is one of ours, and no other.
calls_are_counted_as_objdump_does() {
    need python3 objdump
    case $(uname -m) in x86_64) ;; *) skip 'the pattern is for x86_64' ;; esac
    for file in /usr/lib/python3/dist-packages/*.so /usr/lib/*/libcurl.so.4 /usr/lib/*/libexpat.so.1 /usr/bin/git; do
        [ ! -f "$file" ] || break
    done
    [ -f "$file" ] || skip 'nothing to look at'
    run audit --explain --format json "$(readlink -f "$file")"
    python3 - "$TEST_FILES/out" "$(readlink -f "$file")" <<'PY' || fail "not the same calls in $file"
import collections, json, re, subprocess, sys
module = json.load(open(sys.argv[1]))["files"][0]["modules"][0]
calls = collections.Counter()
slots = {}
for line in subprocess.run(["readelf", "-rW", sys.argv[2]], stdout=subprocess.PIPE).stdout.decode().splitlines():
    m = re.match(r"([0-9a-f]{16})\s+\S+ R_X86_64_(GLOB_DAT|JUMP_SLOT|64)\s+\S+ ([^@ ]+)", line)
    if m and m[2] == "64":
        calls[m[3]] += 1
    elif m:
        slots[int(m[1], 16)] = m[3]
section = ""
for line in subprocess.run(["objdump", "-d", sys.argv[2]], stdout=subprocess.PIPE).stdout.decode().splitlines():
    if line.startswith("Disassembly of section"):
        section = line.split()[-1].rstrip(":")
    if section.startswith(".plt"):
        continue
    m = re.search(r"(?:call|jmp|j\w+|lea)\s.*<([^@>+]+)@plt>", line)
    if m:
        calls[m[1]] += 1
        continue
    m = re.search(r"\(%rip\)\S*\s+# ([0-9a-f]+) <", line)
    if m and int(m[1], 16) in slots:
        calls[slots[int(m[1], 16)]] += 1
wrong = 0
for s in module["symbols"]:
    ours = sum(r["places"] for r in s["reasons"])
    if s["reasons_total"] <= 50 and ours != calls[s["symbol"]]:
        print("%s: %d of ours, %d of objdump" % (s["symbol"], ours, calls[s["symbol"]]))
        wrong += 1
sys.exit(wrong > 0 or not module["symbols"])
PY
}

what_libraries_are_needed_for() {
    echo 'int far_away(void) { return 1; }' >dep.c
    cc -shared -fPIC -Wl,-soname,libdep.so.1 -o libdep.so.1 dep.c
    echo 'int far_away(void); long PyInit_m(void) { return far_away(); }' >m.c
    module m.so -Wl,--no-as-needed ./libdep.so.1 -lm '-Wl,-rpath,$ORIGIN'
    run audit --explain m.so --severity unwanted-library=note --severity runpath=off
    expect_out 'what it takes from each library' 'libdep.so.1: far_away' 'libm.so.6: nothing'
    rm libdep.so.1
    run audit --explain m.so
    expect_out 'libdep.so.1: not known'
}

json_is_what_the_schema_says() {
    need python3
    sources
    module m.so libasks.a -Wl,--no-as-needed -lm
    run audit --explain --map m.so.map --format json m.so
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out '"kind": "member"' '"use": "unused"' '"map": "m.so.map"'
    run audit --format json m.so
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
}

run_tests the_function the_member_by_the_map_named the_member_by_the_store calls_are_counted_as_objdump_does \
    what_libraries_are_needed_for json_is_what_the_schema_says
