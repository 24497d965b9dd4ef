#!/bin/sh
# `staticbuild footprint` that runs what it measures: imports, two builds, workers.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

json() {
    python3 -c "import json, sys; d = json.load(open('$TEST_FILES/out')); print($1)"
}

valid() {
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/footprint.schema.json" "$TEST_FILES/out" >problems ||
        fail "not as the schema says: $(cat problems)"
}

# The system's own interpreter starts quickest.
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)

nothing_left() {
    left=$(ls "$STATICBUILD_CACHE/work" 2>/dev/null)
    [ -z "$left" ] || fail "left behind: $left"
}

# wheel NAME MIB [VERSION]: a wheel whose module holds that many MiB once it is imported.
wheel() {
    rm -rf tree
    mkdir -p "tree/$1" "tree/$1-${3:-1}.dist-info"
    echo "held = bytearray($2 << 20)" >"tree/$1/__init__.py"
    echo text >tree/LICENSE
    python3 "$ROOT/tests/cli/make_wheel.py" "$1-1-py3-none-any.whl" tree >/dev/null
}

an_import_is_measured() {
    need python3
    wheel heavy 20
    run footprint heavy-1-py3-none-any.whl --python "$python" --runs 5
    expect_status 0
    expect_no_err
    expect_out 'import heavy' 'import time' 'its share (PSS)' 'minor page faults'
    nothing_left
    run footprint heavy-1-py3-none-any.whl --python "$python" --runs 5 --format json
    expect_status 0
    valid
    nothing_left
    expect_equal "$(json "[d['import']['names'], d['import']['added']['uss']['verdict'], len(d['import']['subjects'])]")" \
        "[['heavy'], 'more', 2]"
    [ "$(json "abs(d['import']['added']['private_dirty']['shift'] - (20 << 20)) < 600000")" = True ] ||
        fail "20 MiB were held: $(json "d['import']['added']['private_dirty']")"
}

# A library whose data hold addresses: the loader writes to each of their pages.
pages_that_the_loader_writes_are_counted() {
    need cc
    mkdir -p packed/packed
    echo 'void *table[64 * 512] = {[0 ... 64 * 512 - 1] = &table};' >table.c
    cc -shared -fPIC -o packed/packed/table.so table.c
    echo 'import ctypes, os; held = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "table.so"))' \
        >packed/packed/__init__.py
    run footprint --python "$python" packed --import packed --runs 5 --format json
    expect_status 0
    valid
    written=$(json "[s['added_objects']['pages_written'] for s in d['import']['subjects'] if 'added_objects' in s][-1]")
    bytes=$((written * $(getconf PAGE_SIZE)))
    [ "$bytes" -ge 262144 ] || fail "256 KiB of data are written to, and only $written pages are told"
}

two_builds_are_compared() {
    need python3
    wheel heavy 20
    mkdir -p other/heavy
    echo 'held = bytearray(4 << 20)' >other/heavy/__init__.py
    run footprint heavy-1-py3-none-any.whl --python "$python" --runs 6 --against other --format json
    expect_status 0
    valid
    expect_equal "$(json "d['import']['against']['private_dirty']['verdict']")" more
    [ "$(json "abs(d['import']['against']['private_dirty']['shift'] - (16 << 20)) < 400000")" = True ] ||
        fail "16 MiB more were held: $(json "d['import']['against']['private_dirty']")"
    wheel heavy 20
    mkdir same && (cd same && unzip -q ../heavy-1-py3-none-any.whl && "$python" -m compileall -q .)
    run footprint heavy-1-py3-none-any.whl --python "$python" --runs 6 --against same --format json
    expect_status 0
    [ "$(json "abs(d['import']['against']['private_dirty']['shift']) < 200000")" = True ] ||
        fail "the same is called different: $(json "d['import']['against']['private_dirty']")"
    run footprint heavy-1-py3-none-any.whl --python "$python" --runs 5 --against same --format html
    expect_status 0
    expect_out 'Address space, logarithmic' '</html>'
    refuse_out '<!-- the template'
    run footprint --python "$python" --import json --against installed --runs 3
    expect_status 0
    expect_out 'too few starts to tell a difference from noise'
    refuse_out ') less' ') more'
    nothing_left
}

imports_that_fail() {
    need python3
    run footprint --python "$python" --import nosuchmodule --runs 5
    expect_status 7
    expect_err 'importing nosuchmodule failed' "No module named 'nosuchmodule'"
    mkdir -p bad/exits bad/dies
    echo 'raise SystemExit(0)' >bad/exits/__init__.py
    echo 'import os; os.kill(os.getpid(), 9)' >bad/dies/__init__.py
    for name in exits dies; do
        run footprint --python "$python" bad --import "$name" --runs 5
        expect_status 7
        expect_err "importing $name failed"
    done
    # The module of that name that was imported is not the one that was meant.
    mkdir -p empty
    run footprint --python "$python" empty --import json --runs 5
    expect_status 7
    expect_err 'json was imported from' 'not from empty'
    echo x >broken.whl
    run footprint broken.whl
    [ "$status" != 0 ] || fail 'a broken wheel was measured'
    nothing_left
}

what_modules_print_harms_nothing() {
    need python3
    mkdir -p loud/loud
    printf 'import os, sys\nprint("1 2 3\\n" * 100000)\nos.write(1, b"99 0 0\\n")\nsys.stderr.write("x" * 200000)\n' >loud/loud/__init__.py
    run footprint --python "$python" loud --import loud --runs 5
    expect_status 0
    expect_no_err
    expect_out 'import loud'
    # Threads, children and files that are left open.
    mkdir -p busy/busy
    printf 'import threading, time, subprocess\nt = threading.Thread(target=time.sleep, args=(100,), daemon=True)\nt.start()\np = subprocess.Popen(["sleep", "100"])\n' >busy/busy/__init__.py
    run footprint --python "$python" busy --import busy --runs 5 --format json
    expect_status 0
    valid
    sleep 0.3
    [ -z "$(pgrep -f '^sleep 100$' -s 0 || true)" ] || fail 'a child of what was measured lives on'
    nothing_left
}

workers_are_measured() {
    need python3
    mkdir -p big/big
    echo 'held = [[str(i)] for i in range(60000)]' >big/big/__init__.py
    run footprint --python "$python" big --import big --fork --workers 3 --gc-freeze --runs 5 --format json
    expect_status 0
    valid
    nothing_left
    # setup -> sums of shares at each moment
    python3 - "$TEST_FILES/out" <<'PY' || fail 'not what forking does'
import json, sys
d = json.load(open(sys.argv[1]))["fork"]
setups = {s["setup"]: s["moments"] for s in d["setups"]}
assert list(setups) == ["separate", "fork-early", "fork", "fork-freeze"], list(setups)
pss = {name: [m["pss"]["median"] for m in moments] for name, moments in setups.items()}
shared = {name: [m["worker_shared"]["median"] for m in moments] for name, moments in setups.items()}
assert d["moments"][1] == "gc.collect()"
assert pss["fork"][0] < pss["separate"][0] * 0.7, pss            # importing first is shared
assert pss["fork-early"][0] > pss["fork"][0] * 1.2, pss          # importing afterwards is not
assert pss["fork"][1] > pss["fork"][0] * 1.2, pss                # the collector writes to all objects
assert pss["fork-freeze"][1] < pss["fork"][1] * 0.85, pss        # but not to frozen ones
for name in ("fork", "fork-freeze"):                             # sharing decays, and never grows by much
    assert all(b <= a * 1.02 for a, b in zip(shared[name], shared[name][1:])), shared
assert max(shared["separate"]) == 0, shared
PY
    echo 'import big; sum(len(x) for x in big.held)' >touch.py
    run footprint --python "$python" big --import big --fork --workers 2 --touch touch.py --runs 5
    expect_status 0
    expect_out 'each worker runs touch.py' 'run twice' '2 interpreters' 'still shared'
    echo 'raise RuntimeError("no work today")' >touch.py
    run footprint --python "$python" big --import big --fork --workers 2 --touch touch.py --runs 5
    expect_status 7
    expect_err 'ended while it was measured' 'no work today'
    nothing_left
}

bare_interpreters_are_compared() {
    need python3
    run footprint --python "$python" --fork --workers 2 --gc-freeze --runs 5
    expect_status 0
    expect_out 'bare interpreters, 2 workers' '2 interpreters' 'one that forks' 'gc.freeze(), fork'
    run footprint --python "$python" --fork --workers 1 --runs 5 --format html
    expect_status 0
    expect_out 'Still shared' '</html>'
    refuse_out '<!-- the template'
}

an_interrupt_leaves_nothing() {
    need python3
    mkdir -p slow/slow
    cat >slow/slow/__init__.py <<PY
import os, time
with open("$PWD/pid.new", "w") as f:
    f.write(str(os.getpid()))
os.rename("$PWD/pid.new", "$PWD/pid")
time.sleep(3)
PY
    "$STATICBUILD" footprint --python "$python" slow --import slow --runs 9 >o 2>e &
    pid=$!
    within 20 test -e pid || fail 'nothing was started'
    child=$(cat pid) # it sleeps for 3 seconds
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    expect_status 130
    kill -0 "$child" 2>/dev/null && fail 'the interpreter lives on'
    nothing_left
}

run_tests an_import_is_measured pages_that_the_loader_writes_are_counted two_builds_are_compared imports_that_fail what_modules_print_harms_nothing \
    workers_are_measured bare_interpreters_are_compared an_interrupt_leaves_nothing
