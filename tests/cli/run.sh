#!/bin/sh
# The main job on a project made here: sources to a wheel, what is said of it, and what is not done twice.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

made() {
    python=$(system_python)
    run "$@" --python "$python"
    expect_status 0
}

validate() {
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/$1.schema.json" "$2" $3 ||
        fail "not what $1.schema.json says"
}

sources_to_wheel() {
    project
    made tiny
    expect_out 'dist/tiny-1.0-cp3' '.whl' 'sha256 ' 'proved' 'no RPATH' 'inside' 'libtiny 1.0 (MIT)' \
        "passed with CPython" '6 steps done'
    expect_err 'begin  toolchain manylinux_2_' 'begin  build libtiny 1.0' 'done   wheel tiny 1.0' 'done   try tiny 1.0'
    refuse_err FAILED warning
    [ "$(find dist -type f | wc -l)" = 1 ] || fail "dist holds more than the wheel"
    sha256sum dist/*.whl | cut -d ' ' -f 1 >sum
    expect_out "$(cat sum)"
    expect_clean_store
}

what_a_library_warns_of_is_told() {
    project
    edit recipe/lib/libtiny.toml 's/^license = .*/&\ncaution = "two of it in one process forget each other"/'
    made tiny
    expect_out '1 warning:' 'caution  libtiny 1.0: two of it in one process forget each other'
    made tiny --format json # up to date: it is told again
    expect_out '"rule": "caution"' '"severity": "warning"'
    edit source/tiny.c 's/tiny_answer()/42/' # a library of which nothing is inside says nothing
    made tiny
    refuse_out 'forget each other'
}

# What a library is installed below does not exist where the wheel is loaded, and no path of this machine does.
paths_do_not_get_in() {
    project
    edit recipe/lib/libtiny.toml 's|CFLAGS = "{cflags}"|CFLAGS = "{cflags} -DPLACE=\\\\\\\"{prefix}\\\\\\\""|'
    mkdir libtiny-1.0
    tar -xzf libtiny-1.0.tar.gz
    echo 'const char *tiny_place(void) { return PLACE; }' >>libtiny-1.0/tiny.c
    pack libtiny-1.0
    edit recipe/lib/libtiny.toml "s/^sha256 = .*/sha256 = \"$sha256\"/"
    run build libtiny
    expect_status 5
    expect_err 'lib/libtiny.a(tiny.o) holds "/opt/staticbuild/libtiny"' prefix-inside
    edit recipe/lib/libtiny.toml 's/^headers = .*/&\nprefix-inside = "only told to who asks"/'
    run build libtiny
    expect_status 0
    edit recipe/lib/libtiny.toml 's/{prefix}/{work}/'
    run build libtiny
    expect_status 5
    expect_err 'lib/libtiny.a(tiny.o) holds a path of this machine'
}

it_is_what_it_says() {
    project
    made tiny
    run audit dist/*.whl
    expect_status 0
    unzip -l dist/*.whl >listing
    for part in 'tiny.cpython-3' 'dist-info/METADATA' 'dist-info/WHEEL' 'dist-info/RECORD' 'dist-info/licenses/' \
        'dist-info/sboms/staticbuild.cdx.json'; do
        grep -q "$part" listing || fail "the wheel has no $part"
    done
    mkdir site
    run_command "$python" -m zipfile -e dist/*.whl site
    run_command env PYTHONPATH=site "$python" -c 'import tiny; print(tiny.answer())'
    expect_status 0
    expect_equal "$out" 42
}

installers_take_it() {
    project
    made tiny
    run_command /usr/bin/python3 -m pip install --no-deps --no-index --target site dist/*.whl
    expect_status 0
    expect_file site/tiny-1.0.dist-info/RECORD
    run_command /usr/bin/python3 -c 'import installer'
    [ "$status" = 0 ] || skip 'python3-installer is not there'
    run_command /usr/bin/python3 -m installer --destdir staged dist/*.whl
    expect_status 0
}

# The pkginfo of Debian 12 knows core metadata up to 2.2 and calls anything later "missing fields". The licence
# fields, which made it 2.4, are then left out of a copy, and the rest is checked.
twine_takes_it() {
    project
    made tiny
    need twine
    run_command twine check --strict dist/*.whl
    [ "$status" != 0 ] || return 0
    expect_out 'supported Metadata-Version'
    mkdir copy
    python3 - dist/*.whl copy <<'PY'
import os, re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as old, \
        zipfile.ZipFile(os.path.join(sys.argv[2], os.path.basename(sys.argv[1])), "w") as new:
    for info in old.infolist():
        data = old.read(info)
        if info.filename.endswith("/METADATA"):
            head, _, body = data.decode().partition("\n\n")
            head = re.sub(r"^Metadata-Version: 2\.[45]$", "Metadata-Version: 2.2", head, flags=re.M)
            head = re.sub(r"^License-(Expression|File): .*\n?", "", head, flags=re.M)
            data = (head.rstrip("\n") + "\n\n" + body).encode()
        new.writestr(info.filename, data)
PY
    run_command twine check --strict copy/*.whl
    expect_status 0
    skip 'this twine knows no core metadata after 2.2: only a copy without the licence fields was checked'
}

the_index_takes_it() {
    project
    made tiny
    python3 - dist/*.whl <<'PY' || fail 'the zip has what the index refuses'
import struct, sys, zipfile
data = open(sys.argv[1], "rb").read()
with zipfile.ZipFile(sys.argv[1]) as z:
    infos = z.infolist()
    assert not z.comment, "comment"
    names = [i.filename for i in infos]
    assert len(set(names)) == len(names), "duplicate names"
    assert names[-1].endswith("/RECORD"), names[-1]
    for i in infos:
        assert not i.flag_bits & 8, "data descriptor: " + i.filename
        assert not i.extra and not i.comment, i.filename
        assert not i.filename.endswith("/"), "folder entry"
        signature, _, flags, _, _, _, crc, packed, size, name, extra = struct.unpack_from("<IHHHHHIIIHH", data,
                                                                                         i.header_offset)
        assert (crc, packed, size, extra) == (i.CRC, i.compress_size, i.file_size, 0), i.filename
PY
}

up_to_date_is_free() {
    project
    made tiny
    before=$(ls -l --time-style=full-iso dist)
    made tiny
    expect_out 'nothing to do: 1 wheel is up to date' '(up to date)'
    expect_no_err
    expect_equal "$(ls -l --time-style=full-iso dist)" "$before"
    rm dist/*.whl
    made tiny
    expect_file dist/tiny-*.whl
}

a_change_is_noticed() {
    project
    made tiny
    sed -i 's/"42"/"forty-two"/' source/tiny.c
    made tiny
    expect_err 'begin  module tiny'
    refuse_err 'begin  build libtiny'
    echo 'assert tiny.answer() != 41' >>recipe/test_tiny.py
    made tiny
    expect_err 'begin  try tiny' # the wheel is what it was
    refuse_err 'begin  module' 'begin  wheel'
}

same_bytes() {
    project
    made tiny -o a
    mkdir other
    cp -r recipe source other/
    STATICBUILD_CACHE=$TEST_FILES/cache2
    export STATICBUILD_CACHE
    umask 077
    cd other
    TZ=Asia/Tokyo CFLAGS=-O0 LANG=de_DE.UTF-8 made tiny -o b -j1
    cd ..
    expect_equal "$(cd a && sha256sum ./*.whl)" "$(cd other/b && sha256sum ./*.whl)"
}

a_cache_can_be_moved() {
    project
    made tiny -o a
    mv "$STATICBUILD_CACHE" "$TEST_FILES/moved"
    STATICBUILD_CACHE=$TEST_FILES/moved
    export STATICBUILD_CACHE
    wipe "$STATICBUILD_CACHE"/trees/tiny-1.0-whl-*
    made tiny -o b
    refuse_err 'begin  build libtiny' 'begin  module'
    expect_out 'libtiny 1.0 (MIT)'
    expect_equal "$(cd a && sha256sum ./*.whl)" "$(cd b && sha256sum ./*.whl)"
}

json_documents() {
    project
    made tiny --format json
    validate run "$TEST_FILES/out"
    expect_out '"outcome": "passed"' '"name": "libtiny"' '"error": null'
    run tiny --dry-run --format json
    expect_status 0
    validate run "$TEST_FILES/out"
    expect_out '"kind": "wheel"'
    STATICBUILD_CC=no-such-compiler run tiny --format json # a program reads why, beside the status
    expect_status 7
    validate run "$TEST_FILES/out"
    expect_out '"kind": "missing"' 'no-such-compiler'
    edit source/tiny.c 's/tiny_answer()/tiny_question()/'
    run tiny --python /usr/bin/python3 --format json
    [ "$status" != 0 ] || fail 'it built'
    validate run "$TEST_FILES/out"
    expect_out '"error": {'
    run tree tiny --format json
    expect_status 0
    expect_out '"name": "libtiny"'
}

json_progress() {
    project
    python=$(system_python)
    run tiny --python "$python" --progress json
    expect_status 0
    validate progress "$TEST_FILES/err" --lines
    expect_err '"event":"step-begin"' '"event":"step-end"'
    sed -i 's/"$//; s/tiny_answer/broken(/' source/tiny.c
    run tiny --python "$python" --progress json
    [ "$status" != 0 ] || fail 'it built'
    validate progress "$TEST_FILES/err" --lines
    expect_err '"event":"error","kind":"'
}

quiet_and_verbose() {
    project
    made tiny -q
    expect_no_err
    wipe dist "$STATICBUILD_CACHE"
    made tiny -v
    expect_err 'phase  '
}

# Whoever may write in dist can have laid links there; what they lead to is not ours to write.
links_in_dist_are_replaced() {
    project
    python=$(system_python)
    run tiny --python "$python" --target native
    expect_status 0
    wheel=$(ls dist)
    cp "dist/$wheel" copy
    echo precious >victim
    for lead in "$PWD/victim" "$PWD/not-there" "$PWD/copy"; do
        ln -sf "$lead" "dist/$wheel"
        run tiny --python "$python" --target native
        expect_status 0
        [ ! -L "dist/$wheel" ] || fail "the link to $lead is still there"
        cmp "dist/$wheel" copy || fail 'another wheel'
    done
    expect_equal "$(cat victim)" precious
    expect_no_file not-there
    expect_equal "$(ls -A dist)" "$wheel"
}

# A tree of the store that is not what it was, and what it was is made again.
damaged() {
    run tiny --python "$python" --target native
    expect_status 0
    expect_err "$1" ": its finished tree is damaged ($2): it is made again; the damaged one is now $STATICBUILD_CACHE/work/"
    run tiny --python "$python" --target native
    expect_status 0
    refuse_err damaged
}

what_is_damaged_in_the_store_is_made_again() {
    project
    python=$(system_python)
    run tiny --python "$python" --target native
    expect_status 0
    mv dist first
    kept=$(ls "$STATICBUILD_CACHE"/trees/*/*.whl)
    chmod u+w "$kept" "$(dirname "$kept")"
    printf x | dd of="$kept" bs=1 seek=100 conv=notrunc 2>/dev/null
    run plan tiny --python "$python" --target native # looks, and moves nothing
    expect_err 'its finished tree is damaged' ': it is made again'
    run why tiny --python "$python" --target native
    expect_out 'wheel tiny 1.0 ' ': is to be made'
    expect_file "$kept"
    damaged 'wheel tiny 1.0 ' "${kept##*/}: has other content"
    cmp dist/*.whl first/*.whl || fail 'another wheel'

    # Of what is needed only; here by a wheel that is to be made.
    tree=$(echo "$STATICBUILD_CACHE"/trees/libtiny-*)
    chmod u+w "$tree" "$tree"/*
    rm -r "$tree/include"
    run tiny --python "$python" --target native
    expect_status 0
    refuse_err damaged
    wipe "$STATICBUILD_CACHE"/trees/tiny-*
    damaged 'build libtiny 1.0' 'include: is missing'
    tree=$(echo "$STATICBUILD_CACHE"/trees/libtiny-*)
    wipe "$STATICBUILD_CACHE"/trees/tiny-*
    chmod u+w "$tree/.staticbuild" "$tree/.staticbuild/manifest"
    echo >"$tree/.staticbuild/manifest"
    damaged 'build libtiny 1.0' "$tree/.staticbuild/manifest:1: is no manifest of a tree"
    cmp dist/*.whl first/*.whl || fail 'another wheel'
}

# The licence texts of what is inside are in the tree of the modules.
a_wheel_is_made_of_the_modules_alone() {
    project
    python=$(system_python)
    run tiny --python "$python" --target native
    expect_status 0
    mv dist first
    wipe "$STATICBUILD_CACHE"/trees/libtiny-* "$STATICBUILD_CACHE"/trees/tiny-*-whl-*
    run tiny --python "$python" --target native
    expect_status 0
    expect_no_file "$STATICBUILD_CACHE"/trees/libtiny-*
    cmp dist/*.whl first/*.whl || fail 'another wheel'
}

# As a disk damages what it has: the kernel knows of no change.
a_damaged_wheel_of_the_store_is_not_placed() {
    project
    python=$(system_python)
    run tiny --python "$python" --target native
    expect_status 0
    kept=$(ls "$STATICBUILD_CACHE"/trees/*/*.whl)
    chmod u+w "$kept" "$(dirname "$kept")"
    printf x | dd of="$kept" bs=1 seek=100 conv=notrunc 2>/dev/null
    sleep 0.1
    chmod u+w "$(dirname "$kept")/.staticbuild/manifest"
    rm -r dist
    run tiny --python "$python" --target native
    expect_status 7
    expect_err "$kept: is damaged" "its tree is now $STATICBUILD_CACHE/work/"
    expect_no_file dist/*.whl
    run tiny --python "$python" --target native
    expect_status 0
    expect_file dist/*.whl
}

parts_of_the_story() {
    project
    python=$(system_python)
    run list
    expect_status 0
    expect_out 'tiny' 'libtiny' 'Knows the answer' zmq
    run tree tiny
    expect_status 0
    expect_equal "$(sed 's/  *$//' "$TEST_FILES/out" | head -n 2)" 'tiny 1.0
  libtiny 1.0'
    run plan tiny --python "$python"
    expect_status 0
    expect_out 'build libtiny 1.0' 'wheel tiny 1.0'
    expect_no_file dist
    run tiny --dry-run --python "$python"
    expect_status 0
    expect_no_file dist "$STATICBUILD_CACHE/trees/libtiny*"
    run fetch tiny
    expect_status 0
    [ "$(find "$STATICBUILD_CACHE/downloads" -type f | wc -l)" = 1 ] || fail 'not one download'
    run build tiny
    expect_status 0
    expect_no_file dist
    run build tiny
    expect_status 0
    expect_out 'nothing to do'
}

from_any_folder() {
    project
    python=$(system_python)
    mkdir elsewhere
    cd elsewhere
    run ../recipe/tiny.toml --python "$python" -o out
    expect_status 0
    expect_file out/tiny-*.whl
}

offline_and_mirror() {
    project
    python=$(system_python)
    mkdir mirror
    mv libtiny-1.0.tar.gz "mirror/$sha256"
    run tiny --python "$python" --offline
    expect_status 4
    expect_err libtiny-1.0.tar.gz
    run tiny --python "$python" --offline --mirror mirror
    expect_status 0
    wipe mirror dist "$STATICBUILD_CACHE/trees"
    run tiny --python "$python" --offline
    expect_status 0
}

interpreters() {
    project
    python=$(system_python)
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    run tiny --python "$version,$python" -q
    expect_status 0
    [ "$(find dist -name '*.whl' | wc -l)" = 1 ] || fail 'one interpreter named twice made two wheels'
    run tiny --python 3.1
    expect_status 7
    expect_err 'no CPython 3.1 on this machine'
    edit recipe/tiny.toml 's/>=3.6/>=3.90/'
    run tiny --python "$version"
    expect_status 3
    expect_err '>=3.90'
    run tiny --python all
    expect_err '>=3.90'
}

a_test_that_fails() {
    project
    echo 'raise SystemExit("that was not the answer")' >>recipe/test_tiny.py
    run tiny --python "$(system_python)"
    expect_status 1
    expect_err 'try tiny 1.0 cp3' 'that was not the answer'
    expect_no_file dist/*.whl
    echo 'import tiny' >recipe/test_tiny.py # the wheel is there, and is tried as it is
    made tiny
    expect_out '1 step done'
    expect_file dist/tiny-*.whl
}

# Of two wheels the one that passes is given out when the run goes on, and not when it does not.
a_test_that_fails_beside_one_that_passes() {
    project
    rm source/PKG-INFO # it says what it is called
    echo 'raise SystemExit("that was not the answer")' >recipe/test_other.py
    sed 's/test_tiny/test_other/; s/^name = "tiny"/name = "other"/; s/"tiny.c"/"other.c"/; s/imports = .*/imports = ["other"]/' \
        recipe/tiny.toml >recipe/other.toml
    sed 's/PyInit_tiny/PyInit_other/; s/"tiny",/"other",/' source/tiny.c >source/other.c
    run tiny other --python "$(system_python)"
    expect_status 1
    expect_no_file dist/*.whl
    run tiny other --python "$(system_python)" --keep-going
    expect_status 1
    expect_err 'try other 1.0 cp3' 'that was not the answer'
    expect_file dist/tiny-*.whl
    expect_no_file dist/other-*.whl
}

keep_going() {
    project
    cp recipe/tiny.toml recipe/other.toml
    cp recipe/tiny.toml recipe/third.toml
    echo '#include <first_that_is_gone.h>' >source/broken.c
    echo '#include <second_that_is_gone.h>' >source/torn.c
    edit recipe/other.toml 's/"tiny"/"other"/; s/tiny.c/broken.c/; s/name = "tiny"/name = "other"/'
    edit recipe/third.toml 's/"tiny"/"third"/; s/tiny.c/torn.c/; s/name = "tiny"/name = "third"/'
    run other tiny third --python "$(system_python)" --keep-going
    expect_status 6
    expect_file dist/tiny-*.whl
    # At the end, each with its reason.
    tail -n 30 "$TEST_FILES/err" | grep -v '^\[' >end
    for header in first second; do
        grep -q "fatal error: ${header}_that_is_gone.h" end || fail "the end does not tell of $header"
    done
    expect_err '2 of ' ' steps failed, 4 more need them'
}

# A source that cannot be had is replaced, and the run planned again: what failed beside it is not built a second time.
what_failed_is_not_tried_again() {
    STATICBUILD_SANDBOX=none # the build tells that it ran
    export STATICBUILD_SANDBOX
    library_source libtiny-1.0
    pack libtiny-1.0
    library_recipe "file://$PWD/gone.tar.gz" "$(echo gone | sha256sum | cut -d ' ' -f 1)"
    edit recipe/lib/libtiny.toml "s|^\\[build\\]|[[source]]\\nurls = [\"file://$PWD/libtiny-1.0.tar.gz\"]\\nsha256 = \"$sha256\"\\n\\n&|"
    mkdir bad-1
    printf 'echo ran >>%s/ran\necho so it is >&2\nexit 1\n' "$TEST_FILES" >bad-1/go.sh
    library_begun bad
    printf '[build]\nsystem = "commands"\nsteps = [["sh", "go.sh"]]\n[provides]\nheaders = ["bad.h"]\n' >>recipe/lib/bad.toml
    run build recipe/lib/libtiny.toml recipe/lib/bad.toml --target native --keep-going
    expect_status 5
    expect_err 'taking libtiny-1.0.tar.gz instead'
    expect_out libtiny
    expect_equal "$(cat "$TEST_FILES/ran")" ran
    tail -n 30 "$TEST_FILES/err" | grep -v '^\[' >end
    expect_equal "$(grep -c 'so it is' end)" 1
}

# The tag is that of the module that needs the newest platform, whichever comes first.
of_several_modules_the_newest_counts() {
    project
    made tiny --target native
    alone=$(cd dist && echo *.whl)
    sed 's/tiny_answer()/tiny_answer() + getrandom(NULL, 0, 0)/; s/"tiny"/"newer"/; s/PyInit_tiny/PyInit_newer/
s,#include "tiny.h",&\n#include <sys/random.h>,' source/tiny.c >source/newer.c
    edit recipe/tiny.toml 's/^imports = .*/imports = ["tiny", "newer"]/'
    cp recipe/tiny.toml one.toml
    printf '\n[[module]]\nname = "newer"\nsources = ["newer.c"]\n' >part.toml
    cat one.toml part.toml >recipe/tiny.toml
    rm -r dist
    made tiny --target native
    last=$(cd dist && echo *.whl)
    awk '/^\[\[module\]\]/ { while ((getline line < "part.toml") > 0) print line; print "" } { print }' one.toml >recipe/tiny.toml
    rm -r dist
    made tiny --target native
    first=$(cd dist && echo *.whl)
    [ "$alone" != "$last" ] || skip "getrandom needs no newer platform here"
    expect_equal "$first" "$last"
    run audit dist/*.whl
    expect_status 0
}

# Python imports pkg/__init__.SUFFIX as pkg, by PyInit_pkg. Its sources are named by a pattern.
a_package_written_in_c() {
    project
    edit recipe/tiny.toml '/^\[\[module/,$s/^name = "tiny"$/name = "tiny.__init__"/; s/^sources = .*/sources = ["*.c"]/'
    made tiny
    expect_out 'passed with CPython'
    unzip -l dist/*.whl | grep -q 'tiny/__init__\..*\.so' || fail 'the wheel has no tiny/__init__'
    run audit dist/*.whl
    expect_status 0
    refuse_out 'PyInit___init__'
    edit recipe/tiny.toml 's/^sources = .*/sources = ["*.cc"]/'
    run tiny --python "$python"
    expect_status 3
    expect_err 'recipe/tiny.toml:' 'module tiny.__init__: no file of the source fits "*.cc"'
}

# Without PyMODINIT_FUNC the entry point is hidden; the version script decides all the same.
an_entry_point_that_is_not_marked() {
    project
    edit source/tiny.c 's/^PyMODINIT_FUNC/PyObject */'
    made tiny --target native
    expect_out 'passed with CPython'
    edit source/tiny.c 's/PyInit_tiny/PyInit_tinny/'
    run tiny --target native --python "$python"
    expect_status 3
    expect_err 'recipe/tiny.toml:' 'module tiny: its source defines PyInit_tinny, and not PyInit_tiny'
}

# A define and a folder that the library's .pc file asks for.
what_a_pc_file_asks_for() {
    project
    mkdir libtiny-1.0
    tar -xzf libtiny-1.0.tar.gz
    printf '%s\n' 'includedir=${pcfiledir}/../../include' 'Name: tiny' 'Description: x' 'Version: 1' \
        'Cflags: -I${includedir}/deep -DTINY_MODE=3 -pthread' 'Libs: -ltiny' >libtiny-1.0/tiny.pc
    echo '#define DEEP 1' >libtiny-1.0/deep.h
    pack libtiny-1.0
    edit recipe/lib/libtiny.toml "s/^sha256 = .*/sha256 = \"$sha256\"/"
    edit recipe/lib/libtiny.toml 's|^install = {|& "include/deep/deep.h" = "deep.h", "lib/pkgconfig/tiny.pc" = "tiny.pc",|'
    edit recipe/lib/libtiny.toml 's/^headers = .*/&\npkg-config = ["tiny"]/'
    edit source/tiny.c 's/^#include "tiny.h"/&\n#include <deep.h>\nstatic char mode[TINY_MODE == 3 \&\& DEEP ? 1 : -1] __attribute__((used));/'
    made tiny --target native
}

# Steps of an extension make what its modules are compiled from, in a copy of the source.
steps_run_before_the_modules() {
    project
    edit recipe/tiny.toml 's/^\[python\]/[build]\nsystem = "commands"\nsteps = [["sh", "-c", "cp tiny.c made.c; echo \x27\/* made *\/\x27 >>made.c; rm tiny.c"]]\n\n&/'
    edit recipe/tiny.toml 's/^sources = .*/sources = ["m*.c"]/'
    made tiny --target native
    [ -e source/tiny.c ] || fail 'the user'"'"'s own source was changed'
    edit recipe/tiny.toml 's/"sh", "-c", "cp/"sh", "-c", "exit 3; cp/'
    run tiny --target native --python "$python"
    expect_status 6
    expect_err 'exit 3'
}

# Assembler, files with flags of their own, a library of the platform; a package of another name, a small file.
what_a_project_has_is_taken_as_it_is() {
    project
    mkdir -p source/old source/fast
    echo 'from tiny_new.text import answer' >source/old/__init__.py
    [ "$(uname -m)" = x86_64 ] || skip 'the assembler of this test is for x86_64'
    printf '.globl fast_one\n.hidden fast_one\nfast_one:\n#ifdef FAST\n    mov $FAST, %%eax\n#endif\n    ret\n' >source/fast/one.S
    printf '#ifndef FAST\n#error only these have it\n#endif\nint fast_two(void) { return FAST; }\n' >source/fast/two.c
    printf '#error never\n' >source/fast/test_two.c
    cat >source/tiny.c <<'C'
#include <Python.h>
#include <math.h>
#include "tiny.h"
#ifdef FAST
#error not for this one
#endif
int fast_one(void), fast_two(void);
static PyObject *answer(PyObject *self, PyObject *args)
{
    double x = PyFloat_AsDouble(PyTuple_GetItem(args, 0));
    (void)self;
    return PyLong_FromLong((long)pow(x, x) + fast_one() - fast_two() + tiny_answer());
}
static PyMethodDef methods[] = {{"answer", answer, METH_VARARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "tiny", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_tiny(void) { return PyModule_Create(&module); }
C
    edit recipe/tiny.toml 's|^sources = .*|sources = ["tiny.c", { files = ["fast/*.S", "fast/*.c"], defines = ["FAST=7"] }]\nexclude = ["*/test_*.c"]\nsystem-libraries = ["m"]|'
    edit recipe/tiny.toml 's|^\[test\]|[wheel]\npackages = [{ from = "old", to = "tiny_new" }]\n[[wheel.data]]\ntext = "answer = 46\\n"\nto = "tiny_new/text.py"\n[test]|'
    printf 'import tiny, tiny_new\nassert tiny.answer(2.0) == tiny_new.answer == 46\n' >recipe/test_tiny.py
    made tiny
    expect_out 'passed with CPython' libm.so.6 'no executable stack'
    edit recipe/tiny.toml 's|test_\*|text_*|'
    run tiny --python "$python"
    expect_status 3
    expect_err 'recipe/tiny.toml:' 'module tiny: no file of its sources fits "*/text_*.c"'
}

# A module that may be absent is tried, and the wheel says why it is not there; all others have to be made.
a_module_that_may_be_absent() {
    project
    echo 'state = "none"' >>recipe/lib/libtiny.toml # modules that share a copy are made as a whole
    cat >>recipe/tiny.toml <<'TOML'

[[module]]
name = "speed"
sources = ["speed.c"]
optional = "only faster"
TOML
    sed 's/tiny;/speed;/; s/"tiny"/"speed"/; s/PyInit_tiny/PyInit_speed/' source/tiny.c >source/speed.c
    made tiny
    expect_out 'passed with CPython'
    refuse_out absent-module
    unzip -l dist/*.whl | grep -q speed.cpython || fail 'the module that can be made is not in the wheel'
    echo '#include <no_such_header.h>' >>source/speed.c
    made tiny
    expect_out '1 warning:' 'absent-module  speed: is left out (only faster), since:' 'no_such_header.h'
    unzip -l dist/*.whl >listing
    if grep -q speed listing; then fail 'the module that could not be made is in the wheel'; fi
    made tiny # up to date: it is told again
    expect_out 'up to date' absent-module
    edit recipe/tiny.toml '/^optional/d'
    run tiny --python "$python"
    expect_status 6
}

run_tests a_module_that_may_be_absent what_a_project_has_is_taken_as_it_is steps_run_before_the_modules an_entry_point_that_is_not_marked what_a_pc_file_asks_for a_package_written_in_c sources_to_wheel it_is_what_it_says installers_take_it twine_takes_it the_index_takes_it \
    what_a_library_warns_of_is_told paths_do_not_get_in up_to_date_is_free a_change_is_noticed same_bytes \
    a_cache_can_be_moved json_documents json_progress quiet_and_verbose links_in_dist_are_replaced \
    what_is_damaged_in_the_store_is_made_again a_wheel_is_made_of_the_modules_alone \
    a_damaged_wheel_of_the_store_is_not_placed parts_of_the_story from_any_folder offline_and_mirror \
    interpreters a_test_that_fails a_test_that_fails_beside_one_that_passes keep_going what_failed_is_not_tried_again of_several_modules_the_newest_counts
