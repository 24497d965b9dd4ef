"""The program of the wheel, without a network and without a compiler."""
import json
import subprocess
import sys


def said(*words):
    return subprocess.run(("staticbuild",) + words, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout


assert said("--version").startswith("staticbuild ")
assert "zmq" in said("list")
assert json.loads(said("audit", "--format", "json", sys.executable))
assert "manylinux_2_17" in said("target", "list")
