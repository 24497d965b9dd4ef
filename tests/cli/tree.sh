#!/bin/sh
# `staticbuild audit --tree`: the same libraries as the loader of this machine finds.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# paths FILE...: the real paths of all libraries in $out, a JSON document, but for the loader and the files.
paths() {
    python3 -c '
import json, os, sys
loader = lambda p: os.path.basename(p).startswith(("ld-linux", "ld64", "ld-musl"))
for f in json.load(open(sys.argv[1]))["files"]:
    print("%s: %s" % (f["path"], " ".join(sorted({os.path.realpath(o["path"]) for o in f["objects"][1:]
        if o["path"] and not loader(o["path"])}))))
' "$TEST_FILES/out"
}

# The same as ldd tells it. ldd runs the loader, so only files that we made or trust are shown to it.
ldd_paths() {
    python3 -c '
import os, re, subprocess, sys
loader = lambda p: os.path.basename(p).startswith(("ld-linux", "ld64", "ld-musl"))
for path in sys.argv[1:]:
    text = subprocess.run(["ldd", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    found = re.findall(r"^\s+(?:\S+ => )?(/.*?) \(0x", text, re.M)
    print("%s: %s" % (os.path.abspath(path), " ".join(sorted({os.path.realpath(p) for p in found if not loader(p)}))))
' "$@"
}

agrees_with_ldd() {
    run audit --tree --format json "$@"
    paths >ours
    ldd_paths "$@" >theirs
    diff theirs ours >difference || fail "ldd finds other libraries: $(head -n 5 difference)"
}

# library NAME.so C-TEXT FLAG...: in lib/, with that soname.
library() {
    mkdir -p lib
    echo "$2" >source.c
    name=$1
    shift 2
    cc -shared -fPIC -o "lib/$name" source.c "-Wl,-soname,$name" -Wl,--no-as-needed "$@" || fail "cc: $name"
}

# What a library stands in front of has its symbols first: as the loader of this machine does, where it can be run.
filters() {
    mkdir lib
    echo 'int f(void) { return 2; }' >behind.c
    echo 'int f(void) { return 1; } int g(void) { return 1; }' >front.c
    echo 'int f(void), g(void); int main(void) { return 10 * f() + g(); }' >main.c
    cc -shared -fPIC -o lib/libbehind.so behind.c -Wl,-soname,libbehind.so || fail 'cc: libbehind.so'
    for kind in f F; do
        cc -shared -fPIC -o lib/libfront.so front.c -Wl,-soname,libfront.so "-Wl,-$kind,libbehind.so" \
            -Wl,-rpath,"$PWD/lib" || fail "cc: -$kind"
        cc -o prog main.c -Llib -lfront -Wl,-rpath,"$PWD/lib" || fail 'cc: prog'
        status=0
        ./prog || status=$?
        [ "$status" = 21 ] || skip "the loader of this machine gives $status"
        run symbol --needed-by prog --format json
        expect_status 0
        python3 -c '
import json, sys
who = {b["symbol"]: b["provider"] for b in json.load(open(sys.argv[1]))["bindings"]}
assert who["f"].endswith("/libbehind.so") and who["g"].endswith("/libfront.so"), who' "$TEST_FILES/out" ||
            fail "other libraries than the loader takes: -$kind"
        run audit --tree prog
        expect_status 0
        expect_out 'libbehind.so (' 'looked into first)'
    done
    rm lib/libbehind.so
    run audit --tree prog
    expect_status 1 # a filter has to be there
    cc -shared -fPIC -o lib/libfront.so front.c -Wl,-soname,libfront.so -Wl,-f,libbehind.so -Wl,-rpath,"$PWD/lib"
    run audit --tree --format json prog
    expect_status 0
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/tree.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    refuse_out libbehind
}

programs_of_this_machine() {
    need python3 ldd
    set --
    for file in /bin/sh /bin/ls /usr/bin/python3 /usr/bin/gcc /usr/bin/cmake /usr/bin/curl /usr/bin/git /usr/bin/perl \
        /usr/bin/gpg /usr/bin/apt /lib/*/libcurl.so.4 /lib/*/libssl.so.3 /usr/lib/python3/dist-packages/*.so; do
        [ ! -f "$file" ] || [ $# -ge 40 ] || set -- "$@" "$(readlink -f "$file")"
    done
    [ $# -ge 4 ] || skip 'no programs to look at'
    agrees_with_ldd "$@"
}

layouts_of_our_own() {
    need python3 ldd
    library libdeep.so 'int deep(void) { return 1; }'
    mkdir far
    mv lib/libdeep.so far
    library libmid.so 'int deep(void); int mid(void) { return deep(); }' far/libdeep.so
    library libcycle.so 'int cycle(void) { return 1; }'
    library libround.so 'int round_it(void) { return 1; }' lib/libcycle.so '-Wl,-rpath,$ORIGIN'
    library libcycle.so 'int cycle(void) { return 1; }' lib/libround.so '-Wl,-rpath,${ORIGIN}'
    echo 'int main(void) { return 0; }' >main.c
    cc -o inherits main.c -Wl,--no-as-needed lib/libmid.so '-Wl,-rpath,$ORIGIN/lib:$ORIGIN/far' -Wl,--disable-new-dtags \
        -Wl,-rpath-link,far
    cc -o does-not main.c -Wl,--no-as-needed lib/libmid.so '-Wl,-rpath,$ORIGIN/lib' -Wl,-rpath-link,far
    cc -o cycles main.c -Wl,--no-as-needed lib/libround.so '-Wl,-rpath,$ORIGIN/lib' -lm -lz 2>/dev/null ||
        cc -o cycles main.c -Wl,--no-as-needed lib/libround.so '-Wl,-rpath,$ORIGIN/lib' -lm
    cc -o slash main.c -Wl,--no-as-needed "$PWD/far/libdeep.so" '-Wl,-rpath,$ORIGIN/far/../far'
    mkdir elsewhere
    ln -s ../cycles elsewhere/link
    agrees_with_ldd inherits does-not cycles slash
    run audit --tree does-not
    expect_status 1
    expect_out 'libdeep.so: not found' '1 not found'
    expect_err 'does not find all'
    run audit --tree inherits
    expect_status 0
    expect_out "RPATH \$ORIGIN/far of inherits"
    run audit --tree elsewhere/link
    expect_status 0
    expect_out 'libround.so =>' '(above)'
}

a_library_path_is_followed_when_asked_for() {
    library libx.so 'int x(void) { return 1; }'
    echo 'int x(void); int main(void) { return x(); }' >main.c
    cc -o program main.c lib/libx.so
    LD_LIBRARY_PATH=$PWD/lib
    export LD_LIBRARY_PATH
    run audit --tree program
    expect_status 1
    expect_out 'libx.so: not found' "--library-path $PWD/lib"
    run audit --tree --library-path "$PWD/lib" program
    expect_status 0
    expect_out "libx.so => $PWD/lib/libx.so" LD_LIBRARY_PATH
}

missing_versions() {
    echo 'V_1 { a; b; };' >map
    library libv.so 'void a(void) { } void b(void) { }' -Wl,--version-script,map
    echo 'void a(void); void b(void); int main(void) { a(); b(); return 0; }' >main.c
    echo 'V_1 { a; }; V_2 { b; };' >map
    cp lib/libv.so old.so
    library libv.so 'void a(void) { } void b(void) { }' -Wl,--version-script,map
    cc -o program main.c lib/libv.so '-Wl,-rpath,$ORIGIN/lib'
    run audit --tree program
    expect_status 0
    refuse_out ' missing'
    cp old.so lib/libv.so
    run audit --tree program
    expect_status 1
    expect_out 'V_2 missing' '1 version missing'
    expect_equal "$(printf '%s\n' "$out" | grep -c 'V_1 missing')" 0
    ./program 2>/dev/null && fail 'the loader does not miss the version'
    true
}

a_root_of_another_system() {
    library libx.so 'int x(void) { return 1; }' -nostdlib
    echo 'int x(void); int main(void) { return x(); }' >main.c
    cc -o program main.c lib/libx.so -nostdlib -e main -Wl,--dynamic-linker,/lib/ld-linux-none.so.9
    mkdir -p root/opt/x root/usr/bin root/etc/ld.so.conf.d root/data
    cp lib/libx.so root/data/libx.so
    ln -s /data/libx.so root/opt/x/libx.so
    cp program root/usr/bin
    echo 'include ld.so.conf.d/*.conf' >root/etc/ld.so.conf
    echo /opt/x >root/etc/ld.so.conf.d/x.conf
    run audit --tree --root root root/usr/bin/program
    expect_status 0
    expect_out '/usr/bin/program: ' 'libx.so => /opt/x/libx.so'
    run audit --tree --root root /usr/bin/program
    expect_status 0
    run audit --tree --root root --format json -v root/usr/bin/program
    expect_status 0
    expect_out '"found": "ld.so.conf"'
    rm root/data/libx.so
    run audit --tree --root root root/usr/bin/program
    expect_status 1
    run audit --tree --root nowhere root/usr/bin/program
    expect_status 7
    expect_err nowhere
}

nothing_is_run() {
    # A program whose loader would leave a trace.
    printf '#!/bin/sh\ntouch %s/ran\n' "$PWD" >loader
    chmod +x loader
    echo 'int main(void) { return 0; }' >main.c
    cc -o program main.c "-Wl,--dynamic-linker,$PWD/loader"
    run audit --tree program
    expect_no_file ran
    expect_out loader
}

json_is_what_the_schema_says() {
    need python3
    library libx.so 'int x(void) { return 1; }'
    echo 'int x(void); int main(void) { return x(); }' >main.c
    cc -o program main.c lib/libx.so
    run audit --tree --format json program /bin/sh lib/libx.so
    expect_status 1
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/tree.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out '"found": "not found"'
}

what_cannot_be_read() {
    mkfifo fifo
    : >empty
    echo text >text
    run audit --tree fifo empty text missing /dev/zero . /bin/sh
    expect_status 7
    expect_err fifo empty text missing /dev/zero
    expect_out /bin/sh
    run audit --tree
    expect_status 2
    run audit --tree --format sarif /bin/sh
    expect_status 2
}

# A file of another making that asks for as much as it can.
hostile_needs() {
    need python3
    library libx.so 'int x(void) { return 1; }'
    i=0
    path=
    while [ $i -lt 400 ]; do
        path=$path:\$ORIGIN/../$i
        i=$((i + 1))
    done
    echo 'int x(void); int main(void) { return x(); }' >main.c
    cc -o program main.c lib/libx.so "-Wl,-rpath,$path:/etc:/dev:$PWD"
    mkfifo libx.so
    run_command timeout 20 "$STATICBUILD" audit --tree program
    expect_status 1
    expect_out 'libx.so: is not a regular file'
}

run_tests filters programs_of_this_machine layouts_of_our_own a_library_path_is_followed_when_asked_for missing_versions \
    a_root_of_another_system nothing_is_run json_is_what_the_schema_says what_cannot_be_read hostile_needs
