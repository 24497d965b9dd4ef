#!/bin/sh
# What a recipe says wrongly and only the sources or the build can tell: with its line, and as early as can be.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/project.sh"

# place FILE TEXT: "FILE:LINE:COLUMN" of where that text begins.
place() {
    awk -v file="$1" -v text="$2" 'at = index($0, text) { print file ":" NR ":" at; exit }' "$1"
}

# nothing_was_done: not even the library was begun.
nothing_was_done() {
    expect_equal "$(find "$STATICBUILD_CACHE" -name '*.log' -o -path '*/downloads/*')" ''
}

# missing KEY TEXT: the recipe of tiny names a file that is not there.
missing() {
    run tiny --target native --python "$python"
    expect_status 3
    expect_err "$(place recipe/tiny.toml "$2"): $1: "
    nothing_was_done
}

known_at_the_start() {
    project
    python=$(system_python)
    cp recipe/tiny.toml good.toml
    edit recipe/tiny.toml 's/^sources = .*/sources = ["tiny.c", "helo.c"]/'
    missing module.sources '"helo.c"'
    expect_err 'the source has no file "helo.c"'
    cp good.toml recipe/tiny.toml
    edit recipe/tiny.toml 's/test_tiny.py/nothere.py/'
    missing test.script '"nothere.py"'
    cp good.toml recipe/tiny.toml
    edit recipe/tiny.toml 's/"LICENSE"/"LICENCE"/'
    missing license-files '"LICENCE"'
    cp good.toml recipe/tiny.toml
    edit recipe/tiny.toml 's/^path = "source"/path = "sources"/'
    missing source.path '"sources"'
    cp good.toml recipe/tiny.toml
    printf '[wheel]\npackages = ["nothere"]\nmodules = ["no.py"]\n' >>recipe/tiny.toml
    missing wheel.packages '"nothere"'
    expect_err "$(place recipe/tiny.toml '"no.py"'): wheel.modules: "
    cp good.toml recipe/tiny.toml
    run tiny --target native --python "$python"
    expect_status 0
}

# An archive's content is known when it is unpacked: before anything is compiled.
known_when_unpacked() {
    project
    python=$(system_python)
    mv source tiny-1.0
    pack tiny-1.0
    edit recipe/tiny.toml "s|^path = .*|urls = [\"file://$PWD/tiny-1.0.tar.gz\"]\nsha256 = \"$sha256\"|; s/\"tiny.c\"/\"helo.c\"/"
    run tiny --target native --python "$python"
    expect_status 3
    expect_err "$(place recipe/tiny.toml '"helo.c"'): source tiny 1.0: module.sources: the source has no file"
    expect_no_file "$STATICBUILD_CACHE"/trees/tiny-1.0-*
}

promises_have_their_line() {
    project
    edit recipe/lib/libtiny.toml 's|^archives = .*|archives = ["lib/libtiny.a", "lib/libteeny.a"]|; s|^headers = .*|headers = ["include/teeny.h"]|'
    run build libtiny --target native
    expect_status 5
    expect_err "$(place recipe/lib/libtiny.toml '"lib/libteeny.a"'): build libtiny 1.0: the build made no archive" \
        "$(place recipe/lib/libtiny.toml '"include/teeny.h"'): the build made no header include/teeny.h"
}

# What annotates a change in CI reads fields, not texts.
places_are_fields_in_json() {
    project
    need python3
    edit recipe/tiny.toml 's/^version = /versoin = /; s/^summary = /summery = /'
    run tiny --format json --progress json
    expect_status 3
    python3 - "$TEST_FILES/out" "$TEST_FILES/err" <<'PY' || fail 'the fields are not there'
import json, sys
with open(sys.argv[1]) as f:
    error = json.load(f)["error"]
with open(sys.argv[2]) as f:
    last = [json.loads(line) for line in f][-1]
for e in error, last:
    assert (e["file"], e["line"], e["column"], e["kind"]) == ("recipe/tiny.toml", 1, 2, "recipe"), e
    assert len(e["places"]) == 3, e
    assert all(p["file"] == "recipe/tiny.toml" and p["line"] > 0 and "toml" not in p["message"] for p in e["places"]), e
    assert any(p["line"] == 4 and p["column"] == 1 and "versoin" in p["message"] for p in e["places"]), e
PY
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/run.schema.json" "$TEST_FILES/out" ||
        fail 'not what the schema says'
}

# What would be passed over, or told in the linker's and the interpreter's words.
what_the_module_has_instead() {
    project
    python=$(system_python)
    cp recipe/tiny.toml good.toml
    edit recipe/tiny.toml 's/^sources = .*/sources = ["tiny.c"]\nstd = "c++17"/'
    run tiny --target native --python "$python"
    expect_status 3
    expect_err "$(place recipe/tiny.toml '"c++17"'): std \"c++17\" is for C++" 'module tiny has no source in it'
    cp good.toml recipe/tiny.toml
    edit recipe/tiny.toml 's/^sources = .*/sources = ["tiny.c"]\nstd = "c11"/'
    sed 's/PyInit_tiny/PyInit_tinny/' source/tiny.c >changed.c
    mv changed.c source/tiny.c
    run tiny --target native --python "$python"
    expect_status 3
    expect_err 'recipe/tiny.toml:' 'module tiny: its source defines PyInit_tinny, and not PyInit_tiny'
}

a_failed_test_names_its_line() {
    project
    python=$(system_python)
    printf 'import tiny\n\ndef check():\n    assert tiny.answer() == 41, "bad answer"\n\ncheck()\n' >recipe/test_tiny.py
    run tiny --target native --python "$python"
    expect_status 1
    expect_err 'AssertionError: bad answer' "$PWD/recipe/test_tiny.py:4: in check: assert tiny.answer() == 41" \
        "$PWD/recipe/test_tiny.py:6: in <module>: check()"
    printf 'import os, signal, tiny\n\ndef end():\n    os.kill(os.getpid(), signal.SIGSEGV)\n\nend()\n' >recipe/test_tiny.py
    run tiny --target native --python "$python"
    expect_status 1
    expect_err 'ended by signal 11' "$PWD/recipe/test_tiny.py:4: in end"
}

abi3_names_the_function() {
    project
    python=$(system_python)
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || skip 'needs CPython 3.10'
    printf '%s\n' '#include <Python.h>' 'const char *PyUnicode_AsUTF8AndSize(PyObject *, Py_ssize_t *);' \
        "$(sed '1d; s/PyLong_FromLong(tiny_answer())/PyLong_FromLong(PyUnicode_AsUTF8AndSize(self, 0) ? tiny_answer() : 42)/' source/tiny.c)" >new.c
    mv new.c source/tiny.c
    edit recipe/tiny.toml 's/^requires = .*/requires = ">=3.8"\nabi3 = "3.8"/'
    run tiny --target native --python "$python"
    expect_status 1
    expect_err 'uses PyUnicode_AsUTF8AndSize, which came into the stable ABI with Python 3.10, after 3.8'
}

a_licence_that_nobody_knows() {
    project
    python=$(system_python)
    edit recipe/lib/libtiny.toml 's/^license = .*/license = "LicenseRef-unknown"/'
    run tiny --target native --python "$python"
    expect_status 3
    expect_err "$(place recipe/lib/libtiny.toml '"LicenseRef-unknown"'): license" 'say which it is'
    nothing_was_done
    run build libtiny --target native # to look at it
    expect_status 0
}

a_forgotten_library_is_named() {
    project
    python=$(system_python)
    run build libtiny --target native
    expect_status 0
    edit recipe/tiny.toml 's/^libraries = .*/libraries = []/'
    sed 's/#include "tiny.h"/int tiny_answer(void);/' source/tiny.c >new.c
    mv new.c source/tiny.c
    run tiny --target native --python "$python"
    expect_status 1
    expect_err tiny_answer 'tiny_answer is in libtiny-1.0: add that library to [requires] libraries'
}

run_tests known_at_the_start known_when_unpacked promises_have_their_line places_are_fields_in_json \
    what_the_module_has_instead a_failed_test_names_its_line abi3_names_the_function \
    a_licence_that_nobody_knows a_forgotten_library_is_named
