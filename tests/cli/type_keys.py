"""Types into a shell as somebody at a terminal would, until it shows what is expected:

    type_keys.py SECONDS TEXT WORD... -- SHELL ARGUMENT...

TEXT is typed once the shell says "ready>", then TAB, twice, again each second. Status 1, with what was on the screen, when a
WORD is not shown in time.
"""
import os
import pty
import re
import select
import signal
import sys
import time


def screen(raw):
    text = raw.decode("utf-8", "replace")
    text = re.sub(r"\x1b(\[[0-9;?>=]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])", "", text)
    return re.sub(r"[\x00-\x08\x0e-\x1f]", "", text)


def read(fd, seconds):
    got = b""
    end = time.monotonic() + seconds
    while time.monotonic() < end and select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
        try:
            more = os.read(fd, 65536)
        except OSError:
            break
        if not more:
            break
        got += more
        if b"\x1b[c" in more:  # fish asks what terminal this is, and waits
            os.write(fd, b"\x1b[?62c")
    return got


def main():
    seconds, text = float(sys.argv[1]), sys.argv[2]
    rest = sys.argv[3:]
    at = rest.index("--")
    words, command = rest[:at], rest[at + 1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    end = time.monotonic() + seconds
    seen = b""
    try:
        while b"ready>" not in seen and time.monotonic() < end:
            seen += read(fd, 0.5)
        os.write(fd, text.encode())
        seen = b""
        while time.monotonic() < end:
            os.write(fd, b"\t\t")
            seen += read(fd, 1)
            shown = screen(seen)
            if all(re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(word), shown) for word in words):
                return 0
        print("not shown: %s" % ", ".join(w for w in words if w not in screen(seen)))
        print(screen(seen)[-2000:])
        return 1
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


sys.exit(main())
