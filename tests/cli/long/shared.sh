#!/bin/sh
# What modules of one wheel share, with every interpreter that is found here: tests/cli/shared.sh has it with the system's.
# timeout: 3600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"

# candidates MINOR: interpreters of that version; a version manager's stand beside its folder of shims
candidates() {
    echo "$PATH" | tr ':' '\n' | while read -r folder; do
        case $folder in
        */shims) ls -d "${folder%/shims}/versions/3.$1".*/bin/python3 2>/dev/null || true ;;
        *) ls -d "$folder/python3.$1" 2>/dev/null || true ;;
        esac
    done
}

with() {
    for SHARED_PYTHON in $(candidates "$1"); do
        [ "$(readlink -f "$SHARED_PYTHON")" != "$(readlink -f /usr/bin/python3)" ] || continue
        export SHARED_PYTHON
        run_command env ONLY_TESTS='a_library_with_state_is_there_once modules_in_cxx_share_all' sh "$ROOT/tests/cli/shared.sh"
        expect_status 0
        expect_out 'ok a_library_with_state_is_there_once' 'ok modules_in_cxx_share_all'
        return
    done
    skip "there is no CPython 3.$1 here"
}
cpython_3_8() { with 8; }
cpython_3_9() { with 9; }
cpython_3_10() { with 10; }
cpython_3_11() { with 11; }
cpython_3_12() { with 12; }
cpython_3_13() { with 13; }

run_tests cpython_3_8 cpython_3_9 cpython_3_10 cpython_3_11 cpython_3_12 cpython_3_13
