#!/bin/sh
# What `staticbuild audit` takes: lists, folders, environments, archives; odd files; its options and formats.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# module FILE [C TEXT] [FLAG...]
module() {
    file=$1
    text=$2
    shift 2
    printf '%s\n' '__attribute__((visibility("default"))) void *PyInit_m(void) { return 0; }' "$text" >source.c
    cc -shared -fPIC -fvisibility=hidden -O1 -Wl,-z,relro,-z,now -o "$file" source.c "$@" || fail "cc: $file"
}

bad_module() {
    module "$1" "$2" -Wl,-rpath,/opt/there/lib
}

a_list_on_standard_input() {
    need python3
    mkdir a
    module a/m.so ''
    module "$(printf 'a/new\nline.so')" ''
    module b.so ''
    run_command sh -c "printf 'b.so\na/m.so\n' | '$STATICBUILD' audit -"
    expect_status 0
    expect_out 'all 2 files pass' 'b.so: passes' 'a/m.so: passes'
    # With NUL bytes a path may have a newline.
    run_command sh -c "find a -name '*.so' -print0 | '$STATICBUILD' audit -"
    expect_status 0
    expect_out 'all 2 files pass' 'a/new?line.so: passes'
    run_command sh -c "printf '' | '$STATICBUILD' audit -"
    expect_status 1
    expect_err 'nothing to judge'
    mkdir empty
    run audit empty
    expect_status 1
    run audit empty --allow-empty
    expect_status 0
    run_command sh -c "printf 'not-there.so\n' | '$STATICBUILD' audit -"
    expect_status 7
    expect_err not-there.so
}

odd_files() {
    mkdir -p d/e
    module d/m.so ''
    ln -s ../.. d/e/loop
    ln -s m.so d/twin.so
    mkfifo d/pipe.so
    : >d/empty.so
    echo text >d/text.so
    ln -s nowhere d/dangling.so
    run audit d
    expect_status 0
    refuse_out twin.so pipe.so empty.so text.so dangling.so 'files pass'
    expect_out 'd/m.so: passes'
    head -c 40 d/m.so >d/cut.so
    run audit d
    expect_status 7
    expect_err d/cut.so
    expect_out 'd/m.so: passes'
    run audit d/pipe.so /dev/zero d/empty.so d/dangling.so
    expect_status 7
    expect_err d/pipe.so /dev/zero d/empty.so d/dangling.so
}

# Root reads everything, so somebody else looks, in a folder that others may enter.
unreadable() {
    [ "$(id -u)" != 0 ] || need setpriv
    open=$(mktemp -d /tmp/staticbuild-open.XXXXXX)
    chmod 755 "$open"
    cp "$STATICBUILD" "$open/staticbuild"
    mkdir -p "$open/d/closed"
    module "$open/d/m.so" ''
    module "$open/d/n.so" ''
    chmod 755 "$open/d"
    chmod 000 "$open/d/n.so" "$open/d/closed"
    cd "$open" || fail "$open"
    if [ "$(id -u)" = 0 ]; then
        run_command setpriv --reuid 65534 --regid 65534 --clear-groups ./staticbuild audit d
    else
        run_command ./staticbuild audit d
    fi
    cd / || fail /
    chmod 700 "$open/d/closed"
    rm -rf "$open"
    expect_status 7
    expect_err d/n.so d/closed
    expect_out 'd/m.so: passes'
}

# Holes of 4 GiB, with and without the beginning of a module.
sparse_files() {
    module m.so ''
    truncate -s 4G hole.so
    cp m.so module.so
    truncate -s 4G module.so
    cp m.so z-1-cp311-cp311-manylinux_2_38_x86_64.whl
    truncate -s 4G z-1-cp311-cp311-manylinux_2_38_x86_64.whl
    run_command timeout 60 "$STATICBUILD" audit hole.so module.so z-1-cp311-cp311-manylinux_2_38_x86_64.whl
    expect_status 7
    expect_err hole.so 'z-1-'
    expect_out 'module.so: passes'
}

archives_and_objects() {
    need ar
    echo 'extern int far; int *f(void) { return &far; }' >f.c
    cc -c -fPIC f.c -o good.o
    cc -c -fno-pic -fno-pie f.c -o bad.o
    ar rcs good.a good.o
    ar rcs mixed.a good.o bad.o
    run audit good.o good.a
    expect_status 0
    expect_out 'good.o: passes (object)' 'good.a: passes (archive)'
    run audit bad.o mixed.a
    expect_status 1
    expect_out not-pic 'bad.o: not position-independent: R_'
    run audit good.a --target manylinux_2_28_s390x
    expect_status 1
    expect_out mixed-machines 'not for s390x'
    head -c 100 good.a >cut.a
    run audit cut.a
    expect_status 1
    expect_out damaged-object
}

an_installed_environment() {
    mkdir -p site/one-1.0.dist-info site/one site/two-2.0.dist-info site/two.libs
    module site/one/m.so 'const char *v(void) { return "OpenSSL 3.0.1 14 Dec 2021"; } __attribute__((visibility("default"))) const char *PyInit_v(void) { return v(); }'
    printf 'int x;\n__attribute__((visibility("default"))) const char *v(void) { return "OpenSSL 1.1.1w  11 Sep 2023"; }\n' >v.c
    cc -shared -fPIC -o site/two.libs/libcrypto-1a2b3c4d.so.1.1 v.c -Wl,-soname,libcrypto-1a2b3c4d.so.1.1
    echo 'one/m.so,,' >site/one-1.0.dist-info/RECORD
    echo 'two.libs/libcrypto-1a2b3c4d.so.1.1,,' >site/two-2.0.dist-info/RECORD
    run audit site
    expect_out 'site: passes (environment)' library-twice 'openssl is inside 2 distributions' 'its locks, error' 'openssl 3.0.1 (one 1.0)' '(1.1.1w)'
    refuse_out 'crypto 1.1'
    run audit site --deny library-twice
    expect_status 1
    run audit site --format json
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out '"kind": "environment"'
}

severities() {
    bad_module m.so ''
    run audit m.so --severity runpath=error
    expect_status 1
    run audit m.so
    expect_status 0
    expect_out 'warning (1)'
    run audit m.so --severity runpath=off
    expect_status 0
    refuse_out runpath
    run audit m.so --severity runpath=off --deny runpath
    expect_status 1
    run audit m.so --severity runpth=off --deny nonsense-rule --severity runpath=loud --target manylinux_9
    expect_status 2
    expect_err 'did you mean runpath?' 'nonsense-rule' 'runpath=loud' 'manylinux_9'
    run audit
    expect_status 2
    run audit --rules
    expect_status 0
    expect_out runpath record-hash library-twice not-pic
    run audit --rules --format json
    expect_status 0
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/rules.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); assert len(d["rules"]) > 40 and len({r["id"] for r in d["rules"]}) == len(d["rules"])' "$TEST_FILES/out" ||
        fail 'the table of rules'
}

allowed_libraries() {
    echo 'int dep(void) { return 1; }' >dep.c
    cc -shared -fPIC -o libdep.so.1 dep.c -Wl,-soname,libdep.so.1
    module m.so 'int dep(void); __attribute__((visibility("default"))) void *PyInit_n(void) { return (void *)(long)dep(); }' ./libdep.so.1
    run audit m.so
    expect_status 1
    expect_out unwanted-library
    run audit m.so --allow 'libdep.so.*' --allow 'libother*'
    expect_status 0
    refuse_out unwanted-library
}

# trick NAME RULE STATUS [WORDS]
trick() {
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree "$1" || fail "make_wheel $1"
    run_command timeout 60 "$STATICBUILD" audit --explain t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    expect_status "$3"
    expect_out "$2" ${4:+"$4"}
}

hostile_wheels() {
    need python3
    mkdir -p tree/licenses
    module tree/m.so ''
    echo text >tree/LICENSE
    trick duplicate wheel-zip 1 'the name of an earlier member'
    trick parent wheel-zip 1 '".." in the name'
    trick absolute wheel-zip 1 'an absolute name'
    trick symlink wheel-zip 1 'a symbolic link'
    trick bomb wheel-zip 1 'expansion'
    trick local-name wheel-zip 1 'a local header'
    trick local-size wheel-zip 1 'a local header'
    trick overlap wheel-zip 1 'shared with'
    trick encrypted member-unreadable 1 encryption
    trick claims-4g member-unreadable 1
    trick count wheel-zip 1 'a member count'
    trick descriptor index-refuses 0 'a data descriptor'
    trick comment index-refuses 0 'a comment'
    trick trailing index-refuses 0 'bytes behind the end'
    trick prefix index-refuses 0 'bytes before the start'
    trick hash record-hash 1 'RECORD says'
    trick not-listed record-module 1 'm.so'
    trick bad-line record 1 'RECORD'
    trick no-record wheel-metadata 1 'has no RECORD'
    trick purelib purelib-with-code 0 'm.so'
    trick two-dist-info wheel-name 1 'a second dist-info'
    trick other-name wheel-metadata 1 'other'
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree cut
    run audit t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    expect_status 7
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree
    run audit t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    expect_status 0
    refuse_out warning error
}

libraries_of_a_wheel() {
    need python3
    mkdir -p tree/t tree/t.libs
    echo text >tree/LICENSE
    printf 'int dep(void) { return 1; }\n' >dep.c
    cc -shared -fPIC -o tree/t.libs/libdep-12345678.so.1 dep.c -Wl,-soname,libdep-12345678.so.1,-z,now
    module tree/t/m.so 'int dep(void); int lost(void); __attribute__((visibility("default"))) void *PyInit_n(void) { return (void *)(long)dep(); }' \
        tree/t.libs/libdep-12345678.so.1
    w=t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    python3 "$ROOT/tests/cli/make_wheel.py" $w tree
    run audit $w
    expect_status 0
    expect_out 'libdep-12345678.so.1 (beside it)' sibling-unreachable 'holds dep'
    # shellcheck disable=SC2016 # $ORIGIN is the loader's
    module tree/t/m.so 'int dep(void); int lost(void); __attribute__((visibility("default"))) void *PyInit_n(void) { return (void *)(long)(dep() + lost()); }' \
        tree/t.libs/libdep-12345678.so.1 -Wl,--unresolved-symbols=ignore-all '-Wl,-rpath,$ORIGIN/../t.libs'
    python3 "$ROOT/tests/cli/make_wheel.py" $w tree
    run audit $w
    expect_status 1
    expect_out undefined-in-wheel 'needs lost'
    refuse_out sibling-unreachable
    # The same installed: what stands where the search path leads is provided.
    run audit tree/t
    refuse_out unwanted-library
    expect_out 'libdep-12345678.so.1 (beside it)'
    rm tree/t.libs/libdep-12345678.so.1
    run audit tree/t
    expect_out unwanted-library
}

limits_on_memory() {
    need python3
    mkdir tree
    module tree/m.so ''
    head -c 3000000 /dev/urandom >tree/large.bin
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree
    run audit t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl --memory-limit 1
    expect_status 1
    expect_out member-unreadable large.bin '--memory-limit'
    run audit t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl --memory-limit 4
    expect_status 0
}

# Whatever the number of threads, the same is said in the same order.
the_same_with_any_number_of_threads() {
    need python3
    mkdir tree
    for i in 1 2 3 4 5 6 7 8 9; do
        bad_module tree/m$i.so "__attribute__((visibility(\"default\"))) int same$i; int same;"
        cp tree/m$i.so tree/n$i.so
    done
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree
    for format in text json sarif html; do
        run audit tree t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl --format $format --jobs 1
        cp "$TEST_FILES/out" one
        run audit tree t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl --format $format --jobs 7
        cmp -s one "$TEST_FILES/out" || fail "$format differs with 7 threads"
    done
    expect_out duplicate-export
}

# Checks what the last command wrote.
sarif() {
    cp "$TEST_FILES/out" written.sarif
    run_command python3 "$ROOT/tests/cli/validate_sarif.py" written.sarif
    expect_status 0
}

formats() {
    need python3 ar
    mkdir tree
    bad_module 'tree/a<b>&"c".so' ''
    echo 'int f;' >f.c
    cc -c -fPIC f.c -o f.o
    ar rcs tree/f.a f.o
    run audit tree not-there.so --format json
    expect_status 7
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out not-there.so '"kind": "archive"'
    run audit tree not-there.so --format sarif
    expect_status 7
    sarif
    run audit tree --format sarif
    sarif
    expect_out results
    run audit "$PWD/tree" --format sarif
    sarif
    # Everything at once: a wheel with many findings, all that is known of them, an environment.
    mkdir -p site/t-1.dist-info site/t
    cp tree/*.so site/t/x:y.so
    module tree/m.so 'int twice; const char *a(void) { return "OpenSSL 3.0.1 14 Dec 2021"; }'
    cp tree/m.so tree/n.so
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree duplicate
    run audit --explain --isa site t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree --format sarif
    sarif
    run audit --explain --isa site t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree --format json
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out wheel-zip '"kind": "environment"' '"kind": "wheel"'
    run audit f.o --format sarif
    sarif
    expect_out '0 results'
    run audit tree not-there.so --explain --format html
    expect_status 7
    expect_out '<!DOCTYPE html>' 'a&lt;b&gt;&amp;&quot;c&quot;.so' '</html>' not-there.so '<svg'
    refuse_out 'http://' 'https://' 'a<b>' '<!-- the template' '{{'
    STATICBUILD_DATA=/nowhere run audit tree --format html
    expect_status 7
}

# Nothing is started, asked of the network, written, made, moved or removed, whatever is audited.
it_only_reads() {
    need strace python3 ar
    case $BUILD in *asan) skip 'the leak checker is a tracer itself' ;; esac
    strace -f -o probe.trace true 2>/dev/null || skip 'strace is not allowed here'
    mkdir -p tree site/t-1.dist-info
    bad_module tree/m.so ''
    cp tree/m.so site/m.so
    echo 'int f;' >f.c
    cc -c -fPIC f.c -o tree/f.o
    ar rcs tree/f.a tree/f.o
    w=t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    python3 "$ROOT/tests/cli/make_wheel.py" $w tree
    for format in text html; do
        run_command strace -f -o calls.trace "$STATICBUILD" audit --strict --explain --isa tree site $w --format $format
        expect_status 1
        [ "$(grep -c 'execve(' calls.trace)" = 1 ] || fail "$format: something was started"
        grep -E ' (socket|connect|bind|sendto|mkdir|mkdirat|mknod|rename|renameat2?|unlink|unlinkat|rmdir|link|linkat|symlink|symlinkat|truncate|ftruncate|chmod|fchmodat|chown|utimensat|fork|vfork)\(|O_WRONLY|O_RDWR|O_CREAT|PROT_WRITE[^,]*, MAP_SHARED,' \
            calls.trace >written || true
        [ ! -s written ] || fail "$format: $(head -n 3 written)"
    done
}

# The C library's resolver has texts that c-ares has too.
a_static_program_holds_nothing_of_others() {
    echo 'int puts(const char *); int main(void) { return puts("here"); }' >p.c
    cc -static -s -o p p.c 2>/dev/null || skip 'the C library is not here as an archive'
    run audit --explain p
    expect_status 0
    case $out in *embedded-library* | *holds\ *) fail 'code of others is found in it' ;; esac
}

run_tests it_only_reads a_list_on_standard_input odd_files unreadable sparse_files archives_and_objects an_installed_environment \
    severities allowed_libraries hostile_wheels libraries_of_a_wheel limits_on_memory \
    the_same_with_any_number_of_threads formats \
    a_static_program_holds_nothing_of_others
