"""Prints what an interpreter is, as JSON.

Link flags of sysconfig are never asked for: some carry an rpath of the machine they were built on.
"""
import json
import sys
import sysconfig

LEVELS = {"alpha": "a", "beta": "b", "candidate": "rc"}

v = sys.version_info
var = sysconfig.get_config_var
paths = sysconfig.get_paths()
print(json.dumps({
    "version": "%d.%d.%d" % v[:3] + ("" if v[3] == "final" else LEVELS[v[3]] + str(v[4])),
    "major": v[0],
    "minor": v[1],
    "implementation": sys.implementation.name,
    "executable": sys.executable or "",
    "base": getattr(sys, "_base_executable", None) or "",
    "soabi": var("SOABI") or "",
    "ext_suffix": var("EXT_SUFFIX") or "",
    "include": paths.get("include") or "",
    "platinclude": paths.get("platinclude") or "",
    "triplet": var("MULTIARCH") or var("HOST_GNU_TYPE") or "",
    "free_threaded": bool(var("Py_GIL_DISABLED")),
    "debug": bool(var("Py_DEBUG")),
    "bits": sys.maxsize.bit_length() + 1,
}))
