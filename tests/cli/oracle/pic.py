#!/usr/bin/env python3
"""Compares what the audit says of static archives with what the linker does: pic.py STATICBUILD FOLDER…

Every archive below the folders is linked whole into a shared object; ld refuses what is not position-independent.
Each difference is printed; the last line counts. The status is 1 when there was one.
"""
import json
import os
import subprocess
import sys
import tempfile

REFUSALS = ("recompile with -fPIC", "can not be used when making a", "in read-only section", "read-only segment")


def archives(folders):
    for folder in folders:
        for root, _, files in os.walk(folder):
            for name in sorted(files):
                path = os.path.join(root, name)
                if name.endswith(".a") and not os.path.islink(path):
                    with open(path, "rb") as f:
                        if f.read(8) == b"!<arch>\n":
                            yield path


def verdicts(program, paths):
    """True for each that is position-independent, and for no other machine."""
    target = "manylinux_2_39_" + os.uname().machine
    out = subprocess.run([program, "audit", "-", "--format", "json", "--target", target], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, input=b"\0".join(os.fsencode(p) for p in paths) + b"\0").stdout
    for f in json.loads(out)["files"]:
        rules = {finding["rule"] for finding in f["findings"]}
        if f["kind"] == "archive" and f["members"] and not rules & {"mixed-machines", "damaged-object", "lto-object"}:
            yield f["path"], "not-pic" not in rules


def linker_takes(path, folder):
    """None when ld has another reason to refuse it."""
    done = subprocess.run(["cc", "-shared", "-nodefaultlibs", "-o", os.path.join(folder, "out.so"), "-Wl,-z,text",
                           "-Wl,-z,muldefs", "-Wl,--whole-archive", path, "-Wl,--no-whole-archive"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    if done.returncode == 0:
        return True
    text = done.stdout.decode("latin1")
    # A name that is hidden and in no member of the archive is another archive's.
    lines = [l for l in text.splitlines() if any(r in l for r in REFUSALS) and "undefined hidden symbol" not in l]
    return False if lines else None


def main():
    program, paths = sys.argv[1], list(archives(sys.argv[2:]))
    compared = different = 0
    with tempfile.TemporaryDirectory() as folder:
        for path, ours in verdicts(program, paths):
            theirs = linker_takes(path, folder)
            if theirs is None:
                continue
            compared += 1
            if theirs != ours:
                different += 1
                print("%s: position-independent for %s only" % (path, "the audit" if ours else "ld"))
    print("%d archives compared, %d differences" % (compared, different))
    return 1 if different or not compared else 0


sys.exit(main())
