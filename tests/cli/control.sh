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
    STATICBUILD_SANDBOX=none # what a confined step cannot even try
    export STATICBUILD_SANDBOX
    mkdir -p "$1-1"
    {
        echo "lib$1.a:"
        printf '%b' "$2" | sed 's/^/\t/'
        printf '\techo "int %s;" >%s.c; echo "/* as it was */" >%s.h\n\t$(CC) $(CFLAGS) -c %s.c\n\t$(AR) rcs $@ %s.o\n' "$1" "$1" "$1" "$1" "$1"
    } >"$1-1/Makefile"
    library_begun "$1"
    cat >>"recipe/lib/$1.toml" <<TOML
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

# number NAME: of what a step took, as its manifest has it.
number() {
    sed -n "s/^fact	took	.*\"$1\":\([0-9.e+-]*\).*/\1/p" "$STATICBUILD_CACHE"/trees/one-*/.staticbuild/manifest
}

what_a_step_took_is_written_down() {
    library one 'sleep 0.3\n'
    build one
    expect_status 0
    awk "BEGIN { exit !($(number seconds) >= 0.3 && $(number cpu-seconds) > 0 && $(number cpu-seconds) < 60) }" ||
        fail "took $(number seconds) s, of CPU $(number cpu-seconds) s"
    [ "$(number memory-bytes)" -gt 500000 ] || fail "took $(number memory-bytes) bytes"
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

# Standard error is a pipe that is full, and nobody reads it.
nobody_reads_what_is_told() {
    library one "touch $TEST_FILES/begun; sleep 300\n"
    cat >"$TEST_FILES/stuck.py" <<'PY'
import os, signal, subprocess, sys, time
number, begun, command = getattr(signal, 'SIG' + sys.argv[1]), sys.argv[2], sys.argv[3:]
r, w = os.pipe()
reset = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
p = subprocess.Popen(command, stderr=w, preexec_fn=reset)
while not os.path.exists(begun):  # until then it is read
    os.set_blocking(r, False)
    try:
        os.read(r, 65536)
    except BlockingIOError:
        time.sleep(0.05)
    if p.poll() is not None:
        sys.exit(99)
os.set_blocking(w, False)
try:
    while True:
        os.write(w, b'x')
except BlockingIOError:
    pass
os.set_blocking(w, True)
p.send_signal(number)
sys.exit(p.wait(60))
PY
    for signal in TERM INT; do
        rm -f "$TEST_FILES/begun"
        run_command python3 "$TEST_FILES/stuck.py" "$signal" "$TEST_FILES/begun" "$STATICBUILD" build recipe/lib/one.toml \
            --target native -v
        expect_status 130
    done
}

# Full from the beginning: the first line that is told waits.
nobody_ever_read_what_is_told() {
    library one ''
    cat >"$TEST_FILES/stuck.py" <<'PY'
import os, signal, subprocess, sys, time
r, w = os.pipe()
os.set_blocking(w, False)
try:
    while True:
        os.write(w, b'x')
except BlockingIOError:
    pass
os.set_blocking(w, True)
p = subprocess.Popen(sys.argv[1:], stderr=w)
time.sleep(1)  # an earlier signal ends it too, but says less
p.send_signal(signal.SIGTERM)
sys.exit(0 if p.wait(60) in (130, -signal.SIGTERM) else 1)
PY
    run_command python3 "$TEST_FILES/stuck.py" "$STATICBUILD" build recipe/lib/one.toml --target native
    expect_status 0
}

# Off a terminal too it is said who makes what a run waits for.
another_run_makes_it() {
    library one "touch $TEST_FILES/begun; while [ ! -e $TEST_FILES/go ]; do sleep 0.1; done\n"
    "$STATICBUILD" build recipe/lib/one.toml --target native >/dev/null 2>&1 &
    first=$!
    within 60 test -e "$TEST_FILES/begun" || fail 'the build did not begin'
    "$STATICBUILD" build recipe/lib/one.toml --target native >/dev/null 2>"$TEST_FILES/waits" &
    second=$!
    within 60 grep -q "build one 1: another run makes it just now (process $first)" "$TEST_FILES/waits" || fail 'nothing was said'
    touch "$TEST_FILES/go"
    wait "$first"
    wait "$second"
}

# An upgrade while a run goes on: helpers are still the program that began.
the_program_is_replaced() {
    top=$(cd "$(dirname "$STATICBUILD")/.." && pwd)
    mkdir -p own/build
    cp "$STATICBUILD" own/build/staticbuild
    for data in templates recipes share; do
        [ ! -e "$top/$data" ] || ln -s "$top/$data" own/
    done
    library one "touch $TEST_FILES/begun; while [ ! -e $TEST_FILES/go ]; do sleep 0.1; done\n"
    library two '' '
[requires]
libraries = ["one"]
'
    own/build/staticbuild build recipe/lib/two.toml --target native >"$TEST_FILES/out" 2>"$TEST_FILES/err" &
    runner=$!
    within 60 test -e "$TEST_FILES/begun" || fail 'the build did not begin'
    rm own/build/staticbuild
    printf '#!/bin/sh\nexit 99\n' >own/build/staticbuild
    chmod +x own/build/staticbuild
    touch "$TEST_FILES/go"
    status=0
    wait "$runner" || status=$?
    last_command='the program that was replaced'
    expect_status 0
}

# What is missing is told, not what then does not work either, and nothing to install is named.
descriptors_are_short() {
    library one ''
    for most in 6 9 12 13 14; do
        run_command bash -c "ulimit -n $most && exec \"\$@\"" bash timeout -s KILL 60 "$STATICBUILD" build recipe/lib/one.toml \
            --target native
        expect_status 7
        expect_err 'Too many open files (ulimit -n raises this limit)'
        refuse_err 'install the packages'
    done
}

# without FOLDER: runs it where there is nothing in that folder.
without() {
    unshare -m mount -t tmpfs none /mnt 2>/dev/null || skip 'nothing can be mounted here'
    folder=$1
    shift
    run_command unshare -m sh -c "mount -t tmpfs none $folder && exec \"\$@\"" sh "$@"
}

dev_null_is_missing() {
    library one ''
    without /dev "$STATICBUILD" build recipe/lib/one.toml --target native
    expect_status 7
    expect_err '/dev/null: cannot be opened'
    refuse_err 'install the packages'
}

proc_is_missing() {
    library one ''
    without /proc "$STATICBUILD" build recipe/lib/one.toml --target native
    expect_status 7
    expect_err 'is /proc mounted?'
}

run_tests trees_are_read_only what_a_step_took_is_written_down a_tree_that_was_given_cannot_be_written_to \
    a_tree_that_was_given_is_written_to what_a_step_leaves_running \
    nobody_reads_what_is_told nobody_ever_read_what_is_told another_run_makes_it the_program_is_replaced \
    descriptors_are_short dev_null_is_missing proc_is_missing
