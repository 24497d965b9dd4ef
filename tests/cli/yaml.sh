#!/bin/sh
# recipes/yaml.toml: a small extension in Cython with one library, from published sources.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/delivered.sh"

yaml() {
    extension yaml
    cp result.json "$TEST_FILES/out"
    check_result '
for w in wheels:
    assert w["file"].lower().startswith("pyyaml-6.0.2-cp3"), w["file"]
    assert "libyaml" in {i["name"] for i in w["inside"]}, w["inside"]
'
}

run_tests yaml
