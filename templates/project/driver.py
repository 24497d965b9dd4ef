"""Calls one hook of a build backend (PEP 517) and writes down what it answers: driver.py REQUEST.

The request is a JSON file: "backend" and "path" of [build-system], the "hook", config "settings", the "folder" for
build_wheel, and the file for the "answer". The working folder is the source; the interpreter is that of the build
environment, so what the backend needs is installed and nothing else is.
"""
import importlib
import json
import os
import sys


def load(name, folders):
    """The backend's object. With folders it has to come from there, and not from what is installed."""
    sys.path[:0] = folders
    module_name, _, attributes = name.partition(":")
    module = importlib.import_module(module_name)
    where = os.path.realpath(getattr(module, "__file__", None) or "")
    if folders and not any(where.startswith(os.path.realpath(f) + os.sep) for f in folders):
        sys.exit("the build backend %s is not below backend-path, but in %s" % (name, where))
    backend = module
    for attribute in filter(None, attributes.split(".")):
        backend = getattr(backend, attribute)
    return backend


def call(backend, request):
    hook = getattr(backend, request["hook"], None)
    settings = request["settings"] or None
    if request["hook"] == "build_wheel":
        if hook is None:
            sys.exit("the build backend %s has no build_wheel" % request["backend"])
        return hook(request["folder"], settings)
    return hook(settings) if hook else []


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        request = json.load(f)
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [p for p in sys.path if os.path.abspath(p) != own]
    sys.argv = [sys.argv[0]]
    backend = load(request["backend"], [os.path.abspath(p) for p in request["path"]])
    answer = call(backend, request)
    with open(request["answer"], "w", encoding="utf-8") as f:
        json.dump({"answer": answer}, f)


if __name__ == "__main__":
    main()
