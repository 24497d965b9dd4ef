"""Whether a program exports the whole stable ABI of a version and nothing but the C API: `exports.py PROGRAM MINOR TABLE`, TABLE
being builder/python/python_symbols.def. Prints what is missing and what is too much."""
import re
import subprocess
import sys

program, minor, table = sys.argv[1], int(sys.argv[2]), sys.argv[3]
said = subprocess.run(["nm", "-D", "--defined-only", program], stdout=subprocess.PIPE, check=True).stdout.decode()
exported = {line.split()[2].split("@")[0] for line in said.splitlines()}
# Variables of the C library that a program has copies of.
copies = {"environ", "_environ", "__environ", "stdin", "stdout", "stderr"}
stable = set()
for kind, name, first, last, since in re.findall(
        r"^(\w+)\((\w+), SPAN\((\d+), (\d+)\), (?:SPAN\(\d+, \d+\)|\w+), (\d+)\)", open(table).read(), re.M):
    if 0 < int(since) <= minor and int(first) <= minor <= int(last):
        stable.add(name)
missing = sorted(stable - exported)
foreign = sorted(x for x in exported - copies if not re.match(r"_?Py(?!Init_)", x))
print("%d exported, %d of the stable ABI, %d missing, %d foreign" % (len(exported), len(stable), len(missing), len(foreign)))
print("missing:", *missing[:20]) if missing else None
print("foreign:", *foreign[:20]) if foreign else None
sys.exit(bool(missing or foreign or len(stable) < 500))
