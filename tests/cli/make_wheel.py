#!/usr/bin/env python3
"""Makes a wheel, and on request a deceitful one: make_wheel.py OUT.whl FOLDER [TRICK].

RECORD is right unless the trick is about it. Tricks are listed in TRICKS below.
"""
import base64
import hashlib
import os
import stat
import struct
import sys
import zipfile


def record_line(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return "%s,sha256=%s,%d\n" % (name, digest, len(data))


def patch(path, change):
    with open(path, "rb") as f:
        data = bytearray(f.read())
    data = change(data) or data
    with open(path, "wb") as f:
        f.write(data)


def central(data):
    """Offset of the first entry of the central directory."""
    end = data.rfind(b"PK\5\6")
    return struct.unpack_from("<I", data, end + 16)[0]


def local_name(data):
    at = data.find(b"PK\3\4")
    length = struct.unpack_from("<H", data, at + 26)[0]
    data[at + 30 + length - 1] ^= 1


def local_size(data):
    struct.pack_into("<I", data, data.find(b"PK\3\4") + 22, 7)


def overlap(data):
    """The second entry of the directory points to the first member."""
    first = central(data)
    name, extra, comment = struct.unpack_from("<HHH", data, first + 28)
    second = first + 46 + name + extra + comment
    struct.pack_into("<I", data, second + 42, struct.unpack_from("<I", data, first + 42)[0])


def encrypted(data):
    at = central(data)
    struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)


def claim_bytes(data):
    """The first member says that it has 4 GiB less one."""
    struct.pack_into("<I", data, central(data) + 24, 0xfffffffe)


def count(data):
    end = data.rfind(b"PK\5\6")
    struct.pack_into("<HH", data, end + 8, 1, 1)


PATCHES = {
    "local-name": local_name,
    "local-size": local_size,
    "overlap": overlap,
    "encrypted": encrypted,
    "claims-4g": claim_bytes,
    "count": count,
    "trailing": lambda data: data + b"more",
    "prefix": lambda data: b"#!/bin/sh\n" + data,
    "cut": lambda data: data[:len(data) // 2],
}
TRICKS = sorted(list(PATCHES) + ["duplicate", "parent", "absolute", "symlink", "bomb", "descriptor", "comment", "hash",
                                 "not-listed", "no-record", "purelib", "two-dist-info", "other-name", "bad-line"])


class Unseekable:
    """Makes zipfile write data descriptors."""

    def __init__(self, f):
        self.f = f

    def write(self, data):
        return self.f.write(data)

    def flush(self):
        self.f.flush()


def main():
    out, folder = sys.argv[1:3]
    trick = sys.argv[3] if len(sys.argv) > 3 else ""
    assert not trick or trick in TRICKS, trick
    name, version, python, abi, platform = os.path.basename(out)[:-4].split("-")
    info = "%s-%s.dist-info/" % (name, version)
    files = []
    for root, _, names in sorted(os.walk(folder)):
        for n in sorted(names):
            path = os.path.join(root, n)
            with open(path, "rb") as f:
                files.append((os.path.relpath(path, folder), f.read()))
    said = "other" if trick == "other-name" else name
    files.append((info + "METADATA", ("Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (said, version)).encode()))
    tags = ["%s-%s-%s" % (p, a, t) for p in python.split(".") for a in abi.split(".") for t in platform.split(".")]
    files.append((info + "WHEEL", ("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: %s\n%s" % (
        "true" if trick == "purelib" else "false", "".join("Tag: %s\n" % t for t in tags))).encode()))
    if trick == "two-dist-info":
        files.append(("other-1.dist-info/METADATA", b""))
    if trick in ("parent", "absolute"):
        files.append(("../evil.py" if trick == "parent" else "/evil.py", b"1"))
    if trick == "bomb":
        files.append(("zeros", bytes(80 << 20)))
    record = "".join(record_line(n, d) for n, d in files)
    if trick == "hash":
        record = "".join(record_line(n, d + b"x" if n.endswith(".so") else d) for n, d in files)
    if trick == "not-listed":
        record = "".join(record_line(n, d) for n, d in files if not n.endswith(".so"))
    if trick == "bad-line":
        record += '"no end\n'
    if trick == "duplicate":
        files.append((info + "WHEEL", b"Wheel-Version: 9\n"))
    if trick != "no-record":
        files.append((info + "RECORD", (record + info + "RECORD,,\n").encode()))
    with open(out, "wb") as f:
        with zipfile.ZipFile(Unseekable(f) if trick == "descriptor" else f, "w", zipfile.ZIP_DEFLATED) as z:
            for n, data in files:
                member = zipfile.ZipInfo(n, (2020, 1, 1, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = (stat.S_IFREG | 0o644) << 16
                if trick == "symlink" and n.endswith(".so"):
                    member.external_attr = (stat.S_IFLNK | 0o777) << 16
                if trick == "comment":
                    member.comment = b"hello"
                z.writestr(member, data)
    if trick in PATCHES:
        patch(out, PATCHES[trick])


if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore")
    main()
