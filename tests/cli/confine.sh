#!/bin/sh
# What a build may do to the machine, and see of it: nothing that its recipe did not say.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# Where namespaces are forbidden there is nothing to try, and the program says so.
need_confinement() {
    need cc make bwrap
    bwrap --unshare-user --unshare-pid --unshare-net --ro-bind / / --proc /proc true 2>/dev/null ||
        skip 'this machine allows no namespaces'
}

# library LINE...: libtiny, whose Makefile runs these lines of shell first; $CC is its compiler.
library() {
    rm -rf libtiny-1.0
    library_source libtiny-1.0
    printf 'libtiny.a: tiny.o tried\n\t$(AR) rcs $@ tiny.o\ntried:\n\tCC="$(CC)" sh -eu try.sh\n' >libtiny-1.0/Makefile
    { # with -e, "! command" ends nothing
        echo 'not() { if "$@"; then echo "could: $*"; exit 1; fi; }'
        printf '%s\n' "$@"
    } >libtiny-1.0/try.sh
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
}

build() {
    run build recipe/lib/libtiny.toml --target native "$@"
}

# The text is in a log of the step.
expect_log() {
    grep -rqF "$1" "$STATICBUILD_CACHE" --include='*.log' || {
        cat "$STATICBUILD_CACHE"/*/*/.staticbuild/logs/*.log "$STATICBUILD_CACHE"/work/*/stage/.staticbuild/logs/*.log 2>/dev/null >&2
        fail "no log has: $1"
    }
}

the_home_of_the_user_is_not_there() {
    need_confinement
    mkdir -p "$HOME/.ssh"
    echo secret-of-the-user >"$HOME/.ssh/id"
    library "not cat '$HOME/.ssh/id'" "ls -a '$HOME' || echo hidden-home" 'touch "$HOME/own"'
    build --sandbox=strict
    expect_status 0
    expect_log hidden-home
    if grep -rq secret-of-the-user "$STATICBUILD_CACHE"/trees --include='*.log'; then fail 'the secret is in a log'; fi
    wipe "$STATICBUILD_CACHE"
    build --sandbox=none
    expect_status 5
}

nothing_is_written_outside() {
    need_confinement
    mkdir outside
    library "not touch '$PWD/outside/file'" 'not touch /usr/made-by-a-build' 'not touch /etc/made-by-a-build' 'touch /tmp/own' \
        'not umount /usr/include' 'not mount -o remount,bind,rw /usr' 'not mount --bind /.host/usr/include /usr/include' \
        'not mknod null c 1 3'
    build --sandbox=strict
    expect_status 0
    expect_no_file outside/file /usr/made-by-a-build /etc/made-by-a-build /tmp/own
}

an_undeclared_header_is_not_there() {
    need_confinement
    [ -e /usr/include/expat.h ] || [ -e /usr/include/zlib.h ] || skip 'no library with headers is installed'
    header=$(cd /usr/include && ls zlib.h expat.h 2>/dev/null | head -n 1)
    library "echo '#include <$header>' >a.c" 'not $CC -E a.c -o nothing' 'echo "#include <stdio.h>" | $CC -E - >nothing' \
        "not test -e /usr/include/$header"
    build --sandbox=strict
    expect_status 0
}

an_undeclared_library_is_not_found() {
    need_confinement
    library 'echo "int main(void) { return 0; }" >main.c' '$CC main.c -lm -lpthread -ldl -o main' \
        'for file in /.host/usr/lib/*/lib*.a /.host/usr/lib/*/lib*.so; do' \
        '    name=${file##*/lib} name=${name%.*}' \
        '    case $name in c | g | m | m-* | dl | rt | util | pthread* | resolv | anl | mvec | mcheck | crypt | stdc++* | supc++ | gcc* | BrokenLocale | c_* | thread_db | nss_*) continue ;; esac' \
        '    for file in "lib$name.a" "lib$name.so"; do' \
        '        [ "$($CC -print-file-name="$file")" = "$file" ] || echo "found $name"; done; done' \
        'for name in z curl xml2 ssl expat; do not $CC main.c "-l$name" -o main; done'
    build --sandbox=strict
    expect_status 0
    found=$(grep -rh '^found' "$STATICBUILD_CACHE"/trees --include='*.log' | tr '\n' ' ')
    # Those that are opened by that name, and so are real files, may be linked with: the audit tells of them.
    for name in $(echo "$found" | tr -d '\n' | sed 's/found //g'); do
        [ -n "$(find /usr/lib -name "lib$name.so" -type f)" ] || fail "-l$name was found"
    done
}

programs_that_tell_of_libraries_say_that_they_are_hidden() {
    need_confinement
    for program in curl-config xml2-config; do
        [ -x "/usr/bin/$program" ] && break
        program=
    done
    [ "$program" ] || skip 'no such program is installed'
    library "not $program --version"
    build --sandbox=strict
    expect_status 0
    expect_log "$program: hidden"
}

there_is_no_network() {
    need_confinement
    need python3
    server_start
    port=${url##*:}
    library "not python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", $port), 5)'" \
        "python3 -c 'import socket; a = socket.create_server((\"127.0.0.1\", 0)); socket.create_connection(a.getsockname(), 5)'"
    build --sandbox=strict
    expect_status 0
    edit recipe/lib/libtiny.toml 's/^system = .*/&\nneeds-network = "asks its own server"/'
    sed -i 's/^not python3/python3/' libtiny-1.0/try.sh
    pack libtiny-1.0
    edit recipe/lib/libtiny.toml "s/^sha256 = .*/sha256 = \"$sha256\"/"
    build --sandbox=strict
    expect_status 0
}

other_processes_are_not_seen() {
    need_confinement
    HIDDEN_WORD=secret-word sleep 100 &
    other=$!
    library "not kill -0 $other" 'test "$(ls -d /proc/[0-9]* | wc -l)" -lt 20' \
        'tr "\0" "\n" </proc/1/environ >environment' 'not grep -q STATICBUILD environment' 'setsid sleep 50 & echo left'
    build --sandbox=strict
    kill $other
    expect_status 0
    if pgrep -f '^sleep 50$' >/dev/null; then fail 'something was left running'; fi
}

runs() {
    pgrep -f "^sleep $1\$" >/dev/null
}
runs_no_more() {
    ! runs "$1"
}

what_is_confined_ends_with_the_run() {
    need_confinement
    need pgrep
    seconds=3$$
    library "setsid sleep $seconds &" "sleep $seconds"
    for signal in TERM KILL; do
        "$STATICBUILD" build recipe/lib/libtiny.toml --target native --sandbox=strict >"$TEST_FILES/out" 2>"$TEST_FILES/err" &
        runner=$!
        within 60 runs "$seconds" || fail 'the build did not begin'
        kill "-$signal" "$runner"
        status=0
        wait "$runner" || status=$?
        last_command="kill -$signal"
        [ "$signal" = KILL ] || expect_status 130
        within 10 runs_no_more "$seconds" || fail "after $signal something still runs"
    done
}

a_signal_is_told_as_a_signal() {
    need_confinement
    library 'exit 0'
    edit recipe/lib/libtiny.toml 's/^system = .*/system = "commands"/; /^variables/d; /^headers/d
        s/^install .*/steps = [["sh", "-c", "kill -SEGV $$"]]/'
    build --sandbox=strict
    expect_status 5
    expect_err 'was killed by signal 11'
}

a_wheel_is_tried_apart() {
    need_confinement
    python=$(system_python) || exit 1
    project
    echo secret-of-the-user >"$HOME/secret"
    cat >recipe/test_tiny.py <<PY
import os, tiny
assert not os.path.exists("$HOME/secret"), "the home is there"
print("tried")
PY
    grep -q 'test_tiny.py' recipe/tiny.toml || printf '\n[test]\nscript = "test_tiny.py"\n' >>recipe/tiny.toml
    run tiny --target native --python "$python" --sandbox=strict
    expect_status 0
    wipe "$STATICBUILD_CACHE" dist
    run tiny --target native --python "$python" --sandbox=none
    expect_status 1
}

what_was_made_otherwise_is_not_used_by_strict() {
    need_confinement
    library 'echo built'
    build --sandbox=none
    expect_status 0
    build --sandbox=strict
    expect_status 0
    expect_equal "$(find "$STATICBUILD_CACHE/trees" -maxdepth 1 -name 'libtiny-*' | wc -l)" 2 'trees of libtiny'
    for archive in "$STATICBUILD_CACHE"/trees/libtiny-*/lib/libtiny.a; do sha256sum <"$archive"; done >sums
    expect_equal "$(sort -u sums | wc -l)" 1 'different archives'
}

# A silent "no" is how a feature is lost: it is told though the build ends well.
what_was_looked_for_in_vain_is_told() {
    need_confinement
    [ -e /usr/include/zlib.h ] || skip 'zlib.h is not installed'
    library 'echo "#include <zlib.h>" >a.c' 'if $CC -c a.c; then echo with; else echo without; fi'
    build --sandbox=auto
    expect_status 0
    expect_err 'looked for what this machine has' 'header zlib.h (recipe zlib)'
    library 'echo "int main(void) { return 0; }" >a.c' '$CC a.c -lz -o a'
    build --sandbox=auto
    expect_status 5
    expect_err 'library z'
}

# A bwrap that cannot do it, first where programs are looked for.
where_it_cannot_be_done_it_is_said() {
    need cc make
    mkdir bin
    printf '#!/bin/sh\necho "bwrap: No permissions to create new namespace, likely because the kernel does not allow it" >&2\nexit 1\n' >bin/bwrap
    chmod +x bin/bwrap
    library 'echo built'
    STATICBUILD_BWRAP=$PWD/bin/bwrap
    export STATICBUILD_BWRAP
    build --sandbox=strict
    expect_status 7
    expect_err 'builds cannot be confined here' 'No permissions to create new namespace' 'seccomp'
    build
    expect_status 0
    expect_err 'builds are not confined: bwrap: No permissions' '--sandbox=none'
    wipe "$STATICBUILD_CACHE"
    build --sandbox=none
    expect_status 0
    refuse_err confined
    STATICBUILD_SANDBOX=strict build
    expect_status 7
    STATICBUILD_SANDBOX=sure build
    expect_status 2
    expect_err 'STATICBUILD_SANDBOX is "sure"'
}

the_time_of_confined_commands_is_known() {
    need_confinement
    library 'i=0' 'while [ $i -lt 400000 ]; do i=$((i + 1)); done'
    build --sandbox=strict --format json
    expect_status 0
    seconds=$(echo "$out" | sed -n 's/.*"children_cpu_seconds": *\([0-9.]*\).*/\1/p' | head -n 1)
    [ "$seconds" ] || skip 'the report tells no time'
    awk "BEGIN { exit !($seconds > 0.2) }" || fail "only $seconds s were seen"
}

run_tests the_home_of_the_user_is_not_there nothing_is_written_outside an_undeclared_header_is_not_there \
    an_undeclared_library_is_not_found programs_that_tell_of_libraries_say_that_they_are_hidden there_is_no_network \
    other_processes_are_not_seen what_is_confined_ends_with_the_run a_signal_is_told_as_a_signal a_wheel_is_tried_apart \
    what_was_made_otherwise_is_not_used_by_strict what_was_looked_for_in_vain_is_told where_it_cannot_be_done_it_is_said the_time_of_confined_commands_is_known
