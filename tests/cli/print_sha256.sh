#!/bin/sh
# `fetch --print-sha256`: what a new recipe has to say of its source.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

as_sha256sum_prints_it() {
    library_source libtiny-1.0
    pack libtiny-1.0
    printf '%s' 'something else' >other
    run fetch --print-sha256 "file://$PWD/libtiny-1.0.tar.gz" "file://$PWD/other"
    expect_status 0
    expect_no_err
    expect_equal "$out" "$sha256  file://$PWD/libtiny-1.0.tar.gz
$(sha256sum other | cut -d ' ' -f 1)  file://$PWD/other"
    # It is kept under its hash: what a recipe names then is there.
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    rm libtiny-1.0.tar.gz
    run build recipe/lib/libtiny.toml --target native --offline
    expect_status 0
}

what_cannot_be_had_is_said() {
    echo here >here
    run fetch --print-sha256 "file://$PWD/here" "file://$PWD/nowhere"
    expect_status 4
    expect_err 'nowhere: could not be had'
    expect_equal "$out" "$(sha256sum here | cut -d ' ' -f 1)  file://$PWD/here"
    run fetch --print-sha256 zlib https://example.org/
    expect_status 3
    expect_err '"zlib" is no location' '"https://example.org/" does not name a file'
    [ -z "$(ls "$STATICBUILD_CACHE/work")" ] || fail 'something half-made stays'
}

run_tests as_sha256sum_prints_it what_cannot_be_had_is_said
