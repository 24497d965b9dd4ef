# Pages in a headless Chromium; read after lib.sh. `chromium=$(browser) || exit 9` finds it, or skips the test.
# shellcheck shell=sh disable=SC2154 # the test sets chromium

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
