"""Proves a hiredis wheel: replies are parsed in pieces and whole, commands are packed."""

import sys


def check(ok, what):
    if not ok:
        sys.exit("test_hiredis: " + what)


def main():
    import hiredis

    check(hiredis.__version__ == "2.3.2", "hiredis is %s" % hiredis.__version__)
    reader = hiredis.Reader()
    check(reader.gets() is False, "a reply before there was one")
    for byte in b"*3\r\n$5\r\nhello\r\n:42\r\n*1\r\n$-1\r\n":
        reader.feed(bytes([byte]))
    check(reader.gets() == [b"hello", 42, [None]], "an array that came byte by byte")
    reader = hiredis.Reader(encoding="utf-8", errors="strict")
    reader.feed("$3\r\nä!\r\n".encode())
    check(reader.gets() == "ä!", "a decoded reply")
    reader.feed(b"%1\r\n+a\r\n,1.5\r\n")
    check(reader.gets() == {"a": 1.5}, "a map of RESP3")
    reader.feed(b"-ERR no\r\n")
    check(isinstance(reader.gets(), hiredis.ReplyError), "an error")
    reader.feed(b"?\r\n")
    try:
        reader.gets()
        check(False, "nonsense was parsed")
    except hiredis.ProtocolError:
        pass
    check(hiredis.pack_command(("SET", b"k", 1, 1.5, "ä")) ==
          "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n1\r\n$3\r\n1.5\r\n$2\r\nä\r\n".encode(), "a packed command")
    print("hiredis %s" % hiredis.__version__)


main()
