#!/bin/sh
# Nothing waits for what it does not need: builds begin while downloads go on, and a download that fails stops what
# needs it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# library NAME URLS [SHA256]: recipe/lib/NAME.toml; URLS as in TOML, a source more for each further line.
library() {
    library_source "$1-1.0"
    [ -e "$1-1.0.tar.gz" ] || pack "$1-1.0"
    library_recipe "URL" "${3:-$(sha256sum "$1-1.0.tar.gz" | cut -d ' ' -f 1)}"
    sed "s|libtiny|$1|; s|\"lib/$1.a\" = \"$1.a\"|\"lib/$1.a\" = \"libtiny.a\"|; s|\"URL\"|$2|" recipe/lib/libtiny.toml \
        >"recipe/lib/$1.toml"
    rm recipe/lib/libtiny.toml
}

build() {
    run build recipe/lib/*.toml --target native --progress json "$@"
}

# first MARK FILE: the line at which it first stands; 0 when it does not.
line_of() {
    number=$(grep -n "$1" "$2" | head -n 1 | cut -d : -f 1)
    echo "${number:-0}"
}

a_build_ends_before_the_last_download() {
    server_start
    library early "\"$url/ok/early-1.0.tar.gz\""
    library late "\"$url/held/late-1.0.tar.gz\""
    "$STATICBUILD" build recipe/lib/early.toml recipe/lib/late.toml --target native --progress json \
        >"$TEST_FILES/out" 2>"$TEST_FILES/err" &
    program=$!
    within 60 grep -q '"step-end".*build early' "$TEST_FILES/err" || {
        kill $program
        fail 'early was not built while late is on its way'
    }
    touch late-1.0.tar.gz.go
    wait $program || fail "status $?"
    grep -q '"step-end".*build late' "$TEST_FILES/err" || fail 'late was not built'
}

every_download_that_fails_is_told() {
    server_start
    library one "\"$url/gone/one-1.0.tar.gz\""
    library three "\"$url/ok/three-1.0.tar.gz\""
    library two "\"$url/gone/two-1.0.tar.gz\""
    build
    expect_status 4
    expect_err 'one-1.0.tar.gz: could not be had' 'two-1.0.tar.gz: could not be had' '"step-fail"'
    refuse_err 'beginning again'
    build -k
    expect_status 4
    expect_err 'one-1.0.tar.gz: could not be had' 'two-1.0.tar.gz: could not be had'
    expect_equal "$(find "$STATICBUILD_CACHE/trees" -maxdepth 1 -name 'three-*' | wc -l)" 1
    expect_clean_store
}

# What does not need the source is built with the first plan, what does with the second.
an_alternative_is_taken_while_others_are_built() {
    server_start
    library one "\"$url/ok/one-1.0.tar.gz\""
    library two "\"$url/gone/two-1.0.tar.gz\"" "$(echo nothing | sha256sum | cut -d ' ' -f 1)"
    cat >>recipe/lib/two.toml <<TOML

[[source]]
urls = ["$url/ok/two-1.0.tar.gz"]
sha256 = "$(sha256sum two-1.0.tar.gz | cut -d ' ' -f 1)"
TOML
    build
    expect_status 0
    expect_err 'could not be had; taking'
    expect_equal "$(grep -c '"step-end".*build one' "$TEST_FILES/err")" 1 'one is built once'
    expect_equal "$(grep -c '"step-end".*build two' "$TEST_FILES/err")" 1 'two is built once'
    [ "$(line_of 'taking' "$TEST_FILES/err")" -lt "$(line_of 'step-end.*build two' "$TEST_FILES/err")" ] ||
        fail 'two was built before its source was there'
}

run_tests a_build_ends_before_the_last_download every_download_that_fails_is_told \
    an_alternative_is_taken_while_others_are_built
