#!/usr/bin/env python3
"""Code that nobody calls, and functions that are public for no reason, by the objects of a build.

    tests/lint/dead.py BUILD        a folder that `make` built the program and tests/unit into

A global symbol of builder/ that no other object needs is dead when its own object does not need it either, or should
be static when it does. One that only tests need is the tests' business, unless the program has no use for it at all:
then it stands in KEPT, with a reason. A name in KEPT that is gone, or that the program uses, is told too. Prints
`file: what`.
"""
import collections
import os
import re
import subprocess
import sys

KEPT = {  # symbol -> why it stays though the program does not call it
    "audit_bytes": "a fuzz target's input is bytes, not a file",
    "config_release": "the wrapper ends by exec; tests read many configurations",
    "elf_object_is_pic": "one object alone; the program asks with its siblings",
    "lockfile_parse": "a fuzz target's input is bytes, not a file",
    "json_add_array": "an array in an array: the writer is complete",
    "linking_release": "the wrapper ends by exec; tests link many times",
    "platform_covers": "the order of platforms, held by tables of tests",
    "platform_runs_on": "the order of platforms, held by tables of tests",
    "python_symbol_at": "tests walk the table",
}


def symbols(objects):
    """(object, letter, name) of each line of nm."""
    out = subprocess.run(["nm", "-A", "--no-demangle"] + objects, stdout=subprocess.PIPE, check=True,
                         universal_newlines=True).stdout
    for line in out.split("\n"):
        found = re.match(r"(.*?):\s*[0-9a-f]*\s+([A-Za-z])\s+(\S+)$", line)
        if found:
            yield found.groups()


def relocated(path):
    """Names that an object's own relocations go to: what it uses itself, as far as the compiler left that to see."""
    out = subprocess.run(["readelf", "-rW", path], stdout=subprocess.PIPE, check=True, universal_newlines=True).stdout
    return set(re.findall(r"^[0-9a-f]+\s+[0-9a-f]+\s+R_\S+\s+[0-9a-f]+\s+(\S+)", out, re.M))


def objects_below(folder):
    return sorted(os.path.join(top, name) for top, _, names in os.walk(folder) for name in names if name.endswith(".o"))


def main():
    build = sys.argv[1]
    root = os.path.join(build, "obj")
    defined, program, tests = {}, collections.defaultdict(set), collections.defaultdict(set)
    for path, letter, name in symbols(objects_below(root)):
        of_program = path.startswith(os.path.join(root, "builder"))
        if letter in "TDBRVW" and of_program and not name.startswith("_Z"):
            defined[name] = path
        elif letter == "U":
            (program if of_program else tests)[name].add(path)
    problems = []
    for name, path in sorted(defined.items(), key=lambda item: (item[1], item[0])):
        source = os.path.relpath(path, root)[:-2] + ".c"
        if name == "main" or program[name] or not os.path.isfile(source):
            continue
        used_inside = name in relocated(path)
        if tests[name]:
            if name not in KEPT and not used_inside and not called_in(source, name):
                problems.append("%s: %s is used by tests only" % (source, name))
        elif used_inside or called_in(source, name):
            problems.append("%s: %s can be static" % (source, name))
        else:
            problems.append("%s: nobody uses %s" % (source, name))
    for name in sorted(KEPT):
        if name not in defined or program[name]:
            problems.append("tests/lint/dead.py: %s need not stand in KEPT" % name)
    for line in problems:
        print(line)
    sys.exit(1 if problems else 0)


def called_in(source, name):
    """A call that was inlined leaves no relocation: the name stands in its file more than once."""
    with open(source, encoding="utf-8") as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    return len(re.findall(r"\b%s\b" % re.escape(name), text)) > 1


main()
