#!/bin/sh
# Modules of one wheel have one copy of what has state: the C++ runtime, and libraries that keep something. Whoever else is
# in the process, in whatever order, has his own.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

PAIR=$ROOT/tests/fixtures/pair

# For the target where that can be had.
choose_target() {
    target=manylinux_2_17_$(uname -m)
    run target show "$target"
    case $out in *'not here'*) target=native ;; esac
}

# made RECIPE: its wheel, unpacked in $PWD/wheel, and its debug files in $PWD/symbols
made() {
    need unzip readelf
    python=${SHARED_PYTHON:-$(system_python)}
    choose_target
    run "$1" --python "$python" --target "$target" --debug-files symbols
    expect_status 0
    rm -rf wheel
    unzip -q dist/*.whl -d wheel
}

# two_modules FLAGS SHARING: in $PWD, tiny.one and tiny.deep.two, in C, each with functions of the library tally
two_modules() {
    mkdir -p recipe tiny/deep
    cp -R "$PAIR/recipe/lib" recipe/lib
    cat >recipe/tiny.toml <<TOML
[recipe]
name = "tiny"
kind = "extension"
version = "1.0"
license = "MIT"

[[source]]
path = "."

[requires]
libraries = ["tally"]

[[module]]
name = "tiny.one"
sources = ["tiny/one.c"]
cflags = [$1]

[[module]]
name = "tiny.deep.two"
sources = ["tiny/deep/two.c"]
cflags = [$1]

[wheel]
packages = ["tiny"]
exclude = ["*.c"]
$2

[test]
imports = ["tiny.one", "tiny.deep.two"]
TOML
    touch tiny/__init__.py tiny/deep/__init__.py
    for name in one two; do
        cat <<C
#include <Python.h>
#include "tally.h"

static PyObject *add(PyObject *self, PyObject *n)
{
    (void)self;
    return PyLong_FromLong(tally_add((int)PyLong_AsLong(n)));
}

static PyMethodDef methods[] = {{"add", add, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "$name", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_$name(void)
{
    return PyModule_Create(&definition);
}
C
    done >all.c
    half=$(($(wc -l <all.c) / 2))
    head -n "$half" all.c >tiny/one.c
    tail -n "$half" all.c >tiny/deep/two.c
    rm all.c
}

# counts EXPECTED [PATH]: what the second module has after the first added 3 and it 4, beside a namesake without versions
# that is before everything else in the order of search
counts() {
    run_command env -C / PYTHONPATH="$PWD/wheel" "$python" -B -c "
import ctypes, sys
other = ctypes.CDLL(sys.argv[1], ctypes.RTLD_GLOBAL)
other.tally_add(1000)
import tiny.one, tiny.deep.two
tiny.one.add(3)
print(tiny.deep.two.add(4), ctypes.c_int.in_dll(other, 'tally_sum').value)" "$PWD/libtally.so"
    expect_status 0
    expect_equal "$out" "$1 1000"
}

namesake() {
    need cc
    cc -shared -fPIC "$PAIR/recipe/lib/tally/tally.c" -o libtally.so
}

a_library_with_state_is_there_once() {
    two_modules '' ''
    made recipe/tiny.toml
    namesake
    counts 7
    expect_equal "$(ls wheel/tiny.libs | wc -l)" 1
    run_command readelf -dW wheel/tiny/deep/two.*.so
    expect_out '$ORIGIN/../../tiny.libs'
    run_command readelf -dW wheel/tiny.libs/libtiny_*.so
    expect_out NODELETE 'soname: [libtiny_'
    run_command cat wheel/tiny-1.0.dist-info/sboms/staticbuild.cdx.json
    expect_out '"staticbuild:shared-copy"' '"tiny.libs/libtiny_'
    run audit dist/tiny-*.whl
    expect_status 0
    id=$(readelf -nW wheel/tiny.libs/libtiny_*.so | sed -n 's/.*Build ID: *//p')
    run_command readelf -sW "symbols/.build-id/$(echo "$id" | cut -c 1-2)/$(echo "$id" | cut -c 3-).debug"
    expect_status 0
    expect_out 'tally_add.tiny_' 'listener'
    run plan recipe/tiny.toml --python "$python" --target "$target"
    expect_out 'shared copy tiny 1.0' 'of tally'
}

a_module_that_takes_nothing_has_no_run_path() {
    two_modules '' ''
    cat >tiny/three.c <<'C'
#include <Python.h>
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "three", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_three(void)
{
    return PyModule_Create(&definition);
}
C
    printf '[[module]]\nname = "tiny.three"\nsources = ["tiny/three.c"]\n' >>recipe/tiny.toml
    made recipe/tiny.toml
    run_command readelf -dW wheel/tiny/three.*.so
    refuse_out tiny.libs RUNPATH
    run_command readelf -dW wheel/tiny/one.*.so
    expect_out RUNPATH
}

# The same inputs give the same bytes, wherever they are.
it_is_made_the_same() {
    two_modules '' ''
    made recipe/tiny.toml
    first=$(cd dist && sha256sum ./*.whl)
    mkdir elsewhere
    mv recipe tiny elsewhere
    cd elsewhere || exit 1
    STATICBUILD_CACHE=$TEST_FILES/another-cache
    export STATICBUILD_CACHE
    made recipe/tiny.toml
    expect_equal "$(cd dist && sha256sum ./*.whl)" "$first"
}

each_has_its_own_with_a_reason() {
    two_modules '' 'sharing = { tally = "duplicate", reason = "each counts for itself" }'
    made recipe/tiny.toml
    namesake
    counts 4
    expect_no_file wheel/tiny.libs
    run_command cat wheel/tiny-1.0.dist-info/sboms/staticbuild.cdx.json
    expect_out '"staticbuild:duplicated"' 'each counts for itself'
}

what_has_no_state_is_shared_on_demand() {
    two_modules '' 'sharing = { tally = "one" }'
    sed 's/^state = .*/state = "none"/' recipe/lib/tally.toml >new && mv new recipe/lib/tally.toml
    sed 's/^static void (\*listener.*//; s/^int tally_sum;/const int tally_sum = 0;/; s/^    tally_sum += n;/    n += tally_sum;/
        s/^    if (listener)//; s/^        listener(tally_sum);//; s/return tally_sum;/return n;/; s/listener = told;/(void)told;/
        s/_Thread_local int of_thread;/const int of_thread;/; s/return &of_thread;/return (int *)\&of_thread;/' \
        recipe/lib/tally/tally.c >new && mv new recipe/lib/tally/tally.c
    sed 's/^extern int/extern const int/' recipe/lib/tally/tally.h >new && mv new recipe/lib/tally/tally.h
    made recipe/tiny.toml
    expect_equal "$(ls wheel/tiny.libs | wc -l)" 1
}

# Intermediate code is made plain first: its symbols have no names that can be changed.
with_link_time_optimisation() {
    two_modules '"-flto"' ''
    made recipe/tiny.toml
    namesake
    counts 7
}

mistakes_have_their_line() {
    two_modules '' 'sharing = { tally = "duplicate" }'
    run plan recipe/tiny.toml
    expect_status 3
    expect_err 'recipe/tiny.toml:26:21: "duplicate" needs a reason'
    two_modules '' 'sharing = { zlib = "one" }'
    run plan recipe/tiny.toml --python "$(system_python)"
    expect_status 3
    expect_err 'recipe/tiny.toml:26:20: sharing: "zlib" is no library that it links'
    two_modules '' ''
    sed '/deep.two/,/cflags/d; s/, "tiny.deep.two"//; s/^exclude.*/sharing = { tally = "one" }/' recipe/tiny.toml >new
    sed '/^\[\[module\]\]$/{N;/\n$/d}' new >recipe/tiny.toml
    run plan recipe/tiny.toml --python "$(system_python)"
    expect_status 3
    expect_err 'fewer than two modules have tally inside'
}

# operators FILE...: news.one and news.two in C++, of which these sources bring operator new
operators() {
    mkdir -p recipe news
    cat >operators.cpp <<'CXX'
#include <cstdlib>
#include <new>
static long given;
long given_so_far() { return given; }
void *operator new(std::size_t size)
{
    given++;
    long *p = static_cast<long *>(std::malloc(size + 16));
    p[0] = 0x5eed;
    return p + 2;
}
void operator delete(void *p) noexcept
{
    if (!p)
        return;
    long *begin = static_cast<long *>(p) - 2;
    if (begin[0] != 0x5eed)
        std::abort();
    std::free(begin);
}
void operator delete(void *p, std::size_t) noexcept { operator delete(p); }
CXX
    for name in one two; do
        own=1
        [ $name = one ] || own=0
        cat >"news/$name.cpp" <<CXX
#include <Python.h>
#include <string>
#if $own
long given_so_far();
#else
static long given_so_far() { return 0; }
#endif
static PyObject *use(PyObject *, PyObject *)
{
    std::string text(100, 't');
    for (int i = 0; i < 100; i++)
        text += "longer and longer";
    delete new std::string(text);
    return PyLong_FromLong(given_so_far());
}
static PyMethodDef methods[] = {{"use", use, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "$name", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};
PyMODINIT_FUNC PyInit_$name(void) { return PyModule_Create(&definition); }
CXX
        echo 'static int nothing; int *tell_nothing() { return &nothing; }' >"news/$name-own.cpp"
    done
    for file; do
        cat operators.cpp >>"news/$file"
    done
    touch news/__init__.py
    cat >recipe/news.toml <<'TOML'
[recipe]
name = "news"
kind = "extension"
version = "1.0"
license = "MIT"
[[source]]
path = "."
[[module]]
name = "news.one"
sources = ["news/one.cpp", "news/one-own.cpp"]
[[module]]
name = "news.two"
sources = ["news/two.cpp", "news/two-own.cpp"]
[wheel]
packages = ["news"]
exclude = ["*.cpp"]
TOML
}

# Also of what the shared code frees, and with what it keeps itself.
an_own_operator_new_is_that_of_all() {
    need g++
    operators one-own.cpp
    made recipe/news.toml
    run_command env -C / PYTHONPATH="$PWD/wheel" "$python" -B -c '
import news.one, news.two
before = news.one.use()
each = news.one.use() - before
news.two.use()
print(each > 4, news.one.use() - before == 3 * each)'
    expect_status 0
    expect_out 'True True'
    operators one-own.cpp two-own.cpp
    run recipe/news.toml --python "$python" --target "$target"
    expect_status 6
    expect_err 'news.two as well as news.one defines operator new or delete' 'libstdc++'
    operators one.cpp
    run recipe/news.toml --python "$python" --target "$target"
    expect_status 6
    expect_err 'news.one defines operator new or delete' 'a source file of its own'
}

# What two modules in C++ hand each other, beside a third that uses the system's library: all in one process, then each case
# in a process of its own, where nobody threw before.
modules_in_cxx_share_all() {
    need g++
    made "$PAIR/recipe/pair.toml"
    headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    g++ -O1 -std=c++17 -fPIC -shared -I"$headers" "$PAIR/stranger/stranger.cpp" -o wheel/stranger.so
    namesake
    for order in left right; do
        for company in none first last global namesakes; do
            run_command env PYTHONPATH=wheel NAMESAKE="$PWD/libtally.so" timeout 300 \
                "$python" -B "$PAIR/driver/try.py" $order $company
            expect_equal "$status $out" '0 well' "$order, stranger $company"
        done
    done
    cases=$(PYTHONPATH=wheel "$python" -B -c 'import pair.left; print(*pair.left.cases())')
    for case in $cases; do
        run_command env PYTHONPATH=wheel timeout 300 "$python" -B "$PAIR/driver/try.py" right first "$case"
        expect_equal "$status $out" '0 well' "$case alone"
    done
    run audit --strict dist/pair-*.whl
    expect_status 0
    refuse_out shared-copy runtimes-meet own-unwinder 'no-licence' ' warning'
    run_command env LD_DEBUG=bindings PYTHONPATH=wheel "$python" -B "$PAIR/driver/try.py" left global
    case $err in *'pair.libs/libpair_'*) ;; *) fail 'no binding to the shared copy was seen' ;; esac
    mixed=$(printf '%s\n' "$err" | grep 'pair\.libs.* to .*libstdc++\|libstdc++.* to .*pair\.libs' | head -n 3)
    expect_equal "$mixed" ''
}

# The same with the other compiler.
with_clang() {
    need clang clang++
    STATICBUILD_CC=clang
    STATICBUILD_CXX=clang++
    export STATICBUILD_CC STATICBUILD_CXX
    choose_target
    run target show "$target"
    expect_out 'compiler    clang'
    "$@"
}
clang_makes_a_library_once() {
    with_clang a_library_with_state_is_there_once
}
clang_optimises_when_it_links() {
    with_clang with_link_time_optimisation
}
modules_of_clang_share_all() {
    with_clang modules_in_cxx_share_all
}

# The copy is of those that could be compiled; the wheel says why the other is not there.
a_module_that_may_be_absent() {
    two_modules '' ''
    printf '#include "no_such_header.h"\nint PyInit_fast(void) { return 0; }\n' >tiny/fast.c
    cat >>recipe/tiny.toml <<'TOML'

[[module]]
name = "tiny.fast"
sources = ["tiny/fast.c"]
optional = "only faster"
TOML
    made recipe/tiny.toml
    expect_out 'absent-module  tiny.fast: is left out (only faster), since:' 'no_such_header.h'
    expect_no_file wheel/tiny/fast.*.so
    namesake
    counts 7
    sed 's/PyInit_one/PyInit_fast/; s/"one"/"fast"/' tiny/one.c >tiny/fast.c
    made recipe/tiny.toml
    refuse_out absent-module
    run_command env -C / PYTHONPATH="$PWD/wheel" "$python" -c 'import tiny.fast, tiny.one; tiny.fast.add(1); print(tiny.one.add(2))'
    expect_equal "$out" 3
    edit recipe/tiny.toml '/^optional/d'
    echo '#include "no_such_header.h"' >>tiny/fast.c
    run recipe/tiny.toml --python "$python" --target "$target"
    expect_status 6
}

run_tests a_library_with_state_is_there_once a_module_that_may_be_absent a_module_that_takes_nothing_has_no_run_path it_is_made_the_same \
    each_has_its_own_with_a_reason \
    what_has_no_state_is_shared_on_demand with_link_time_optimisation mistakes_have_their_line \
    an_own_operator_new_is_that_of_all modules_in_cxx_share_all \
    clang_makes_a_library_once clang_optimises_when_it_links modules_of_clang_share_all
