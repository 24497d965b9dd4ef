"""Proves a Brotli wheel: what is compressed comes back, whole, in pieces and within a limit."""

import sys


def check(ok, what):
    if not ok:
        sys.exit("test_brotli: " + what)


def main():
    import _brotli
    import brotli

    check(brotli.version == "1.2.0", "brotli is %s" % brotli.version)
    check(getattr(_brotli, "__file__", "built-in").endswith((".so", "built-in")), "the extension came from %s" % _brotli)
    text = b"the quick brown fox jumps over the lazy dog, " * 5000
    for quality in (0, 5, 11):
        packed = brotli.compress(text, quality=quality, mode=brotli.MODE_TEXT)
        check(len(packed) < len(text) // 100 and brotli.decompress(packed) == text, "quality %d" % quality)
    compressor = brotli.Compressor(quality=4)
    packed = b"".join(compressor.process(text[i:i + 999]) for i in range(0, len(text), 999)) + compressor.finish()
    decompressor = brotli.Decompressor()
    back = b"".join(decompressor.process(packed[i:i + 7]) for i in range(0, len(packed), 7))
    check(back == text and decompressor.is_finished(), "in pieces")
    try:
        brotli.decompress(packed[:-5])
        check(False, "a part was taken for the whole")
    except brotli.error:
        pass
    print("brotli %s" % brotli.version)


main()
