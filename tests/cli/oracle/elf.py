#!/usr/bin/env python3
"""Compares the ELF reader with readelf.

    elf.py DUMP [FOLDER…]

DUMP is the program made from elf_dump.c. Every linked ELF file below the folders (without crossing file
systems; when none is given, / without the folders for temporary files) is read by both, and once more by ours without section headers. Each difference
is printed; the last line counts. The status is 1 when there was one.
"""
import concurrent.futures
import os
import re
import subprocess
import sys


def belongs(path, device, start):
    """Not files that somebody made to be odd: fixtures of tests are read in other ways, or not at all."""
    try:
        return (os.lstat(path).st_dev == device and (start != "/" or path not in ("/tmp", "/var/tmp"))
                and not path.endswith(("/tests/fixtures", "/fuzz/corpus")))
    except OSError:
        return False


def elf_files(folders):
    for folder in folders:
        device = os.lstat(folder).st_dev
        for root, names, files in os.walk(folder):
            names[:] = [n for n in names if belongs(os.path.join(root, n), device, folder)]
            for name in files:
                path = os.path.join(root, name)
                try:
                    if not os.path.islink(path) and os.path.isfile(path):
                        with open(path, "rb") as f:
                            if f.read(4) == b"\x7fELF":
                                yield path
                except OSError:
                    pass


def ours(dump, paths, *arguments):
    text = subprocess.run([dump, *arguments], input=b"".join(os.fsencode(p) + b"\0" for p in paths),
                          stdout=subprocess.PIPE, check=True).stdout
    result = {}
    for part in re.split(rb"(?:^|(?<=\n)|(?<=\0))file (?=/)", text)[1:]:
        path, _, lines = part.partition(b"\0")
        result[os.fsdecode(path)] = sorted(lines.decode("latin1").splitlines())
    return result


DYNAMIC = re.compile(r" 0x\w+ \((NEEDED|SONAME|RPATH|RUNPATH)\)\s+[^\[]*\[(.*)\]$")
WORD = r"(?:<[^>]*>: *\w+|\S+)"  # "<OS specific>: 10" where the file does not say which system's
SYMBOL = re.compile(r"\s*\d+: \w+ +\S+ +" + WORD + " +(" + WORD + r") +\S+ +(?:\[.*?\] +)?"
                    r"(bad section index\[ *\d+\]|\S+)(?: +(\S+))?")


def theirs(path):
    out = subprocess.run(["readelf", "-W", "-d", "-V", "--dyn-syms", path], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"}).stdout.decode("latin1")
    result, part, library = [], "", ""
    for line in out.splitlines():
        m = DYNAMIC.match(line)
        if m:
            result.append("%s %s" % (m[1], m[2]))
        elif line.startswith(("Version definition", "Version needs", "Version symbols", "Symbol table")):
            part = "Dynamic symbols" if "'.dynsym'" in line else line
        elif part.startswith("Version definition"):
            m = re.search(r"Cnt: \d+\s+Name: (\S+)", line)
            if m:
                result.append("defines " + m[1])
        elif part.startswith("Version needs"):
            m = re.search(r"File: (\S+)", line)
            if m:
                library = m[1]
            m = re.search(r"Name: (\S+)\s+Flags", line)
            if m:
                result.append("needs %s %s" % (library, m[1]))
        elif part == "Dynamic symbols":
            m = SYMBOL.match(line)
            if m and m[1] != "LOCAL":
                result.append(("undefined " if m[2] == "UND" else "exported ") + (m[3] or ""))
    return path, sorted(result)


DEBUG_FILE = "error PT_DYNAMIC has no bytes in the file: a separate debug file?"


def comparable(lines):
    """readelf leaves the version out where it is the symbol's own name, or says it with one sign for another."""
    return sorted(re.sub(r"^(\w+ )(.+)@@?\2$", r"\1\2", line) for line in lines)


def main():
    dump, folders = sys.argv[1], sys.argv[2:] or ["/"]
    paths = list(elf_files(folders))
    plain, stripped = ours(dump, paths), ours(dump, paths, "stripped")
    different = debug = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, lines in pool.map(theirs, plain):
            if not lines and plain[path][:1] == [DEBUG_FILE]:
                debug += 1  # nothing is in it that a loader could use, and both say so
                continue
            a, b = comparable(plain[path]), comparable(lines)
            if a != b:  # or the file has been written meanwhile
                a, b = comparable(ours(dump, [path]).get(path, [])), comparable(theirs(path)[1])
            if a != b:
                different += 1
                print("%r differs" % path)
                for line in sorted(set(a) ^ set(b))[:10]:
                    print("    %s %s" % ("ours   " if line in a else "readelf", line))
                if len(a) != len(b):
                    print("    %d lines, readelf has %d" % (len(a), len(b)))
            elif stripped.get(path) != plain[path] and ours(dump, [path]) != ours(dump, [path], "stripped"):
                different += 1
                print("%r: not the same without section headers" % path)
    print("%d files compared, %d more are separate debug files, %d differences" % (len(plain) - debug, debug, different))
    return 1 if different or not plain else 0


sys.exit(main())
