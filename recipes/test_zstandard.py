"""Proves a zstandard wheel: the C backend, threads, dictionaries and streams."""

import io
import os
import sys


def check(ok, what):
    if not ok:
        sys.exit("test_zstandard: " + what)


def main():
    os.environ["PYTHON_ZSTANDARD_IMPORT_POLICY"] = "cext"
    import zstandard

    check(zstandard.__version__ == "0.25.0", "zstandard is %s" % zstandard.__version__)
    check(zstandard.backend == "cext", "the backend is %s" % zstandard.backend)
    check(zstandard.ZSTD_VERSION == (1, 5, 7), "zstd is %s" % (zstandard.ZSTD_VERSION,))
    text = b"".join(b"%d bottles of beer on the wall, " % i for i in range(60000))
    for threads in (0, 2):
        packed = zstandard.ZstdCompressor(level=3, threads=threads).compress(text)
        check(zstandard.ZstdDecompressor().decompress(packed) == text, "%d threads" % threads)
    out = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(out, closefd=False) as writer:
        for i in range(0, len(text), 4096):
            writer.write(text[i:i + 4096])
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(out.getvalue())) as reader:
        check(reader.read() == text, "a stream")
    samples = [b"user %d has %d messages" % (i, i * 7 % 100) for i in range(2000)]
    words = zstandard.train_dictionary(4096, samples)
    packed = zstandard.ZstdCompressor(dict_data=words).compress(samples[5])
    check(zstandard.ZstdDecompressor(dict_data=words).decompress(packed) == samples[5], "a dictionary")
    try:
        zstandard.ZstdDecompressor().decompress(packed)
        check(False, "a frame was read without its dictionary")
    except zstandard.ZstdError:
        pass
    print("zstandard %s, zstd %d.%d.%d" % ((zstandard.__version__,) + zstandard.ZSTD_VERSION))


main()
