"""Runs Cython as `python -m cython ARGUMENT...` would, in a folder whose files do not stand before Python's own.

What lies in the source must not be taken for the standard library (a string.py of its own), so only the folder it is run in
is looked into, last of all, where Cython finds .pxd files. Not -I: that would ignore PYTHONPATH, where Cython is, and
PYTHONHASHSEED, which makes its output the same each time.
"""
import sys

sys.path[:1] = []  # this file's folder

import os
import runpy

sys.path.append(os.getcwd())
runpy.run_module("cython", run_name="__main__", alter_sys=True)
