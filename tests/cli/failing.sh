#!/bin/sh
# Steps that fail: why, and what they leave on the disk.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# failing NAME SYSTEM STEPS [LINES]: a recipe whose source is the folder NAME-1; LINES follow in [build].
failing() {
    mkdir -p "$1-1"
    touch "$1-1/empty"
    library_begun "$1"
    cat >>"recipe/lib/$1.toml" <<TOML
[build]
system = "$2"
${3:+steps = [$3]}
install = { "share/empty" = "empty" }
${4:-}

[provides]
data = ["share/empty"]
TOML
    run build "recipe/lib/$1.toml" --target native
}

a_header_that_is_not_there() {
    mkdir -p one-1
    printf '#include <zlib.h>\n' >one-1/one.c
    failing one commands '["{cc}", "-c", "-nostdinc", "-I.", "one.c"]'
    expect_status 5
    expect_err 'cause: the header zlib.h is not there; the recipe zlib has it: name it in [requires]'
}

what_configure_concluded() {
    need autoconf
    mkdir -p two-1
    printf 'AC_INIT([two],[1])\nAC_PROG_CC\nAC_CHECK_LIB([nothere],[main],,[AC_MSG_ERROR([libnothere is needed])])\nAC_OUTPUT\n' >two-1/configure.ac
    (cd two-1 && autoconf)
    failing two autotools
    expect_status 5
    expect_err 'cause: configure gave up: libnothere is needed; the test that failed last said:' 'cannot find -lnothere' 'config.log'
}

what_cmake_concluded() {
    need cmake ninja
    mkdir -p three-1
    cat >three-1/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.10)
project(three C)
include(CheckCSourceCompiles)
check_c_source_compiles("int main(void) { return nonsense; }" WORKS)
if(NOT WORKS)
  message(FATAL_ERROR "it does not work")
endif()
CMAKE
    failing three cmake
    expect_status 5
    expect_err "cause: CMake's test that failed last said:" 'nonsense'
}

a_step_that_hangs_is_stopped() {
    begin=$(date +%s)
    failing four commands '["sh", "-c", "echo begins; sleep 600"]' 'timeout = 1'
    expect_status 5
    expect_err 'build wrote nothing for 1 s and was stopped; [build] timeout = SECONDS' 'begins'
    [ $(($(date +%s) - begin)) -lt 60 ] || fail 'it took too long'
}

a_step_that_says_something_goes_on() {
    failing five commands '["sh", "-c", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done"]' 'timeout = 2'
    expect_status 0
}

the_time_limit_is_no_fact_of_a_key() {
    failing six commands '["true"]'
    expect_status 0
    edit recipe/lib/six.toml 's/^system = .*/&\ntimeout = 7/'
    run build recipe/lib/six.toml --target native
    expect_status 0
    refuse_err 'begin  build six'
}

# 1 GiB, of which the beginning and the end are kept.
output_is_bounded_on_the_disk() {
    failing seven commands '["sh", "-c", "echo it begins; yes what it prints all the time | head -c 1073741824; echo; echo it ends"]'
    expect_status 0
    log=$(echo "$STATICBUILD_CACHE"/trees/seven-1-*/.staticbuild/logs/build.log)
    [ "$(stat -c %s "$log")" -lt 134217728 ] || fail "the log has $(stat -c %s "$log") bytes"
    grep -q 'it begins' "$log" || fail 'the beginning is lost'
    tail -n 5 "$log" | grep -q 'it ends' || fail 'the end is lost'
    grep -q 'bytes of output are left out here' "$log" || fail 'it is not said'
}

# What of it is kept is not too long for who looks for options that configure does not know.
a_log_that_is_kept_can_be_read() {
    mkdir -p nine-1
    printf '#!/bin/sh\nyes | head -c 67108864\necho all: >Makefile\necho install: >>Makefile\n' >nine-1/configure
    chmod +x nine-1/configure
    failing nine autotools '' 'options = { enable-nine = true }'
    expect_status 0
}

# The linker's words, by a real one.
an_archive_that_is_not_position_independent() {
    mkdir -p eight-1
    printf 'int x; int *f(void) { return &x; }\n' >eight-1/f.c
    printf 'int *f(void); int *g(void) { return f(); }\n' >eight-1/g.c
    failing eight commands '["{cc}", "-fno-pic", "-c", "f.c"], ["{cc}", "-fPIC", "-c", "g.c"], ["{cc}", "-shared", "g.o", "f.o"]'
    expect_status 5
    expect_err 'cause: objects that are not position-independent'
}

the_log_of_a_step_that_failed() {
    failing one commands '["echo", "first"], ["sh", "-c", "echo second; exit 3"]'
    expect_status 5
    run log one
    expect_status 0
    expect_out '/logs/build.log <==' 'second' '+ echo first'
    run log one-1 --step build
    expect_status 0
    expect_out 'first' 'second'
    refuse_out '<=='
    run log one --step configure
    expect_status 2
    expect_err 'one has no log of "configure"; it has' 'build'
    run log two
    expect_status 2
    expect_err 'nothing that was built is called "two"'
}

the_log_of_the_newest_counts() {
    failing one commands '["echo", "came to a good end"]'
    expect_status 0
    run log one --step build
    expect_out 'came to a good end'
    sleep 1
    failing one commands '["sh", "-c", "echo came to a bad end; exit 1"]'
    expect_status 5
    run log one --step build
    expect_out 'came to a bad end'
    refuse_out 'good end'
}

# The folder, the environment and the view are those of the build.
a_shell_where_it_failed() {
    failing one commands '["sh", "-c", "echo here >made; exit 3"]' 'env = { ONE_SAYS = "so" }'
    expect_status 5
    run shell one -- cat made
    expect_status 0
    expect_equal "$out" here
    # shellcheck disable=SC2016 # for the shell inside
    run shell one -- sh -c 'echo "$ONE_SAYS $HOME"; exit 7'
    expect_status 7
    expect_out 'so ' '/work/one-1-'
    [ -z "$(command -v bwrap)" ] || {
        # shellcheck disable=SC2016
        run shell one -- sh -c 'test -e /.first/init && ! test -e "$1"' sh "$PWD/recipe"
        expect_status 0
    }
    run shell two
    expect_status 2
    expect_err 'no work folder of "two" is kept'
}

work_is_kept_when_it_is_asked_for() {
    failing one commands '["sh", "-c", "echo here >made"]'
    expect_status 0
    run shell one -- true
    expect_status 2
    edit recipe/lib/one.toml 's/echo here/echo there/'
    run build recipe/lib/one.toml --target native --keep-work
    expect_status 0
    run shell one -- cat made
    expect_status 0
    expect_equal "$out" there
}

run_tests a_header_that_is_not_there what_configure_concluded what_cmake_concluded a_step_that_hangs_is_stopped \
    a_step_that_says_something_goes_on the_time_limit_is_no_fact_of_a_key output_is_bounded_on_the_disk \
    a_log_that_is_kept_can_be_read an_archive_that_is_not_position_independent the_log_of_a_step_that_failed the_log_of_the_newest_counts \
    a_shell_where_it_failed work_is_kept_when_it_is_asked_for
