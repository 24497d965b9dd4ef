"""Every rule of the audit against a file that is bad and one that is good: rules.py STATICBUILD [RULE…]

GOOD are files of each kind that no rule is said of but those named. BAD makes, for each rule, a file of which the rule is said;
ELSEWHERE names the tests of rules for which a file cannot be made by a compiler and a zip alone. Prints one line a rule.
"""
import base64
import glob
import hashlib
import json
import os
import struct
import subprocess
import sys
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TAG = "cp311-cp311-manylinux_2_28_x86_64"
INIT = '__attribute__((visibility("default"))) void *PyInit_m(void) { return 0; }\n'
CLEAN = ["-O1", "-fvisibility=hidden", "-Wl,-z,now", "-Wl,-z,relro", "-Wl,--as-needed", "-s"]
SBOM = b'{"bomFormat": "CycloneDX", "components": []}'

# Rules whose bad file needs a damaged table, a build of ours or another machine's linker: the test that has both.
ELSEWHERE = {"shared-runtime": "audit.c", "damaged-table": "audit.c", "page-alignment": "audit_platforms.c",
             "untrue-tag": "audit_platforms.c|audit_wheels.c|audit_files.c|audit.sh|wheels.sh", "stable-abi-lowest": "audit_python.c", "runtimes-meet": "audit_wheels.c|audit_loads.c|audit.sh", "two-runtimes": "audit_loads.c|audit.sh",
             "static-library": "explain.sh|audit_objects.c|audit.c|explain.c", "sibling-unreachable": "audit_loads.c|audit_inputs.sh",
             "undefined-in-wheel": "audit_loads.c", "same-unique-symbol": "audit.sh", "libpython-inside": "audit_python.c|audit.c",
             "static-tls": "audit.c|audit_platforms.c", "packed-relocations": "audit.c|audit_platforms.c", "unique-symbol": "audit.sh|audit.c",
             "program-loader": "audit_platforms.c", "segments": "audit_files.c|audit.c|audit_platforms.c", "duplicate-state": "audit_wheels.c", "shared-copy": "audit_wheels.c",
             **dict.fromkeys(("unguarded-stack", "unfortified", "stack-clash", "control-flow", "no-frame-pointers"), "hardening.c")}


def cc(out, text=INIT, *flags, language="c", shared=True, clean=True):
    with open("source." + ("cc" if language == "c++" else "c" if language == "c" else "s"), "w", encoding="utf-8") as f:
        f.write(text)
    os.makedirs(os.path.dirname(out) or ".", exist_ok=True)
    subprocess.run(["c++" if language == "c++" else "cc", *(["-shared", "-fPIC"] if shared else []), *(CLEAN if clean else []), f.name, "-o", out,
                    *flags], check=True, stderr=subprocess.DEVNULL)
    return out


def obj(out, text, *flags):
    with open("source.c", "w", encoding="utf-8") as f:
        f.write(text)
    subprocess.run(["cc", "-c", "source.c", "-o", out, *flags], check=True)
    return out


def archive(out, *objects):
    subprocess.run(["ar", "rcs", out, *objects], check=True)
    return out


def patch(path, at, value):
    with open(path, "r+b") as f:
        f.seek(at)
        f.write(value)
    return path


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def wheel(name=f"w-1-{TAG}.whl", files=None, tags=None, pure=False, record=None, dist="w-1", metadata=b"Metadata-Version: 2.1\nName: w\nVersion: 1\n",
          add=(), licence=True, sbom=SBOM):
    """A wheel with one good module; what is given is otherwise."""
    if files is None:
        files = {"w/m.cpython-311-x86_64-linux-gnu.so": open(cc("good.so"), "rb").read(), "w/__init__.py": b""}
    info = dist + ".dist-info/"
    files = {**files, info + "METADATA": metadata, info + "WHEEL": (
        f"Wheel-Version: 1.0\nRoot-Is-Purelib: {'true' if pure else 'false'}\n" + "".join(f"Tag: {t}\n" for t in tags or [
            "-".join(name[:-4].split("-")[2:])])).encode()}
    files.update({info + "licenses/LICENSE": b"MIT"} if licence else {})
    files.update({info + "sboms/w.cdx.json": sbom} if sbom else {})
    lines = "".join(f"{n},{digest(d)},{len(d)}\n" for n, d in files.items())
    files[info + "RECORD"] = (record(lines) if record else lines).encode() + f"{info}RECORD,,\n".encode()
    with zipfile.ZipFile(name, "w") as z:
        for n, d in [*files.items(), *add]:
            z.writestr(n, d)
    return name


def with_module(text, *flags, path="w/m.cpython-311-x86_64-linux-gnu.so", **more):
    return wheel(files={path: open(cc("m.so", text, *flags), "rb").read()}, **more)


def library(soname, text="int of_it(void) { return 1; }", *flags):
    return cc("./" + soname, text, f"-Wl,-soname,{soname}", *flags, "-fvisibility=default")


def versioned(soname, version, symbol):
    with open("map", "w", encoding="ascii") as f:
        f.write(f"{version} {{ global: {symbol}; local: *; }};\n")
    return library(soname, f"int {symbol}(void) {{ return 1; }}", "-Wl,--version-script=map", "-nostdlib")


def needs(lib, call=None, *flags):
    text = INIT if not call else f"int {call}(void);\n" + INIT.replace("return 0;", f"return (void *)(long){call}();")
    return cc("m.so", text, *flags, lib, "-fno-builtin")


def site(*distributions):
    for name, text in distributions:
        cc(f"site/{name}/{name}.so", text)
        os.makedirs(f"site/{name}-1.dist-info", exist_ok=True)
        with open(f"site/{name}-1.dist-info/RECORD", "w", encoding="ascii") as f:
            f.write(f"{name}/{name}.so,,\n")
    return "site"


def asm(text):
    return INIT + f'asm("{text}");'


LOOP = "void f(int *a, const int *b) { for (int i = 0; i < 64; i++) a[i] += b[i] * 3; }\n" + INIT.replace("return 0;", "f((int *)4, (int *)8); return f;")
TEXT = INIT.replace("return 0;", 'return (void *)"%s";')

MARKS = {"control-flow"}  # a linked file has them only where the system's start files do

GOOD = [
    ([lambda: cc("m.so")], MARKS),
    ([lambda: cc("program", "int main(void) { return 0; }", "-Wl,-z,now", "-s", shared=False, clean=False)], MARKS | {"own-unwinder"}),
    ([lambda: archive("lib.a", obj("a.o", "int f(void) { return 1; }", "-fPIC"))], set()),
    ([lambda: wheel()], MARKS),
    ([lambda: site(("one", INIT.replace("_m", "_one")), ("two", INIT.replace("_m", "_two")))], MARKS),
]

BAD = {
    "architecture": lambda: [cc("m.so"), "--target", "manylinux_2_17_aarch64"],
    "other-system": lambda: patch(cc("m.so"), 7, b"\x09"),
    "file-name": lambda: cc("m.cpython-311-aarch64-linux-gnu.so"),
    "entry-point": lambda: cc("other.so"),
    "unwanted-library": lambda: needs(library("libgone.so.9"), "of_it"),
    "libpython-needed": lambda: needs(library("libpython3.11.so.1.0"), "of_it"),
    "undefined-symbol": lambda: cc("m.so", INIT.replace("return 0;", "extern void *nobody(void); return nobody();")),
    "newer-version": lambda: [needs(versioned("libc.so.6", "GLIBC_2.34", "newer"), "newer", "-nostdlib"), "--target", "manylinux_2_17_x86_64"],
    "unknown-version": lambda: needs(versioned("libc.so.6", "GLIBC_9.99", "newest"), "newest", "-nostdlib"),
    "forbidden-symbol": lambda: needs(library("libz.so.1", "int inflate_table(void) { return 1; }"), "inflate_table"),
    "wrong-home": lambda: [needs(versioned("libc.so.6", "GLIBC_2.2.5", "pthread_join"), "pthread_join", "-nostdlib"), "--target",
                           "manylinux_2_17_x86_64"],
    "stable-abi": lambda: with_module(INIT.replace("return 0;", "extern void *PyObject_GetTypeData(void *); return PyObject_GetTypeData(0);"),
                                      path="w/m.abi3.so", name="w-1-cp38-abi3-manylinux_2_28_x86_64.whl"),
    "old-python": lambda: cc("m.so", INIT.replace("return 0;", "extern void *PyUnicodeUCS2_x(void); return PyUnicodeUCS2_x();")),
    "runpath": lambda: cc("m.so", INIT, "-Wl,-rpath,/opt/there"),
    "text-relocation": lambda: cc("m.so", asm(".text\\n.quad PyInit_m\\n"), "-Wl,-z,notext"),
    "executable-stack": lambda: cc("m.so", INIT, "-Wl,-z,execstack"),
    "writable-code": lambda: cc("m.so", asm(".section .wx,\\\"awx\\\"\\nnop\\n")),
    "isa-level": lambda: [cc("m.so", INIT, "-Wl,-z,x86-64-v3"), "--target", "manylinux_2_17_x86_64"],
    "foreign-export": lambda: cc("m.so", INIT, "-fvisibility=default", "-x", "c", extra("int more(void) { return 1; }")),
    "own-unwinder": lambda: cc("m.so", INIT.replace("__attr", 'extern "C" __attr') + "void g(int); void f(int n) { try { if (n) throw n; } catch (int) {} }",
                               "-static-libgcc", "-static-libstdc++", "-fvisibility=default", language="c++"),
    "relro": lambda: cc("m.so", INIT, "-Wl,-z,norelro"),
    "lazy-binding": lambda: cc("m.so", INIT.replace("return 0;", "extern int puts(const char *); puts(\"x\"); return 0;"), "-Wl,-z,lazy"),
    "ifunc": lambda: cc("m.so", "static int one(void) { return 1; } static void *choose(void) { return one; }\n"
                        "int f(void) __attribute__((ifunc(\"choose\")));\n" + INIT.replace("return 0;", "return (void *)(long)f();")),
    "debug-information": lambda: cc("m.so", INIT, "-g", clean=False),
    "symbol-table": lambda: cc("m.so", clean=False),
    "lto-code": lambda: lto(cc("m.so")),
    "isa-code": lambda: [cc("m.so", LOOP, "-O3", "-mavx2"), "--isa"],
    "unused-library": lambda: needs("-lm", None, "-Wl,--no-as-needed"),
    "weak-import": lambda: cc("m.so", INIT.replace("return 0;", "extern void *nobody(void) __attribute__((weak)); return nobody ? nobody() : 0;")),
    "build-path": lambda: cc("m.so", TEXT % "/home/somebody/src/w/m.c"),
    "runtime-data": lambda: cc("m.so", TEXT % "/etc/ssl/certs"),
    "embedded-library": lambda: cc("m.so", TEXT % " deflate 1.2.13 Copyright 1995"),
    "damaged-object": lambda: archive("lib.a", cut(obj("a.o", "int f(void) { return 1; }", "-fPIC"))),
    "mixed-machines": lambda: archive("lib.a", obj("a.o", "int f;", "-fPIC"), patch(obj("b.o", "int g;", "-fPIC"), 18, struct.pack("<H", 183))),
    "not-pic": lambda: archive("lib.a", obj("a.o", 'asm(".text\\nmov $v, %eax\\n.comm v,4\\n");')),
    "lto-object": lambda: archive("lib.a", obj("a.o", "int f(void) { return 1; }", "-fPIC", "-flto")),
    "executable-stack-object": lambda: archive("lib.a", obj("a.o", 'asm(".section .note.GNU-stack,\\"x\\"\\n");', "-fPIC")),
    "debug-object": lambda: archive("lib.a", obj("a.o", "int f(void) { return 1; }", "-fPIC", "-g")),
    "wheel-name": lambda: wheel(dist="other-1"),
    "wheel-metadata": lambda: wheel(metadata=b"no header\n"),
    "wheel-tags": lambda: wheel(tags=["cp310-cp310-manylinux_2_28_x86_64"]),
    "nothing-compiled": lambda: wheel(files={"w/__init__.py": b""}),
    "not-judged": lambda: wheel(name="w-1-cp311-cp311-win_amd64.whl", files={"w/__init__.py": b""}),
    "module-name": lambda: with_module(INIT, path="w/m.cpython-310-x86_64-linux-gnu.so"),
    "member-unreadable": lambda: wheel(files={"w/m.so": b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00"}),
    "not-elf": lambda: wheel(files={"w/m.so": b"version https://git-lfs.github.com/spec/v1\n"}),
    "record-hash": lambda: wheel(record=lambda lines: lines.replace("__init__.py,sha256=4", "__init__.py,sha256=5")),
    "record-module": lambda: wheel(record=lambda lines: "".join(line for line in lines.splitlines(True) if ".so," not in line)),
    "record": lambda: wheel(add=[("w/more.py", b"")]),
    "wheel-zip": lambda: wheel(add=[("w/__init__.py", b"x")]),
    "index-refuses": lambda: wheel(name="w-1-cp311-cp311-linux_x86_64.whl"),
    "purelib-with-code": lambda: wheel(pure=True),
    "duplicate-export": lambda: wheel(files={f"w/{n}.cpython-311-x86_64-linux-gnu.so": open(cc(
        f"{n}.so", INIT.replace("_m", "_" + n) + '__attribute__((visibility("default"))) int inflate(void) { return 1; }'), "rb").read() for n in ("a", "b")}),
    "object-shipped": lambda: wheel(files={"w/lib.a": b"!<arch>\n", "w/m.cpython-311-x86_64-linux-gnu.so": open(cc("m.so"), "rb").read()}),
    "no-licence": lambda: wheel(licence=False),
    "sbom-unreadable": lambda: wheel(sbom=b"{"),
    "sbom-differs": lambda: with_module(TEXT % " deflate 1.2.13 Copyright 1995"),
    "sbom-absent": lambda: with_module(TEXT % " deflate 1.2.13 Copyright 1995", sbom=None),
    "same-library-name": lambda: same_names(),
    "library-twice": lambda: site(("one", INIT.replace("_m", "_one").replace("return 0", 'return (void *)"OpenSSL 3.0.1 14 Dec 2021"')),
                                  ("two", INIT.replace("_m", "_two").replace("return 0", 'return (void *)"OpenSSL 3.0.1 14 Dec 2021"'))),
}


def extra(text):
    with open("extra.c", "w", encoding="ascii") as f:
        f.write(text)
    return "extra.c"


def lto(path):
    with open("lto", "wb") as f:
        f.write(b"x" * 64)
    subprocess.run(["objcopy", "--add-section", ".gnu.lto_.x=lto", path], check=True)
    return path


def cut(path):
    os.truncate(path, os.path.getsize(path) - 40)
    return path


def same_names():
    for name in ("one", "two"):
        cc(f"site/{name}/libshared.so.1", f"int of_{name}(void) {{ return 1; }}", "-Wl,-soname,libshared.so.1")
        os.makedirs(f"site/{name}-1.dist-info", exist_ok=True)
        with open(f"site/{name}-1.dist-info/RECORD", "w", encoding="ascii") as f:
            f.write(f"{name}/libshared.so.1,,\n")
    return "site"


def said(program, made):
    """The rules that are said of the files."""
    words = made if isinstance(made, list) else [made]
    run = subprocess.run([program, "audit", "--format", "json", *words], capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"status {run.returncode}: {run.stderr.strip()}")
    return {f["rule"] for entry in json.loads(run.stdout)["files"]
            for f in entry["findings"] + [f for m in entry["modules"] for f in m["findings"]]}


def in_folder(name, make):
    os.makedirs(name)
    os.chdir(name)
    try:
        return make()
    finally:
        os.chdir("..")


def documented(rule):
    with open(os.path.join(ROOT, "docs", "rules.md"), encoding="utf-8") as f:
        pieces = f.read().split(f"\n### {rule}\n")
    return len(pieces) == 2 and len(pieces[1].split("\n\n")[0].strip()) > 60


def has_test(rule, files):
    for file in files.split("|"):
        for path in glob.glob(os.path.join(ROOT, "tests", "*", file)):
            with open(path, encoding="utf-8") as f:
                if rule in f.read():
                    return True
    return False


def judge(program, rule):
    if not documented(rule):
        return "docs/rules.md has no paragraph about it"
    if rule in ELSEWHERE:
        return "" if has_test(rule, ELSEWHERE[rule]) else f"no test of it in {ELSEWHERE[rule]}"
    if rule not in BAD:
        return "no file is bad in its way"
    try:
        found = in_folder("bad-" + rule, lambda: said(program, BAD[rule]()))
    except (subprocess.CalledProcessError, RuntimeError) as why:
        return f"no bad file: {why}"
    return "" if rule in found else f"silent; said are {', '.join(sorted(found)) or 'none'}"


def main():
    program, only = os.path.abspath(sys.argv[1]), sys.argv[2:]
    rules = [r["id"] for r in json.loads(subprocess.run([program, "audit", "--rules", "--format", "json"], capture_output=True,
                                                        check=True).stdout)["rules"]]
    good = True
    for number, (makers, allowed) in enumerate(GOOD if not only else []):
        found = in_folder(f"good-{number}", lambda: said(program, [make() for make in makers])) - allowed
        good &= not found
        print(f"not ok a good file, number {number}: {', '.join(sorted(found))}" if found else f"ok a good file, number {number}")
    for rule in only or rules:
        why = judge(program, rule)
        good &= not why
        print(f"not ok {rule}: {why}" if why else f"ok {rule}")
    for rule in sorted((set(BAD) | set(ELSEWHERE)) - set(rules)):
        good = False
        print(f"not ok {rule}: there is no such rule")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
