"""Finishes the standard library of an interpreter that is laid out, with a Python of the same version:

    finish.py LAYOUT ROOT PREFIX ZIP HOW WHAT FOREIGN

LAYOUT tree: the library below ROOT is compiled, and says of its build what holds wherever it is unpacked. single: the same
becomes the file ZIP, HOW stored or deflated, WHAT sources or bytecode alone. PREFIX is where the build believed itself to be;
nothing may be left of FOREIGN, the folder that it was made in. The same files make the same bytes.
"""
import importlib._bootstrap_external as bootstrap
import importlib.util
import os
import sys
import zipfile

PYTHON = "python%d.%d" % sys.version_info[:2]
PLAIN = {  # what a user's machine compiles extensions with
    "CC": "cc",
    "CXX": "c++",
    "LINKCC": "cc",
    "AR": "ar",
    "ARFLAGS": "rcs",
    "RANLIB": "ranlib",
    "LDSHARED": "cc -shared",
    "LDCXXSHARED": "c++ -shared",
    "BLDSHARED": "cc -shared",
    "CCSHARED": "-fPIC",
    "LDFLAGS": "",
    "CPPFLAGS": "",
    "CONFIG_ARGS": "",
    "INSTALL": "/usr/bin/install -c",
}
FLAGS = "-fno-strict-overflow -DNDEBUG -O2 -Wall"
SYSCONFIG = """# What is known of the build of this interpreter, and holds where it is now.
import sys

build_time_vars = %s

for _name, _value in build_time_vars.items():
    if isinstance(_value, str):
        build_time_vars[_name] = _value.replace(%r, sys.base_prefix)
"""


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def files_below(root):
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in files]
    return sorted(found)


def is_own(value, foreign):
    return not isinstance(value, str) or foreign not in value


def rewrite_sysconfig(library, prefix, foreign):
    for name in sorted(os.listdir(library)):
        if not (name.startswith("_sysconfigdata") and name.endswith(".py")):
            continue
        path = os.path.join(library, name)
        spec = importlib.util.spec_from_file_location("of_build", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        known = dict(module.build_time_vars)
        known.update({key: PLAIN[key] for key in PLAIN if key in known})
        known.update({key: FLAGS for key in known if key in ("CFLAGS", "PY_CFLAGS", "OPT")})
        known = {key: value for key, value in sorted(known.items()) if is_own(value, foreign) and not key.startswith("MODULE_")}
        lines = "".join("    %r: %r,\n" % item for item in known.items())
        write(path, (SYSCONFIG % ("{\n" + lines + "}", prefix)).encode())


def compiled(path, name):
    code = compile(read(path), name, "exec", dont_inherit=True, optimize=0)
    return bytes(bootstrap._code_to_hash_pyc(code, importlib.util.source_hash(read(path)), False))


def compile_library(library):
    for file in files_below(library):
        path = os.path.join(library, file)
        if not file.endswith(".py"):
            continue
        try:
            write(importlib.util.cache_from_source(path), compiled(path, os.path.join("lib", PYTHON, file)))
        except SyntaxError as e:  # of another version of Python: as it is, like installers leave it
            print("not compiled: %s: %s" % (file, e))


class Zip:
    def __init__(self, path, method):
        self.zip = zipfile.ZipFile(path, "w", method)

    def add(self, name, data):
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = self.zip.compression
        info.external_attr = 0o100644 << 16
        self.zip.writestr(info, data)


def pack_folder(out, folder, below, without, sources):
    for file in files_below(folder):
        path = os.path.join(folder, file)
        name = below + file
        if file.split(os.sep)[0] in without:
            continue
        if not file.endswith(".py"):
            out.add(name, read(path))
            continue
        try:
            out.add(name + "c", compiled(path, name))
        except SyntaxError as e:
            print("not compiled: %s: %s" % (file, e))
        if sources:
            out.add(name, read(path))


def pack(root, library, path, method, sources):
    out = Zip(path, method)
    # ensurepip has a copy of pip, and here is nothing to install into
    pack_folder(out, library, "", {"site-packages", "lib-dynload", "ensurepip"}, sources)
    pack_folder(out, os.path.join(library, "site-packages"), "", {"README.txt"}, sources)
    pack_folder(out, os.path.join(root, "share"), "share/", {"man"}, sources)
    out.zip.close()


def check(root, foreign):
    wrong = [file for file in files_below(root) if not os.path.islink(os.path.join(root, file))
             and foreign.encode() in read(os.path.join(root, file))]
    if wrong:
        sys.exit("names the folder that it was made in, %s: %s" % (foreign, ", ".join(wrong)))


def main():
    layout, root, prefix, path, how, what, foreign = sys.argv[1:]
    library = os.path.join(root, "lib", PYTHON)
    rewrite_sysconfig(library, prefix, foreign)
    check(root, foreign)
    if layout == "tree":
        compile_library(library)
    else:
        pack(root, library, path, zipfile.ZIP_DEFLATED if how == "deflated" else zipfile.ZIP_STORED, what == "sources")


main()
