#!/bin/sh
# One pool of tokens for all that runs at the same time: steps, and what make, ninja and cargo start in them.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

FILES='1 2 3 4 5 6'

# source_of NAME: sources, and a compiler that writes down when it begins and ends, into what is installed.
source_of() {
    mkdir -p "$1-1" recipe/lib
    for file in $FILES; do echo "int $1_$file(void) { return $file; }" >"$1-1/f$file.c"; done
    cat >"$1-1/slow-cc" <<'SH'
#!/bin/sh
here=$(dirname "$0")
echo "$(date +%s%N) 1" >>"$here/times"
sleep 0.25
"$@"
status=$?
echo "$(date +%s%N) -1" >>"$here/times"
exit $status
SH
    chmod +x "$1-1/slow-cc"
}

# recipe_of NAME SYSTEM [REQUIRES]: with $more below [build].
recipe_of() {
    library_begun "$1"
    cat >>"recipe/lib/$1.toml" <<TOML
[requires]
libraries = [${3:-}]

[build]
system = "$2"
install = { "lib/lib$1.a" = "${archive:-lib$1.a}", "share/times" = "${times:-times}" }
${more:-}

[provides]
archives = ["lib/lib$1.a"]
data = ["share/times"]
TOML
}

# made NAME [REQUIRES [FIRST]]: a library that a makefile builds; FIRST is what its first rule does besides.
made() {
    source_of "$1"
    {
        printf 'OBJECTS = %s\n' "$(for file in $FILES; do printf 'f%s.o ' "$file"; done)"
        printf 'lib%s.a: $(OBJECTS)\n\t$(AR) rcs $@ $(OBJECTS)\n' "$1"
        printf 'f1.o: f1.c\n\t%s./slow-cc $(CC) $(CFLAGS) -c $< -o $@\n' "${3:-}"
        printf '%%.o: %%.c\n\t./slow-cc $(CC) $(CFLAGS) -c $< -o $@\n'
    } >"$1-1/Makefile"
    more='variables = { CC = "{cc}", AR = "{ar}", CFLAGS = "{cflags}" }'
    recipe_of "$1" make "${2:-}"
}

# by_ninja NAME: the same by CMake and ninja.
by_ninja() {
    source_of "$1"
    cat >"$1-1/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.10)
project($1 C)
set(CMAKE_C_COMPILER_LAUNCHER \${CMAKE_SOURCE_DIR}/slow-cc)
add_library($1 STATIC $(for file in $FILES; do printf 'f%s.c ' "$file"; done))
CMAKE
    more='' archive="{work}/lib$1.a" recipe_of "$1" cmake
}

# most_at_once NAME...: how many of those compilers ran at the same time, at most.
most_at_once() {
    for name; do cat "$STATICBUILD_CACHE/trees/$name"-*/share/times; done | sort -n |
        awk '{ now += $2; if (now > most) most = now } END { print most + 0 }'
}

# expect_most N NAME...: that many, and never more.
expect_most() {
    wanted=$1
    shift
    expect_equal "$(most_at_once "$@")" "$wanted" "compilers at the same time, of $*"
}

steps_and_what_make_starts_share_the_jobs() {
    need make
    made one
    made two
    made three
    run build recipe/lib/one.toml recipe/lib/two.toml recipe/lib/three.toml --target native --jobs 3
    expect_status 0
    expect_most 3 one two three
}

make_takes_what_is_free_when_it_is() {
    need make
    made alone
    run build recipe/lib/alone.toml --target native --jobs 4
    expect_status 0
    expect_most 4 alone
    expect_file "$STATICBUILD_CACHE"/trees/alone-*/.staticbuild/logs/build.log
    ! grep -q 'jobserver' "$STATICBUILD_CACHE"/trees/alone-*/.staticbuild/logs/build.log ||
        fail 'make says something of its jobserver'
}

ninja_and_make_share_the_jobs() {
    need make cmake ninja
    made one
    by_ninja two
    made three
    run build recipe/lib/one.toml recipe/lib/two.toml recipe/lib/three.toml --target native --jobs 3
    expect_status 0
    expect_most 3 one two three
}

not_confined_as_well() {
    need make
    made one
    made two
    run build recipe/lib/one.toml recipe/lib/two.toml --target native --jobs 3 --sandbox none
    expect_status 0
    expect_most 3 one two
}

# What it had taken is there again for who comes after it.
a_make_that_is_killed_loses_no_token() {
    need make
    made bad '' 'sleep 0.3; kill -9 $$PPID; '
    source_of slow
    more='steps = [["sleep", "2"], ["sh", "-c", "touch times; {ar} rcs libslow.a"]]' recipe_of slow commands
    edit recipe/lib/slow.toml '/^archives/d; s/^install = .*/install = { "share\/times" = "times" }/'
    made late '"slow"'
    run build recipe/lib/bad.toml recipe/lib/late.toml --target native --jobs 3 --keep-going
    expect_status 5
    expect_err 'killed by signal 9'
    expect_most 3 late
    run_command find "$STATICBUILD_CACHE/work" -name 'jobs-*'
    expect_no_out
}

what_one_no_longer_uses_another_takes() {
    need make
    made long
    FILES=1
    made short
    run build recipe/lib/short.toml recipe/lib/long.toml --target native --jobs 2
    expect_status 0
    expect_most 2 long short
    expect_most 2 long
}

# outer RECIPE-LINE-PREFIX NAME...: a makefile whose targets are built each by a run of its own.
outer() {
    prefix=$1
    shift
    {
        printf 'all: %s\n' "$*"
        for name; do
            printf '%s:\n\t%s"%s" build recipe/lib/%s.toml --target native\n' "$name" "$prefix" "$STATICBUILD" "$name"
        done
    } >Makefile
}

under_another_make_its_tokens_are_used() {
    need make
    made one
    made two
    outer + one two
    run_command make -j2
    expect_status 0
    refuse_err jobserver
    expect_most 2 one two
}

under_another_make_one_run_has_all_of_them() {
    need make
    made one
    outer + one
    run_command make -j3
    expect_status 0
    expect_most 3 one
}

a_jobserver_that_is_out_of_reach_is_told() {
    need make
    made one
    outer '' one
    run_command make -j2
    expect_status 0
    expect_err 'the jobserver of MAKEFLAGS cannot be reached' 'put a + before'
}

jobs_that_are_asked_for_count_under_another_make_too() {
    need make
    made one
    outer + one
    edit Makefile 's/ --target/ --jobs 3 --target/'
    run_command make -j2
    expect_status 0
    expect_most 3 one
}

# The order in which steps began.
begun() {
    echo "$err" | sed -n 's/.* begin  build \([a-z]*\) .*/\1/p' | tr '\n' ' '
}

what_took_longest_an_earlier_time_starts_first() {
    need make
    FILES=1
    made aaa
    made bbb '' 'sleep 2; '
    run build recipe/lib/aaa.toml recipe/lib/bbb.toml --target native --jobs 1
    expect_status 0
    expect_equal "$(begun)" 'aaa bbb '
    edit recipe/lib/aaa.toml 's/CFLAGS = "{cflags}"/CFLAGS = "{cflags} -g0"/'
    edit recipe/lib/bbb.toml 's/CFLAGS = "{cflags}"/CFLAGS = "{cflags} -g0"/'
    run build recipe/lib/aaa.toml recipe/lib/bbb.toml --target native --jobs 1
    expect_status 0
    expect_equal "$(begun)" 'bbb aaa '
}

# rustup's cargo needs a home that tests do not have; the one behind it does not.
real_cargo() {
    for cargo in "$(getent passwd "$(id -u)" | cut -d : -f 6)"/.rustup/toolchains/*/bin/cargo; do
        [ ! -x "$cargo" ] || PATH=$(dirname "$cargo"):$PATH
    done
    need cargo
    run_command cargo --version
    [ "$status" = 0 ] || skip 'cargo does not start here'
}

cargo_takes_part() {
    real_cargo
    source_of crate
    mkdir -p crate-1/src
    printf '[package]\nname = "crate"\nversion = "1.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["staticlib"]\n' >crate-1/Cargo.toml
    echo '#[no_mangle] pub extern "C" fn crate_one() -> i32 { 1 }' >crate-1/src/lib.rs
    # What it was told of, as its build script sees it.
    echo 'fn main() { std::fs::write("times", std::env::var("CARGO_MAKEFLAGS").unwrap()).unwrap() }' >crate-1/build.rs
    more='steps = [["cargo", "build", "--release", "--offline"]]' archive=target/release/libcrate.a recipe_of crate commands
    edit recipe/lib/crate.toml 's/^libraries = .*/tools = ["cargo", "rustc"]/'
    run build recipe/lib/crate.toml --target native --jobs 3
    expect_status 0
    grep -q 'jobserver-auth=fifo:.*/work/jobs-' "$STATICBUILD_CACHE"/trees/crate-*/share/times || fail 'cargo was not told'
}

# Modules of one file each are compiled at the same time, and linked when all are.
modules_are_compiled_and_linked_side_by_side() {
    python=$(system_python)
    mkdir -p recipe source
    echo 'Permission is granted.' >source/LICENSE
    cat >recipe/several.toml <<TOML
[recipe]
name = "several"
kind = "extension"
version = "1.0"
license = "MIT"
license-files = ["LICENSE"]
[[source]]
path = "source"
TOML
    for module in one two three; do
        cat >"source/$module.c" <<C
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "$module", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_$module(void) { return PyModule_Create(&module); }
C
        printf '[[module]]\nname = "%s"\nsources = ["%s.c"]\n' "$module" "$module" >>recipe/several.toml
    done
    cat >slow-cc <<SH
#!/bin/sh
phase=other
case "\$*" in *source/*.c*|*-src-*.c*) phase=compile ;; *-Wl,-Map=*) phase=link ;; esac
echo "\$(date +%s%N) 1" >>"$PWD/\$phase"
[ \$phase = other ] || sleep 0.25
gcc "\$@"
status=\$?
echo "\$(date +%s%N) -1" >>"$PWD/\$phase"
exit \$status
SH
    chmod +x slow-cc
    STATICBUILD_CC=$PWD/slow-cc run several --python "$python" --target native --jobs 3 --sandbox none
    expect_status 0
    for phase in compile link; do
        most=$(sort -n "$phase" | awk '{ now += $2; if (now > most) most = now } END { print most + 0 }')
        expect_equal "$most" 3 "at the same time: $phase"
    done
    last=$(sort -n compile | tail -n 1 | cut -d ' ' -f 1)
    first=$(sort -n link | head -n 1 | cut -d ' ' -f 1)
    [ "$first" -gt "$last" ] || fail 'a link began before all was compiled'
}

run_tests modules_are_compiled_and_linked_side_by_side steps_and_what_make_starts_share_the_jobs make_takes_what_is_free_when_it_is \
    what_one_no_longer_uses_another_takes ninja_and_make_share_the_jobs not_confined_as_well a_make_that_is_killed_loses_no_token \
    under_another_make_its_tokens_are_used under_another_make_one_run_has_all_of_them \
    a_jobserver_that_is_out_of_reach_is_told jobs_that_are_asked_for_count_under_another_make_too \
    what_took_longest_an_earlier_time_starts_first cargo_takes_part
