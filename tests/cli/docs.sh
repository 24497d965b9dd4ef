#!/bin/sh
# Every command that the documents print, and what they say comes of it.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

documents() {
    need python3 unzip
    [ -f "$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("include"))' 2>/dev/null)/Python.h" ] ||
        skip 'the headers of /usr/bin/python3 are not installed'
    status=0
    python3 "$ROOT/tests/docs/run" --build "$(dirname "$STATICBUILD")" "$ROOT"/docs/*.md >"$TEST_FILES/said" || status=$?
    cat "$TEST_FILES/said"
    expect_equal "$status" 0 'tests/docs/run'
    grep -q '^ok ' "$TEST_FILES/said" || fail 'no command was run'
}

# A page that says what is not so is found out: the runner is no rubber stamp.
a_false_page_is_refused() {
    need python3
    for block in '```sh
false
```' '```sh
echo a
```
```text
b
```' '```sh
echo a; echo b
```
```text
a
```'; do
        printf '# x\n\n%s\n' "$block" >page.md
        python3 "$ROOT/tests/docs/run" page.md >said && fail "taken: $block"
        grep -q '^not ok ' said || fail "nothing is said of: $block"
    done
    printf '```sh\necho "12 files, 3.4 kB, at last"\n```\n```text\n7 files, 99 kB, …\n```\n' >page.md
    python3 "$ROOT/tests/docs/run" page.md >said || fail 'numbers do not stand for others'
}

run_tests documents a_false_page_is_refused
