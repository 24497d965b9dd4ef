#!/bin/sh
# The page of `staticbuild audit --format html` in a headless browser: what stands in it is what the JSON says, it is
# drawn, its filter filters, nothing is asked of the network. Screenshots stay in BUILD/test-artifacts.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/browser.sh
. "$(dirname "$0")/browser.sh"

page() {
    mkdir -p tree/t tree/t.libs
    echo text >tree/LICENSE
    printf 'int dep(void) { return 1; }\nint more(int x) { return x * 3; }\n' >dep.c
    cc -g -shared -fPIC -o tree/t.libs/libdep-12345678.so.1 dep.c -Wl,-soname,libdep-12345678.so.1
    for m in one two three; do
        printf '#include <math.h>\n#include <stdio.h>\nint dep(void); extern int nobody_has_it(void);\n%s\n' \
            "void *PyInit_$m(double x) { printf(\"%s %g\", \"OpenSSL 3.0.1 14 Dec 2021\", pow(x, x)); return dep() ? 0 : (void *)(long)nobody_has_it(); }" >m.c
        # shellcheck disable=SC2016 # $ORIGIN is the loader's
        cc -g -O1 -shared -fPIC -o tree/t/$m.cpython-311-x86_64-linux-gnu.so m.c tree/t.libs/libdep-12345678.so.1 -lm \
            '-Wl,-rpath,$ORIGIN/../t.libs' -Wl,--unresolved-symbols=ignore-all
    done
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree
    run audit t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree/t --explain --format json
    expect_status 1
    cp "$TEST_FILES/out" page.json
    run audit t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree/t --explain --format html
    expect_status 1
    cp "$TEST_FILES/out" page.html
    grep -n '<!-- ' page.html && fail 'a part of the template, or a name in it, is not there'
    return 0
}

# The document as the browser understood it, against the JSON of the same files.
what_is_in_the_dom() {
    need python3 cc
    chromium=$(browser) || exit 9
    page
    see --window-size=1200,900 --dump-dom "file://$PWD/page.html"
    python3 - page.json "$TEST_FILES/seen" <<'PY' || fail 'the page does not say what the JSON says'
import html.parser, json, sys

class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.stack, self.sections, self.banner, self.titles = [], [], "", []
        self.section = None

    def classes(self, depth=1):
        return self.stack[-depth][1] if len(self.stack) >= depth else ""

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag not in ("meta", "br", "input", "rect", "path", "link"):
            self.stack.append((tag, a.get("class") or ""))
        if tag == "section":
            self.section = {"text": "", "findings": [], "nodes": [], "cells": 0, "labels": [], "rows": 0, "inputs": 0}
            self.sections.append(self.section)
        if not self.section:
            return
        kind = a.get("class") or ""
        if "finding" == kind:
            self.section["findings"].append("")
        if tag == "svg":
            self.section["labels"].append(a.get("aria-label", ""))
        if tag == "rect" and kind.startswith("node"):
            self.section["nodes"].append(kind)
        self.section["cells"] += tag == "rect" and kind.startswith("cell")
        self.section["rows"] += tag == "tr"
        self.section["inputs"] += tag == "input" and "data-filter" in a

    def handle_endtag(self, tag):
        while self.stack and self.stack[-1][0] != tag:
            self.stack.pop()
        if self.stack:
            self.stack.pop()
        if tag == "section":
            self.section = None

    def handle_data(self, data):
        inside = [c for _, c in self.stack]
        if any(c.startswith("banner") for c in inside):
            self.banner += data
        if self.section:
            self.section["text"] += data
            if "finding" in inside:
                self.section["findings"][-1] += data

told = json.load(open(sys.argv[1]))
page = Page()
page.feed(open(sys.argv[2], encoding="utf-8").read())
assert "do not pass" in page.banner or "does not pass" in page.banner, page.banner
assert len(page.sections) == len(told["files"]), (len(page.sections), len(told["files"]))
for section, f in zip(page.sections, told["files"]):
    assert f["path"] in section["text"]
    assert ("passes" if f["passes"] else "does not pass") in section["text"], f["path"]
    assert not f["earned"] or f["earned"] in section["text"], f["path"]
    findings = f["findings"]
    assert len(section["findings"]) == len(findings), (f["path"], len(section["findings"]), len(findings))
    for x in findings:
        assert any(x["rule"] in text and x["message"] in text and x["severity"] in text for text in section["findings"]), x
    libraries = {n["library"] for m in f["modules"] for n in m["needed"]}
    assert libraries and all(library in section["text"] for library in libraries)
    assert len(section["labels"]) >= 2 and any("needed" in label for label in section["labels"]), section["labels"]
    assert len(section["nodes"]) > len(libraries) and any("promised" in n for n in section["nodes"]), section["nodes"]
    assert section["cells"] >= 5 and section["inputs"] == 1 and section["rows"] > 3, (section["cells"], section["rows"])
wheel = page.sections[0]
assert any("beside" in n for n in wheel["nodes"]) and any("part" in n for n in wheel["nodes"]), wheel["nodes"]
PY
}

the_page_is_drawn() {
    need python3 cc
    chromium=$(browser) || exit 9
    page
    mkdir -p "$BUILD/test-artifacts"
    see --window-size=1200,3200 --screenshot="$PWD/light.png" "file://$PWD/page.html"
    see --window-size=1200,3200 --force-dark-mode --blink-settings=preferredColorScheme=0 \
        --screenshot="$PWD/dark.png" "file://$PWD/page.html"
    cp light.png "$BUILD/test-artifacts/audit.png"
    cp dark.png "$BUILD/test-artifacts/audit-dark.png"
    python3 - light.png <<'PY' || fail 'the screenshot is empty'
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
at, packed = 8, b""
while at < len(data):
    size, name = struct.unpack(">I4s", data[at:at + 8])
    if name == b"IDAT":
        packed += data[at + 8:at + 8 + size]
    at += 12 + size
raw = zlib.decompress(packed)
channels = {2: 3, 6: 4}[kind]
# Rows that are not all of one colour: text and pictures are there.
stride = width * channels + 1
varied = sum(len(set(raw[y * stride + 1:(y + 1) * stride])) > 3 for y in range(height))
assert (width, height) == (1200, 3200) and varied > 800, (width, height, varied)
PY
}

# What the filter leaves, as the script of the page itself sees it.
the_filter_filters() {
    need python3 cc
    chromium=$(browser) || exit 9
    page
    python3 - <<'PY'
import re
text = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", open("page.html").read())  # it forbids the probe
probe = """<script>
const input = document.querySelector('input[data-filter^="t-"]');
const table = document.getElementById(input.dataset.filter);
const shown = () => Array.from(table.tBodies[0].rows).filter(r => r.getClientRects().length).length;
const before = shown();
input.value = "POW glibc"; input.dispatchEvent(new Event("input"));
const after = shown();
input.value = ""; input.dispatchEvent(new Event("input"));
document.title = "before " + before + " after " + after + " again " + shown() + " asked " +
  performance.getEntriesByType("resource").length + " svgs " + document.querySelectorAll("svg").length +
  " wide " + (document.documentElement.scrollWidth > window.innerWidth);
</script></body>"""
open("probe.html", "w").write(text.replace("</body>", probe))
PY
    see --window-size=1200,900 --dump-dom "file://$PWD/probe.html"
    title=$(sed -n 's/.*<title>\(before[^<]*\)<.*/\1/p' "$TEST_FILES/seen")
    # shellcheck disable=SC2086 # words on purpose
    set -- $title
    [ "$#" = 12 ] || fail "the page's script did not run: $title"
    [ "$2" -gt "$4" ] && [ "$4" = 3 ] && [ "$6" = "$2" ] || fail "the filter: $title"
    [ "$8" = 0 ] || fail "the page asked for something else: $title"
    [ "${10}" -ge 4 ] || fail "pictures are missing: $title"
    [ "${12}" = false ] || fail "the page is wider than the window: $title"
    see --window-size=420,900 --dump-dom "file://$PWD/probe.html"
    case $(cat "$TEST_FILES/seen") in *' wide false'*) ;; *) fail 'the page is wider than a small window' ;; esac
}

# The policy of the page lets its own script and style be, and no other script.
the_page_runs_nothing_else() {
    need python3 cc
    chromium=$(browser) || exit 9
    page
    python3 - <<'PY'
text = open("page.html").read()
assert text.count("<script>") == 1 and " style=" not in text and " on" + "click=" not in text
own = "document.title = document.querySelectorAll('th button').length + ' ' + getComputedStyle(document.querySelector('.card')).borderTopWidth;"
open("own.html", "w").write(text.replace("</body>", "<script>document.title = 'foreign ran';</script></body>"))
open("told.html", "w").write(text.replace("show();\n</script>", "show();\n" + own + "</script>"))
PY
    see --window-size=1200,900 --dump-dom "file://$PWD/own.html"
    case $(cat "$TEST_FILES/seen") in *'<title>foreign ran'*) fail 'a script that is not the page'"'"'s ran' ;; esac
    grep -q '<th [^>]*><button' "$TEST_FILES/seen" || fail 'the page'"'"'s own script did not run'
    see --window-size=1200,900 --dump-dom "file://$PWD/told.html"
    grep -q '<th [^>]*><button' "$TEST_FILES/seen" && fail 'a script that was changed ran'
    return 0
}

# A page of many files: sums and failing files first, the rest closed; a click on a heading sorts numbers as numbers.
many_files() {
    need python3 cc
    chromium=$(browser) || exit 9
    page
    mkdir many
    i=0
    while [ "$i" -lt 12 ]; do
        cp tree/t/one.cpython-311-x86_64-linux-gnu.so many/m$i.cpython-311-x86_64-linux-gnu.so
        i=$((i + 1))
    done
    printf 'void *PyInit_fine(void) { return 0; }\n' >fine.c
    cc -shared -fPIC -o many/a_fine.cpython-311-x86_64-linux-gnu.so fine.c
    run audit many --format html
    expect_status 1
    expect_equal "$(grep -c 'strip --strip-all' "$TEST_FILES/out")" 1 'what to do about a note is told once'
    python3 - "$TEST_FILES/out" <<'PY'
import re, sys
text = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", open(sys.argv[1]).read())
probe = """<script>
const rows = () => Array.from(document.getElementById("files-table").tBodies[0].rows);
const first = rows()[0].cells[1].textContent, last = rows()[12].cells[1].textContent;
const closed = document.querySelectorAll("section > details:not([open])").length;
const heads = document.getElementById("files-table").tHead.rows[0].cells;
heads[3].querySelector("button").click();
const least = rows().map(r => +r.cells[3].textContent);
heads[3].querySelector("button").click();
const most = rows().map(r => +r.cells[3].textContent);
location.hash = rows()[0].cells[0].querySelector("a").getAttribute("href");
setTimeout(() => { document.title = ["told", first, last, closed, least.every((v, i) => !i || least[i - 1] <= v),
  most.every((v, i) => !i || most[i - 1] >= v), heads[3].getAttribute("aria-sort"),
  document.querySelectorAll("section > details[open]").length, document.querySelectorAll("#todo tr").length > 1].join("|"); }, 100);
</script></body>"""
open("probe.html", "w").write(text.replace("</body>", probe))
PY
    see --window-size=1200,900 --dump-dom "file://$PWD/probe.html"
    title=$(sed -n 's/.*<title>\(told[^<]*\)<.*/\1/p' "$TEST_FILES/seen")
    expect_equal "$title" 'told|does not pass|passes|13|true|true|descending|1|true'
}

run_tests the_page_runs_nothing_else many_files what_is_in_the_dom the_page_is_drawn the_filter_filters
