"""Imports modules in their order, all in one process: together.py SITE-COUNT SITE... NAME...

All sites can be imported from, so that one may be what another wants.
"""
import importlib
import sys

if __name__ == "__main__":  # a process that a module starts may read this file again
    count = int(sys.argv[1])
    sys.path[0:0] = sys.argv[2:2 + count]
    for name in sys.argv[2 + count:]:
        importlib.import_module(name)
