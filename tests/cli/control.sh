#!/bin/sh
# What a run keeps hold of: finished trees that nobody changes, signals that end it, and itself.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# library NAME RULE [REQUIRES [VARIABLES]]: recipe/lib/NAME.toml, built by a Makefile that does the lines of RULE
# before it makes its archive.
library() {
    mkdir -p "$1-1" recipe/lib
    {
        echo "lib$1.a:"
        printf '%b' "$2" | sed 's/^/\t/'
        printf '\techo "int %s;" >%s.c; echo "/* as it was */" >%s.h\n\t$(CC) $(CFLAGS) -c %s.c\n\t$(AR) rcs $@ %s.o\n' "$1" "$1" "$1" "$1" "$1"
    } >"$1-1/Makefile"
    pack "$1-1"
    cat >"recipe/lib/$1.toml" <<TOML
[recipe]
name = "$1"
kind = "library"
version = "1"
license = "MIT"

[[source]]
urls = ["file://$PWD/$1-1.tar.gz"]
sha256 = "$sha256"
${3:-}
[build]
system = "make"
variables = { CC = "{cc}", AR = "{ar}", CFLAGS = "{cflags}"${4:-} }
install = { "lib/lib$1.a" = "lib$1.a", "include/$1.h" = "$1.h" }

[provides]
archives = ["lib/lib$1.a"]
headers = ["include/$1.h"]
TOML
}

build() {
    run build "recipe/lib/$1.toml" --target native
}

trees_are_read_only() {
    library one ''
    build one
    expect_status 0
    expect_equal "$(find "$STATICBUILD_CACHE/trees" -mindepth 1 ! -type l -perm /222)" ''
}

a_tree_that_was_given_cannot_be_written_to() {
    library one ''
    library two 'echo "/* changed by two */" >$(ONE)/include/one.h\n' '
[requires]
libraries = ["one"]
' ', ONE = "{dep.one.prefix}"'
    build two
    expect_status 5
    expect_err 'ermission denied'
    cat "$STATICBUILD_CACHE"/trees/one-*/include/one.h >"$TEST_FILES/out"
    grep -q 'as it was' "$TEST_FILES/out" || fail 'the tree was changed'
}

# Who owns it can still make it writable.
a_tree_that_was_given_is_written_to() {
    library one ''
    requires='
[requires]
libraries = ["one"]
'
    library two 'chmod -R u+w $(ONE)\necho "/* changed by two */" >$(ONE)/include/one.h\n' "$requires" ', ONE = "{dep.one.prefix}"'
    build two
    expect_status 5
    expect_err 'build one 1: its finished tree was changed meanwhile' '/changed'
    expect_equal "$(find "$STATICBUILD_CACHE/trees" -name 'two*')" ''
    library two '' "$requires" ', ONE = "{dep.one.prefix}"'
    build two
    expect_status 0
    cat "$STATICBUILD_CACHE"/trees/one-*/include/one.h >"$TEST_FILES/out"
    grep -q 'as it was' "$TEST_FILES/out" || fail 'the changed tree was used'
}

# A server that a compiler starts, say: it makes a session of its own.
what_a_step_leaves_running() {
    library one "setsid sh -c 'echo \$\$\$\$ >$TEST_FILES/pid; exec sleep 300' >/dev/null 2>&1 </dev/null & sleep 0.2\n"
    build one
    expect_status 0
    [ -s "$TEST_FILES/pid" ] || fail 'nothing was left running'
    ! kill -0 "$(cat "$TEST_FILES/pid")" 2>/dev/null || fail 'it runs on'
}

run_tests trees_are_read_only a_tree_that_was_given_cannot_be_written_to \
    a_tree_that_was_given_is_written_to what_a_step_leaves_running
