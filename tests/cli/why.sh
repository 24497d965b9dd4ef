#!/bin/sh
# What is made again after a change, and what `why` says of it.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# Runs a command on the project, with the one interpreter.
on() {
    python=$(system_python)
    run "$@" --python "$python"
    expect_status 0
}

why() {
    on why tiny
    expect_no_err
}

# The words before a colon at the beginning of a line: the steps that are to be made.
to_make() {
    expect_equal "$(echo "$out" | sed -n 's/ 1\.[0-9]\( cp[0-9a-z]*\)\{0,1\}: is to be made.*//p' | tr '\n' ',')" "$1"
}

nothing_was_made() {
    project
    why
    expect_out 'toolchain manylinux_2_17_' 'build libtiny 1.0: is to be made; none is there' \
        'wheel tiny 1.0 cp3'
    refuse_out ' -> ' 'is there, made'
    [ ! -d dist ] || fail "something was made"
}

finished_things_say_so() {
    project
    on tiny
    why
    expect_out 'build libtiny 1.0: is there, made 20' '; none was there before'
    refuse_out 'is to be made' ' -> '
}

# A word in the recipe reaches the wheel alone, which is tried again.
a_summary() {
    project
    on tiny
    edit recipe/tiny.toml 's/^summary = .*/summary = "Other words"/'
    why
    to_make 'wheel tiny,try tiny,'
    expect_out '; since the last one, of 20' '  recipe.summary: Asks for the answer -> Other words'
    expect_equal "$(echo "$out" | grep -c ' -> ')" 1
    on tiny
    expect_out '2 steps done'
    edit recipe/lib/libtiny.toml 's/^summary = .*/summary = "Knew it"/'
    why
    to_make 'wheel tiny,try tiny,'
    expect_out '  library[libtiny].recipe.summary: Knows the answer -> Knew it'
    on tiny
    expect_out '2 steps done'
    why # what was done last is still explained
    expect_out 'wheel tiny 1.0 cp3' '; since the one before, of 20' '  library[libtiny].recipe.summary: Knows the answer -> Knew it'
    refuse_out 'is to be made' 'Other words'
}

# What its test says reaches no wheel: it is tried again as it is.
what_is_tried() {
    project
    on tiny
    echo 'import tiny' >>recipe/test_tiny.py
    why
    to_make 'try tiny,'
    expect_out '  test-script: '
    on tiny
    expect_out '1 step done'
}

licence_texts() {
    project
    echo more >source/NOTICE
    on tiny
    edit recipe/tiny.toml 's/"LICENSE"/"LICENSE", "NOTICE"/'
    why
    to_make 'wheel tiny,try tiny,'
    expect_out '  recipe.license-files: ["LICENSE"] -> ["LICENSE", "NOTICE"]'
    on tiny
    unzip -l dist/*.whl >listing
    grep -q licenses/NOTICE listing || fail "the wheel has no NOTICE: $(cat listing)"
}

# An option of a library reaches whatever has it inside; what follows from it says from which step.
an_option_of_a_library() {
    project
    on tiny
    edit recipe/lib/libtiny.toml 's/CFLAGS = "{cflags}"/CFLAGS = "{cflags} -DX"/'
    why
    to_make 'build libtiny,module tiny,wheel tiny,try tiny,'
    expect_out '  build.variables: ' ' -DX"}' '  library[libtiny]: another one (build libtiny 1.0)' \
        '  modules: another one (module tiny 1.0 cp3'
    edit recipe/lib/libtiny.toml 's/ -DX"/"/' # back again: all of it is there
    why
    refuse_out 'is to be made'
}

a_new_version_of_a_library() {
    project
    on tiny
    edit recipe/lib/libtiny.toml 's/^version = "1.0"/version = "1.1"/'
    why
    expect_out 'build libtiny 1.1: is to be made; since the last one' '  version: 1.0 -> 1.1'
    echo "$out" | grep -q '^  library\[libtiny\]: 1\.0 [0-9a-f]*\.\.\. -> 1\.1 [0-9a-f]*\.\.\.$' || fail "$out"
}

the_source() {
    project
    on tiny
    edit source/tiny.c 's/"42"/"43"/'
    why
    to_make 'source tiny,module tiny,wheel tiny,try tiny,'
    expect_out '  source[.]: ' '  source-tree: another one (source tiny 1.0)'
}

# A cache of the first version, whose keys were other texts.
an_older_cache() {
    project
    mkdir -p "$STATICBUILD_CACHE/trees/libtiny-1.0-0123456789abcdef/.staticbuild"
    chmod -R go-w "$STATICBUILD_CACHE"
    echo 'step build, rules 1' >"$STATICBUILD_CACHE/trees/libtiny-1.0-0123456789abcdef/.staticbuild/key"
    why
    expect_out 'build libtiny 1.0: is to be made; none is there'
    run build libtiny
    expect_status 0
    expect_err "$STATICBUILD_CACHE: an earlier staticbuild filled it" 'what is in trees/ now may be removed'
    run build libtiny
    expect_status 0
    refuse_err 'an earlier staticbuild'
    expect_equal "$(cat "$STATICBUILD_CACHE/version")" 'staticbuild-store 3'
    echo 'staticbuild-store 4' >"$STATICBUILD_CACHE/version"
    run build libtiny
    expect_status 7
    expect_err "$STATICBUILD_CACHE/version: a newer staticbuild keeps its cache there" STATICBUILD_CACHE
}

keys_are_printed() {
    project
    on plan tiny --keys
    expect_out '   key ' '     build.system: make' '     module[tiny].sources: ["tiny.c"]'
}

run_tests nothing_was_made finished_things_say_so a_summary what_is_tried licence_texts an_option_of_a_library \
    a_new_version_of_a_library the_source an_older_cache keys_are_printed
