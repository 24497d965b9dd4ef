#!/bin/sh
# What can be built for, on a project made here: the tags that come out, and what is said where it cannot be.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

machine=$(uname -m)

made() {
    python=$(system_python)
    run tiny --python "$python" "$@"
    expect_status 0
}

# A kit is made of glibc: elsewhere the default is what the machine has.
need_kit() {
    run target show "manylinux_2_17_$machine"
    expect_status 0
    case $out in *'not here'*) skip "manylinux_2_17_$machine cannot be built for here" ;; esac
}

targets_are_listed() {
    run target list
    expect_status 0
    expect_out native "manylinux_2_17_$machine" manylinux_2_28 musllinux_1_2 manylinux_2_17_aarch64
    refuse_out manylinux_2_12 manylinux_2_5_
    run target list --format json
    expect_status 0
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/target.schema.json" "$TEST_FILES/out" ||
        fail 'not what target.schema.json says'
    python3 - "$TEST_FILES/out" "$machine" <<'PY' || fail 'the list is not what it should be'
import json, sys
targets = {t["name"]: t for t in json.load(open(sys.argv[1]))["targets"]}
default = [n for n, t in targets.items() if t["default"]]
assert default == ["manylinux_2_17_" + sys.argv[2]], default
assert targets["native"]["available"] and not targets["native"]["kit"]
for name, t in targets.items():
    assert t["available"] == (t["why"] is None), name
    assert not t["available"] or (t["compiler"] and t["cflags"]), name
PY
}

a_target_is_shown() {
    run target show manylinux2014
    expect_status 0
    expect_out "manylinux_2_17_$machine" 'the default' 'glibc 2.17 and later' libc.so.6
    run target show native
    expect_status 0
    expect_out 'the audit proves'
}

the_tag_is_the_targets() {
    need_kit
    project
    made
    expect_err "begin  toolchain manylinux_2_17_$machine"
    expect_file dist/tiny-1.0-*-manylinux2014_"$machine".manylinux_2_17_"$machine".whl
    made --target manylinux_2_28
    expect_err "begin  toolchain manylinux_2_28_$machine" 'begin  build libtiny'
    expect_file dist/tiny-1.0-*-manylinux_2_28_"$machine".whl
    run audit --target "manylinux_2_17_$machine" dist/*2_17*.whl
    expect_status 0
    # Each kept what it made.
    made
    expect_out 'nothing to do'
    made --target "manylinux_2_28_$machine"
    expect_out 'nothing to do'
}

what_an_old_system_lacks_is_inside() {
    need_kit
    project
    cat >source/extra.c <<'C'
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <dlfcn.h>
static void *thread(void *arg)
{
    return arg;
}
int extra(const char *path)
{
    struct stat st;
    pthread_t t;
    pthread_create(&t, NULL, thread, NULL);
    pthread_join(t, NULL);
    char copy[16] = {0};
    memcpy(copy, path, strlen(path) % sizeof copy);
    return stat(path, &st) + (int)exp(copy[0]) + (int)strtol(path, NULL, 10) + (dlopen(path, RTLD_LAZY) != NULL);
}
C
    sed -i 's/PyLong_FromLong(tiny_answer())/PyLong_FromLong(extra("\/") * 0 + tiny_answer())/; 3i int extra(const char *);' \
        source/tiny.c
    edit recipe/tiny.toml 's/"tiny.c"/"tiny.c", "extra.c"/'
    made
    expect_out 'proved' "manylinux_2_17_$machine" 'passed with CPython'
    unzip -q dist/*.whl -d wheel
    readelf -W --dyn-syms wheel/*.so | grep -o 'GLIBC_2\.[0-9.]*' | sort -uV | tail -n 1 >newest
    printf 'GLIBC_2.17\n' | sort -V -m newest - | tail -n 1 | grep -qx 'GLIBC_2.17' ||
        fail "needs $(cat newest)"
}

# Declared by the headers of today, in no glibc of then.
what_nothing_has_is_refused() {
    need_kit
    project
    sed -i 's/return PyLong_FromLong(tiny_answer())/extern int pkey_alloc(unsigned, unsigned); return PyLong_FromLong(pkey_alloc(0, 0))/' source/tiny.c
    run tiny --python "$(system_python)"
    expect_status 1
    expect_err pkey_alloc
    expect_no_file dist
}

native_needs_no_kit() {
    project
    made --target native
    refuse_err 'toolchain '
    run plan tiny --target native
    refuse_out 'toolchain '
    run plan tiny
    case $out in *"toolchain manylinux"*) ;; *) need_kit ;; esac
}

other_compilers() {
    need_kit
    need clang
    project
    STATICBUILD_CC=clang
    export STATICBUILD_CC
    made
    expect_file dist/tiny-1.0-*-manylinux2014_"$machine".manylinux_2_17_"$machine".whl
}

what_cannot_be_built_for_is_told() {
    project
    run tiny --target manylinux_2_5
    expect_status 2
    expect_err 'nothing older than glibc 2.17'
    run tiny --target linux_x86_64
    expect_status 2
    expect_err 'promises nothing'
    run tiny --target windows
    expect_status 2
    expect_err 'target list'
    need_kit
    run tiny --target manylinux_2_99
    expect_status 7
    expect_err 'is older than' "manylinux_2_99_$machine"
    other=aarch64
    [ "$machine" != aarch64 ] || other=x86_64
    STATICBUILD_CC=gcc run tiny --target "manylinux_2_17_$other"
    expect_status 7
    expect_err 'the target is manylinux_2_17_' 'STATICBUILD_CC'
    run tiny --target manylinux_2_17_s390x
    expect_status 7
    case $machine in s390x) ;; *) expect_err 's390x' ;; esac
    STATICBUILD_CC=gcc run tiny --target musllinux_1_2
    expect_status 7
    expect_err 'compiles for glibc'
    run tiny --python-root "$PWD/nowhere"
    expect_status 7
    expect_err nowhere
    mkdir empty
    run tiny --python-root empty
    expect_status 7
    expect_err 'not a system that'
}

several_at_once() {
    need_kit
    project
    made --target "manylinux_2_28,manylinux_2_17_$machine" --format json
    expect_file dist/tiny-1.0-*-manylinux_2_28_"$machine".whl
    expect_file dist/tiny-1.0-*-manylinux2014_"$machine".manylinux_2_17_"$machine".whl
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/run.schema.json" "$TEST_FILES/out" ||
        fail 'not what run.schema.json says'
    expect_equal "$(python3 -c 'import json, sys; print(*(w["policy"] for w in json.load(open(sys.argv[1]))["wheels"]))' \
        "$TEST_FILES/out")" "manylinux_2_28_$machine manylinux_2_17_$machine"
    made --target "manylinux_2_28,manylinux_2_17_$machine"
    expect_out '2 wheels are up to date'
    expect_equal "$(ls dist | wc -l)" 2

    # One that cannot be made ends it, or is told of behind the others.
    run tiny --python "$(system_python)" --target manylinux_2_17_ppc64,manylinux_2_28
    expect_status 7
    refuse_out 'tiny-1.0'
    run tiny --python "$(system_python)" --target manylinux_2_17_ppc64,manylinux_2_28 --keep-going
    expect_status 7
    expect_out 'tiny-1.0' 'manylinux_2_28'
    expect_err 'manylinux_2_17_ppc64: '

    run tiny --target manylinux_2_28,,native
    expect_status 2
    expect_err 'an empty part'
    run tiny --target manylinux_2_28,manylinux_2_28
    expect_status 2
    expect_err 'manylinux_2_28 twice'
    run tiny --target manylinux_2_28,native --python-root /
    expect_status 2
    expect_err 'is one system'
    run plan tiny --target manylinux_2_28,native
    expect_status 2
    expect_err 'is a list'
}

run_tests several_at_once targets_are_listed a_target_is_shown the_tag_is_the_targets what_an_old_system_lacks_is_inside \
    what_nothing_has_is_refused native_needs_no_kit other_compilers what_cannot_be_built_for_is_told
