#!/bin/sh
# The command line: what is understood, and what is said about what is not.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# The name and the number come first, on a line of their own; then the commit, where it is known, and the libraries.
version_says_of_what() {
    for how in --version -V version; do
        run "$how"
        expect_status 0
        expect_no_err
        first=$(echo "$out" | sed -n 1p)
        expect_equal "${first#staticbuild }" "$(echo "$first" | sed 's/^staticbuild \([0-9]*\.[0-9]*\.[0-9]*\)$/\1/')"
        echo "$out" | grep -q '^libarchive [0-9.]* libcurl [0-9.]* .* tomlplusplus [0-9.]*$' || fail 'no libraries'
    done
    expect_equal "$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/recipes/staticbuild.toml")" "${first#staticbuild }"
    run zmq --version
    expect_status 0
    expect_out 'staticbuild '
}

nothing_given() {
    run
    expect_status 2
    expect_no_out
    expect_err 'no recipe and no command' 'staticbuild help'
}

every_mistake_at_once() {
    run --pyton 3 --jobs 0 --format yaml --keys -q -v --man=yes zmq
    expect_status 2
    expect_no_out
    expect_err 'unknown option --pyton (did you mean --python?)' '--jobs 0: not a number from 1 to' \
        '--format yaml: not one of text, json' 'option --keys is not one of `run`; it goes with: plan' \
        'option --man is not one of `run`' '--verbose and --quiet exclude each other'
}

numbers_are_checked() {
    for number in 0 -1 x 4x 99999 18446744073709551617 ' 4' +4 ''; do
        run zmq "--jobs=$number"
        expect_status 2
        expect_err --jobs
    done
}

a_value_is_not_the_next_option() {
    run zmq --mirror --offline
    expect_status 2
    expect_err 'option --mirror needs a value: --mirror DIR|URL'
    run zmq -o
    expect_status 2
    expect_err 'option -o needs a value'
    run zmq --offline=yes
    expect_status 2
    expect_err 'option --offline takes no value'
}

flags_may_stand_anywhere() {
    run -qj2 help run -o
    expect_status 2
    expect_err 'option -q is not one of `help`' 'option -j is not one of `help`' 'option -o is not one of `help`'
    run --format json list --names
    expect_status 0
}

two_dashes_end_the_options() {
    run -- --no-such-recipe
    expect_status 3
    expect_err '--no-such-recipe'
    run -- list
    refuse_out extension
    [ "$status" != 0 ] || fail '"-- list" listed recipes'
}

mistyped_commands() {
    run adit x
    expect_status 2
    expect_err 'did you mean the command "audit"?'
    run help lsit
    expect_status 2
    expect_err 'did you mean "list"?'
    run help zzzzzz
    expect_status 2
    expect_err 'no command and no page "zzzzzz"'
}

# Each helper is a start, and so is each run with nothing to do.
a_start_loads_no_large_library() {
    LD_DEBUG=files "$STATICBUILD" --version >"$TEST_FILES/out" 2>"$TEST_FILES/err" || fail 'it does not start'
    grep -q 'file=libc.so' "$TEST_FILES/err" || skip 'this loader says nothing of what it loads'
    grep -o 'file=lib\(capstone\|curl\)[^ ]*' "$TEST_FILES/err" >"$TEST_FILES/out" && fail 'loaded without need'
    true
}

too_many_and_too_few() {
    run tree
    expect_status 2
    expect_err '`tree` needs RECIPE...'
    run version 1
    expect_status 2
    expect_err '"1" is too much'
    run new a b
    expect_status 2
    expect_err '`new` takes only [NAME]; "b" is too much'
}

help_covers_every_command() {
    run help
    expect_status 0
    expect_no_err
    expect_out 'no wall against an attacker'
    commands=$(sed -n '/^commands$/,/^$/s/^  \([a-z]*\) .*/\1/p' "$TEST_FILES/out")
    [ "$(echo "$commands" | wc -l)" -ge 9 ] || fail "too few commands: $commands"
    for command in $commands; do
        run help "$command"
        expect_status 0
        expect_out "usage: staticbuild " "exit status" "--help"
        text=$out
        run "$command" --help
        expect_status 0
        expect_equal "$out" "$text" "$command --help"
    done
    refuse_out internal-unpack
}

every_exit_status_is_told() {
    run help
    for number in 0 1 2 3 4 5 6 7 130; do
        expect_out "
  $number "
    done
}

help_fits_the_terminal() {
    for command in run audit new; do
        run help "$command"
        if grep -n '.\{81,\}' "$TEST_FILES/out"; then
            fail "help $command is wider than 80 columns"
        fi
    done
}

manual_page_is_clean() {
    need man
    run help --man
    expect_status 0
    expect_out '.TH STATICBUILD 1' '.SH EXIT STATUS' 'STATICBUILD_CACHE'
    cp "$TEST_FILES/out" staticbuild.1
    warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z ./staticbuild.1 2>&1 >/dev/null)
    expect_equal "$warnings" '' 'warnings of man'
}

# Every page can be read, and installed as a manual page, and links lead to pages that are there.
pages_are_printed() {
    run help
    pages=$(sed -n '/^pages$/,/^$/s/^  \([a-z-]*\) .*/\1/p' "$TEST_FILES/out")
    expect_equal "$(echo "$pages" | sort)" "$(cd "$ROOT/docs" && { ls ./*.md; echo recipes.md; } | sed 's/^\.\///; s/\.md$//' | grep -v '^README$' | sort)"
    for page in $pages; do
        run help --page "$page"
        expect_status 0
        expect_equal "$(sed -n 1p "$TEST_FILES/out")" "$(sed -n 's/^# //p' "$ROOT/docs/$page.md" "$ROOT/recipes/README.md" 2>/dev/null | sed -n 1p)"
        for linked in $(tr -s '\n ' ' ' <"$TEST_FILES/out" | grep -o '(page [a-z-]*)' | sed 's/(page \(.*\))/\1/' | sort -u); do
            echo "$pages" | grep -qx "$linked" || fail "$page leads to a page $linked, which is not there"
        done
        run help --man --page "$page"
        expect_status 0
        cp "$TEST_FILES/out" page.7
        ! command -v man >/dev/null || expect_equal "$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z ./page.7 2>&1 >/dev/null)" '' "warnings of man about $page"
    done
    run help first-whell
    expect_status 2
    run help --page first-whell
    expect_status 2
    expect_err 'no page "first-whell" (did you mean "first-wheel"?)'
    run help --page ../recipes/README
    expect_status 2
}

# A page, a command of the same name, a rule, and what the program says when something fails.
help_finds_what_is_asked_for() {
    run help first-wheel
    expect_status 0
    expect_out 'Your first wheel' '    static PyObject *hello'
    run help cache
    expect_out 'usage: staticbuild cache'
    run help --page cache
    expect_out 'The cache' 'What there is'
    run help unwanted-library
    expect_status 0
    expect_out 'unwanted-library' 'DT_NEEDED'
    refuse_out 'usage:' 'page-alignment'
    run help 'could not be had'
    expect_status 0
    expect_out 'all places that were tried'
    run help no-such-thing-at-all
    expect_status 2
    expect_err 'no command and no page "no-such-thing-at-all"'
    mkdir -p nothing
    run_command env STATICBUILD_DATA="$PWD/nothing" "$STATICBUILD" --version
    expect_status 0
}

completions_are_read_by_their_shells() {
    run help --completion bash
    expect_status 0
    cp "$TEST_FILES/out" completion.bash
    need bash
    # shellcheck disable=SC2016 # for the inner shell
    answer=$(PATH="$(dirname "$STATICBUILD"):$PATH" bash -c '
        . ./completion.bash
        COMP_WORDS=(staticbuild pl); COMP_CWORD=1; _staticbuild; echo "${COMPREPLY[*]}"
        COMP_WORDS=(staticbuild plan --k); COMP_CWORD=2; _staticbuild; echo "${COMPREPLY[*]}"
        COMP_WORDS=(staticbuild zmq --progress ""); COMP_CWORD=3; _staticbuild; echo "${COMPREPLY[*]}"')
    expect_equal "$answer" "plan
--keys
auto tty plain json"
    for shell in zsh fish; do
        run help --completion "$shell"
        expect_status 0
        expect_out keep-going staticbuild
        if command -v "$shell" >/dev/null 2>&1; then
            cp "$TEST_FILES/out" "completion.$shell"
            "$shell" -n "completion.$shell" || fail "$shell does not read its completions"
        fi
    done
    run help --completion tcsh
    expect_status 2
    expect_err 'not one of bash, zsh, fish'
}

output_that_cannot_be_written() {
    [ -w /dev/full ] || skip 'no /dev/full'
    status=0
    "$STATICBUILD" help >/dev/full 2>"$TEST_FILES/err" || status=$?
    err=$(cat "$TEST_FILES/err")
    last_command='help >/dev/full'
    expect_status 7
    expect_err 'standard output cannot be written'
}

closed_descriptors_do_no_harm() {
    status=0
    "$STATICBUILD" version <&- >&- 2>&- || status=$?
    last_command='version <&- >&-'
    expect_status 0
}

no_colour_where_nobody_sees_it() {
    run help run
    if grep -q "$(printf '\033')" "$TEST_FILES/out"; then
        fail 'an escape sequence in a file'
    fi
}

# offered WORD...: what bash offers for the last of these words.
offered() {
    PATH=$(dirname "$STATICBUILD"):$PATH bash -c '. ./completion.sh
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _staticbuild staticbuild "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        echo " ${COMPREPLY[*]} "' bash "$@"
}

# expect_offered WORD... -- OFFER...
expect_offered() {
    words=
    while [ "$1" != -- ]; do
        words="$words '$1'"
        shift
    done
    shift
    got=
    eval "got=\$(offered $words)"
    for word; do
        case $got in *" $word "*) ;; *) fail "of$words bash offers$got, not $word" ;; esac
    done
}

completions_offer_what_can_be_typed() {
    need bash
    run help --completion bash
    echo "$out" >completion.sh
    expect_offered staticbuild audit --format '' -- text json sarif html
    expect_offered staticbuild footprint --format '' -- text json html
    expect_offered staticbuild zmq --format '' -- text json
    case $(offered staticbuild list --format '') in *sarif*) fail 'list has no sarif' ;; esac
    expect_offered staticbuild new x --template '' -- extension library library-meson
    expect_offered staticbuild target '' -- list show
    expect_offered staticbuild target sh -- show
    run help --completion zsh
    ! grep "^ *''" "$TEST_FILES/out" || fail 'an empty specification for zsh'
    ! grep -A1 '\\$' "$TEST_FILES/out" | grep '^ *;;' || fail 'a specification for zsh is missing'
    run help --completion fish
    expect_out "-a 'list show'" 'list --templates'
}

# What is pasted from the page is what was meant.
the_manual_keeps_quotes() {
    run help --man
    # shellcheck disable=SC2016 # as it stands there
    expect_out '\(dq$(python3 \-c \(aqimport m\(aq 2>&1 | tail \-n 1)\(dq'
}

what_was_meant_is_offered() {
    mkdir recipe
    run new tinny --template library
    run plan tiny
    expect_status 3
    expect_err 'did you mean "tinny"?'
    run plan zmqq
    expect_err 'did you mean "zmq"?'
    run target shw manylinux_2_17
    expect_status 2
    expect_err 'did you mean "show"?'
    run target show
    expect_status 2
    refuse_err 'did you mean'
}

listings_are_what_their_schemas_say() {
    need python3
    run list --format json
    expect_status 0
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/list.schema.json" "$TEST_FILES/out" || fail 'list'
    run tree zmq --format json
    expect_status 0
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/graph.schema.json" "$TEST_FILES/out" || fail 'tree'
}

run_tests version_says_of_what nothing_given every_mistake_at_once numbers_are_checked a_value_is_not_the_next_option \
    pages_are_printed help_finds_what_is_asked_for flags_may_stand_anywhere two_dashes_end_the_options mistyped_commands too_many_and_too_few help_covers_every_command \
    a_start_loads_no_large_library \
    every_exit_status_is_told help_fits_the_terminal manual_page_is_clean completions_are_read_by_their_shells \
    output_that_cannot_be_written closed_descriptors_do_no_harm no_colour_where_nobody_sees_it \
    completions_offer_what_can_be_typed the_manual_keeps_quotes what_was_meant_is_offered \
    listings_are_what_their_schemas_say
