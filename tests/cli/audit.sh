#!/bin/sh
# `staticbuild audit` on modules and wheels made here, each with one thing wrong.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/compiled.sh
. "$(dirname "$0")/compiled.sh"

# wheel FILE.whl FOLDER: packs a folder with a correct RECORD.
wheel() {
    python3 - "$1" "$2" <<'PY'
import base64, hashlib, os, sys, zipfile
out, folder = sys.argv[1:]
name = os.path.basename(out)[:-4].split("-")
info = "%s-%s.dist-info/" % (name[0], name[1])
files = {}
for root, _, names in os.walk(folder):
    for n in names:
        path = os.path.join(root, n)
        files[os.path.relpath(path, folder)] = open(path, "rb").read()
files[info + "METADATA"] = ("Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name[0], name[1])).encode()
tags = ["%s-%s-%s" % (p, a, t) for p in name[2].split(".") for a in name[3].split(".") for t in name[4].split(".")]
files[info + "WHEEL"] = ("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\n"
                         + "".join("Tag: %s\n" % t for t in tags)).encode()
record = ""
for path, data in sorted(files.items()):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    record += "%s,sha256=%s,%d\n" % (path, digest, len(data))
files[info + "RECORD"] = (record + info + "RECORD,,\n").encode()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
    for path, data in files.items():
        z.writestr(path, data)
PY
}

# refused RULE FILE [FLAG...]: status 1, and that rule is named.
refused() {
    rule=$1
    shift
    run audit "$@"
    expect_status 1
    expect_out "does not pass" "$rule"
    expect_err 'does not pass'
}

clean_module() {
    module m.so ''
    run audit m.so
    expect_status 0
    expect_out 'm.so: passes; earns manylinux_'
    expect_no_err
}

unwanted_library() {
    echo 'int foo(void) { return 1; }' >foo.c
    cc -shared -fPIC -Wl,-soname,libfoo.so.9 -o libfoo.so.9 foo.c
    module m.so 'int foo(void); __attribute__((visibility("default"))) void *PyInit_n(void) { return (void *)(long)foo(); }' ./libfoo.so.9
    refused unwanted-library m.so
    expect_out 'libfoo.so.9 (not promised)'
}

runpath() {
    module m.so '' -Wl,-rpath,/opt/there/lib
    run audit m.so
    expect_status 0
    expect_out /opt/there/lib
    refused runpath m.so --strict
    run audit --rules --strict
    expect_status 0
    # shellcheck disable=SC2086 # the list is words
    refused runpath m.so $out
}

executable_stack() {
    module m.so '' -Wl,-z,execstack
    refused executable-stack m.so
}

text_relocation() {
    case $(uname -m) in x86_64) ;; *) skip 'the assembler source is for x86_64' ;; esac
    module m.so '__asm__(".text\n.globl here\nhere: .quad PyInit_m\n");' -Wl,-z,notext
    refused text-relocation m.so --strict
}

foreign_export() {
    module m.so '__attribute__((visibility("default"))) int deflateInit_(void) { return 0; }'
    run audit m.so
    expect_out foreign-export deflateInit_
}

undefined_symbol() {
    module m.so 'int nobody_has_this(void); __attribute__((visibility("default"))) void *PyInit_n(void) { return (void *)(long)nobody_has_this(); }'
    refused undefined-symbol m.so
    expect_out nobody_has_this
}

newer_than_the_target() {
    module m.so 'int getrandom(void *, unsigned long, unsigned); __attribute__((visibility("default"))) void *PyInit_n(void) { int a; return (void *)(long)getrandom(&a, 4, 0); }'
    run audit m.so
    expect_status 0
    refused newer-version m.so --target manylinux_2_17_x86_64 --explain
    expect_out getrandom GLIBC_2.25
}

any_architecture_of_a_target() {
    module m.so ''
    run audit m.so --target manylinux_2_38
    expect_status 0
    run audit m.so --target manylinux_9_9
    expect_status 2
    mkdir dist
    module dist/m.so '' -g
    objcopy --only-keep-debug dist/m.so dist/m.so.debug
    run audit dist
    expect_status 0
    expect_out 'dist/m.so: passes'
    refuse_out m.so.debug
}

# shared FILE [FLAG...]: a library in C++ of standard input.
shared() {
    file=$1
    shift
    cat >source.cc
    c++ -shared -fPIC -O2 -s -Wl,-z,now -o "$file" source.cc "$@" || fail "c++: $file"
}

throws='void throws(int i) { if (i) throw i; } int catches(int i) { try { throws(i); } catch (int e) { return e; } return 0; }'

runtimes_of_cxx() {
    need python3 c++
    printf '{global: PyInit_*; answer; local: *;};' >v.map
    module_text="$throws extern \"C\" void *PyInit_m() { return (void *)(long)catches(3); }"
    echo "$module_text" | shared m.so
    run audit m.so
    refuse_out own-unwinder
    echo "$module_text" | shared m.so -static-libstdc++ -Wl,--version-script=v.map
    run audit m.so
    refuse_out own-unwinder
    echo "$module_text" | shared m.so -static-libstdc++ -static-libgcc -Wl,--version-script=v.map
    run audit m.so
    expect_status 0
    expect_out own-unwinder libgcc_s.so.1

    mkdir -p tree/t.libs
    echo "$throws extern \"C\" int answer() { return catches(4); }" |
        shared tree/t.libs/libanswer.so -static-libstdc++ -Wl,-soname,libanswer.so -Wl,--version-script=v.map
    echo "extern \"C\" int answer(); $throws extern \"C\" void *PyInit_m() { return (void *)(long)(catches(3) + answer()); }" |
        shared tree/m.so -static-libstdc++ -Wl,--version-script=v.map tree/t.libs/libanswer.so "-Wl,-rpath,\$ORIGIN/t.libs"
    wheel t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree
    refused runtimes-meet t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    expect_out libanswer.so two-runtimes
    echo "extern \"C\" int answer(); extern \"C\" void *PyInit_m() { return (void *)(long)answer(); }" |
        shared tree/m.so -Wl,--version-script=v.map tree/t.libs/libanswer.so "-Wl,-rpath,\$ORIGIN/t.libs"
    wheel t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree
    run audit t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    refuse_out runtimes-meet two-runtimes

    echo "#include <locale>
$throws extern \"C\" void *PyInit_m() { return (void *)(long)(catches(3) + std::locale().name().size()); }" |
        shared m.so -static-libstdc++
    refused unique-symbol m.so
}

wheels_together() {
    need python3
    for name in one two; do
        mkdir -p $name/$name
        echo "int same(void) { return ${#name}; }" >lib.c
        cc -shared -fPIC -Wl,-soname,libsame.so.1 -o $name/$name/libsame.so.1 lib.c
        module $name/$name/m.so "__asm__(\".globl only_one\\n.type only_one,@gnu_unique_object\\n.data\\nonly_one: .long 0\\n.size only_one,4\\n.text\");"
        wheel "$name-1.0-cp311-cp311-manylinux_2_38_$(uname -m).whl" $name
    done
    run audit --together one-1.0-*.whl two-1.0-*.whl
    expect_status 0
    expect_out 'together: passes' same-library-name 'libsame.so.1 is the name of a library' same-unique-symbol 'one 1.0, two 1.0 have symbols'
    run audit one-1.0-*.whl two-1.0-*.whl
    refuse_out same-library-name same-unique-symbol
    run audit --together one-1.0-*.whl
    refuse_out same-library-name
    mkdir -p site/one-1.0.dist-info site/two-1.0.dist-info
    cp -r one/one two/two site
    echo 'one/libsame.so.1,,' >site/one-1.0.dist-info/RECORD
    echo 'two/libsame.so.1,,' >site/two-1.0.dist-info/RECORD
    run audit site
    expect_out same-library-name 'libsame.so.1 is the name of a library'
}

a_wheel_and_its_claim() {
    need python3
    mkdir tree
    module tree/m.so 'int getrandom(void *, unsigned long, unsigned); __attribute__((visibility("default"))) void *PyInit_n(void) { int a; return (void *)(long)getrandom(&a, 4, 0); }'
    wheel t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree
    run audit t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    expect_status 0
    expect_out 'passes; earns manylinux_' 'claims manylinux_2_38_x86_64, which holds' \
        'held there by GLIBC_2.25 of libc.so.6 (getrandom)'
    wheel t-1.0-cp311-cp311-manylinux_2_25_x86_64.whl tree
    run audit t-1.0-cp311-cp311-manylinux_2_25_x86_64.whl
    expect_status 0
    expect_out 'passes; claims manylinux_2_25_x86_64, which holds; the lowest published policy is manylinux_2_26_x86_64'
    wheel t-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl tree
    refused newer-version t-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl
    expect_out 'claims manylinux_2_17_x86_64, which does not hold'
}

a_wheel_that_lies() {
    need python3
    mkdir tree
    module tree/m.so ''
    wheel t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl tree
    python3 - <<'PY'
import zipfile
name = "t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl"
with zipfile.ZipFile(name) as z:
    files = {n: z.read(n) for n in z.namelist()}
files["m.so"] += b"more"
files["unlisted.py"] = b"1"
with zipfile.ZipFile(name, "w") as z:
    for n, data in files.items():
        z.writestr(n, data)
PY
    run audit t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    expect_status 1
    expect_out 'does not pass' unlisted.py m.so
}

json_is_what_the_schema_says() {
    need python3
    module m.so 'int nobody_has_this(void); __attribute__((visibility("default"))) void *PyInit_n(void) { return (void *)(long)nobody_has_this(); }' -Wl,-rpath,/opt/there/lib
    run audit m.so --format json
    expect_status 1
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/audit.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    expect_out '"passes": false' '"rule": "runpath"'
}

folders_are_walked() {
    mkdir -p a/b
    module a/b/m.so ''
    module a/n.so ''
    echo text >a/readme
    ln -s . a/loop
    mkfifo a/fifo
    run audit a
    expect_status 0
    expect_out 'a/b/m.so: passes' 'a/n.so: passes'
    refuse_out readme
}

what_cannot_be_read() {
    mkfifo fifo
    : >empty
    echo text >text.so
    module m.so ''
    head -c 70 m.so >cut.so
    echo 'PK nonsense' >z-1-py3-none-any.whl
    run audit missing.so fifo empty text.so cut.so z-1-py3-none-any.whl /dev/zero m.so
    expect_status 7
    expect_err missing.so fifo empty text.so cut.so z-1-py3-none-any.whl /dev/zero
    expect_out 'm.so: passes'
    run audit m.so --target manylinux_9_x86
    expect_status 2
    expect_err manylinux_9_x86
}

every_cut_and_every_byte() {
    need python3
    module m.so ''
    python3 - "$STATICBUILD" <<'PY' || fail 'a broken module was not answered with a status'
import subprocess, sys
data = open("m.so", "rb").read()
cases = [data[:n] for n in list(range(0, 64, 3)) + list(range(64, 700, 24))]
for at in list(range(4, 64, 2)) + list(range(64, 400, 7)):
    for value in (0x00, 0x7f, 0xff):
        cases.append(data[:at] + bytes([value]) + data[at + 1:])
for number, case in enumerate(cases):
    open("case.so", "wb").write(case)
    status = subprocess.run([sys.argv[1], "audit", "case.so"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            timeout=20)
    if status.returncode not in (0, 1, 7):
        print("case %d: status %d: %s" % (number, status.returncode, status.stderr.decode(errors="replace")[:2000]))
        sys.exit(1)
PY
}

# All that a loader goes by is still there, so that all is told as before.
section_headers_do_not_matter() {
    need python3
    mkdir with without
    module with/m.so '#include <stdio.h>
        extern int nobody_has_this(void);
        const char *text(void) { return "OpenSSL 3.0.1 14 Dec 2021"; }
        __attribute__((visibility("default"))) int extra(void) { return puts(text()) + nobody_has_this(); }' \
        -Wl,-rpath,/opt/there/lib -s
    python3 - <<'PY'
data = bytearray(open("with/m.so", "rb").read())
wide = data[4] == 2
at, counts = (40, 58) if wide else (32, 46)
data[at:at + (8 if wide else 4)] = bytes(8 if wide else 4)  # e_shoff
data[counts:counts + 6] = bytes(6)  # e_shentsize, e_shnum, e_shstrndx
open("without/m.so", "wb").write(data)
PY
    for folder in with without; do
        (cd $folder && "$STATICBUILD" audit m.so --explain --isa --format json >../$folder.json 2>/dev/null) || true
    done
    expect_equal "$(grep -c '"rule"' with.json)" "$(grep -c '"rule"' without.json)"
    cmp with.json without.json || fail 'the same module without section headers is told otherwise'
    case $(cat with.json) in *foreign-export*undefined-symbol* | *undefined-symbol*foreign-export*) ;; *) fail 'too little is found' ;; esac
}

# A constructor asks, and keeps what it heard; who looks at that calls what is only for newer processors.
guards_of_aarch64_lead_across_functions() {
    need aarch64-linux-gnu-gcc
    cat >m.c <<'C'
#include <sys/auxv.h>
#define SVE __attribute__((target("arch=armv8.2-a+sve"), noinline))
static unsigned long has;
__attribute__((constructor)) static void ask(void) { has = getauxval(AT_HWCAP); }
SVE static void fast(int *a, const int *b, int n) { for (int i = 0; i < n; i++) a[i] += b[i] * 3; }
__attribute__((noinline)) static void slow(int *a, const int *b, int n) { for (int i = 0; i < n; i++) a[i] -= b[i]; }
void *PyInit_m(int *a) { CALL else slow(a, a + 64, 64); return a; }
C
    for call in 'if (has & HWCAP_SVE) fast(a, a + 64, 64);' 'fast(a, a + 64, 64); if (has & HWCAP_SVE) a[0] = 1;'; do
        aarch64-linux-gnu-gcc -O3 -shared -fPIC -s "-DCALL=$call" m.c -o m.so || fail 'not compiled'
        run audit --isa --explain m.so
        expect_status 0
        case $call in
        if*) case $out in *isa-code*) fail 'what is behind a check is told' ;; esac ;;
        *) expect_out 'isa-code  1 of' 'functions use SVE or SME' 'there are checks elsewhere' ;;
        esac
    done
}

names_cannot_move_the_cursor() {
    module "$(printf 'a\033[2Jb.so')" ''
    run audit "$(printf 'a\033[2Jb.so')"
    expect_status 0
    expect_out 'a?[2Jb.so: passes'
}

run_tests wheels_together runtimes_of_cxx any_architecture_of_a_target clean_module unwanted_library runpath executable_stack text_relocation foreign_export undefined_symbol \
    newer_than_the_target a_wheel_and_its_claim a_wheel_that_lies json_is_what_the_schema_says folders_are_walked \
    what_cannot_be_read every_cut_and_every_byte section_headers_do_not_matter names_cannot_move_the_cursor \
    guards_of_aarch64_lead_across_functions
