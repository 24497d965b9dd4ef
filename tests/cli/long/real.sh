#!/bin/sh
# The recipes that are delivered, from published sources to wheels that were imported. Takes minutes, and the
# network or a mirror (STATICBUILD_MIRROR); STATICBUILD_TEST_CACHE names a cache whose downloads may be used.
# timeout: 3000
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"

# The libraries are built once for all tests of this script.
if [ -n "${STATICBUILD_TEST_CACHE-}" ]; then
    SHARED_CACHE=$STATICBUILD_TEST_CACHE
else
    SHARED_CACHE=$(mktemp -d)
    trap 'chmod -R u+rwX "$SHARED_CACHE"; rm -rf "$SHARED_CACHE"' EXIT
fi

sources_of() {
    STATICBUILD_CACHE=$SHARED_CACHE
    export STATICBUILD_CACHE
    run fetch "$@"
    [ "$status" != 4 ] || skip "sources cannot be fetched here: $(echo "$err" | grep -v '^ ' | tail -n 1)"
    expect_status 0
}

# wheels_of NAME COUNT-AT-LEAST
wheels_of() {
    sources_of "$1"
    cd "$ROOT" || exit 1
    run "recipes/$1.toml" -o "$TEST_FILES/dist" --format json
    expect_status 0
    expect_err 'done   wheel'
    cd - >/dev/null || exit 1
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/run.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    python3 - "$TEST_FILES/out" "$2" <<'PY' || fail 'the result is not what it should be'
import json, sys
result = json.load(open(sys.argv[1]))
wheels = result["wheels"]
if len(wheels) < int(sys.argv[2]):
    sys.exit("only %d wheels" % len(wheels))
ran = 0
for w in wheels:
    print(w["file"], w["policy"], w["needed"], [i["name"] for i in w["inside"]])
    if not w["policy"].startswith("manylinux_"):
        sys.exit(w["file"] + ": " + w["policy"])
    if [f for f in w["findings"] if f["severity"] == "error"]:
        sys.exit(w["file"] + ": has errors")
    if any(s["outcome"] == "failed" for s in w["smoke"]):
        sys.exit(w["file"] + ": failed")
    ran += sum(s["outcome"] == "passed" for s in w["smoke"])
if not ran:
    sys.exit("no wheel was run")
PY
    run audit "$TEST_FILES"/dist/*.whl
    expect_status 0
    run "$ROOT/recipes/$1.toml" -o "$TEST_FILES/dist"
    expect_status 0
    expect_out 'nothing to do'
}

inside() {
    for library; do
        grep -q "\"name\": \"$library\"" "$TEST_FILES/document" || fail "$library is not said to be inside"
    done
}

zmq() {
    wheels_of zmq 1
    run "$ROOT/recipes/zmq.toml" -o "$TEST_FILES/dist" --format json
    cp "$TEST_FILES/out" "$TEST_FILES/document"
    inside libzmq libsodium libstdc++
    run_command python3 -m zipfile -l "$(find "$TEST_FILES/dist" -name '*.whl' | head -n 1)"
    expect_out 'sboms/staticbuild.cdx.json' 'licenses/libsodium' 'licenses/libzmq'
}

# The same bytes from a second cache, with one job, elsewhere.
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

yaml() {
    wheels_of yaml 1
}

leveldb() {
    wheels_of leveldb 1
}

every_library() {
    run list --format json
    libraries=$(python3 -c 'import json, sys; print(*[r["name"] for r in json.load(open(sys.argv[1]))["recipes"] if r["kind"] == "library"])' "$TEST_FILES/out")
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
        for recipe in "$name"/recipe/*.toml; do
            grep -q '^kind = "extension"' "$recipe" || continue
            (cd "$name" && sources_of "recipe/$(basename "$recipe")") || exit $?
            STATICBUILD_CACHE=$SHARED_CACHE
            export STATICBUILD_CACHE
            cd "$name"
            run "recipe/$(basename "$recipe")"
            expect_status 0
            expect_file dist/*.whl
            cd ..
        done
    done
}

run_tests zmq zmq_twice yaml leveldb every_library examples
