"""Imports what a wheel brings, checks that it came from there, and runs the test of its recipe as the main program:

    import.py SITE SCRIPT WITH-COUNT IMPORT-COUNT GUESSED WITH... NAME...

SITE is where the wheel was installed, WITH the folders of wheels that the test requires besides; the first IMPORT-COUNT of
the names may come from those, because the recipe names them. SCRIPT and GUESSED may be empty.

Status 77: names that were guessed want what is not there.
"""
import importlib
import os
import re
import runpy
import sys


class Missed:
    """Stands behind all finders: what it is asked for nobody has."""

    def __init__(self):
        self.names = set()

    def find_spec(self, name, path=None, target=None):
        self.names.add(name.split(".")[0])


def wanted(e, missed):
    """The module that an import failed for want of, as Python says it, or an extension's own words: numpy's
    import_array() tells in a plain ImportError what it did not find. One with a path is about that file."""
    if isinstance(e, ModuleNotFoundError):
        return e.name
    words = set(re.findall(r"\w+", str(e)))
    return None if e.path else next(iter(sorted(missed & words)), None)


def take(name, names, guessed, folders, missed):
    try:
        module = importlib.import_module(name)
    except ImportError as e:
        what = wanted(e, missed)
        if not guessed or not what or what.split(".")[0] in {n.split(".")[0] for n in names}:
            raise
        print("importing %s wants %s, which is not part of the wheel" % (name, what))
        sys.exit(77)
    where = os.path.realpath(getattr(module, "__file__", None) or list(module.__path__)[0])
    if not any(where.startswith(os.path.realpath(folder) + os.sep) for folder in folders):
        sys.exit("%s came from %s, not from the wheel" % (name, where))
    print("imported " + name)


def main():
    site, script, with_count, import_count, guessed = sys.argv[1:6]
    with_count, import_count = int(with_count), int(import_count)
    others, names = sys.argv[6:6 + with_count], sys.argv[6 + with_count:]
    sys.path[0:0] = [site] + others
    missed = Missed()
    sys.meta_path.append(missed)
    for i, name in enumerate(names):
        take(name, names, guessed, [site] + (others if i < import_count else []), missed.names)
    sys.meta_path.remove(missed)
    if script:
        sys.argv = [script]
        runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":  # a process that a module starts may read this file again
    main()
