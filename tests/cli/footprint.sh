#!/bin/sh
# `staticbuild footprint` of files and of processes: nothing is started but by the test.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# Starts a process in the background that is known to have begun; $started is its number, killed at the end.
begin() {
    "$@" >began 2>began.err &
    started=$!
    within 20 test -s began || fail "did not begin: $* $(cat began.err)"
}

json() {
    python3 -c "import json, sys; d = json.load(open('$TEST_FILES/out')); print($1)"
}

valid() {
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/footprint.schema.json" "$TEST_FILES/out" >problems ||
        fail "not as the schema says: $(cat problems)"
}

a_module_is_told_from_the_file() {
    need cc python3
    printf '#include <stdio.h>\nstatic char big[9000] = {1}; char *p = big;\nint PyInit_m(void) { return puts(p); }\n' >m.c
    cc -shared -fPIC -o m.so m.c -Wl,-z,now
    run footprint m.so
    expect_status 0
    expect_no_err
    expect_out 'm.so (x86-64)' 'relro' 'R_X86_64_RELATIVE' '9.0 kB  big' 'm.c'
    run footprint m.so --format json
    expect_status 0
    valid
    expect_equal "$(json "d['modules'][0]['objects'][0]")" "{'name': 'big', 'size': 9000}"
    expect_equal "$(json "d['modules'][0]['relocation_total'] == sum(r['count'] for r in d['modules'][0]['relocations'])")" True
    run footprint m.so --format html
    expect_status 0
    expect_out '<!DOCTYPE html>' 'R_X86_64_RELATIVE' '</html>'
    refuse_out '<!-- the template'
}

a_link_map_tells_libraries() {
    need cc ar
    printf 'int one(void) { static int table[500] = {1}; return table[3]; }\n' >one.c
    printf 'int one(void); int PyInit_m(void) { return one(); }\n' >m.c
    cc -c -fPIC one.c && ar rcs libone.a one.o
    cc -shared -fPIC -o m.so m.c libone.a -Wl,-Map,m.so.map
    run footprint m.so
    expect_status 0
    expect_out 'static libraries, by the link map' 'libone.a' '1 members'
}

files_that_are_none() {
    echo text >text
    run footprint text nothere
    expect_status 7
    expect_err 'text: not an ELF file' 'nothere: No such file'
    mkfifo fifo
    run footprint fifo
    expect_status 7
    printf '\177ELF\002\001\001' >short
    run footprint short
    expect_status 7
}

wrong_command_lines() {
    for line in '' '--pid 0' '--pid x' '--pid 99999999999' '--pid 1 m.so' '--pid 1 --import json' '--follow 3s' \
        "--pid $$ --follow 3y" "--pid $$ --follow -1s" "--pid $$ --follow 9999h" '--workers 3 --import json' '--gc-freeze --import json' \
        '--touch x --import json' '--fork --against installed --import json' 'a.whl b.whl --import x' '--runs 3 m.so' \
        '--runs 100000 --import json' '--fork --touch nothere' '--import json --against nothere' '--format sarif m.so'; do
        # shellcheck disable=SC2086 # words on purpose
        run footprint $line
        [ "$status" = 2 ] || fail "status $status instead of 2: footprint $line"
        expect_no_out
    done
}

a_process_is_explained() {
    need python3
    begin python3 -c 'import time; x = bytearray(30 << 20); print("ready", flush=True); time.sleep(60)'
    run footprint --pid "$started"
    expect_status 0
    expect_no_err
    expect_out "PID $started" 'anonymous' 'heap' 'if it ended' 'libc.so.6'
    run footprint --pid "$started" --format json
    expect_status 0
    valid
    expect_equal "$(json "d['processes'][0]['steady']")" True
    # To the byte: kinds, and mappings, add up to the process. [vsyscall] is of no process.
    expect_equal "$(json "all(sum(k['memory'][f] for k in d['processes'][0]['kinds']) == d['processes'][0]['memory'][f] - \
        (d['processes'][0]['pss_rounding'] if f == 'pss' else 0) for f in d['processes'][0]['memory'])")" True
    expect_equal "$(json "all(sum(k['memory'][f] for k in d['processes'][0]['mappings'] if k['name'] != '[vsyscall]') == \
        d['processes'][0]['memory'][f] - (d['processes'][0]['pss_rounding'] if f == 'pss' else 0) \
        for f in d['processes'][0]['memory'])")" True
    expect_equal "$(json "d['processes'][0]['memory']['rss'] // 1024")" "$(sed -n 's/^Rss: *\([0-9]*\) kB/\1/p' "/proc/$started/smaps_rollup")"
    run footprint --pid "$started" --format html
    expect_status 0
    expect_out 'Address space, to scale' 'Address space, logarithmic' '</html>'
    refuse_out '<!-- the template'
    kill "$started"
}

a_tree_is_added_up() {
    need python3
    begin python3 -c 'import os, time
x = bytearray(8 << 20)
for i in range(3):
    if os.fork() == 0:
        x[: 4 << 20] = bytes(4 << 20)
        time.sleep(60)
time.sleep(0.5); print("ready", flush=True); time.sleep(60)'
    run footprint --pid "$started" --format json
    expect_status 0
    valid
    expect_equal "$(json "len(d['processes'][0]['tree']['processes'])")" 4
    [ "$(json "(20 << 20) <= d['processes'][0]['tree']['pss'] < (60 << 20)")" = True ] || fail "the tree's pss: $out"
    [ "$(json "d['processes'][0]['tree']['pss'] == sum(p['memory']['pss'] for p in d['processes'][0]['tree']['processes'])")" = True ] ||
        fail 'not the sum'
    # 8 MiB less the half that the children wrote to.
    [ "$(json "(3 << 20) < d['processes'][0]['shared_anonymous'] < (16 << 20)")" = True ] || fail 'what a fork left shared'
    pkill -P "$started" || true
    kill "$started"
}

# total PID...: what others say that these take together, in bytes. smem takes what smaps says, each mapping rounded
# down to kB, ps_mem adds half a kB for each.
total() {
    if command -v ps_mem >/dev/null; then
        ps_mem -p "$(echo "$*" | tr ' ' ,)" -t
    else
        smem -H -c 'pid pss' | awk -v pids=" $* " 'index(pids, " " $1 " ") { sum += $2 } END { print sum * 1024 }'
    fi
}

# Of a program that shares nothing with what measures it but libc.
ps_mem_agrees() {
    need python3 cc
    command -v ps_mem >/dev/null || command -v smem >/dev/null || skip 'neither ps_mem nor smem is installed: not compared'
    [ "$(id -u)" = 0 ] || skip 'ps_mem wants to be root'
    cat >family.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void)
{
    char *memory = malloc(48 << 20);
    memset(memory, 1, 32 << 20);
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            memset(memory, 2, 16 << 20);
            sleep(100);
        }
    sleep(1);
    puts("ready");
    fflush(stdout);
    sleep(100);
}
C
    cc -O1 -o family family.c
    begin ./family
    pids="$started $(pgrep -P "$started" | tr '\n' ' ')"
    run footprint --pid "$started" --format json
    ours=$(json "d['processes'][0]['tree']['pss']")
    # shellcheck disable=SC2086 # words on purpose
    theirs=$(total $pids)
    pkill -P "$started" || true
    kill "$started"
    python3 -c "import sys; sys.exit(abs($ours - float($theirs)) > $theirs / 100)" ||
        fail "ours $ours, theirs $theirs"
}

processes_that_cannot_be_measured() {
    run footprint --pid 4194303
    expect_status 7
    expect_err 'PID 4194303: there is no such process'
    (sleep 0 & exec sleep 30) &
    parent=$!
    within 20 sh -c "grep -q '^State:.Z' /proc/\$(pgrep -P $parent)/status" || fail 'no zombie'
    zombie=$(pgrep -P "$parent")
    run footprint --pid "$zombie"
    kill "$parent"
    expect_status 7
    expect_err "PID $zombie (sleep): has ended and waits for PID $parent"
    expect_no_out
    if [ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ]; then
        run footprint --pid 2
        expect_status 7
        expect_err 'PID 2 (kthreadd): is a kernel thread'
    fi
    if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
        chmod 755 . && cp "$STATICBUILD" ./copy && chmod 755 copy
        begin sh -c 'echo ready; exec sleep 30'
        run_command setpriv --reuid 65534 --regid 65534 --clear-groups ./copy footprint --pid "$started"
        kill "$started"
        [ "$status" = 126 ] && skip 'the folder of tests cannot be seen by others'
        expect_status 7
        expect_err 'is a process of root, whose smaps only root may read'
    fi
}

a_process_is_followed() {
    need python3
    begin python3 -c 'import time; print("ready", flush=True)
x = []
for i in range(40):
    x.append(bytearray(1 << 20)); time.sleep(0.05)
time.sleep(60)'
    run footprint --pid "$started" --follow 1s --format json
    expect_status 0
    valid
    expect_equal "$(json "len(d['processes'][0]['moments'])")" 20
    [ "$(json "d['processes'][0]['moments'][-1]['memory']['rss'] - d['processes'][0]['moments'][0]['memory']['rss'] > (1 << 20)")" = True ] ||
        fail 'it grew, and that was not seen'
    kill "$started"
    begin sh -c 'echo ready; exec sleep 0.7'
    run footprint --pid "$started" --follow 3s
    expect_status 0
    expect_out 'ended while it was read'
}

# Reading is all that is done: it is not stopped, and has no page fault more.
nothing_is_disturbed() {
    need python3
    begin sh -c 'echo ready; exec sleep 30'
    within 20 grep -q sleep "/proc/$started/comm" || fail 'no sleep'
    sleep 0.5
    before=$(cut -d' ' -f 3,10,12,14,15 "/proc/$started/stat")
    for _ in 1 2 3; do
        run footprint --pid "$started"
        expect_status 0
    done
    expect_equal "$(cut -d' ' -f 3,10,12,14,15 "/proc/$started/stat")" "$before"
    kill "$started"
}

programs_of_the_machine() {
    need python3
    cp "$(command -v sleep)" hungry-program-of-a-long-name
    began=""
    for _ in 1 2 3; do
        ./hungry-program-of-a-long-name 60 &
        began="$began $!"
    done
    within 20 sh -c 'for p in '"$began"'; do grep -q "^hungry" /proc/$p/comm || exit 1; done' || fail 'they did not begin'
    run footprint --by-program --format json
    left=$(ls -d /proc/[0-9]* | wc -l)
    expect_status 0
    valid
    expect_equal "$(json "[p['processes'] for p in d['programs']['list'] if p['name'] == 'hungry-program-of-a-long-name']")" '[3]'
    expect_equal "$(json "d['programs']['pss'] == sum(p['pss'] for p in d['programs']['list'])")" True
    expect_equal "$(json "0 < d['programs']['processes'] <= $left + 50")" True
    run footprint --by-program
    expect_status 0
    expect_out 'program ' 'processes' 'all '
    run footprint --pid hungry-program-of-a-long-name
    expect_status 2
    expect_err '3 processes are called so'
    # shellcheck disable=SC2086 # numbers
    kill $began
    run footprint --by-program --pid 1
    expect_status 2
}

run_tests programs_of_the_machine a_module_is_told_from_the_file a_link_map_tells_libraries files_that_are_none wrong_command_lines \
    a_process_is_explained a_tree_is_added_up ps_mem_agrees processes_that_cannot_be_measured a_process_is_followed \
    nothing_is_disturbed
