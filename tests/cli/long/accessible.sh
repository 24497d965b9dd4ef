#!/bin/sh
# Every page as those need it who do not see it as we do: axe-core finds no violation, light and dark, wide and
# narrow; a page of a thousand modules is at most 3 MB.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/browser.sh
. "$(dirname "$0")/../browser.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/../project.sh"

module() {
    printf '#include <math.h>\nint nobody_has_it(void);\nvoid *PyInit_m(double x) { return (void *)(long)(pow(x, x) + nobody_has_it()); }\n' >m.c
    cc -shared -fPIC -o m.cpython-311-x86_64-linux-gnu.so m.c -lm -Wl,-rpath,/opt/x
}

# axe PAGE WIDTH BROWSER_OPTION...: what axe says of a page with everything open.
axe() {
    python3 - "$1" <<'PY'
import re, sys
text = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", open(sys.argv[1]).read())  # it forbids the probe
probe = "<script>" + open("package/axe.min.js").read() + """</script><script>
document.querySelectorAll("details").forEach(d => { d.open = true; });
axe.run(document, { resultTypes: ["violations"] }).then(r => {
  document.title = "axe " + r.passes.length + " " + r.violations.map(v => v.id + " " + v.nodes[0].html).join("; ");
});
</script></body>"""
open("probe.html", "w").write(text.replace("</body>", probe))
PY
    name=$1 width=$2
    shift 2
    see --window-size="$width,1000" --virtual-time-budget=60000 "$@" --dump-dom "file://$PWD/probe.html"
    title=$(sed -n 's/.*<title>\(axe [^<]*\)<.*/\1/p' "$TEST_FILES/seen" | head -n 1)
    case $title in
        'axe 0 '*) fail "$name: axe looked at nothing" ;;
        'axe '*[0-9]' ') ;;
        *) fail "$name, $width, $*: $title" ;;
    esac
}

no_violations() {
    need python3 cc npm
    chromium=$(browser) || exit 9
    npm pack axe-core@4 >npm.log 2>&1 || skip 'axe-core could not be had from npm'
    tar xzf axe-core-*.tgz package/axe.min.js
    module
    mkdir many
    cp m.cpython-311-x86_64-linux-gnu.so many/
    cp m.cpython-311-x86_64-linux-gnu.so many/n.cpython-311-x86_64-linux-gnu.so
    "$STATICBUILD" audit m.cpython-311-x86_64-linux-gnu.so --format html >one.html 2>one.err || true
    "$STATICBUILD" audit many --format html >many.html 2>many.err || true
    "$STATICBUILD" footprint m.cpython-311-x86_64-linux-gnu.so --format html >module.html
    sleep 300 &
    "$STATICBUILD" footprint --pid $! --follow 1s --format html >process.html
    kill $!
    "$STATICBUILD" footprint --python "$(command -v python3)" --import json --runs 5 --format html >import.html
    "$STATICBUILD" footprint --python "$(command -v python3)" --import json --fork --workers 2 --runs 5 --format html >fork.html
    mkdir project
    (cd project && project && "$STATICBUILD" recipe/tiny.toml --python "$(system_python)" --target native \
        --timings ../timings.html >../timings.out 2>&1) || fail "a run with --timings: $(cat timings.out)"
    for page in one many module process import fork timings; do
        axe $page.html 1200
        axe $page.html 360
        axe $page.html 1200 --force-dark-mode --blink-settings=preferredColorScheme=0
    done
}

a_thousand_modules_are_small() {
    need cc
    module
    mkdir big
    i=0
    while [ "$i" -lt 1100 ]; do
        cp m.cpython-311-x86_64-linux-gnu.so big/m$i.cpython-311-x86_64-linux-gnu.so
        i=$((i + 1))
    done
    "$STATICBUILD" audit big --format html >big.html 2>big.err || true
    size=$(wc -c <big.html)
    [ "$size" -le 3000000 ] || fail "the page has $size bytes"
    grep -q '1100 of 1100 files do not pass' big.html || fail 'not all of them are told'
}

run_tests a_thousand_modules_are_small no_violations
