"""psycopg has to be imported before psycopg_c, and is no part of its wheel: the modules are loaded, and not run."""
import ctypes
import glob
import importlib.util
import os

folder, = importlib.util.find_spec("psycopg_c").submodule_search_locations
modules = sorted(glob.glob(os.path.join(folder, "*.so")))
names = [os.path.basename(path).split(".")[0] for path in modules]
assert names == ["_psycopg", "pq"], names
for name, path in zip(names, modules):
    getattr(ctypes.PyDLL(path, mode=os.RTLD_NOW), "PyInit_" + name)
