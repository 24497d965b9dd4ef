#!/bin/sh
# staticbuild.lock: what is chosen is written down, taken by every later run, and nothing else with --locked; and
# folders from which is built without a network.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

python=$(system_python)

# libtiny in two versions, of which the recipe has $1 as the usual one.
two_versions() {
    for version in 1.0 1.1; do
        library_source libtiny-$version
        echo "/* $version */" >>libtiny-$version/tiny.c
        [ -e libtiny-$version.tar.gz ] || pack libtiny-$version
        rm -r libtiny-$version
    done
    other=1.0
    [ "$1" = 1.0 ] && other=1.1
    library_recipe "file://$PWD/libtiny-$1.tar.gz" "$(sha256sum libtiny-"$1".tar.gz | cut -d ' ' -f 1)"
    sed -i "s/^version = .*/version = \"$1\"/" recipe/lib/libtiny.toml
    cat >>recipe/lib/libtiny.toml <<TOML
[[versions."$other".source]]
urls = ["file://$PWD/libtiny-$other.tar.gz"]
sha256 = "$(sha256sum libtiny-$other.tar.gz | cut -d ' ' -f 1)"
TOML
}

# build WORD...: tiny, for this machine.
build() {
    run recipe/tiny.toml --python "$python" --target native "$@"
}

a_recipe_is_locked() {
    two_versions 1.0
    extension
    run lock recipe/tiny.toml
    expect_status 0
    expect_out "recipe/staticbuild.lock: written"
    cat >expected <<TOML
# What \`staticbuild lock\` chose. To be committed; \`staticbuild lock --upgrade\` chooses anew.

goals = ["tiny.toml"]

[[recipe]]
name = "libtiny"
kind = "library"
version = "1.0"

[[recipe.source]]
urls = [
    "file:libtiny-1.0.tar.gz",
]
sha256 = "$(sha256sum libtiny-1.0.tar.gz | cut -d ' ' -f 1)"

[[recipe]]
name = "tiny"
kind = "extension"
TOML
    cmp expected recipe/staticbuild.lock || fail "the lock is $(cat recipe/staticbuild.lock)"
    # The recipe has another usual version: what is locked is taken.
    two_versions 1.1
    build --locked
    expect_status 0
    expect_out "libtiny 1.0 (MIT)"
    run lock
    expect_status 0
    expect_out "nothing is another than before"
    cmp expected recipe/staticbuild.lock || fail "the lock became another one"
    run lock --upgrade
    expect_status 0
    expect_out "library libtiny is 1.1, and 1.0 in the lock"
    rm -r dist
    run tiny --python "$python" --target native --locked
    expect_out "libtiny 1.1 (MIT)"
}

what_is_not_locked_is_refused() {
    two_versions 1.0
    extension
    build --locked
    expect_status 3
    expect_err "recipe/staticbuild.lock: is not there, and --locked takes nothing else: \`staticbuild lock\` writes it"
    run lock recipe/tiny.toml
    edit recipe/lib/libtiny.toml 's/^version = .*/version = "1.2"/'
    edit recipe/lib/libtiny.toml 's/^\[\[versions/\[\[versions."1.3".source]]\nurls = ["file:\/x.tar.gz"]\nsha256 = "'"$(printf %064d 7)"'"\n&/'
    edit recipe/tiny.toml 's/"libtiny"\]/"libtiny >= 1.2"]/'
    build --locked
    expect_status 3
    expect_err "library libtiny is 1.2, and 1.0 in the lock" "run \`staticbuild lock\`, look at what changed"
    [ -e dist ] && fail "something was built"
    # Said, and built, when nothing insists.
    build
    expect_status 0
    expect_err "recipe/staticbuild.lock: library libtiny is 1.2, and 1.0 in the lock"
    # The same version of other bytes.
    run lock recipe/tiny.toml
    library_source libtiny-1.0
    echo '/* other bytes */' >>libtiny-1.0/tiny.c
    pack libtiny-1.0
    edit recipe/lib/libtiny.toml "0,/^sha256/s/^sha256 = .*/sha256 = \"$sha256\"/"
    build --locked
    expect_status 3
    expect_err "libtiny 1.2: its source libtiny-1.0.tar.gz has the SHA-256 $(echo "$sha256" | cut -c 1-12)…, which is not the one of the lock"
    # Another recipe of the same folder is none of its goals.
    sed 's/"tiny"/"other"/' recipe/tiny.toml >recipe/other.toml
    run recipe/other.toml --locked --python "$python" --target native
    expect_status 3
    expect_err '"other.toml" is none of its goals'
}

# A file that somebody else wrote: every mistake at once, with its place; nothing of it reaches a command.
hostile_locks_are_refused() {
    two_versions 1.0
    extension
    cat >recipe/staticbuild.lock <<'TOML'
goals = ["tiny.toml", "--offline"]
versoin = 1
[[recipe]]
name = "../x"
kind = "librory"
version = "1.0\n"
[[recipe.source]]
sha256 = "12"
[[environment]]
project = "tiny"
platform = "linux-x86_64"
python = "-c"
requires = ["x\u0000y"]
packages = ["--index-url=http://x", "x==1", "x==1 --hash=sha256:12", "a @ file:///x --hash=sha256:12"]
[[crates]]
project = "tiny"
file = "../../Cargo.lock"
TOML
    build
    expect_status 3
    expect_err 'recipe/staticbuild.lock:13:'
    sed -i '/u0000/d' recipe/staticbuild.lock
    build
    expect_status 3
    expect_err 'recipe/staticbuild.lock:1:23: goals "--offline" is empty, or begins with a dash' \
        'recipe/staticbuild.lock:2:1: unknown key "versoin" in the lock' \
        'recipe/staticbuild.lock:4:8: name "../x" is not one word' \
        ':5:8: kind "librory" is not one of' '(did you mean "library"?)' ':6:11: version "1.0?"' \
        ':8:10: sha256 "12"' ':12:10: python "-c" is not one word' \
        ':13:13: packages "--index-url=http://x" is not NAME==VERSION --hash=sha256:HASH' \
        'packages "x==1" is not' 'packages "x==1 --hash=sha256:12" is not' 'packages "a @ file' \
        '[[environment]] has no "requires"' 'file "../../Cargo.lock"' '[[crates]] has no "sha256"'
    head -c 2000000 /dev/zero | tr '\0' '#' >recipe/staticbuild.lock
    build
    expect_status 3
    expect_err 'recipe/staticbuild.lock'
    rm recipe/staticbuild.lock
    mkdir recipe/staticbuild.lock
    build
    expect_status 0
}

# source_distribution VERSION: Tiny_One-VERSION.tar.gz, whose backend is the package helper_one, which asks for
# helper_two too.
source_distribution() {
    has_pip
    mkdir -p "Tiny_One-$1"
    own_backend "Tiny_One-$1"
    cat >>"Tiny_One-$1/own_backend.py" <<'PY'
def get_requires_for_build_wheel(settings=None):
    return ["helper_two"]
def build_wheel(folder, settings=None, metadata=None):
    import helper_two
    module = "_tiny" + SUFFIX
    compile("-shared", "-o", module, "tiny.c")
    return pack(folder, "Tiny_One", module)
PY
    [ -e wheels ] || wheel_of helper_one 1.0 "$(cat "Tiny_One-$1/own_backend.py")"
    [ -e wheels/helper_two-1.0-py3-none-any.whl ] || wheel_of helper_two 1.0 ""
    rm "Tiny_One-$1/own_backend.py"
    printf '[build-system]\nrequires = ["helper_one >= 1"]\nbuild-backend = "helper_one"\n' >"Tiny_One-$1/pyproject.toml"
    cat >"Tiny_One-$1/tiny.c" <<C
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_tiny", "$1", -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__tiny(void) { return PyModule_Create(&module); }
C
    printf 'Metadata-Version: 2.1\nName: Tiny.One\nVersion: %s\n' "$1" >"Tiny_One-$1/PKG-INFO"
    pack "Tiny_One-$1"
    rm -r "Tiny_One-$1"
}

wheel() {
    run wheel "$@" --python "$python" --target native
}

lock() {
    run lock "$@" --python "$python" --target native
}

the_index_gets_a_newer_version() {
    source_distribution 1.0
    start_index
    lock pypi:Tiny.One
    expect_status 0
    expect_file staticbuild.lock
    grep -q '^version = "1.0"' staticbuild.lock || fail "$(cat staticbuild.lock)"
    grep -q '"pypi:tiny-one/Tiny_One-1.0.tar.gz"' staticbuild.lock || fail "$(cat staticbuild.lock)"
    expect_equal "$(grep -c '^    "helper-.*==1.0 --hash=sha256:' staticbuild.lock)" 3
    source_distribution 1.1
    wheel_of helper_two 2.0 ""
    rm asked
    for words in "" --locked; do
        # shellcheck disable=SC2086
        wheel pypi:tiny-one $words
        expect_status 0
        expect_out "dist/tiny_one-1.0-cp"
    done
    [ -e asked ] && grep simple asked && fail "the index was asked again"
    # With a cache that knows nothing, too.
    rm -rf "$STATICBUILD_CACHE" dist
    wheel pypi:tiny-one --locked
    expect_status 0
    expect_err "tiny-one 1.0 cp"
    wheel pypi:tiny-one --dry-run
    expect_out "project tiny-one 1.0"
    wheel pypi:tiny-one==1.1 --locked
    expect_status 3
    expect_err "pypi:tiny-one==1.1: is not in staticbuild.lock, and --locked takes nothing else"
    wheel pypi:tiny-two --locked
    expect_status 3
    expect_err '"pypi:tiny-two" is none of its goals'
    # What is upgraded, and nothing else.
    lock --upgrade helper_two
    expect_status 0
    expect_out "the build environment of tiny-one for cp3" "has helper-two==2.0 --hash=sha256:"
    grep -q 'helper-two==2.0' staticbuild.lock && grep -q '^version = "1.0"' staticbuild.lock || fail "$(cat staticbuild.lock)"
    lock --upgrade tiny-one
    expect_status 0
    expect_out "extension tiny-one is 1.1, and 1.0 in the lock"
    wheel pypi:tiny-one --locked --dry-run
    expect_status 0
    expect_out "source tiny-one 1.1"
    lock --upgrade helper_too
    expect_status 2
    expect_err '--upgrade helper_too: nothing of this name is in staticbuild.lock (did you mean "helper-two"?)'
}

# A list is a goal as well: later it need not be named.
a_list_is_locked() {
    source_distribution 1.0
    start_index
    mkdir lists
    echo Tiny.One >lists/all.txt
    lock --from lists/all.txt
    expect_status 0
    expect_file lists/staticbuild.lock
    grep -qx 'from = "all.txt"' lists/staticbuild.lock || fail "$(cat lists/staticbuild.lock)"
    source_distribution 1.1
    cd lists || fail "no folder"
    lock
    expect_status 0
    expect_out "nothing is another than before"
    wheel --from all.txt --locked --dry-run
    expect_status 0
    expect_out "source tiny-one 1.0"
    echo 'tiny-two' >>all.txt
    wheel --from all.txt --locked --dry-run
    expect_status 3
    expect_err "pypi:tiny-two: is not in staticbuild.lock"
}

# What a build requires is locked, not what it required when it was locked.
another_requirement_is_refused() {
    source_distribution 1.0
    tar -xzf Tiny_One-1.0.tar.gz
    mv Tiny_One-1.0 source
    lock source
    expect_status 0
    expect_file source/staticbuild.lock
    wheel source --locked
    expect_status 0
    wheel_of helper_one 1.5 "$(unzip -p wheels/helper_one-1.0-py3-none-any.whl helper_one.py)"
    printf '[build-system]\nrequires = ["helper_one >= 1.5"]\nbuild-backend = "helper_one"\n' >source/pyproject.toml
    wheel source --locked
    expect_status 3
    expect_err "the build environment of tiny-one for cp3" "requires helper_one >= 1.5, and the lock has it for helper_one >= 1, helper_two"
    wheel source
    expect_status 0
    expect_err "source/staticbuild.lock: the build environment of tiny-one for cp3" "\`staticbuild lock\` writes it down"
    # What a run without --locked made is not taken by one with it.
    wheel source --locked
    expect_status 3
    cd source || fail "no source"
    lock
    expect_status 0
    wheel . --locked
    expect_status 0
}

several_folders_have_several_locks() {
    mkdir one two
    own_backend one
    own_backend two
    lock one two
    expect_status 2
    expect_err "lies in more folders than one"
    mkdir empty
    cd empty || fail "no folder"
    lock
    expect_status 2
    expect_err "nothing is named, and here is no staticbuild.lock, no project and no folder recipe/"
    lock --upgrade
    expect_status 2
}

# Everything that is fetched, in a folder; then an empty cache, and no index and no network.
a_mirror_builds_without_a_network() {
    source_distribution 1.0
    start_index
    two_versions 1.0
    lock pypi:tiny-one
    expect_status 0
    run fetch --all --to mirror --python "$python" --target native
    expect_status 0
    set -- mirror/wheels/*
    expect_equal "$*" "mirror/wheels/helper_one-1.0-py3-none-any.whl mirror/wheels/helper_two-1.0-py3-none-any.whl"
    expect_file "mirror/$(sha256sum Tiny_One-1.0.tar.gz | cut -d ' ' -f 1)"
    kill "$index"
    trap - EXIT
    rm -rf "$STATICBUILD_CACHE" wheels Tiny_One-1.0.tar.gz
    unset PIP_FIND_LINKS PIP_NO_INDEX
    apart=
    unshare -rn true 2>/dev/null && apart="unshare -rn"
    wrapped=$STATICBUILD
    if [ -n "$apart" ]; then
        printf '#!/bin/sh\nexec %s %s "$@"\n' "$apart" "$STATICBUILD" >apart
        chmod +x apart
        STATICBUILD=$PWD/apart
    fi
    wheel pypi:tiny-one --offline --mirror mirror --locked
    STATICBUILD=$wrapped
    expect_status 0
    expect_out "smoke   passed"
    # A mirror of recipes alone.
    extension
    run fetch --all recipe/tiny.toml --to other --target native --python "$python"
    expect_status 0
    expect_equal "$(ls other)" "$(sha256sum libtiny-1.0.tar.gz | cut -d ' ' -f 1)"
    run fetch --to x
    expect_status 2
    expect_err "--to goes with --all"
}

run_tests a_recipe_is_locked what_is_not_locked_is_refused hostile_locks_are_refused the_index_gets_a_newer_version \
    another_requirement_is_refused a_list_is_locked several_folders_have_several_locks a_mirror_builds_without_a_network
