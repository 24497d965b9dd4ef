#!/bin/sh
# The recipes that come with the program, the skeletons for new ones, and what `make install` puts where.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

every_recipe_loads() {
    run list
    expect_status 0
    expect_no_err
    expect_out zmq yaml leveldb libzmq libsodium openssl sqlite cython
    run list --format json
    expect_status 0
    python3 - "$TEST_FILES/out" "$ROOT" <<'PY' || fail 'the list is not what it should be'
import glob, json, os, sys
recipes = {r["name"]: r for r in json.load(open(sys.argv[1]))["recipes"]}
files = glob.glob(os.path.join(sys.argv[2], "recipes", "*.toml")) + glob.glob(
    os.path.join(sys.argv[2], "recipes", "[!d]*", "*.toml"))  # but data/, which has none
missing = {os.path.relpath(f, sys.argv[2]) for f in files} - {
    os.path.relpath(os.path.realpath(r["file"]), os.path.realpath(sys.argv[2])) for r in recipes.values()}
if missing:
    sys.exit("not listed: %s" % missing)
for r in recipes.values():
    for key in ("kind", "summary", "file"):
        if not r[key]:
            sys.exit("%s: no %s" % (r["name"], key))
    if not r["versions"]:
        sys.exit("%s: no version" % r["name"])
PY
}

every_recipe_resolves() {
    run list --names
    expect_status 0
    names=$out
    [ "$(echo "$names" | wc -l)" -ge 10 ] || fail "too few recipes: $names"
    for name in $names; do
        run tree "$name"
        expect_status 0
        expect_no_err
    done
}

every_extension_has_a_plan() {
    for name in zmq yaml leveldb; do
        run plan "$name" --keys
        expect_status 0
        expect_out "wheel "
        plan=$out
        run plan "$name" --keys
        expect_equal "$out" "$plan" 'the same plan twice'
    done
}

# What is known of projects names libraries that there are, in versions that there are.
every_row_of_a_project_names_recipes() {
    python3 -c 'import tomllib' 2>/dev/null || skip "python3 has no tomllib"
    run list --format json
    expect_status 0
    python3 - "$TEST_FILES/out" "$ROOT/recipes/data/projects.toml" <<'PY' || fail 'a row names what is not there'
import json, re, sys, tomllib
recipes = {r["name"].removeprefix("lib/") for r in json.load(open(sys.argv[1]))["recipes"] if r["kind"] == "library"}
rows = tomllib.load(open(sys.argv[2], "rb"))
assert len(rows) >= 5, rows
for name, row in rows.items():
    for library in row.get("libraries", []):
        if re.split(r"[\s\[<>=!~]", library)[0] not in recipes:
            sys.exit("%s: %s" % (name, library))
PY
    mkdir recipe
    python3 - "$ROOT/recipes/data/projects.toml" >recipe/all.toml <<'PY'
import sys, tomllib
rows = tomllib.load(open(sys.argv[1], "rb"))
libraries = sorted({l for row in rows.values() for l in row.get("libraries", [])})
print("""[recipe]
name = "all"
kind = "extension"
version = "1"
[[source]]
path = "."
[build]
system = "pep517"
[requires]
libraries = %s""" % str(libraries).replace("'", '"'))
PY
    run tree recipe/all.toml
    expect_status 0
    expect_no_err
}

every_skeleton_makes_a_recipe() {
    run new thing --template no-such-template
    expect_status 2
    expect_err 'not one of' extension library tool
    count=0
    for template in "$ROOT"/templates/recipes/*.toml; do
        name=$(basename "$template" .toml)
        run new thing --template "$name" -o "recipe/$name.toml"
        expect_status 0
        expect_equal "$out" "recipe/$name.toml"
        grep -q 'name = "thing"' "recipe/$name.toml" || fail "$name does not have its name"
        if grep -q '{{' "recipe/$name.toml" && grep '{{' "recipe/$name.toml" | grep -vq '{{ or }}'; then
            fail "$name has a place that was not filled"
        fi
        # What is to be filled in is told; what was written by us is right.
        run tree "recipe/$name.toml"
        case $err in *'unknown key'* | *'expected'*) fail "$name: $err" ;; esac
        count=$((count + 1))
    done
    [ "$count" -ge 3 ] || fail "only $count skeletons"
}

# Names of the index have hyphens, a library's archive says "lib" once, and what help shows can be typed.
names_make_recipes_that_parse() {
    run new my-ext.thing --template extension
    expect_status 0
    run tree recipe/my-ext.thing.toml
    [ "$status" != 3 ] || fail 'it does not parse'
    grep -q '^name = "my_ext_thing._my_ext_thing"' recipe/my-ext.thing.toml || fail 'the module has another name'
    run new libpng --template library
    expect_status 0
    grep -q '"lib/libpng.a"' recipe/libpng.toml || fail "$(grep ^archives recipe/libpng.toml)"
    for word in cmake meson autotools make cython; do
        run new "thing-$word" --template "$word"
        expect_status 0
    done
    run help new
    sed -n '/^examples/,/^[a-z]* *status/s/^  staticbuild //p' "$TEST_FILES/out" >examples
    [ -s examples ] || fail 'no examples'
    rm -r recipe
    while read -r words; do
        # shellcheck disable=SC2086 # words
        run $words
        expect_status 0
    done <examples
}

new_replaces_nothing() {
    mkdir recipe
    echo mine >recipe/thing.toml
    run new thing --template library
    expect_status 2
    expect_err 'there already'
    expect_equal "$(cat recipe/thing.toml)" mine
    for name in ../evil a/b '' .hidden -x; do
        run new -- "$name"
        expect_status 2
    done
    expect_no_file ../evil.toml recipe/.hidden.toml
    mkdir mine
    run new mine
    expect_status 2
    expect_err 'mine is there already'
    expect_equal "$(ls -A . mine)" ".:
mine
recipe

mine:"
    run new other --cython --c++
    expect_status 2
    run new other --license 'MIT Apache'
    expect_status 2
    expect_err 'is not an SPDX license expression'
    run new c++
    expect_status 2
    run new other --template library --license MIT
    expect_status 2
    expect_no_file other
}

# What is new makes a wheel at once, whatever it is written in, but for the licence, which somebody has to choose.
a_new_project_makes_a_wheel() {
    python=/usr/bin/python3
    [ -x "$python" ] || skip "$python is not there"
    for how in '' --c++ --cython; do
        name=new-sums$(echo "$how" | tr +- x.)
        # shellcheck disable=SC2086 # no word, or one
        run new "$name" $how --license MIT
        expect_status 0
        expect_out "cd $name && staticbuild recipe/$name.toml"
        [ "$how" != --cython ] || [ -n "${STATICBUILD_MIRROR-}" ] || continue
        cd "$name" || fail 'no folder'
        run "recipe/$name.toml" --python "$python" --target native
        expect_status 0
        [ -n "$(find dist -name '*.whl')" ] || fail "no wheel of $name"
        cd ..
    done
    run new undecided
    expect_status 0
    expect_out 'say which licence it has'
    cd undecided || fail 'no folder'
    run recipe/undecided.toml --python "$python" --target native
    expect_status 3
    expect_err LicenseRef-unknown
}

# An extension and a library may have one name.
a_library_by_its_folder() {
    run list --names
    expect_out leveldb lib/leveldb
    run tree lib/leveldb
    expect_status 0
    expect_out 'leveldb 1.23' snappy
    refuse_out 1.5.1
    run tree lib/no-such-thing
    expect_status 3
    expect_err 'lib/no-such-thing: there is no such recipe'
}

an_own_recipe_comes_first() {
    mkdir recipe
    sed 's/^summary.*/summary = "My own"/' "$ROOT/recipes/zmq.toml" >recipe/zmq.toml
    cp "$ROOT/recipes/test_zmq.py" recipe/
    run list
    expect_status 0
    expect_out 'My own'
    run tree recipe/zmq.toml # finds libzmq among the installed ones
    expect_status 0
    expect_out libsodium
}

a_broken_recipe_does_not_hide_the_others() {
    mkdir recipe
    echo '[recipe' >recipe/broken.toml
    run list
    expect_status 0
    expect_err recipe/broken.toml:1
    expect_out zmq
}

installed() {
    [ -x "$BUILD/staticbuild" ] || skip 'not built'
    run_command make -C "$ROOT" --no-print-directory -o "$BUILD/staticbuild" BUILD="$BUILD" install PREFIX=/opt/sb \
        DESTDIR="$PWD/root"
    expect_status 0
    root=$PWD/root/opt/sb
    expect_file "$root/bin/staticbuild" "$root/share/staticbuild/recipes/zmq.toml" \
        "$root/share/staticbuild/templates/module.map" "$root/share/man/man1/staticbuild.1" \
        "$root/share/bash-completion/completions/staticbuild"
    mkdir elsewhere
    cd elsewhere
    STATICBUILD=$root/bin/staticbuild
    unset STATICBUILD_DATA
    run list
    expect_status 0
    expect_out zmq
    run tree zmq
    expect_status 0
    expect_out libsodium
    run new thing --license MIT
    expect_status 0
    run_command make -C "$ROOT" --no-print-directory BUILD="$BUILD" uninstall PREFIX=/opt/sb DESTDIR="${root%/opt/sb}"
    expect_status 0
    expect_equal "$(find "$root" -type f)" ''
}

# What the package of a distribution has is what `make install` puts there, found where it looks.
a_package_of_this_distribution() {
    need dpkg-deb dpkg-shlibdeps
    [ -x "$BUILD/staticbuild" ] || skip 'not built'
    run_command make -C "$ROOT" --no-print-directory -o "$BUILD/staticbuild" BUILD="$BUILD" DEB="$PWD/tree" DEB_TO="$PWD" deb
    expect_status 0
    run_command dpkg-deb -f staticbuild_*.deb Depends
    expect_out libarchive libcurl libcapstone gcc
    run_command dpkg-deb -x staticbuild_*.deb opened
    expect_status 0
    STATICBUILD=$PWD/opened/usr/bin/staticbuild
    unset STATICBUILD_DATA
    run tree zmq
    expect_status 0
    expect_out libsodium
}

run_tests every_recipe_loads every_recipe_resolves every_extension_has_a_plan every_row_of_a_project_names_recipes every_skeleton_makes_a_recipe \
    names_make_recipes_that_parse new_replaces_nothing a_new_project_makes_a_wheel a_library_by_its_folder an_own_recipe_comes_first \
    a_broken_recipe_does_not_hide_the_others installed a_package_of_this_distribution
