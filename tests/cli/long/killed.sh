#!/bin/sh
# Runs that are killed at moments that nobody chose, KILLS=200 of them: nothing of one lives on, and what the next makes is
# what a run that was left alone makes.
# timeout: 3600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

python=$(system_python)

tiny() {
    run tiny --python "$python" --target native "$@"
}

# Whether a process works in this test's cache, or has it in its words.
somebody_lives() {
    "$python" - "$STATICBUILD_CACHE" <<'PY'
import os, sys
cache = os.fsencode(sys.argv[1])
def words(number):
    with open(f"/proc/{number}/cmdline", "rb") as f:
        return f.read() + b"\0" + os.fsencode(os.readlink(f"/proc/{number}/cwd"))
for number in filter(str.isdigit, os.listdir("/proc")):
    try:
        if int(number) != os.getpid() and cache in words(number):
            sys.exit(0)
    except OSError:
        pass  # it ended meanwhile
sys.exit(1)
PY
}

# Every second one finds the cache empty, so that it is killed in the beginning as often as at the end.
killed_at_random() {
    project
    tiny -o plain
    expect_status 0
    seconds=$("$python" -c 'import subprocess, sys, time
begin = time.time()
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(time.time() - begin)' sh -c "rm -rf '$STATICBUILD_CACHE/trees' && '$STATICBUILD' tiny --python '$python' --target native")
    number=0
    while [ "$number" -lt "${KILLS:-200}" ]; do
        number=$((number + 1))
        [ $((number % 2)) = 0 ] || wipe "$STATICBUILD_CACHE"
        moment=$("$python" -c 'import random, sys; random.seed(int(sys.argv[1])); print(random.uniform(0, float(sys.argv[2])))' "$number" "$seconds")
        "$STATICBUILD" tiny --python "$python" --target native >"$TEST_FILES/out" 2>"$TEST_FILES/err" &
        runner=$!
        sleep "$moment"
        kill -KILL $runner 2>/dev/null || true
        wait $runner 2>/dev/null || true
        within 10 sh -c "! kill -0 $runner 2>/dev/null"
        tries=0
        while somebody_lives; do
            tries=$((tries + 1))
            [ "$tries" -lt 50 ] || fail "kill $number, after $moment s: a process of it lives on"
            sleep 0.1
        done
        rm -rf dist
        tiny
        expect_status 0
        cmp plain/*.whl dist/*.whl || fail "kill $number, after $moment s: another wheel was made"
    done
    run cache verify
    expect_status 0
    expect_clean_store
}

run_tests killed_at_random
