"""Asks an interpreter, away from where it was made, whether it has what it was made for:

    try.py itself VERSION MODULE... -MODULE...
    try.py built-in SCRIPT COUNT MODULE... IMPORT...

itself: it is of that version, has these modules built in, and those behind a dash not at all. built-in: the first COUNT names
are modules of an extension that are to be in the program; all are imported, and its recipe's SCRIPT, which may be empty, is run
as the main program.
"""
import importlib
import importlib.util
import os
import platform
import runpy
import sys


def check_itself(version, names):
    if platform.python_version() != version:
        sys.exit("it is Python %s" % platform.python_version())
    for name in names:
        if name.startswith("-"):
            if importlib.util.find_spec(name[1:]):
                sys.exit("module %s was to be left out, and is there" % name[1:])
        elif name not in sys.builtin_module_names:
            sys.exit("module %s is not built in" % name)
        else:
            importlib.import_module(name)
    home = os.path.dirname(os.path.dirname(os.path.realpath(sys.executable)))
    if sys.prefix not in (home, os.path.realpath(sys.executable)):
        sys.exit("it stands in %s and believes that it is in %s" % (home, sys.prefix))


def check_built_in(script, count, names):
    for name in names[:count]:
        if name not in sys.builtin_module_names:
            sys.exit("module %s is not built in" % name)
    for name in names:
        module = importlib.import_module(name)
        if module.__name__ != name:
            sys.exit("module %s says that it is %s" % (name, module.__name__))
        print("imported " + name)
    if script:
        sys.argv = [script]
        runpy.run_path(script, run_name="__main__")


def main():
    if sys.argv[1] == "itself":
        check_itself(sys.argv[2], sys.argv[3:])
    else:
        check_built_in(sys.argv[2], int(sys.argv[3]), sys.argv[4:])


if __name__ == "__main__":  # a process that a module starts may read this file again
    main()
