#!/bin/sh
# `staticbuild symbol`: who defines, who needs, who wins; and what is behind an import error.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# library FILE C-TEXT FLAG...
library() {
    echo "$2" >source.c
    file=$1
    shift 2
    cc -shared -fPIC -O1 -o "$file" source.c -Wl,--no-as-needed "$@" || fail "cc: $file"
}

# module FILE C-TEXT FLAG...: as library; PyInit_m stands in it as well.
module() {
    file=$1
    text=$2
    shift 2
    library "$file" "void *PyInit_m(void) { return 0; } $text" "$@"
}

libcr() {
    echo "$1" >map
    library libcr.so.3 'int cr_new(void) { return 1; } int cr_old(void) { return 2; }' -Wl,-soname,libcr.so.3 \
        -Wl,--version-script,map
}

who_defines_and_who_needs() {
    libcr 'CR_3.0 { cr_new; cr_old; };'
    module m.so 'int cr_new(void); int f(void) { return cr_new(); }' ./libcr.so.3 '-Wl,-rpath,$ORIGIN'
    run symbol cr_new m.so
    expect_status 0
    expect_out 'defined by' 'libcr.so.3  @@CR_3.0  function' "m.so  @CR_3.0 of libcr.so.3: takes it from $PWD/libcr.so.3"
    refuse_out 'nobody'
    run symbol cr_nonsense m.so
    expect_status 1
    expect_err 'nobody defines or needs it'
}

an_undefined_symbol_at_another_version() {
    need python3
    libcr 'CR_3.0 { cr_new; cr_old; };'
    module m.so 'int cr_new(void); int f(void) { return cr_new(); }' ./libcr.so.3 "-Wl,-rpath,$PWD" -Wl,-z,now
    libcr 'CR_3.0 { cr_old; }; CR_3.2 { cr_new; };'
    line=$(python3 -c 'import m' 2>&1 | tail -n 1)
    case $line in *'undefined symbol: cr_new'*) ;; *) fail "python says: $line" ;; esac
    run symbol "$line"
    expect_status 1
    expect_out 'cr_new, version CR_3.0' 'nobody has it; libcr.so.3 should have it' \
        "$PWD/libcr.so.3 has it at another version, CR_3.2" "$PWD/libcr.so.3  @@CR_3.2: another version"
}

an_undefined_symbol_that_nobody_has() {
    libcr 'CR_3.0 { cr_new; cr_old; };'
    module m.so 'int cr_new(void); int f(void) { return cr_new(); }' ./libcr.so.3 '-Wl,-rpath,$ORIGIN'
    library libcr.so.3 'int x_other(void) { return 1; }' -Wl,-soname,libcr.so.3
    run symbol "ImportError: ./m.so: undefined symbol: cr_new, version CR_3.0"
    expect_status 1
    expect_out 'libcr.so.3 does not define it' 'no library of the machine has it' 'no recipe that was built here'
}

what_the_store_has() {
    mkdir -p "$STATICBUILD_CACHE/trees/libcrypt-1.2-0123456789abcdef/lib"
    echo 'int cr_new(void) { return 1; }' >one.c
    cc -c one.c -o member.o
    ar rcs "$STATICBUILD_CACHE/trees/libcrypt-1.2-0123456789abcdef/lib/libcr.a" member.o
    run symbol cr_new
    expect_status 0
    expect_out 'libcrypt-1.2, built: libcr.a(member.o)'
    run symbol "./gone.so: undefined symbol: cr_new"
    expect_out 'libcrypt-1.2' 'is not here'
}

what_the_recipes_would_have() {
    STATICBUILD_DATA=$ROOT
    export STATICBUILD_DATA
    module m.so '' -Wl,-soname,m.so
    run symbol 'ImportError: libcrypto.so.77: cannot open shared object file: No such file or directory'
    expect_out 'libcrypto.so.77' 'openssl ' 'by its recipe'
    # Nobody says which library should have it; one of the machine has, and there is a recipe of that name.
    mkdir -p root/usr/lib root/etc
    cp m.so root/m.so
    library root/usr/lib/libzstd.so.1 'int zstd_only_here(void) { return 1; }' -Wl,-soname,libzstd.so.1
    run symbol --root root 'm.so: undefined symbol: zstd_only_here'
    expect_out '/usr/lib/libzstd.so.1' 'zstd ' 'by its recipe'
}

a_missing_version_of_the_c_library() {
    module m.so 'int puts(const char *); void f(void) { puts(""); }'
    run symbol "/lib/libc.so.6: version \`GLIBC_2.99' not found (required by ./m.so)"
    expect_out 'GLIBC_2.99 of /lib/libc.so.6' 'manylinux_2_99'
    version=$(readelf -W -V m.so | sed -n 's/.*Name: \(GLIBC_[0-9.]*\).*/\1/p' | head -n 1)
    run symbol "libc.so.6: version \`$version' not found (required by ./m.so)"
    expect_status 0
    expect_out './m.so: ' 'has it' puts
}

# What we say is what the loader does: a program asks itself where the symbol came from.
the_loader_agrees() {
    cat >host.c <<'C'
#include <dlfcn.h>
#include <stdio.h>
extern int shared_name(void);
int main(int argc, char **argv)
{
    Dl_info info;
    void *module = argc > 1 ? dlopen(argv[1], RTLD_NOW) : 0;
    void *(*which)(void) = (void *(*)(void))(module ? dlsym(module, "which") : 0);
    if (!which || !dladdr(which(), &info))
        return shared_name() < 0;
    puts(info.dli_fname);
    return 0;
}
C
    library libfirst.so 'int shared_name(void) { return 1; }' -Wl,-soname,libfirst.so
    echo 'V_2 { shared_name; };' >map
    library libsecond.so 'int shared_name(void) { return 2; }' -Wl,-soname,libsecond.so -Wl,--version-script,map
    library libweak.so '__attribute__((weak)) int shared_name(void) { return 3; }' -Wl,-soname,libweak.so
    cc -D_GNU_SOURCE -o plain host.c ./libfirst.so -ldl '-Wl,-rpath,$ORIGIN'
    cc -D_GNU_SOURCE -o weak host.c ./libweak.so ./libfirst.so -Wl,--no-as-needed -ldl '-Wl,-rpath,$ORIGIN'
    user='int shared_name(void); void *which(void) { return (void *)shared_name; }'
    own='int shared_name(void) { return 9; } void *which(void) { return (void *)shared_name; }'
    library user.so "$user" ./libsecond.so '-Wl,-rpath,$ORIGIN'
    library own.so "$own"
    library symbolic.so "$own" -Wl,-Bsymbolic
    library protected.so "__attribute__((visibility(\"protected\"))) $own"
    for program in plain weak; do
        for module in user own symbolic protected; do
            # The compiler may already have bound what is protected.
            wins=$(basename "$("./$program" "./$module.so")")
            run symbol --format json shared_name "./$program" "./$module.so"
            expect_status 0
            told=$(python3 -c '
import json, os, sys
d = json.load(open(sys.argv[1]))
own = [n for n in d["needed"] if n["subject"] == sys.argv[2]]
print(os.path.basename(own[0]["provider"]) if own else os.path.basename(sys.argv[2]))' "$TEST_FILES/out" "./$module.so")
            expect_equal "$told" "$wins" "$program loads $module"
        done
    done
    run symbol shared_name ./plain ./user.so
    expect_out 'libsecond.so' 'hides that of' 'libfirst.so'
}

objects_archives_and_wheels() {
    need python3
    echo 'int beta(void); int alpha(void) { return beta(); } static int gamma_(void) { return 1; } int (*p)(void) = gamma_;' >one.c
    cc -c one.c
    ar rcs lib.a one.o
    run symbol alpha lib.a one.o
    expect_status 0
    expect_out 'lib.a(one.o)' 'one.o  function'
    run symbol beta lib.a
    expect_out 'lib.a(one.o): decided when it is linked'
    run symbol gamma_ one.o
    expect_out local
    module m.so 'int cr_new(void); int f(void) { return cr_new(); }'
    python3 -c 'import zipfile; z = zipfile.ZipFile("t-1-py3-none-any.whl", "w"); z.write("m.so", "a/m.so")'
    run symbol cr_new t-1-py3-none-any.whl
    expect_status 0
    expect_out 't-1-py3-none-any.whl: a/m.so: no library of the wheel has it'
}

# zipped FILE... : w.whl, as a tool that repairs wheels leaves it.
zipped() {
    python3 - "$@" <<'PY'
import sys, zipfile
with zipfile.ZipFile("w.whl", "w") as z:
    for name in sys.argv[1:]:
        z.write(name, ("w.libs/" if name.startswith("lib") else "w/") + name)
PY
}

libraries_of_a_wheel() {
    need python3
    libcr 'CR_3.0 { cr_new; cr_old; };'
    library libuse.so 'int cr_old(void); int use(void) { return cr_old(); }' -Wl,-soname,libuse-12345678.so \
        ./libcr.so.3
    module m.so 'int cr_new(void); int use(void); int f(void) { return cr_new() + use(); }' ./libuse.so ./libcr.so.3
    module n.so 'int cr_new(void); int f(void) { return cr_new(); }'
    module p.so 'void *PyLong_FromLong(long); int puts(const char *); void f(void) { PyLong_FromLong(puts("")); }'
    library libother.so 'int cr_new(void) { return 3; }' -Wl,-soname,libother.so
    zipped m.so n.so p.so libother.so libuse.so libcr.so.3
    run symbol cr_new w.whl
    expect_status 0
    expect_out 'w.whl: w/m.so  @CR_3.0 of libcr.so.3: takes it from w.whl: w.libs/libcr.so.3  @CR_3.0' \
        'w.whl: w/n.so: no library of the wheel has it'
    run symbol use w.whl
    expect_out 'w.whl: w/m.so: takes it from w.whl: w.libs/libuse.so'
    run symbol PyLong_FromLong w.whl
    expect_out 'the interpreter has it'
    run symbol puts w.whl
    expect_out 'outside the wheel'
    run symbol --format json cr_new w.whl
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/symbol.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    # The library that was shipped is not the one that the module was linked with.
    libcr 'CR_3.0 { cr_old; }; CR_3.2 { cr_new; };'
    zipped m.so libuse.so libcr.so.3
    run symbol cr_new w.whl
    expect_status 1
    expect_out 'nobody has it; libcr.so.3 should have it: w.whl: w.libs/libcr.so.3 has it at another version, CR_3.2'
}

the_interpreter_has_it() {
    module m.so 'void *PyLong_FromLong(long); void *f(void) { return PyLong_FromLong(1); }'
    run symbol PyLong_FromLong m.so
    expect_status 0
    expect_out 'the interpreter has it: CPython 3.'
}

all_that_a_file_needs() {
    libcr 'CR_3.0 { cr_new; cr_old; };'
    module m.so 'int cr_new(void); int nobody(void); void *PyLong_FromLong(long);
        void *f(void) { return PyLong_FromLong(cr_new() + nobody()); }' ./libcr.so.3 '-Wl,-rpath,$ORIGIN'
    run symbol --needed-by m.so
    expect_status 1
    expect_out "cr_new@CR_3.0  $PWD/libcr.so.3" 'nobody  nobody' 'PyLong_FromLong  the interpreter'
    expect_err 'nobody has 1 of the symbols'
    run symbol --needed-by m.so more
    expect_status 2
    run symbol
    expect_status 2
}

json_is_what_the_schema_says() {
    need python3
    libcr 'CR_3.0 { cr_new; cr_old; };'
    module m.so 'int cr_new(void); int f(void) { return cr_new(); }' ./libcr.so.3 '-Wl,-rpath,$ORIGIN'
    libcr 'CR_3.0 { cr_old; }; CR_3.2 { cr_new; };'
    for question in cr_new 'm.so: undefined symbol: cr_new, version CR_3.0' \
        "libcr.so.3: version \`CR_3.0' not found (required by m.so)" \
        'libcr.so.3: cannot open shared object file: No such file'; do
        run symbol --format json "$question" m.so
        python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/symbol.schema.json" "$TEST_FILES/out" ||
            fail 'the document is not what the schema says'
    done
    run symbol --format json --needed-by m.so
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/symbol.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
}

bad_input() {
    mkfifo fifo
    echo text >text
    for file in fifo text missing /dev/zero; do
        run symbol deflate "$file"
        expect_status 7
        expect_err "$file"
    done
    run symbol ''
    expect_status 2
    run symbol "$(printf 'a\033[2Jb')" "$STATICBUILD"
    refuse_out "$(printf '\033')"
    module m.so 'int cr_new(void); int f(void) { return cr_new(); }'
    size=$(wc -c <m.so)
    for cut in 20 64 200 500 1000 3000 8000; do
        [ "$cut" -lt "$size" ] || continue
        head -c "$cut" m.so >cut.so
        run_command timeout 20 "$STATICBUILD" symbol cr_new cut.so
        case $status in 0 | 1 | 7) ;; *) fail "status $status for the first $cut bytes" ;; esac
    done
}

# said WORDS FILE: what Python says of FILE, imported as m, has these words, and we know what they mean.
said() {
    line=$(python3 -c 'import importlib.util as u, sys; s = u.spec_from_file_location("m", sys.argv[1]); u.module_from_spec(s)' \
        "$PWD/$2" 2>&1 | tail -n 1)
    case $line in *"$1"*) ;; *) fail "python says of $2: $line" ;; esac
    run symbol "$line"
    expect_status 1
    expect_out 'what to do: '
    refuse_out 'no library of the machine'
}

what_the_loader_says_here() {
    need python3
    module m.so 'int x;'
    echo 'version https://git-lfs.github.com/spec/v1 oid sha256:0000000000000000000000000000000000000000000000' >text.so
    : >empty.so
    head -c 300 m.so >cut.so
    { head -c 4 m.so && printf '\001' && tail -c +6 m.so; } >class.so
    library nothing.so 'int x;'
    cc -c -o object.so source.c
    said 'invalid ELF header' text.so
    said 'file too short' empty.so
    said 'wrong ELF class' class.so
    said 'only ET_DYN and ET_EXEC' object.so
    said 'does not define module export function' nothing.so
    expect_out 'PyInit_m'
    line=$(python3 -c 'import no_such_module' 2>&1 | tail -n 1)
    run symbol "$line"
    expect_status 1
    expect_out 'no file of that name is where Python looks'
    run symbol 'ValueError: nobody knows this one'
    expect_status 2
    expect_err 'names no symbol'
}

a_folder_and_a_damaged_file() {
    mkdir dist
    module dist/m.so 'int cr_here(void) { return 1; }'
    echo text >dist/notes.txt
    run symbol cr_here dist
    expect_status 0
    expect_out 'dist/m.so  function'
    head -c 200 dist/m.so >damaged.so
    run symbol cr_here dist/m.so damaged.so
    expect_status 7
    expect_out 'dist/m.so  function'
    expect_err 'damaged.so'
}

what_is_missing_comes_first() {
    library m.so 'int zz_gone(void), getuid(void), atoi(const char *); int f(void) { return zz_gone() + getuid() + atoi("1"); }'
    run symbol --needed-by m.so
    expect_status 1
    case $out in zz_gone\ *) ;; *) fail "first: $out" ;; esac
    echo "$out" | grep -v weak | tail -n +2 | cut -d@ -f1 >names
    sort -c names || fail "$(cat names)"
    echo 'extern char **environ; int main(void) { return environ == 0; }' >source.c
    cc -no-pie -fno-pic -o p source.c
    readelf -rW p | grep -q _COPY || return 0 # not made for this architecture
    run symbol --needed-by p
    echo "$out" | grep -Eq '^_*environ(@.*)?  .*libc' || fail "$out"
}

run_tests who_defines_and_who_needs an_undefined_symbol_at_another_version an_undefined_symbol_that_nobody_has \
    what_the_store_has what_the_recipes_would_have a_missing_version_of_the_c_library the_loader_agrees \
    objects_archives_and_wheels libraries_of_a_wheel the_interpreter_has_it all_that_a_file_needs what_is_missing_comes_first \
    what_the_loader_says_here a_folder_and_a_damaged_file json_is_what_the_schema_says bad_input
