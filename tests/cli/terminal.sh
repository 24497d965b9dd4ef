#!/bin/sh
# What a person sees: the live view on a pseudo-terminal, and that it leaves the screen as it should.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# on_terminal WIDTH COMMAND...: runs it on a terminal of that width with 20 rows; what it wrote goes to ./screen,
# $status is set. KEYS_AFTER=seconds types Ctrl-C then.
on_terminal() {
    need python3
    python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip 'no pseudo-terminal can be had here (/dev/pts)'
    cat >terminal.py <<'PY'
import fcntl, os, pty, select, signal, struct, sys, termios, time
width, argv = int(sys.argv[1]), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    time.sleep(0.2)
    os.execvp(argv[0], argv)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 20, width, 0, 0))
interrupt = time.time() + float(os.environ.get("KEYS_AFTER", "1000"))
end, out = time.time() + 120, b""
while time.time() < end:
    if time.time() > interrupt:
        os.write(fd, b"\x03")
        interrupt = end = time.time() + 30
    if select.select([fd], [], [], 0.1)[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
else:
    os.kill(pid, signal.SIGKILL)
with open("screen", "wb") as f:
    f.write(out)
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
PY
    run_command env TERM="${TERMINAL:-xterm}" python3 terminal.py "$@"
    last_command="on a terminal: $*"
    # What stays: the escape sequences carried out by a terminal of our own.
    python3 - "$1" <<'PY'
import re, sys
width = int(sys.argv[1])
text = open("screen", "rb").read().decode().replace("^C", "")  # the terminal's own echo
lines, row, col = [""], 0, 0
for piece in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
    if piece == "\n":
        row += 1
        if row == len(lines):
            lines.append("")
    elif piece == "\r":
        col = 0
    elif piece.startswith("\x1b["):
        n = int(re.sub(r"\D.*", "", piece[2:-1]) or 1)
        if piece.endswith("A"):
            row = max(0, row - n)
        elif piece.endswith("J"):
            lines = lines[:row] + [lines[row][:col]]
        elif not piece.endswith("m"):
            sys.exit("a sequence that is not expected: %r" % piece)
    else:
        lines[row] = lines[row][:col].ljust(col) + piece + lines[row][col + len(piece):]
        col += len(piece)
open("stays", "w").write("\n".join(l.rstrip() for l in lines))
drawn = [l for l in re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).replace("\r", "").split("\n") if re.search(r"  +\d+ s( of \d+)?$", l)]
open("drawn", "w").write("\n".join(drawn))
if any(len(l) >= width for l in drawn):
    sys.exit("a line of the live view is as wide as the terminal: %r" % max(drawn, key=len))
PY
}

slow_project() {
    library_source libtiny-1.0
    printf 'libtiny.a: tiny.o\n\tsleep 1\n\t$(AR) rcs $@ $^\n' >libtiny-1.0/Makefile
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    extension
    python=$(system_python)
}

it_shows_what_runs_and_clears_itself() {
    slow_project
    on_terminal 70 "$STATICBUILD" tiny --target native --python "$python"
    expect_status 0
    grep -q 'build libtiny 1.0: build' drawn || fail 'the running step is not shown'
    grep -q 'done   build libtiny 1.0' stays || fail 'what is done does not stay'
    grep -q 'dist/tiny-1.0' stays || fail 'the result is not shown'
    grep -q 'steps done' stays || fail 'no totals'
    if grep -q ' steps, \| of [0-9]* steps' stays; then
        fail 'the live view is still there'
    fi
    grep -q "$(printf '\033\[32m')" screen || fail 'no colours on a terminal'
}

the_time_goes_on() {
    slow_project
    edit recipe/lib/libtiny.toml 's/^summary.*/summary = "Slow"/'
    on_terminal 70 "$STATICBUILD" tiny --target native --python "$python"
    expect_status 0
    grep -q 'build libtiny.* 1 s$' drawn || fail 'the time of a running step stands still'
}

# What the running command wrote last, and, from the second time on, how long it took before.
what_goes_on_is_shown() {
    library_source libtiny-1.0
    printf 'libtiny.a: tiny.o\n\t@echo "[12/99] working on it"\n\t@sleep 2\n\t$(AR) rcs $@ $^\n' >libtiny-1.0/Makefile
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    on_terminal 90 "$STATICBUILD" build libtiny --target native
    expect_status 0
    grep -q 'build libtiny 1.0: build  \[12/99\] working on it ' drawn || fail "the output is not shown: $(cat drawn)"
    ! grep -q ' s of [0-9]' drawn || fail 'it knows how long it will take'
    edit recipe/lib/libtiny.toml 's/{cflags}"/{cflags} -DOTHER"/'
    on_terminal 90 "$STATICBUILD" build libtiny --target native
    expect_status 0
    grep -q 'working on it .* s of [2-9]' drawn || fail "the time of the last run is not shown: $(cat drawn)"
    if grep -q 'working on it' stays; then
        fail 'the output stays on the screen'
    fi
}

a_narrow_one() {
    slow_project
    on_terminal 30 "$STATICBUILD" tiny --target native --python "$python"
    expect_status 0
    [ -s drawn ] || fail 'nothing was drawn'
}

no_color() {
    slow_project
    NO_COLOR=1
    export NO_COLOR
    on_terminal 70 "$STATICBUILD" tiny --target native --python "$python"
    expect_status 0
    if grep -q "$(printf '\033\[[0-9;]*m')" screen; then
        fail 'colours in spite of NO_COLOR'
    fi
    [ -s drawn ] || fail 'the live view needs no colours'
}

a_dumb_terminal() {
    slow_project
    TERMINAL=dumb
    on_terminal 70 "$STATICBUILD" tiny --target native --python "$python"
    expect_status 0
    if grep -q "$(printf '\033')" screen; then
        fail 'an escape sequence on a dumb terminal'
    fi
    grep -q 'begin  build libtiny' stays || fail 'no plain lines'
}

the_style_can_be_chosen() {
    slow_project
    on_terminal 70 "$STATICBUILD" tiny --target native --python "$python" --progress plain
    expect_status 0
    grep -q 'begin  build libtiny' stays || fail 'no plain lines'
    run tiny --python "$python" --progress tty -o elsewhere
    expect_status 0
    if grep -q "$(printf '\033')" "$TEST_FILES/err"; then
        fail 'an escape sequence in a file'
    fi
}

ctrl_c() {
    STATICBUILD_SANDBOX=none # the build tells its number to who looks
    export STATICBUILD_SANDBOX
    library_source libtiny-1.0
    printf 'libtiny.a:\n\techo $$$$ >%s/pid; exec sleep 300\n' "$TEST_FILES" >libtiny-1.0/Makefile
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    extension
    python=$(system_python)
    KEYS_AFTER=6
    export KEYS_AFTER
    on_terminal 70 "$STATICBUILD" tiny --target native --python "$python"
    expect_status 130
    [ -s "$TEST_FILES/pid" ] || fail 'the build did not begin within six seconds'
    ! kill -0 "$(cat "$TEST_FILES/pid")" 2>/dev/null || fail 'a child is still there'
    grep -q interrupt stays || fail "it does not say that it was interrupted: $(cat stays)"
    if grep -q 'build libtiny 1.0: build' stays; then
        fail 'the live view is still there'
    fi
}

run_tests it_shows_what_runs_and_clears_itself the_time_goes_on what_goes_on_is_shown a_narrow_one no_color a_dumb_terminal \
    the_style_can_be_chosen ctrl_c
