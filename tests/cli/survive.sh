#!/bin/sh
# What may happen to a run and is not its fault: clocks, caches that cannot be written to, impatient users, steps that do
# not want to end, other runs.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

python=$(system_python)

tiny() {
    run tiny --python "$python" --target native "$@"
}

# slow SCRIPT: recipe/lib/slow.toml, whose build is that script; what it tells is in $TEST_FILES.
slow() {
    STATICBUILD_SANDBOX=none # it tells its number to who looks
    export STATICBUILD_SANDBOX
    mkdir -p slow-1
    printf '#!/bin/sh\ntouch slow.h\n%s\n' "$1" >slow-1/go.sh
    library_begun slow
    cat >>recipe/lib/slow.toml <<TOML
[build]
system = "commands"
steps = [["sh", "go.sh"]]
install = { "include/slow.h" = "slow.h" }
${2-}
[provides]
headers = ["include/slow.h"]
TOML
}

# begin: builds it in the background, until it says that it runs; $runner is the number of the program. A shell has what
# is in its background ignore Ctrl-C.
begin() {
    "$python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$STATICBUILD" build recipe/lib/slow.toml --target native >"$TEST_FILES/out" \
        2>"$TEST_FILES/err" &
    runner=$!
    within 60 test -s "$TEST_FILES/pid" || fail "the build did not begin"
}

# ended STATUS: it ends within 30 seconds, so, and its step with it.
ended() {
    within 30 sh -c "! kill -0 $runner 2>/dev/null" || {
        kill -KILL $runner
        fail "it does not end"
    }
    status=0
    wait $runner || status=$?
    expect_equal "$status" "$1"
    within 10 sh -c "! kill -0 $(cat "$TEST_FILES/pid") 2>/dev/null" || fail "its step is still there"
}

# Each time that it is asked, it is an hour earlier.
a_clock_that_goes_backwards() {
    project
    cat >clock.c <<'C'
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long turns;
static time_t back(time_t t) { return t - 3600 * ++turns; }
int clock_gettime(clockid_t id, struct timespec *t)
{
    long failed = syscall(SYS_clock_gettime, id, t);
    if (!failed && id != CLOCK_MONOTONIC && id != CLOCK_MONOTONIC_RAW)
        t->tv_sec = back(t->tv_sec);
    return (int)failed;
}
time_t time(time_t *out)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}
int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    (void)zone;
    out->tv_sec = time(NULL);
    out->tv_usec = 0;
    return 0;
}
C
    cc -w -shared -fPIC -o clock.so clock.c || skip "no shared library can be made"
    tiny -o plain
    expect_status 0
    wipe "$STATICBUILD_CACHE"
    run_command env LD_PRELOAD="$PWD/clock.so" ASAN_OPTIONS=verify_asan_link_order=0 "$STATICBUILD" tiny --python "$python" \
        --target native
    expect_status 0
    cmp plain/*.whl dist/*.whl || fail "another wheel was made"
    # As if everything had been made in the future.
    chmod -R u+w "$STATICBUILD_CACHE"
    find "$STATICBUILD_CACHE" -exec touch -h -d '+5 years' {} +
    tiny
    expect_status 0
    expect_out "nothing to do"
    run cache list
    expect_status 0
    expect_out libtiny
    run cache gc --max-age 1d
    expect_status 0
    tiny
    expect_status 0
    expect_out "nothing to do"
}

# read_only COMMAND...: runs it where nothing can be written into the cache.
read_only() {
    unshare -rm true 2>/dev/null || skip "nothing can be mounted here"
    # shellcheck disable=SC2016
    run_command unshare -rm sh -c 'mount --bind "$STATICBUILD_CACHE" "$STATICBUILD_CACHE" &&
        mount -o remount,bind,ro "$STATICBUILD_CACHE" && exec "$@"' sh "$@"
    case $err in *mount:*) skip "nothing can be mounted here: $err" ;; esac
}

a_cache_that_is_read_only() {
    project
    tiny
    expect_status 0
    read_only timeout -s KILL 60 "$STATICBUILD" plan tiny --python "$python" --target native
    expect_status 7
    expect_err "$STATICBUILD_CACHE: cannot be written: Read-only file system" "STATICBUILD_CACHE names another"
    edit recipe/lib/libtiny.toml 's/^version = .*/version = "1.1"/'
    read_only timeout -s KILL 60 "$STATICBUILD" tiny --python "$python" --target native
    expect_status 7
    expect_err "$STATICBUILD_CACHE" "Read-only file system"
    tiny
    expect_status 0
}

impatience_ends_it_too() {
    slow "echo \$\$ >'$TEST_FILES/pid'; exec sleep 300"
    begin
    kill -INT $runner
    kill -INT $runner 2>/dev/null || true
    kill -TERM $runner 2>/dev/null || true
    ended 130
    # Nothing of it stays in the way.
    slow ''
    run build recipe/lib/slow.toml --target native
    expect_status 0
    run cache verify
    expect_status 0
}

# Its window is closed: whoever it wrote to is gone, and it ends, with its step, as if it had been asked to.
a_terminal_that_goes_away() {
    slow "echo \$\$ >'$TEST_FILES/pid'; exec sleep 300"
    "$python" - "$STATICBUILD" "$TEST_FILES/pid" <<'PY' || fail "the program lives on without its terminal"
import os, pty, signal, sys, time
program, told = sys.argv[1:]
pid, terminal = pty.fork()
if not pid:
    os.execv(program, [program, "build", "recipe/lib/slow.toml", "--target", "native"])
for _ in range(600):
    if os.path.exists(told) and os.path.getsize(told):
        break
    time.sleep(0.1)
os.read(terminal, 1 << 16)
os.close(terminal)
for _ in range(300):
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        assert os.waitstatus_to_exitcode(status) == 130, status
        sys.exit(0)
    time.sleep(0.1)
os.kill(pid, signal.SIGKILL)
sys.exit(1)
PY
    within 10 sh -c "! kill -0 $(cat "$TEST_FILES/pid") 2>/dev/null" || fail "its step is still there"
    slow ''
    run build recipe/lib/slow.toml --target native
    expect_status 0
    run cache verify
    expect_status 0
}

a_step_that_does_not_want_to_end() {
    slow "trap '' TERM INT HUP; echo \$\$ >'$TEST_FILES/pid'; while :; do sleep 1; done"
    begin
    kill -INT $runner
    ended 130
    rm "$TEST_FILES/pid"
    # The same when its time is up.
    slow "trap '' TERM INT HUP; echo \$\$ >'$TEST_FILES/pid'; while :; do sleep 1; done" 'timeout = 2'
    begin
    ended 5
    grep -q 'wrote nothing for 2 s and was stopped' "$TEST_FILES/err" || fail "it is not said: $(cat "$TEST_FILES/err")"
}

a_step_that_kills_its_parent() {
    for sandbox in none auto; do
        slow "echo \$\$ >'$TEST_FILES/pid'; kill -KILL \$PPID; sleep 1; kill -KILL 0"
        STATICBUILD_SANDBOX=$sandbox
        run_command timeout -s KILL 60 "$STATICBUILD" build recipe/lib/slow.toml --target native
        [ "$status" = 5 ] || [ "$status" = 0 ] || fail "status $status with --sandbox=$sandbox"
        expect_status 5
    done
}

# Everybody begins at once; what is the same is made once, and all get the same.
eight_at_once() {
    STATICBUILD_SANDBOX=none # libtiny says that it is built
    export STATICBUILD_SANDBOX
    library_source libtiny-1.0
    printf '\techo built >>%s/built\n' "$TEST_FILES" >>libtiny-1.0/Makefile
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    extension
    for i in 1 2 3 4 5 6 7 8; do
        "$STATICBUILD" tiny --python "$python" --target native -o dist-$i >out-$i 2>err-$i &
        eval "pid_$i=$!"
    done
    for i in 1 2 3 4 5 6 7 8; do
        status=0
        eval "wait \$pid_$i" || status=$?
        [ "$status" = 0 ] || fail "run $i ended with $status: $(tail -5 err-$i)"
    done
    for i in 2 3 4 5 6 7 8; do
        cmp dist-1/*.whl dist-$i/*.whl || fail "run $i made another wheel"
    done
    expect_equal "$(cat "$TEST_FILES/built")" built
    expect_clean_store
}

# Killed at moments that nobody chose, one further run makes what one that was left alone made.
the_driver_is_killed() {
    project
    tiny -o plain
    expect_status 0
    wipe "$STATICBUILD_CACHE"
    for moment in 0.05 0.3 0.7 1.1 0.15 1.6 2.2 0.5 2.8 0.9; do
        "$STATICBUILD" tiny --python "$python" --target native >"$TEST_FILES/out" 2>"$TEST_FILES/err" &
        runner=$!
        sleep "$moment"
        kill -KILL $runner 2>/dev/null || true
        wait $runner 2>/dev/null || true
    done
    tiny
    expect_status 0
    cmp plain/*.whl dist/*.whl || fail "another wheel was made"
    run cache verify
    expect_status 0
    expect_clean_store
}

run_tests a_clock_that_goes_backwards a_cache_that_is_read_only impatience_ends_it_too a_terminal_that_goes_away a_step_that_does_not_want_to_end \
    a_step_that_kills_its_parent eight_at_once the_driver_is_killed
