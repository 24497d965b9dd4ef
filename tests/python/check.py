"""What an interpreter of one's own must be able to, run by it: `PROGRAM check.py MODULE...`, MODULEs being built in besides
CPython's own. Prints what is wrong, a line each."""
import ctypes
import importlib
import multiprocessing
import os
import sqlite3
import ssl
import subprocess
import sys
import sysconfig

# What a standard library cannot do without; CPython's build has some in the program anyway.
OWN = """_asyncio _bisect _bz2 _codecs_jp _contextvars _csv _ctypes _datetime _decimal _elementtree _hashlib _heapq _json _lsprof _lzma
_md5 _multibytecodec _multiprocessing _opcode _pickle _posixshmem _posixsubprocess _queue _random _sha1 _sha3 _socket _sqlite3 _ssl
_statistics _struct _zoneinfo array binascii cmath fcntl grp math mmap pyexpat resource select syslog termios unicodedata zlib""".split()
METHODS = ("spawn", "forkserver", "fork")


def square(x):
    return x * x


def expect(true, what):
    if not true:
        print("wrong: " + what)
        sys.exitcode = 1


def check_modules(names):
    for name in OWN + names:
        expect(name in sys.builtin_module_names, "%s is not built in" % name)
        module = importlib.import_module(name)
        expect(name in OWN or module.__name__ == name, "%s has another name" % name)


def check_libraries():
    expect(sqlite3.connect(":memory:").execute("select json_extract('[1,2]', '$[1]')").fetchone() == (2,), "sqlite3")
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 3)(3, 1, 2)
    ctypes.CDLL(None).qsort(numbers, 3, ctypes.sizeof(ctypes.c_int), callback(lambda a, b: a[0] - b[0]))
    expect(list(numbers) == [1, 2, 3], "ctypes: a callback")
    expect(ctypes.pythonapi.Py_IsInitialized() == 1, "ctypes: the API of the program")
    paths = ssl.get_default_verify_paths()
    if os.path.exists("/etc/ssl/certs/ca-certificates.crt") or os.path.exists("/etc/pki/tls/certs/ca-bundle.crt"):
        expect(paths.cafile or paths.capath, "certificates of the system are not found")
        expect(ssl.create_default_context().cert_store_stats()["x509_ca"] or paths.capath, "no certificate is known")


def check_processes():
    for method in METHODS:
        with multiprocessing.get_context(method).Pool(2) as pool:
            expect(pool.map(square, [1, 2, 3]) == [1, 4, 9], "multiprocessing by " + method)
    said = subprocess.run([sys.executable, "-c", "print(6 * 7)"], stdout=subprocess.PIPE, check=True).stdout
    expect(said == b"42\n", "it cannot start itself")


def check_place():
    place = os.path.realpath(sys.executable)
    expect(os.path.exists(place), "it does not know its own program: %r" % sys.executable)
    expect(all(os.path.realpath(x).startswith(os.path.dirname(os.path.dirname(place))) or x == os.path.dirname(__file__)
               for x in sys.path), "it imports from elsewhere: %r" % sys.path)
    expect(sysconfig.get_config_var("CC") == "cc", "its compiler is %r" % sysconfig.get_config_var("CC"))
    strange = [k for k, v in sysconfig.get_config_vars().items() if isinstance(v, str) and "/opt/staticbuild" in v]
    expect(not strange, "sysconfig names where it was built: %s" % strange)


def main():
    sys.exitcode = 0
    check_modules(sys.argv[1:])
    check_libraries()
    check_processes()
    check_place()
    sys.exit(sys.exitcode)


if __name__ == "__main__":
    main()
