#!/bin/sh
# The page of `staticbuild audit --format html` in a headless browser: it is drawn, its filter filters, nothing is
# asked of the network. Screenshots stay in BUILD/test-artifacts.
# timeout: 300
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"

browser() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    skip 'no Chromium is installed: the page was not looked at'
}

# see OPTION... URL: one run of the browser, as nobody's profile, without a network.
see() {
    timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
        --user-data-dir="$PWD/profile" --proxy-server=127.0.0.1:9 --virtual-time-budget=5000 "$@" \
        >"$TEST_FILES/seen" 2>"$TEST_FILES/browser" || fail "the browser ended with $?"
}

page() {
    mkdir -p tree/t tree/t.libs
    echo text >tree/LICENSE
    printf 'int dep(void) { return 1; }\nint more(int x) { return x * 3; }\n' >dep.c
    cc -g -shared -fPIC -o tree/t.libs/libdep-12345678.so.1 dep.c -Wl,-soname,libdep-12345678.so.1
    for m in one two three; do
        printf '#include <math.h>\n#include <stdio.h>\nint dep(void); extern int nobody_has_it(void);\n%s\n' \
            "void *PyInit_$m(double x) { printf(\"OpenSSL 3.0.1 14 Dec 2021 %g\", pow(x, x)); return dep() ? 0 : (void *)(long)nobody_has_it(); }" >m.c
        # shellcheck disable=SC2016 # $ORIGIN is the loader's
        cc -g -O1 -shared -fPIC -o tree/t/$m.cpython-311-x86_64-linux-gnu.so m.c tree/t.libs/libdep-12345678.so.1 -lm \
            '-Wl,-rpath,$ORIGIN/../t.libs' -Wl,--unresolved-symbols=ignore-all
    done
    python3 "$ROOT/tests/cli/make_wheel.py" t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree
    run audit t-1.0-cp311-cp311-manylinux_2_17_x86_64.whl tree/t --format html
    expect_status 1
    cp "$TEST_FILES/out" page.html
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
text = open("page.html").read()
probe = """<script>
const input = document.querySelector("input[data-filter]");
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

run_tests the_page_is_drawn the_filter_filters
