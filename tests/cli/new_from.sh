#!/bin/sh
# `new --from`: recipes of what is there.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

mit() {
    printf 'Permission is hereby granted, free of charge, to any\nperson obtaining a copy of this software\n'
}

an_archive_of_a_library() {
    need cmake ninja
    library_source tiny-1.4.2
    rm tiny-1.4.2/Makefile
    mit >tiny-1.4.2/COPYING
    printf '%s\n' 'cmake_minimum_required(VERSION 3.10)' 'project(tiny C)' 'add_library(tiny tiny.c)' \
        'install(TARGETS tiny DESTINATION lib)' 'install(FILES tiny.h DESTINATION include)' >tiny-1.4.2/CMakeLists.txt
    pack tiny-1.4.2
    run new --from "file://$PWD/tiny-1.4.2.tar.gz"
    expect_status 0
    expect_equal "$out" recipe/tiny.toml
    expect_recipe tiny 'version = "1.4.2"' "sha256 = \"$sha256\"" 'license = "MIT"' 'license-files = ["COPYING"]' 'system = "cmake"'
    # And it is built as it is: nothing has to be known besides.
    mkdir -p recipe/lib
    mv recipe/tiny.toml recipe/lib/
    run build recipe/lib/tiny.toml --target native
    expect_status 0
    [ -z "$(ls "$STATICBUILD_CACHE/work")" ] || fail 'something half-made stays'
}

# expect_recipe NAME LINE...
expect_recipe() {
    written=recipe/$1.toml
    shift
    for line; do
        grep -qF "$line" "$written" || fail "the recipe lacks $line: $(cat "$written")"
    done
}

what_builds_it_is_seen() {
    for row in configure:autotools meson.build:meson Makefile:make README:commands; do
        rm -rf thing recipe
        mkdir thing
        touch "thing/${row%:*}"
        run new --from thing
        expect_status 0
        expect_equal "$out" thing/recipe/thing.toml
        grep -q "system = \"${row#*:}\"" thing/recipe/thing.toml || fail "$row: $(cat thing/recipe/thing.toml)"
        grep -q '^path = "\."' thing/recipe/thing.toml || fail 'it has no path'
    done
}

a_folder_of_a_project() {
    mkdir thing
    printf '[project]\nname = "Some.Thing"\nversion = "2.5"\nrequires-python = ">=3.9"\n' >thing/pyproject.toml
    run new --from thing
    expect_status 0
    cp -R thing/recipe .
    expect_recipe Some.Thing 'version = "2.5"' 'system = "pep517"' 'requires = ">=3.9"' 'path = "."'
    run tree thing/recipe/Some.Thing.toml
    expect_status 0
}

names_and_licences() {
    mkdir a
    printf 'Redistribution and use in source and binary forms, with or\n without modification\nNeither the name of the\n' >a/LICENSE.txt
    tar -cf v2.0.tar a
    run new --from "file://$PWD/v2.0.tar"
    expect_status 2
    expect_err 'new NAME --from'
    run new mine --from "file://$PWD/v2.0.tar"
    expect_status 0
    expect_recipe mine 'version = "2.0"' 'license = "BSD-3-Clause"' 'license-files = ["LICENSE.txt"]'
    run new mine --from "file://$PWD/v2.0.tar"
    expect_status 2
    expect_err 'there already'
    # Nothing of a name becomes a line of the recipe.
    cp v2.0.tar 'odd-1.0"x.tar'
    run new odd --from "file://$PWD/odd-1.0\"x.tar"
    expect_status 0
    run tree recipe/odd.toml
    expect_status 0
}

what_is_wrong() {
    run new
    expect_status 2
    run new --from nowhere
    expect_status 2
    expect_err 'no such folder'
    run new --from a --template library
    expect_status 2
    echo text >text-1.tar.gz
    run new --from "file://$PWD/text-1.tar.gz"
    expect_status 5
    expect_err 'text-1.tar.gz' 'cannot be unpacked'
    [ -z "$(ls "$STATICBUILD_CACHE/work")" ] || fail 'something half-made stays'
    expect_no_file recipe/text.toml
}

run_tests an_archive_of_a_library what_builds_it_is_seen a_folder_of_a_project names_and_licences what_is_wrong
