#!/usr/bin/env python3
"""Documents that say what is not so any more, as far as reading them and the source shows it.

    tests/lint/documents.py [ROOT]

Links between documents lead to files and headings that are there; docs/README.md lists every page; a heading of
docs/troubleshooting.md is a text that the program says; the variables of docs/environment.md are those that the program
asks for, and no more. Prints `file:line: what`, ends with status 1 when something is wrong.
"""
import os
import re
import sys

ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TROUBLE, PLACES = "docs/troubleshooting.md", "docs/environment.md"
# Asked for by libraries and systems, or by whoever makes and tests the program.
ASKED_ELSEWHERE = {"http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "CURL_CA_BUNDLE"}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def files_below(folder, endings):
    for top, _, names in os.walk(os.path.join(ROOT, folder)):
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(top, name), ROOT)


def documents():
    return [d for d in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "recipes/README.md", "builder/README.md")
            if os.path.exists(os.path.join(ROOT, d))] + list(files_below("docs", ".md"))


def lines_outside_blocks(text):
    """(number, line) of what is no fenced block."""
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield number, line


def anchors_of(text):
    """The names that headings have on pages of code hosts."""
    found = set()
    for _, line in lines_outside_blocks(text):
        heading = re.match(r"#+ (.*)", line)
        if heading:
            found.add(re.sub(r"[^\w\- ]", "", heading.group(1).lower()).replace(" ", "-"))
    return found


def broken_links(path, text):
    for number, line in lines_outside_blocks(text):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
            if not os.path.exists(os.path.join(ROOT, file)):
                yield "%s:%d: there is no %s" % (path, number, file)
            elif anchor and file.endswith(".md") and anchor not in anchors_of(read(file)):
                yield "%s:%d: %s has no heading #%s" % (path, number, file, anchor)


def unlisted_pages():
    index = read("docs/README.md")
    for path in files_below("docs", ".md"):
        name = os.path.basename(path)
        if name != "README.md" and not re.search(r"\(%s[#)]" % re.escape(name), index):
            yield "docs/README.md: does not list %s" % name


def words_of_program():
    """All that stands in quotes in the source, adjoining literals as the compiler joins them."""
    return "\n".join(re.sub(r'"\s*\n\s*"', "", read(path)) for path in files_below("builder", (".c", ".h", ".def"))
                     ).replace('\\"', '"')


def headings_nobody_says(source):
    section = ""
    for number, line in lines_outside_blocks(read(TROUBLE)):
        section = line[3:] if line.startswith("## ") else section
        said = re.match(r"### `(.*)`$", line)
        if not said or section.startswith("Elsewhere"):  # what loaders say
            continue
        for part in said.group(1).split("…"):
            words = part.strip(" :;,.\"'()")
            if len(words) > 3 and words not in source:
                yield "%s:%d: the program does not say \"%s\"" % (TROUBLE, number, words)


def variables(source):
    asked = set(re.findall(r'"(STATICBUILD_[A-Z_]+)"', source))
    listed = {}
    for number, line in lines_outside_blocks(read(PLACES)):
        if line.startswith("| `"):
            for name in re.findall(r"`([A-Za-z_]+)`", line.split("|")[1]):
                listed[name] = number
    for name, number in sorted(listed.items()):
        if name not in ASKED_ELSEWHERE and '"%s"' % name not in source:
            yield "%s:%d: the program does not ask for %s" % (PLACES, number, name)
    for name in sorted(asked):
        if name not in listed:
            yield "%s: does not tell of %s" % (PLACES, name)


def main():
    problems = []
    for path in documents():
        problems += broken_links(path, read(path))
    source = words_of_program()
    problems += unlisted_pages()
    problems += headings_nobody_says(source)
    problems += variables(source)
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
