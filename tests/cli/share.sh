#!/bin/sh
# A folder that several users share: what one made, another takes, after it was held against its manifest.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# user NAME: whose cache is used from here on; dist is fresh.
user() {
    STATICBUILD_CACHE=$TEST_FILES/cache-$1
    export STATICBUILD_CACHE
    wipe dist
}

share() {
    python=$(system_python)
    run tiny --python "$python" --target native --share shared "$@"
    expect_status 0
}

trees() {
    (cd "$1" && echo *) | sed 's/-[0-9a-f]\{16\}//g'
}

another_takes_it() {
    project
    mkdir shared
    user one
    share
    expect_equal "$(trees shared/trees)" 'libtiny-1.0 tiny-1.0-mod tiny-1.0-src tiny-1.0-try tiny-1.0-whl'
    expect_equal "$(ls shared/downloads)" "$sha256"
    expect_equal "$(ls shared/incoming)" ''
    mv dist first
    chmod -R a-w shared
    user two
    rm libtiny-1.0.tar.gz
    share -v
    expect_err 'wheel tiny 1.0 cp3' ': taken from shared'
    expect_equal "$(trees "$STATICBUILD_CACHE/trees")" 'tiny-1.0-try tiny-1.0-whl' # and nothing else was asked for
    expect_equal "$(ls "$STATICBUILD_CACHE/downloads" "$STATICBUILD_CACHE/work")" "$STATICBUILD_CACHE/downloads:

$STATICBUILD_CACHE/work:"
    cmp dist/*.whl first/*.whl || fail 'another wheel'
    expect_equal "$(find "$STATICBUILD_CACHE/trees" -mindepth 1 ! -type l -perm /222)" ''
}

# What it needs is taken too when the wheel is another one; and the source of what is built anew.
what_has_changed_is_made() {
    project
    mkdir shared
    user one
    share
    user two
    edit recipe/tiny.toml 's/^summary = .*/summary = "Another word"/'
    share -v
    refuse_err 'wheel tiny 1.0 cp311: taken'
    expect_err 'module tiny 1.0 cp3' 'source tiny 1.0: taken from shared'
    expect_equal "$(trees shared/trees)" 'libtiny-1.0 tiny-1.0-mod tiny-1.0-src tiny-1.0-try tiny-1.0-try tiny-1.0-whl tiny-1.0-whl'
    user three
    rm libtiny-1.0.tar.gz
    wipe shared/trees
    share -v --offline
    expect_err 'libtiny-1.0.tar.gz: taken from shared'
}

what_is_damaged_there_is_not_used() {
    project
    mkdir shared
    user one
    share
    mv dist first
    kept=$(ls shared/trees/*/*.whl)
    chmod u+w "$kept"
    printf x | dd of="$kept" bs=1 seek=100 conv=notrunc 2>/dev/null
    user two
    share
    expect_err 'wheel tiny 1.0 cp3' ": what shared has of it is not used: ${kept##*/}: has other content"
    cmp dist/*.whl first/*.whl || fail 'another wheel'
}

nothing_is_given_if_so_wished() {
    project
    mkdir shared
    user one
    share --share-read-only
    expect_equal "$(ls shared)" ''
    STATICBUILD_SHARE=shared run build libtiny --target native
    expect_status 0
    expect_equal "$(ls shared)" '' # it made nothing
    user two
    STATICBUILD_SHARE=shared run build libtiny --target native
    expect_status 0
    expect_equal "$(trees shared/trees)" libtiny-1.0
}

# It is a help and no need.
a_place_that_is_not_there() {
    project
    user one
    share
    expect_err 'the shared place is not used any more: ' '/shared: is not a folder that is there'
    run tiny --share ftp://cache.example/trees
    expect_status 2
    expect_err 'nothing that keeps trees can be reached there (known: http://… and https://…, s3://BUCKET/…, the path of a folder)'
    echo >shared
    mkdir full
    echo >full/trees
    user two
    python=$(system_python)
    run tiny --python "$python" --target native --share full
    expect_status 0
    expect_err 'the shared place is not used any more: full: '
}

run_tests another_takes_it what_has_changed_is_made what_is_damaged_there_is_not_used nothing_is_given_if_so_wished \
    a_place_that_is_not_there
