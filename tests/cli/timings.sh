#!/bin/sh
# `--timings`: a page about where the time of a run went.
# timeout: 120
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# Each row of the picture: its name, and whether the whole run waited for it.
rows() {
    python3 - page.html <<'PY'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
for title, classes in re.findall(r'<g><title>([^<]*): [\d.]+ s(?:, failed)?</title><rect class="([^"]*)"', text):
    print(title, "waited" if "critical" in classes.split() else "")
PY
}

what_ran_and_what_had_to_wait() {
    python=$(system_python)
    project
    run recipe/tiny.toml --python "$python" --target native --timings page.html --quiet
    expect_status 0
    rows >rows
    for name in 'fetch libtiny-1.0.tar.gz' 'build libtiny 1.0' 'source tiny 1.0' 'module tiny 1.0 cp' 'wheel tiny 1.0 cp' \
        'try tiny 1.0 cp'; do
        grep -q "^$name" rows || fail "the picture lacks \"$name\": $(cat rows)"
    done
    # Its try ends last, and waits for the wheel, which waits for the module, which waits for the library and its archive.
    for name in 'fetch libtiny' 'build libtiny' 'module tiny' 'wheel tiny' 'try tiny'; do
        grep -q "^$name.* waited$" rows || fail "\"$name\" is not told as what was waited for: $(cat rows)"
    done
    grep -q 'Steps that were in the cache' page.html || fail 'facts are missing'
    run recipe/tiny.toml --python "$python" --target native --timings page.html --quiet
    expect_status 0
    grep -q 'Nothing was to be done' page.html || fail 'a run with nothing to do is not told as that'
}

also_of_a_run_that_failed() {
    project
    edit recipe/lib/libtiny.toml 's/^archives = .*/archives = ["lib\/libother.a"]/'
    run build libtiny --target native --timings page.html --quiet
    expect_status 5
    grep -q 'build libtiny 1.0: [0-9.]* s, failed' page.html || fail 'the failure is not in the page'
    run build libtiny --target native --timings nowhere/page.html --quiet
    expect_status 5
}

run_tests what_ran_and_what_had_to_wait also_of_a_run_that_failed
