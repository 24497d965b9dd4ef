"""What is measured: an interpreter that imports, tells how long that took, and stops itself where it is looked at.

    measure.py MODE SITE SCRIPT WORKERS STOP-SIGNAL ROUNDS NAME...

Each report is a line on standard output: the process, the seconds and processor seconds that its imports took, and the files of
the modules. What modules print goes to standard error. Nothing but what every interpreter has loaded anyway is imported here. A
worker uses a module as a program does that looks its functions and classes up: each is referred to, and so its reference count is
written.
"""
import gc
import os
import sys
import time

mode, site, script, workers, stop, rounds = sys.argv[1:7]
names, workers, stop, rounds = sys.argv[7:], int(workers), int(stop), int(rounds)
out = os.dup(1)


def barrier(text):
    os.write(out, ("%d %s\n" % (os.getpid(), text)).encode("utf-8", "surrogateescape"))
    os.kill(os.getpid(), stop)


def bring():
    begin, used = time.perf_counter(), time.process_time()
    for name in names:
        __import__(name)
    taken, used = time.perf_counter() - begin, time.process_time() - used
    places = [getattr(sys.modules[name], "__file__", None) or "" for name in names]
    return "\t".join(["%.9f %.9f" % (taken, used)] + places).replace("\n", "?")


def use(value, depth):
    kind = type(value)
    if issubclass(kind, (type, type(sys))) and depth < 3:
        for member in list(vars(value).values()):
            if not issubclass(type(member), type(sys)):
                use(member, depth + 1)
    elif kind is type(use):
        for constant in value.__code__.co_consts:
            pass
        value.__defaults__, value.__kwdefaults__, value.__doc__


def work(number):
    if number == 1:
        gc.collect()
    elif script:
        with open(script, "rb") as f:
            exec(compile(f.read(), script, "exec"), {"__name__": "__main__", "__file__": script})
    else:
        modules = [m for m in list(sys.modules.values()) if issubclass(type(m), type(sys))]
        parts, part = rounds - 1, number - 2
        for module in modules[len(modules) * part // parts:len(modules) * (part + 1) // parts]:
            use(module, 0)


def serve(text):
    barrier(text)
    for number in range(1, rounds + 1):
        work(number)
        barrier("0 0")


def spawn(text):
    for i in range(workers):
        if os.fork() == 0:
            try:
                if mode == "fork-freeze":
                    gc.enable()
                serve(bring() if mode == "fork-early" else text)
                os._exit(0)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
    barrier("0 0")
    os._exit(0)


def main():
    os.dup2(2, 1)
    if site:
        sys.path.insert(0, site)
    if mode == "fork-early":
        spawn("0 0")
    if mode == "fork-freeze":
        gc.disable()
    text = bring()
    if mode == "import":
        barrier(text)
    elif mode == "work":
        serve(text)
    else:
        if mode == "fork-freeze":
            gc.freeze()
        spawn(text)


if __name__ == "__main__":  # a process that a module starts may read this file again
    main()
