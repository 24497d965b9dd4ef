#!/bin/sh
# Every rule of the audit: a file that is bad, one that is good, and a paragraph in docs/rules.md (tests/cli/rules.py).
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

each_rule_has_a_bad_file_a_good_one_and_a_paragraph() {
    need python3 ar objcopy c++
    [ "$(uname -m)" = x86_64 ] || skip 'the files are made for x86_64'
    run_command python3 "$ROOT/tests/cli/rules.py" "$STATICBUILD"
    expect_status 0
    refuse_out 'not ok'
    expect_out 'ok architecture' 'ok library-twice' 'ok a good file, number 4'
}

run_tests each_rule_has_a_bad_file_a_good_one_and_a_paragraph
