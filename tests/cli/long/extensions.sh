#!/bin/sh
# Extensions of the repository, from published sources, for one interpreter: made, tried, judged, and made once.
# timeout: 3600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/../delivered.sh"

# whole NAME INSIDE: the wheel of NAME is sound, strictly, tried, and has INSIDE inside.
whole() {
    sources_of "$1"
    run "$1" --python "$(command -v python3)" --require-tried --format json
    expect_status 0
    check_result "$SOUND
assert '$2' in {i['name'] for i in wheels[0]['inside']}, wheels[0]['inside']
assert wheels[0]['policy'].startswith('manylinux_2_17_'), wheels[0]['policy']"
    run audit --strict dist/*.whl
    expect_status 0
}

hiredis() { whole hiredis hiredis; }
brotli() { whole brotli brotli; }
zstandard() { whole zstandard zstd; }
lxml() { whole lxml libxml2; }

run_tests hiredis brotli zstandard lxml
