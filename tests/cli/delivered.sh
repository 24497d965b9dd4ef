# For tests of the recipes that are delivered, from published sources; read after lib.sh. Sources come from the
# mirror (STATICBUILD_MIRROR), else from where they are published; where none can be reached, tests are skipped.
# All tests of one script share a cache of their own: libraries are built once. STATICBUILD_TEST_CACHE names a cache
# whose downloads may be taken.
# shellcheck shell=sh disable=SC2154 # lib.sh sets status, out and err

SHARED_CACHE=$(mktemp -d)
trap 'chmod -R u+rwX "$SHARED_CACHE"; rm -rf "$SHARED_CACHE"' EXIT
if [ -d "${STATICBUILD_TEST_CACHE-}/downloads" ]; then
    cp -R "$STATICBUILD_TEST_CACHE/downloads" "$SHARED_CACHE/"
fi

# sources_of RECIPE...: fetches all, or skips the test.
sources_of() {
    STATICBUILD_CACHE=$SHARED_CACHE
    export STATICBUILD_CACHE
    run fetch "$@"
    [ "$status" != 4 ] || skip "the sources cannot be fetched here: $(echo "$err" | grep -v '^ ' | tail -n 1)"
    expect_status 0
}


# check_result CODE: runs Python statements with `result`, the JSON document of the last run, and `wheels`.
check_result() {
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/run.schema.json" "$TEST_FILES/out" ||
        fail 'the document is not what the schema says'
    python3 - "$TEST_FILES/out" "$1" <<'PY' || fail "the result is not what it should be: $1"
import json, sys
result = json.load(open(sys.argv[1]))
wheels = result["wheels"]
for w in wheels:
    print(w["file"], w["needed"], [i["name"] for i in w["inside"]], [(s["python"], s["outcome"]) for s in w["smoke"]])
exec(sys.argv[2])
PY
}

# What holds for every wheel of ours.
SOUND='
assert wheels and result["error"] is None
for w in wheels:
    assert w["policy"].startswith("manylinux_"), w["policy"]
    assert w["file"].endswith(w["policy"] + ".whl"), w["file"]
    assert not [f for f in w["findings"] if f["severity"] == "error"], w["findings"]
    assert not [s for s in w["smoke"] if s["outcome"] == "failed"], w["smoke"]
    assert {"ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libpthread.so.0", "librt.so.1", "libdl.so.2",
            "libgcc_s.so.1", "ld-linux-aarch64.so.1"} >= set(w["needed"]), w["needed"]
assert any(s["outcome"] == "passed" for w in wheels for s in w["smoke"])
'

# extension NAME: sources to wheels in ./dist, sound, judged again, and nothing to do the second time.
extension() {
    sources_of "$1"
    run "$1" --format json
    expect_status 0
    check_result "$SOUND"
    cp "$TEST_FILES/out" result.json
    run audit dist/*.whl
    expect_status 0
    run "$1"
    expect_status 0
    expect_no_err
    expect_out 'nothing to do'
}

# published_project NAME VERSION PYTHON-STATEMENTS [OPTION...]: what the package index has, built as it is for
# manylinux_2_17, sound, and used: the statements run with it in ./site, by $python. PROJECTS='markupsafe pyyaml' takes some.
published_project() {
    name=$1 version=$2 code=$3
    shift 3
    case " ${PROJECTS-$name} " in *" $name "*) ;; *) skip "not among PROJECTS" ;; esac
    python=/usr/bin/python3
    [ -x "$python" ] && "$python" -m pip --version >/dev/null 2>&1 || skip "$python with pip is not there"
    STATICBUILD_CACHE=$SHARED_CACHE
    export STATICBUILD_CACHE
    run wheel "pypi:$name==$version" --python "$python" --target manylinux_2_17 "$@" --format json
    [ "$status" != 4 ] || skip "the package index cannot be reached here"
    expect_status 0
    check_result "$SOUND"
    run audit dist/*.whl
    expect_status 0
    "$python" -m pip install --quiet --no-deps --no-index --target site dist/*.whl 2>/dev/null || fail "pip does not install it"
    run_command env PYTHONPATH=site "$python" -c "$code"
    expect_status 0
    run wheel "pypi:$name==$version" --python "$python" --target manylinux_2_17 "$@" --offline
    expect_status 0
    expect_out "nothing to do"
}
