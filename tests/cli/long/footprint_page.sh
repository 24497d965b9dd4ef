#!/bin/sh
# The pages of `staticbuild footprint --format html` in a headless browser: they are drawn, the filters filter, nothing
# is asked of the network, and pictures are to scale. Screenshots stay in BUILD/test-artifacts.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/browser.sh
. "$(dirname "$0")/../browser.sh"

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)

# A page of each kind: module.html, process.html, import.html, fork.html.
pages() {
    need python3 cc
    chromium=$(browser) || exit 9
    printf '#include <stdio.h>\nstatic char big[9000] = {1}; char *p = big;\nint PyInit_m(void) { return puts(p); }\n' >m.c
    cc -shared -fPIC -o m.so m.c
    run footprint m.so --format html
    expect_status 0
    cp "$TEST_FILES/out" module.html
    "$python" -c 'import mmap, os, threading, time
for i in range(2):
    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
m = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
m[: 16 << 20] = b"x" * (16 << 20)
for i in range(2):
    if os.fork() == 0:
        time.sleep(100)
print("ready", flush=True)
time.sleep(100)' >began &
    started=$!
    within 20 test -s began || fail 'did not begin'
    run footprint --pid $started --follow 1s --format html
    expect_status 0
    cp "$TEST_FILES/out" process.html
    pkill -P $started || true
    kill $started
    mkdir -p one/m two/m
    echo 'held = [str(i) for i in range(200000)]' >one/m/__init__.py
    echo 'held = [str(i) for i in range(50000)]; import ctypes' >two/m/__init__.py
    run footprint --python "$python" one --import m --against two --runs 5 --format html
    expect_status 0
    cp "$TEST_FILES/out" import.html
    run footprint --python "$python" one --import m --fork --gc-freeze --workers 3 --runs 3 --format html
    expect_status 0
    cp "$TEST_FILES/out" fork.html
}

the_pages_are_drawn() {
    pages
    mkdir -p "$BUILD/test-artifacts"
    for name in module process import fork; do
        see --window-size=1200,1600 --screenshot="$PWD/$name.png" "file://$PWD/$name.html"
        see --window-size=1200,1600 --force-dark-mode --blink-settings=preferredColorScheme=0 \
            --screenshot="$PWD/$name-dark.png" "file://$PWD/$name.html"
        cp "$name.png" "$BUILD/test-artifacts/footprint-$name.png"
        cp "$name-dark.png" "$BUILD/test-artifacts/footprint-$name-dark.png"
        python3 - "$name.png" "$name-dark.png" <<'PY' || fail "$name: the screenshot is empty"
import struct, sys, zlib

def rows(path):
    data = open(path, "rb").read()
    width, height, _, kind = struct.unpack(">IIBB", data[16:26])
    at, packed = 8, b""
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at:at + 8])
        if name == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    raw, channels = zlib.decompress(packed), {2: 3, 6: 4}[kind]
    stride = width * channels + 1
    return [raw[y * stride + 1:(y + 1) * stride] for y in range(height)]

pictures = [rows(path) for path in sys.argv[1:]]
for picture in pictures:  # rows that are not all of one colour: text and pictures are there
    varied = sum(len(set(row)) > 3 for row in picture)
    assert varied > 500, varied
assert pictures[0] != pictures[1], "the dark page is the light one"
PY
    done
}

# probe PAGE SCRIPT: runs a script in the page, which sets the title; $title is what it set.
probe() {
    python3 - "$1" "$2" <<'PY'
import re, sys
text = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", open(sys.argv[1]).read())  # it forbids the probe
open("probe.html", "w").write(text.replace("</body>", "<script>" + sys.argv[2] + "</script></body>"))
PY
    see --window-size="${3:-1200},900" --dump-dom "file://$PWD/probe.html"
    title=$(sed -n 's/.*<title>\(told [^<]*\)<.*/\1/p' "$TEST_FILES/seen" | head -n 1)
    [ -n "$title" ] || fail "the script did not run in $1"
}

the_pages_are_right() {
    pages
    for name in module process import fork; do
        for width in 1200 420; do
            probe $name.html 'document.title = "told asked " + performance.getEntriesByType("resource").length +
                " wide " + (document.documentElement.scrollWidth > window.innerWidth) +
                " pictures " + (document.querySelectorAll("svg[role=img]").length > 0);' $width
            expect_equal "$title" 'told asked 0 wide false pictures true' "$name, $width"
        done
    done
    # The filter of a table leaves the rows with all its words.
    # shellcheck disable=SC2016 # a script for the browser
    probe process.html 'const input = document.querySelector("input[data-filter=mappings]");
        const shown = () => Array.from(document.getElementById("mappings").tBodies[0].rows).filter(r => r.getClientRects().length);
        const before = shown().length;
        input.value = "LIBC text"; input.dispatchEvent(new Event("input"));
        const rows = shown();
        document.title = "told fewer " + (rows.length > 0 && rows.length < before) + " right " +
            rows.every(r => /libc/.test(r.textContent) && /text/.test(r.textContent));'
    expect_equal "$title" 'told fewer true right true'
    # To scale: 64 MiB of a picture are as wide as they are of all addresses, and a quarter of them is filled in.
    probe process.html 'const all = Array.from(document.querySelectorAll("svg[aria-label=\"Address space, to scale\"] g"));
        const found = all.filter(g => /67\.1 MB, present 16\.8 MB/.test(g.textContent)).map(g => g.querySelector("rect"));
        const widths = all.filter(g => g.querySelector("rect.empty")).map(g => +g.querySelector("rect").getAttribute("width"));
        const total = widths.reduce((a, b) => a + b, 0), box = found[0], fill = found[1];
        document.title = "told whole " + (Math.abs(total - 1060) < 12) + " quarter " +
            (Math.abs(fill.getAttribute("height") / box.getAttribute("height") - 0.25) < 0.01) + " share " +
            (box.getAttribute("width") / total).toFixed(3);'
    case $title in 'told whole true quarter true share 0.'*) ;; *) fail "not to scale: $title" ;; esac
    # Two builds beside each other, on one scale, and curves of three setups that share.
    probe import.html 'const bars = document.querySelector("svg[aria-label^=\"Share (PSS)\"]");
        document.title = "told bars " + bars.querySelectorAll("text").length + " spaces " +
            document.querySelectorAll("svg[aria-label^=\"Address space\"]").length;'
    expect_equal "$title" 'told bars 3 spaces 2'
    probe fork.html 'const curves = document.querySelectorAll("svg[aria-label^=\"Still shared\"] polyline");
        const falls = Array.from(curves).every(c => { const p = c.getAttribute("points").trim().split(/[ ,]/).map(Number);
            return p[p.length - 1] >= p[1]; });
        document.title = "told curves " + curves.length + " fall " + falls;'
    expect_equal "$title" 'told curves 3 fall true'
}

run_tests the_pages_are_drawn the_pages_are_right
