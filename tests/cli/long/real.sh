#!/bin/sh
# The other recipes that are delivered, the examples, and that a second build elsewhere gives the same bytes.
# timeout: 3000
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/../delivered.sh"

leveldb() {
    extension leveldb
    cp result.json "$TEST_FILES/out"
    check_result '
for w in wheels:
    assert {"leveldb", "snappy", "libstdc++"} <= {i["name"] for i in w["inside"]}, w["inside"]
'
}

# With one job, from another cache, as somebody else would.
zmq_twice() {
    sources_of zmq
    run zmq -o a --python /usr/bin/python3 -q
    expect_status 0
    mkdir -p "$TEST_FILES/other/cache"
    cp -R "$SHARED_CACHE/downloads" "$TEST_FILES/other/cache/"
    STATICBUILD_CACHE=$TEST_FILES/other/cache
    umask 077
    TZ=Pacific/Auckland run zmq -o b --python /usr/bin/python3 --offline -q -j 1
    expect_status 0
    expect_equal "$(cd a && sha256sum ./*.whl)" "$(cd b && sha256sum ./*.whl)"
}

every_library() {
    run list --format json
    libraries=$(python3 -c 'import json, sys
print(*[r["name"] for r in json.load(open(sys.argv[1]))["recipes"] if r["kind"] == "library"])' "$TEST_FILES/out")
    [ -n "$libraries" ] || fail 'no library is known'
    # shellcheck disable=SC2086 # names are words
    sources_of $libraries
    # shellcheck disable=SC2086
    run build $libraries --keep-going
    expect_status 0
}

# Each example is a project of its own: copied, then built as its reader would.
examples() {
    for project in "$ROOT"/examples/*/; do
        name=$(basename "$project")
        cp -R "$project" "$name"
        cd "$name"
        for recipe in recipe/*.toml; do
            grep -q '^kind = "extension"' "$recipe" || continue
            sources_of "$recipe"
            run "$recipe"
            expect_status 0
            expect_file dist/*.whl
        done
        cd ..
    done
}

run_tests leveldb zmq_twice every_library examples
