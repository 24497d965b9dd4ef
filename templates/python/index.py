"""Prints the package index that pip asks when nothing is configured: pip's own constant, from the wheel that came with Python
when pip is not installed.
"""
import glob
import os
import sys

try:
    import pip
except ImportError:
    import ensurepip
    here = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
    for folder in (here, "/usr/share/python-wheels"):
        sys.path[:0] = glob.glob(os.path.join(folder, "pip-*.whl"))
from pip._internal.models.index import PyPI

print(PyPI.simple_url)
