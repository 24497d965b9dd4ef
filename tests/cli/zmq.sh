#!/bin/sh
# The main job for real: recipes/zmq.toml from published sources to wheels of pyzmq, for every interpreter here.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/delivered.sh"

DIST=$SHARED_CACHE/test-dist

main_job() {
    sources_of zmq
    cd "$ROOT" || exit 1
    run recipes/zmq.toml -o "$DIST" --format json
    expect_status 0
    expect_err 'done   build libsodium' 'done   build libzmq' 'done   wheel pyzmq'
    expect_equal "$(grep -c 'done   build libzmq' "$TEST_FILES/err")" 1 'libzmq is built once'
    check_result "$SOUND"
    check_result '
for w in wheels:
    inside = {i["name"] for i in w["inside"]}
    assert {"libzmq", "libsodium", "libstdc++"} <= inside, inside
    assert all(i["members"] > 0 and i["license"] for i in w["inside"]), w["inside"]
    assert w["extension"] == "pyzmq"
'
    cp "$TEST_FILES/out" "$DIST/../test-result.json"
}

made() {
    [ -f "$SHARED_CACHE/test-result.json" ] || skip 'the main job gave nothing'
    STATICBUILD_CACHE=$SHARED_CACHE
    export STATICBUILD_CACHE
    cp "$SHARED_CACHE/test-result.json" "$TEST_FILES/out"
}

names_and_tags() {
    made
    check_result '
import os, re
for w in wheels:
    m = re.match(r"pyzmq-27\.1\.0-cp3(\d+)-(\w+)-(manylinux\S+)\.whl$", w["file"])
    assert m, w["file"]
    minor = int(m.group(1))
    assert m.group(2) == ("abi3" if minor >= 12 else "cp3%d" % minor), w["file"]
    assert os.path.basename(w["path"]) == w["file"] and os.path.getsize(w["path"]) == w["size"]
    assert w["tag"].startswith("cp3%d-%s-" % (minor, m.group(2))), w["tag"]
tags = [w["file"].split("-")[2] for w in wheels]
assert len(set(tags)) == len(tags), "a tag twice"
abi3 = [w for w in wheels if "-abi3-" in w["file"]]
assert len(abi3) <= 1, "one wheel for 3.12 and all later ones"
for w in abi3:
    assert w["file"].split("-")[2] == "cp312", w["file"]
    assert all(int(s["python"].split(".")[1]) >= 12 for s in w["smoke"]), w["smoke"]
'
}

curve_was_tried() {
    made
    check_result '
for w in wheels:
    assert w["smoke"], w["file"]
    for s in w["smoke"]:
        assert s["outcome"] == "passed" or s["why"], s
'
    # The test script is what asks for an encrypted request and its answer.
    grep -q 'curve' "$ROOT/recipes/test_zmq.py" || fail 'the test script does not try CURVE'
    for wheel in "$DIST"/*cp311-cp311*.whl; do
        [ -e "$wheel" ] && [ -x /usr/bin/python3.11 ] || skip 'no wheel for an interpreter of the distribution'
        mkdir site
        /usr/bin/python3.11 -m zipfile -e "$wheel" site
        run_command env PYTHONPATH="$PWD/site" /usr/bin/python3.11 "$ROOT/recipes/test_zmq.py"
        expect_status 0
    done
}

nothing_is_left_dynamic() {
    made
    need readelf unzip
    for wheel in "$DIST"/*.whl; do
        rm -rf out
        unzip -q "$wheel" -d out
        modules=$(find out -name '*.so')
        [ -n "$modules" ] || fail "no module in $wheel"
        for module in $modules; do
            readelf -Wd "$module" >dynamic
            for forbidden in RPATH RUNPATH TEXTREL libzmq libsodium libstdc++; do
                if grep -q "$forbidden" dynamic; then
                    fail "$module: $forbidden"
                fi
            done
            readelf -Wl "$module" | grep GNU_STACK | grep -q 'RW ' || fail "$module: its stack"
            exported=$(readelf -W --dyn-syms "$module" | awk '$7 != "UND" && $5 != "LOCAL" && $8 != "" && NR > 4 { print $8 }')
            expect_equal "$exported" PyInit__zmq "exports of $module"
        done
    done
}

contents() {
    made
    for wheel in "$DIST"/*.whl; do
        unzip -Z1 "$wheel" >names
        for part in zmq/__init__.py zmq/backend/cython/_zmq 'dist-info/sboms/staticbuild.cdx.json' \
            'dist-info/licenses/LICENSE.md' dist-info/licenses/libzmq/ dist-info/licenses/libsodium/; do
            grep -q "$part" names || fail "$wheel has no $part"
        done
        if grep -E '\.(a|o|c|cpp|pyc)$|__pycache__|\.staticbuild' names; then # headers and .pxd are the package's own
            fail "$wheel ships what only its build needs"
        fi
        expect_equal "$(tail -n 1 names | sed 's/.*dist-info/dist-info/')" dist-info/RECORD 'the last member'
    done
    unzip -p "$(find "$DIST" -name '*.whl' | head -n 1)" '*/staticbuild.cdx.json' >sbom.json
    python3 - <<'PY' || fail 'the SBOM is not what it should be'
import json
sbom = json.load(open("sbom.json"))
assert sbom["bomFormat"] == "CycloneDX"
names = {c["name"]: c for c in sbom["components"]}
assert {"libzmq", "libsodium"} <= set(names), sorted(names)
assert names["libzmq"]["version"] == "4.3.4"
PY
}

pip_takes_it() {
    made
    for python in 3.11 3.12 3.13; do
        [ -x "/usr/bin/python$python" ] && "/usr/bin/python$python" -m pip --version >/dev/null 2>&1 || continue
        run_command "/usr/bin/python$python" -m pip install --no-deps --no-index --find-links "$DIST" --target site pyzmq
        expect_status 0
        run_command env PYTHONPATH=site "/usr/bin/python$python" -c 'import zmq; print(zmq.zmq_version(), zmq.has("curve"))'
        expect_status 0
        expect_equal "$out" '4.3.4 True'
        return 0
    done
    skip 'no interpreter of the distribution has pip'
}

the_second_run_does_nothing() {
    made
    before=$(ls -l --time-style=full-iso "$DIST")
    run "$ROOT/recipes/zmq.toml" -o "$DIST"
    expect_status 0
    expect_no_err
    expect_out 'nothing to do' 'up to date'
    expect_equal "$(ls -l --time-style=full-iso "$DIST")" "$before"
    run "$ROOT/recipes/zmq.toml" -o "$DIST" --format json
    check_result 'assert result["totals"]["steps_done"] == 0 and all(w["up_to_date"] for w in wheels)'
}

the_text_says_what_was_proved() {
    made
    run "$ROOT/recipes/zmq.toml" -o "$DIST"
    expect_status 0
    expect_out 'proved' 'needs only' 'no RPATH' 'exports entry points only' 'inside' 'libzmq 4.3.4' 'libsodium 1.0.18' \
        'passed with CPython'
}

run_tests main_job names_and_tags curve_was_tried nothing_is_left_dynamic contents pip_takes_it \
    the_second_run_does_nothing the_text_says_what_was_proved
