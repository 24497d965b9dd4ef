#!/usr/bin/env python3
"""The rules of the source that a compiler does not know.

    tests/lint/layers.py [TREE]     this project, unless another folder is named

Includes point down builder/LAYERS and siblings do not meet; a third-party header stays in its room; an
internal.h stays in its folder and that folder's tests; no .c is included; functions without a bound are not
called; processes are started and waited for in one room; a tag is used once; names are words of the field, and say
counts and bounds alike; a file opens with its story; nothing is left to be done. Prints `file:line: what`, and warns
about files that grew too long.

A folder may stand inside another one: `ui/page` is a layer of its own, with its own line in LAYERS, and what is
in it is included as "ui/page/x.h".
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOT = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else HERE

ROOMS = {  # header prefix -> the one folder that may include it
    "curl/": "fetch",
    "archive.h": "archive",
    "archive_entry.h": "archive",
    "libdeflate.h": "zip",
    "openssl/": "hash",
    "toml++/": "toml",
    "jansson.h": "json",
}
BANNED = re.compile(r"(?<![\w.>])(strcpy|strcat|sprintf|vsprintf|strtok|strtok_r|alloca|gets|system|popen)\s*\(")
# Calls whose errors are easily taken for "not there" or for the end: sys/read.h has each with the two kept apart.
RAW = re.compile(r"(?<![\w.>])(open|openat|fopen|read|pread|readlink|readlinkat|stat|lstat|fstatat|access|faccessat|"
                 r"opendir|fdopendir|readdir|scandir)\s*\(")
RAW_ROOMS = ("sys", "wrapper")  # the wrapper is a program of its own, and knows nothing of sys/
RAW_ALLOWED = {  # file -> why it must
    "builder/main.c": "fills the standard descriptors before anything else runs",
    "builder/archive/tree_writer.c": "makes files below descriptors it holds; whatever fails is an error there",
    "builder/sched/loop.c": "reads a signalfd, which has whole records or nothing",
    "builder/sched/tokens.c": "takes a single byte out of a FIFO, or finds none",
    "builder/sched/process.c": "stands between fork and exec, where there are system calls only",
    "builder/sched/supervise.c": "is a fork of a process that may have threads: system calls only",
}
# Who starts a process, or waits for one or for a descriptor: one room, so that all of it ends when it has to.
STARTS = re.compile(r"(?<![\w.>])(fork|vfork|clone|clone3|posix_spawnp?|exec(?:v|ve|vp|vpe|l|le|lp)|fexecve|wait|waitpid|"
                    r"waitid|wait3|wait4|poll|ppoll|select|pselect|epoll_wait|epoll_pwait|process_start|process_wait)\s*\(")
STARTS_ROOMS = ("sched", "wrapper")  # the second is a program of its own, which becomes the compiler
STARTS_ALLOWED = {
    "builder/sys/tell.c": "asks whether standard error takes text, without waiting for long",
}
# What every command's environment begins with: one idea of a clean one.
CLEAN = re.compile(r'"(PATH|HOME|TMPDIR|LC_ALL|TZ)=|environment_set\([^,]*, "(HOME|TMPDIR|LC_ALL|TZ)"')
CLEAN_ALLOWED = {
    "builder/sys/environment.c": "is where it is made",
    "builder/project/pip.c": "names what it takes over of the user's for pip",
    "builder/sched/process.c": "looks for the PATH of an environment that is complete",
}
# Words for which the field has others: step, slot, worker, context, cache, limit, requirement.
WORDS = re.compile(r"(?<![A-Za-z])(workshop|workbench|shelf|shelves|crew|hunt|wish|wishes|telling)(?![A-Za-z])", re.I)
# How many there are, and how much is allowed, end in words of their own; a length of bytes is of one thing.
COUNTS = re.compile(r"(?<!\w)(?:[a-z]\w*[^\Ws_]s_(?:len|cap|num|nr)|(?:num|nr)_[a-z]\w*|MAX_[A-Z]\w*|max_[a-z]+s)(?!\w)")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
LONG = 600

# What a file may know of one architecture in particular: what decodes machine code or relocations, and tables that are
# made. Everything else asks builder/arch/.
ARCHES = os.path.join("builder", "arch", "arches.def")
KNOW_ARCHES = re.compile(r"builder/(arch/|isa/|elf/(pic|relocation_types)\.|footprint/relocations\.c|"
                         r"audit/(explain_sites|check_isa|check_isa_code|check_stack_clash|check_frame_pointers)\.c|"
                         r"(target/(homes|policies|versions)|kit/unwinder)\.def)")

problems = []
warnings = []


def layers():
    rank = {}
    with open(os.path.join(ROOT, "builder", "LAYERS")) as f:
        lines = [line.split("#")[0].split() for line in f]
    for number, names in enumerate(line for line in lines if line):
        for name in names:
            if name in rank:
                problems.append("builder/LAYERS:1: %s is named twice" % name)
            rank[name] = number
    return rank


def folder_of(path, top=""):
    """The layer that a file below builder/ belongs to: every folder that files stand in is one."""
    return os.path.dirname(path[len(top):])


def tracked():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, stdout=subprocess.PIPE,
                         check=True, universal_newlines=True).stdout
    return sorted(p for p in out.split("\n") if p and os.path.isfile(os.path.join(ROOT, p)))


def without_comments_and_strings(text):
    """The same text with comments and literals blanked, so that lines keep their numbers."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def arch_words():
    """Matches the names of arches.def and the ELF machines of its rows, as words of their own; None without it."""
    path = os.path.join(ROOT, ARCHES)
    if not os.path.isfile(path):
        return None
    with open(path) as f:
        text = f.read()
    words = re.findall(r"^ARCH\((\w+)", text, re.M) + re.findall(r"\.machine = (\w+)", text)
    words += re.findall(r'\.(?:compiler|multiarch) = "([^"]+)"', text)
    return re.compile(r"(?<!\w)(%s)(?!\w)" % "|".join(sorted(map(re.escape, set(words)), key=len, reverse=True)))


def check_arches(path, text, words):
    """Names in code and in literals; comments may give examples."""
    code = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)
    for number, line in enumerate(code.split("\n"), 1):
        found = words.search(line)
        if found:
            problems.append("%s:%d: %s is an architecture: ask builder/arch/" % (path, number, found.group()))


def check_include(path, number, folder, rank, quoted, target):
    where = "%s:%d: " % (path, number)
    if target.endswith(".c"):
        problems.append(where + "includes a .c file")
    for prefix, room in ROOMS.items():
        if target.startswith(prefix) and folder != room:
            problems.append(where + "<%s> belongs to builder/%s" % (target, room))
    if not quoted or folder is None:
        return
    head = folder_of(target)
    if "/" not in target:
        problems.append(where + '"%s": name the folder too' % target)
    elif not os.path.isfile(os.path.join(ROOT, "builder", target)):
        if not target.endswith(".def") and not target.endswith(".inc"):
            problems.append(where + '"%s" is not there' % target)
    elif head != folder and folder != "main":
        if target.endswith("/internal.h"):
            problems.append(where + '"%s" is for its own folder' % target)
        if head not in rank:
            return  # said of its own files
        if rank[head] > rank[folder]:
            problems.append(where + "%s stands above %s in builder/LAYERS" % (head, folder))
        elif rank[head] == rank[folder]:
            problems.append(where + "%s and %s are siblings in builder/LAYERS" % (head, folder))


def check_c(path, text, rank):
    parts = path.split("/")
    folder = None
    if parts[0] == "builder":
        folder = folder_of(path, "builder/") or "main"
        if folder not in rank and folder != "main":
            problems.append("%s:1: builder/%s is not in builder/LAYERS" % (path, folder))
            return
    if folder and re.search(r"\.cc?$", path) and not re.match(r"/[*/] \S", text):
        problems.append("%s:1: opens without a sentence that says its story" % path)
    code = without_comments_and_strings(text)
    for number, (line, bare) in enumerate(zip(text.split("\n"), code.split("\n")), 1):
        include = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
        if include:
            check_include(path, number, folder, rank, include.group(1) == '"', include.group(2))
        banned = BANNED.search(bare)
        if banned and parts[0] == "builder":
            problems.append("%s:%d: %s is not used here" % (path, number, banned.group(1)))
        raw = RAW.search(bare)
        if raw and parts[0] == "builder" and folder not in RAW_ROOMS and path not in RAW_ALLOWED and path.endswith(".c"):
            problems.append("%s:%d: %s is for sys/: see sys/read.h" % (path, number, raw.group(1)))
        clean = CLEAN.search(line)
        if clean and parts[0] == "builder" and path not in CLEAN_ALLOWED:
            problems.append("%s:%d: this is for environment_clean: see sys/environment.h" % (path, number))
        word = WORDS.search(bare)
        if word and parts[0] == "builder":
            problems.append("%s:%d: %s is not a word of this field" % (path, number, word.group(1)))
        count = COUNTS.search(bare)
        if count and parts[:2] != ["tests", "fixtures"]:
            problems.append("%s:%d: %s: counts end in _count, bounds in _max" % (path, number, count.group()))
        starts = STARTS.search(bare)
        if starts and parts[0] == "builder" and folder not in STARTS_ROOMS and path not in STARTS_ALLOWED:
            problems.append("%s:%d: %s is for sched/: see sched/ask.h and sched/tasks.h" % (path, number, starts.group(1)))
    if text.count("\n") > LONG:
        warnings.append("%s: %d lines; look for a second concept" % (path, text.count("\n")))


def check_tags(path, text, tags):
    """One name, one thing: a reader who looks for `struct job` finds it."""
    code = without_comments_and_strings(text)
    for found in re.finditer(r"\b(?:struct|union|enum)\s+(\w+)\s*\{", code):
        where = "%s:%d" % (path, code.count("\n", 0, found.start()) + 1)
        first = tags.setdefault(found.group(1), where)
        if first != where:
            problems.append("%s: %s is a tag of %s already" % (where, found.group(1), first))


def main():
    rank = layers()
    tags = {}
    words = arch_words()
    for path in tracked():
        if path.startswith("tests/fixtures/") or path.startswith("recipes/patches/"):
            continue
        try:
            with open(os.path.join(ROOT, path), encoding="utf-8") as f:
                text = f.read()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if UNFINISHED.search(line):
                problems.append("%s:%d: something is left to be done" % (path, number))
            if line != line.rstrip() and not path.endswith((".patch", ".md")):
                problems.append("%s:%d: white space at the end" % (path, number))
        if path.endswith((".c", ".h", ".cc")):
            check_c(path, text, rank)
        if re.match(r"builder/.*\.(c|h|cc)$", path):
            check_tags(path, text, tags)
        if words and re.match(r"builder/.*\.(c|h|cc|def)$", path) and not KNOW_ARCHES.match(path):
            check_arches(path, text, words)
    for line in warnings:
        print("warning: " + line)
    for line in problems:
        print(line)
    sys.exit(1 if problems else 0)


main()
