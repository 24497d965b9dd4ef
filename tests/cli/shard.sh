#!/bin/sh
# --shard: parts of a run that several machines make, meeting in a folder that they share.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

python=$(system_python)

# Three extensions, a, b and c, all with libtiny, and the project d.
extensions() {
    tiny_library
    for name in a b c; do
        extension_recipe $name $name.c 'libraries = ["libtiny"]'
        cat >$name/$name.c <<C
#include <Python.h>
#include <tiny.h>
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "$name", NULL, 0, NULL};
PyMODINIT_FUNC PyInit_$name(void) { return tiny_answer() == 42 ? PyModule_Create(&def) : NULL; }
C
    done
    mkdir d
    own_backend d
    cat >>d/own_backend.py <<'PY'
def build_wheel(folder, settings=None, metadata=None):
    module = "d" + SUFFIX
    compile("-shared", "-o", module, "d.c")
    return pack(folder, "d", module)
PY
    sed 's/tiny_answer() == 42/1/; /tiny.h/d; s/\<c\>/d/g' c/c.c >d/d.c
    sed -i 's/PyInit_c/PyInit_d/; s/"c"/"d"/' d/d.c
    cat >recipe/d.toml <<'TOML'
[recipe]
name = "d"
kind = "extension"
version = "1.0"
license = "MIT"
[[source]]
path = "d"
[build]
system = "pep517"
TOML
}

# part I N: that part as a machine of its own makes it, into dist-I.
part() {
    STATICBUILD_CACHE="$PWD/cache-$1" run recipe/a.toml recipe/b.toml recipe/c.toml recipe/d.toml --python "$python" \
        --target native --shard "$1/$2" --share "$PWD/share" -o "dist-$1"
    expect_status 0
}

parts_are_the_whole_and_nothing_is_made_twice() {
    extensions
    mkdir share
    part 0 3
    [ -e dist-0 ] && fail "what is made first made wheels: $(ls dist-0)"
    expect_err "done   build libtiny 1.0"
    for i in 1 2 3; do
        part $i 3
        refuse_err "begin  build libtiny"
    done
    made=$(for wheel in dist-[123]/*.whl; do basename "$wheel"; done | sort | cut -d - -f 1 | tr '\n' ' ')
    expect_equal "$made" "a b c d "
    # The same bytes as in one run.
    run recipe/a.toml recipe/b.toml recipe/c.toml recipe/d.toml --python "$python" --target native
    expect_status 0
    for wheel in dist/*.whl; do
        cmp "$wheel" dist-[123]/"$(basename "$wheel")" || fail "$wheel is another one in its shard"
    done
    # Again: nothing to do, and the same part.
    part 2 3
    expect_out "nothing to do"
}

a_plan_is_cut_the_same_everywhere() {
    extensions
    all="recipe/a.toml recipe/b.toml recipe/c.toml recipe/d.toml --python $python --target native"
    # shellcheck disable=SC2086
    run plan $all --shard 1/2
    expect_status 0
    expect_out "shard 1 of 2: "
    first=$out
    # shellcheck disable=SC2086
    run plan $all --shard 0/3
    expect_out "first, for 3 shards: 1 step that several need" "build libtiny 1.0"
    # shellcheck disable=SC2086
    run $all
    expect_status 0
    # shellcheck disable=SC2086
    run plan $all --shard 1/2
    expect_equal "$(echo "$out" | grep wheel)" "$(echo "$first" | grep wheel)"
    # shellcheck disable=SC2086
    run plan $all --shard 1/2 --format json
    expect_status 0
    echo "$out" | python3 -c '
import json, sys
plan = json.load(sys.stdin)["plan"]
goals = {s["label"]: s["goal_of"] for s in plan if s["kind"] == "wheel"}
assert len(goals) == 4 and set(goals.values()) == {1, 2}, goals
assert [s["shard"] for s in plan if s["label"] == "build libtiny 1.0"] != [None], plan
assert [s["shard"] for s in plan if s["kind"] == "fetch"] == [None], plan' || fail "the plan is $out"
    # shellcheck disable=SC2086
    run plan $all --print-durations
    expect_status 0
    expect_out " build libtiny" " wheel a cp3"
    echo "$out" >durations
    sed -i 's/^[0-9.]* module a /500 module a /' durations
    # shellcheck disable=SC2086
    run plan $all --shard 1/2 --durations durations
    expect_status 0
    goals=$(echo "$out" | sed -n 's/^shard 1 of 2: \([0-9]*\) goal.*/\1/p')
    case $goals in
    1) expect_out "wheel a 1.0" ;;
    3) refuse_out "wheel a 1.0" ;;
    *) fail "the long one is not alone: $out" ;;
    esac
    echo 'x build' >>durations
    # shellcheck disable=SC2086
    run plan $all --shard 1/2 --durations durations
    expect_status 2
    expect_err 'is not SECONDS STEP, as in "12.5 build zlib"'
    # shellcheck disable=SC2086
    run $all --shard 3/2
    expect_status 2
    expect_err "--shard 3/2: not I/N"
}

run_tests parts_are_the_whole_and_nothing_is_made_twice a_plan_is_cut_the_same_everywhere
