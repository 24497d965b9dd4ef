#!/bin/sh
# What the cache holds, whether it is what it was, and making room in it, after real runs.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

build_tiny() {
    run build libtiny --target native
    expect_status 0
}

filled() {
    project
    build_tiny
    library=$(echo "$STATICBUILD_CACHE"/trees/libtiny-1.0-*)
}

# json EXPRESSION: of the document that was just written, `d`.
json() {
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/cache.schema.json" "$TEST_FILES/out" ||
        fail "not what cache.schema.json says: $last_command"
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$TEST_FILES/out" "$1"
}

what_there_is_is_listed() {
    filled
    key=${library##*-}
    run cache list
    expect_status 0
    expect_out 'made for' "$key" 'build libtiny 1.0, native' 'source of libtiny 1.0' 'now'
    expect_no_err
    run cache list --format json
    expect_equal "$(json '[(e["name"], e["key"]) for e in d["entries"] if e["kind"] == "build"]')" "[('libtiny-1.0', '$key')]"
    expect_equal "$(json '[e["name"] for e in d["entries"] if e["kind"] == "download"]')" "['$sha256']"
    size=$(json 'sum(e["size_bytes"] for e in d["entries"])')
    run cache size --format json
    expect_equal "$(json 'd["size_bytes"]')" "$size"
    run cache size
    expect_out build download all
}

# Of a step that failed: where its folder is, and that the next failure of another drops the older one.
failed_work_is_kept_within_bounds() {
    filled
    for name in one two; do
        library_source "$name-1.0"
        echo 'int tiny_answer(void) { return' >"$name-1.0/tiny.c"
        pack "$name-1.0"
        library_recipe "file://$PWD/$name-1.0.tar.gz" "$sha256"
        sed "s/libtiny\"/$name\"/" recipe/lib/libtiny.toml >"recipe/lib/$name.toml"
        run build "$name" --target native
        expect_status 5
    done
    run cache list
    expect_out 'failed: work/one-1.0-' 'failed: work/two-1.0-'
    STATICBUILD_FAILED_SIZE=1 run build two --target native
    expect_status 5
    expect_err 'work/one-1.0-' 'this folder of a step that failed is removed'
    run cache list
    refuse_out one-1.0-
    expect_out 'failed: work/two-1.0-'
    STATICBUILD_FAILED_SIZE=much run build two --target native
    expect_status 2
    expect_err 'STATICBUILD_FAILED_SIZE is "much"'
}

damage_is_found() {
    filled
    run cache verify
    expect_status 0
    expect_out 'and 1 download are what they were'
    # As a disk does it: neither the size nor any time tells of it.
    chmod -R u+w "$library"
    printf X | dd of="$library/include/tiny.h" bs=1 seek=2 conv=notrunc 2>/dev/null
    echo more >"$library/lib/more"
    printf X | dd of="$STATICBUILD_CACHE/downloads/$sha256" bs=1 seek=2 conv=notrunc 2>/dev/null
    run cache verify
    expect_status 1
    expect_out "trees/${library##*/}" 'include/tiny.h: has other content' 'lib/more: was added' \
        "downloads/$sha256" 'has SHA-256 ' 'moved to '
    expect_err '2 of '
    expect_no_file "$library" "$STATICBUILD_CACHE/downloads/$sha256"
    run cache verify --format json
    expect_status 0
    expect_equal "$(json 'd["damaged"]')" '[]'
    build_tiny
    expect_err 'begin  build libtiny'
    expect_file "$library"
    run cache list
    expect_out 'damaged: work/'
}

# The library was used before the wheel: it goes first.
least_recently_used_goes_first() {
    filled
    touch -h -d '2 days ago' "$STATICBUILD_CACHE"/trees/* "$STATICBUILD_CACHE"/downloads/*
    build_tiny
    expect_out 'nothing to do'
    run cache gc --max-age 1d --dry-run
    expect_status 0
    expect_out 'would remove' "downloads/$sha256"
    refuse_out "${library##*/}"
    run cache gc --max-age 1d
    expect_status 0
    expect_out 'removed ' ' freed, ' ' left'
    expect_file "$library"
    expect_no_file "$STATICBUILD_CACHE/downloads/$sha256"
    run cache gc --max-size 1GB --format json
    expect_equal "$(json 'd["removed"]')" '[]'
    run cache gc --max-size 0
    expect_status 0
    run cache list --format json
    expect_equal "$(json 'd["entries"]')" '[]'
    expect_equal "$(ls "$STATICBUILD_CACHE/work")$(ls "$STATICBUILD_CACHE/locks")" ''
    build_tiny
    expect_file "$library"
}

# A run that waits for a server uses what it found, and works in its folders.
what_a_run_uses_stays() {
    filled
    touch -h -d '2 days ago' "$STATICBUILD_CACHE"/trees/*
    cat >recipe/lib/slow.toml <<TOML
[recipe]
name = "slow"
kind = "library"
version = "1.0"
license = "MIT"
license-files = ["COPYING"]
[requires]
libraries = ["libtiny"]
[[source]]
path = "../../slow"
[build]
system = "make"
variables = { AR = "{ar}" }
install = { "lib/libslow.a" = "libslow.a" }
[provides]
archives = ["lib/libslow.a"]
TOML
    mkdir slow
    echo ok >slow/COPYING
    mkfifo "$PWD/gate"
    cat >slow/Makefile <<MAKE
libslow.a:
	touch $PWD/begun; cat $PWD/gate
	echo 'int slow;' | cc -x c -c -fPIC - -o slow.o
	\$(AR) rcs \$@ slow.o
MAKE
    "$STATICBUILD" build slow --target native --sandbox none >slow.log 2>&1 &
    child=$!
    trap 'kill $child 2>/dev/null' EXIT
    within 20 test -e begun || fail "$(cat slow.log)"
    run cache gc --max-size 0
    expect_status 0
    expect_out 'a run that goes on uses' "(process $child)" "${library##*/}" work/slow-1.0-
    expect_file "$library"
    run cache rm libtiny
    expect_status 7
    expect_out "${library##*/}"
    expect_file "$library"
    echo go >gate
    wait "$child" || fail "$(cat slow.log)"
    trap - EXIT
    run cache rm libtiny
    expect_status 0
    expect_no_file "$library"
    run cache list
    expect_out slow-1.0
}

names_have_to_mean_something() {
    filled
    run cache rm libtini slow
    expect_status 2
    expect_err 'nothing in the cache is called "libtini" (did you mean "libtiny"?)' '"slow"'
    expect_file "$library"
    run cache rm libtiny-1.0 "$(echo "$sha256" | cut -c 1-12)"
    expect_status 0
    expect_out 'removed 1 tree and 1 download' '(build libtiny 1.0, native)'
    expect_no_file "$library" "$STATICBUILD_CACHE/downloads/$sha256"
}

what_is_said_wrongly() {
    run cache
    expect_status 2
    expect_err list 'rm NAME'
    run cache lisst
    expect_status 2
    expect_err '(did you mean "list"?)'
    run cache list zlib
    expect_status 2
    expect_err 'takes nothing but options'
    run cache rm
    expect_status 2
    run cache gc
    expect_status 2
    expect_err 'give --max-size N, --max-age D, or both'
    run cache gc --max-size lots --max-age soon
    expect_status 2
    expect_err '--max-size lots: not a size' '--max-age soon: not a time'
    run cache list --max-size 1G
    expect_status 2
    run help cache
    expect_out 'cache gc --max-size 20G --max-age 30d' --max-age
}

run_tests what_there_is_is_listed failed_work_is_kept_within_bounds damage_is_found least_recently_used_goes_first \
    what_a_run_uses_stays names_have_to_mean_something what_is_said_wrongly
