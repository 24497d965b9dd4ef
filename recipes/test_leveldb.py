"""Proves a plyvel wheel: a store with snappy compression, a comparator of its own, and an error that is raised."""

import os
import sys
import tempfile


def check(ok, what):
    if not ok:
        sys.exit("test_leveldb: " + what)


def size_of(folder):
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))


def fill(plyvel, folder, compression):
    value = b"compressible " * 4096
    with plyvel.DB(folder, create_if_missing=True, compression=compression) as db:
        with db.write_batch() as batch:
            for i in range(64):
                batch.put(b"key-%04d" % i, value)
        db.compact_range()
    with plyvel.DB(folder) as db:
        check(db.get(b"key-0063") == value, "a value is not what was put in")
        keys = list(db.iterator(include_value=False, start=b"key-0010", stop=b"key-0020"))
        check(keys == [b"key-%04d" % i for i in range(10, 20)], "the range of keys is wrong")
    return size_of(folder)


def main():
    import plyvel
    from plyvel import _plyvel

    check(plyvel.__version__ == "1.5.1", "plyvel is %s" % plyvel.__version__)
    check(getattr(_plyvel, "__file__", "built-in").endswith((".so", "built-in")), "the extension came from %s" % _plyvel.__file__)
    with tempfile.TemporaryDirectory() as top:
        packed = fill(plyvel, os.path.join(top, "packed"), "snappy")
        plain = fill(plyvel, os.path.join(top, "plain"), None)
        check(packed * 4 < plain, "snappy saved nothing: %d and %d bytes" % (packed, plain))

        def backwards(a, b):
            return (a < b) - (a > b)

        folder = os.path.join(top, "backwards")
        with plyvel.DB(folder, create_if_missing=True, comparator=backwards, comparator_name=b"backwards") as db:
            for key in (b"a", b"c", b"b"):
                db.put(key, key)
            check(list(db.iterator(include_value=False)) == [b"c", b"b", b"a"], "the comparator is not used")
        try:
            plyvel.DB(folder)
        except plyvel.Error:
            pass
        else:
            check(False, "a store of another comparator was opened")
    print("plyvel %s, leveldb with snappy: %d bytes for %d" % (plyvel.__version__, packed, plain))


main()
