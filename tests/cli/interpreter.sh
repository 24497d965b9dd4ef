#!/bin/sh
# An interpreter with what is built in, of a source that is built as CPython is, and is none: its program tells what was
# built in. The real one is in long/interpreter.sh.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# What its program does with what is built in: each is begun, says its name and what it knows.
fake_api() {
    cat >"$1/Include/Python.h" <<'C'
#include <stddef.h>
#define PY_VERSION_HEX 0x030d0000
#define API __attribute__((visibility("default")))
typedef struct object { const char *name; int knows; } PyObject;
#define PyMODINIT_FUNC API PyObject *
struct _inittab { const char *name; PyObject *(*initfunc)(void); };
API int PyImport_ExtendInittab(struct _inittab *table);
API int Py_BytesMain(int argc, char **argv);
API const char *PyModule_Context(void);
C
    cat >"$1/api.c" <<'C'
#include <stdio.h>
#include "Python.h"
#include "tiny.h"
const char *_PyImport_SwapPackageContext(const char *name);
static const struct _inittab *all;
static const char *context;
int inside_of_libpython = 1;
const char *_PyImport_SwapPackageContext(const char *name)
{
    const char *before = context;
    context = name;
    return before;
}
const char *PyModule_Context(void) { return context; }
int PyImport_ExtendInittab(struct _inittab *table) { all = table; return 0; }
int Py_BytesMain(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (const struct _inittab *one = all; one->name; one++) {
        const PyObject *module = one->initfunc();
        printf("%s is %s and knows %d\n", one->name, module->name, module->knows);
    }
    return tiny_answer() != 42;
}
API void Py_NobodyAsksForIt(void);
void Py_NobodyAsksForIt(void) {}
C
}

fake_source() {
    short=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    version=$("$python" -c 'import platform; print(platform.python_version())')
    mkdir -p snake/Include snake/Lib/idlelib snake/Lib/json
    fake_api snake
    printf '#define PY_VERSION "%s"\n' "$version" >snake/Include/patchlevel.h
    echo 'Permission is granted.' >snake/LICENSE
    echo 'x = 1' >snake/Lib/idlelib/run.py
    echo 'y = 1' >snake/Lib/json/__init__.py
    echo 'int more(void); int more(void) { return 1; }' >snake/more.c
    cat >snake/configure <<'SH'
#!/bin/sh
# py_cv_module__tkinter=yes
for word; do case $word in --prefix=*) prefix=${word#--prefix=} ;; *) echo "$word" >>asked ;; esac; done
sed "s|@prefix@|$prefix|" Makefile.in >Makefile
SH
    chmod +x snake/configure
    cat >snake/Makefile.in <<MAKE
PREFIX = @prefix@
L = \$(DESTDIR)\$(PREFIX)
all: libpython$short.a libmore.a
libpython$short.a: api.o
	\$(AR) rcs \$@ \$^
libmore.a: more.o
	\$(AR) rcs \$@ \$^
api.o: api.c
	\$(CC) \$(CPPFLAGS) \$(CFLAGS) -IInclude -c api.c
install: all
	mkdir -p \$L/bin \$L/include/python$short \$L/lib/python$short/config-$short
	cp Include/*.h \$L/include/python$short
	cp libpython$short.a \$L/lib
	cp libpython$short.a \$L/lib/python$short/config-$short
	cp -R Lib/* \$L/lib/python$short
	cp asked \$L/lib/python$short/asked.txt
	printf '#!/bin/sh\nexec $python "\$\$@"\n' >\$L/bin/python$short
	chmod +x \$L/bin/python$short
	printf 'build_time_vars = {"CC": "%s", "srcdir": "%s", "LIBDIR": "%s"}\n' \$(CC) \$\$PWD \$(PREFIX)/lib \\
	    >\$L/lib/python$short/_sysconfigdata__linux.py
MAKE
    pack snake
}

fake_recipe() {
    cat >recipe/snake.toml <<TOML
[recipe]
name = "snake"
kind = "interpreter"
version = "$version"
license = "MIT"
license-files = ["LICENSE"]

[[source]]
urls = ["file://$PWD/snake.tar.gz"]
sha256 = "$sha256"

[requires]
libraries = ["libtiny"]

[interpreter]
without = ["_tkinter"]
drop = ["idlelib"]

[interpreter.needs]
tiny = "libtiny"
_tkinter = "tk"

[build]
system = "autotools"
install = { "lib/libmore.a" = "libmore.a" }

[provides]
archives = ["lib/libpython$short.a", "lib/libmore.a"]
whole-archive = ["lib/libpython$short.a"]
programs = ["bin/python$short"]
TOML
}

# Two modules that end in the same name, and have a global name in common.
fake_extension() {
    mkdir -p pk/pk/sub recipe
    touch pk/pk/__init__.py pk/pk/sub/__init__.py
    cat >pk/mod.c <<'C'
#include <Python.h>
#ifdef KNOWS_MORE
int more(void);
#endif
int in_both = 1;
PyMODINIT_FUNC PyInit_mod(void);
PyMODINIT_FUNC PyInit_mod(void)
{
    static PyObject module;
    module.name = PyModule_Context();
    module.knows = KNOWS + in_both;
    return &module;
}
C
    echo 'Permission is granted.' >pk/LICENSE
    cat >recipe/pk.toml <<'TOML'
[recipe]
name = "pk"
kind = "extension"
version = "1.0"
license = "MIT"
license-files = ["LICENSE"]
[[source]]
path = "pk"
[[module]]
name = "pk.mod"
sources = ["mod.c"]
defines = ["KNOWS=1"]
[[module]]
name = "pk.sub.mod"
sources = ["mod.c"]
defines = ["KNOWS=2"]
[wheel]
packages = ["pk"]
TOML
}

fake() {
    python=$(system_python)
    library_source tiny-src
    pack tiny-src
    library_recipe "file://$PWD/tiny-src.tar.gz" "$sha256"
    fake_source
    fake_recipe
    fake_extension
}

it_has_everything_and_can_be_moved() {
    fake
    run recipe/snake.toml --with pk --format json
    expect_status 0
    printf '%s' "$out" >result.json
    python3 - <<'PY' || fail 'the result does not say what was made'
import json
made = json.load(open("result.json"))["interpreters"]
assert len(made) == 1 and made[0]["file"].endswith(".tar.zst"), made
assert {x["name"] for x in made[0]["inside"]} >= {"libtiny", "pk"}, made[0]["inside"]
assert [x["path"] for x in made[0]["smoke"]] == ["snake %s" % made[0]["smoke"][0]["python"], "pk 1.0"], made[0]["smoke"]
assert not any("libtiny" in x for x in made[0]["needed"]), made[0]["needed"]
PY
    tree=$PWD/elsewhere/snake-$version
    mkdir elsewhere
    tar -xf dist/snake-*.tar.zst -C elsewhere
    run_command "$tree/bin/python3"
    expect_status 0
    expect_out 'pk.mod is pk.mod and knows 2' 'pk.sub.mod is pk.sub.mod and knows 3'
    lib=$tree/lib/python$short
    expect_file "$lib/site-packages/pk/sub/__init__.py" "$lib/site-packages/pk-1.0.dist-info/METADATA" \
        "$lib/lib-dynload" "$tree/include/python$short/Python.h" "$tree/share/licenses/libtiny/COPYING" \
        "$tree/share/sbom/snake.cdx.json" "$lib/json/__pycache__"
    expect_no_file "$lib/site-packages/pk-1.0.dist-info/RECORD" "$lib/idlelib" "$lib/config-$short" \
        "$tree/lib/libpython$short.a"
    expect_equal "$(cat "$lib/site-packages/pk-1.0.dist-info/INSTALLER")" staticbuild
    grep -q 'py_cv_module__tkinter=n/a' "$lib/asked.txt" || fail 'configure was not told what to leave out'
    ! grep -rl "$STATICBUILD_CACHE" "$tree" || fail 'the folder that it was made in is named'
}

# The API that nobody asks for yet is there for modules that are loaded later; what is in it besides is not.
it_exports_the_api_alone() {
    fake
    run recipe/snake.toml --with pk --debug-files symbols
    expect_status 0
    [ -n "$(find symbols/.build-id -name '*.debug')" ] || fail 'its symbol table is nowhere'
    expect_out 'exports the C API and nothing else'
    mkdir there
    tar -xf dist/snake-*.tar.zst -C there
    need nm
    exported=$(nm -D --defined-only "there/snake-$version/bin/python$short" | awk '{ print $3 }')
    case $exported in *Py_NobodyAsksForIt*) ;; *) fail "the API is not there: $exported" ;; esac
    case $exported in *PyInit* | *tiny* | *in_both* | *inside_of*) fail "more than the API: $exported" ;; esac
}

# What is built in is no fact of the long build; what its configure is told is one.
it_is_built_once() {
    fake
    run recipe/snake.toml
    expect_status 0
    before=$(sha256sum <"$(ls dist/snake-*)")
    run recipe/snake.toml --with pk --progress plain
    expect_status 0
    refuse_err 'begin  build snake'
    rm dist/snake-*
    wipe "$STATICBUILD_CACHE"/trees/snake-*-int-*
    run recipe/snake.toml --progress plain
    expect_status 0
    refuse_err 'begin  build snake'
    expect_equal "$(sha256sum <"$(ls dist/snake-*)")" "$before" 'made twice'
}

# wrong RECIPE [EXTENSION]: it is refused, and nothing was built before.
wrong() {
    run "recipe/$1.toml" ${2:+"--with=$2"} --progress plain
    expect_status 3
    refuse_err 'begin  build snake' 'done   build libtiny'
}

bad_input_is_told_before_it_is_built() {
    fake
    wrong snake nothing
    expect_err '--with: there is no recipe of an extension "nothing"'
    sed 's/^\[\[source\]\]/[python]\nrequires = ">=3.99"\n&/' recipe/pk.toml >recipe/late.toml
    wrong snake late
    expect_err 'requires ">=3.99": pk cannot be built into Python'
    sed 's/^name = "pk"$/name = "twin"/' recipe/pk.toml >recipe/twin.toml
    run recipe/snake.toml --with pk --with twin
    expect_status 3
    expect_err 'module pk.mod is in recipe/pk.toml too'
    sed 's/^without.*/without = []/' recipe/snake.toml >recipe/more.toml
    wrong more
    expect_err 'recipe/more.toml:21:12: module _tkinter is made with the library tk, which is not in [requires] libraries'
    if command -v musl-gcc >/dev/null; then
        run recipe/snake.toml --target musllinux_1_2 --dry-run
        expect_status 7
        expect_err 'recipe/snake.toml: an interpreter is built where it runs'
    fi
    run recipe/pk.toml --with pk
    expect_status 2
    expect_err 'no interpreter is made that it could be built into'
}

# As soon as the source is there.
a_source_that_is_another_is_told() {
    fake
    sed 's/^without.*/without = ["_tkinter", "_nothing"]/; s/^drop.*/drop = ["idlelib", "nothing"]/' recipe/snake.toml |
        sed "s/^version = .*/version = \"$short.99\"/" >recipe/other.toml
    run recipe/other.toml --progress plain
    expect_status 3
    expect_err "recipe/other.toml: version \"$short.99\": its source is of $version" \
        'has no module "_nothing" of its own to leave out' 'has no "nothing"'
    [ -z "$(find "$STATICBUILD_CACHE/work" -name configure.log)" ] || fail 'it was configured first'
}

# Two libraries that define one name, and both are linked.
a_name_that_two_define_is_told() {
    fake
    echo 'int inside_of_libpython = 2; int tiny_answer(void); int tiny_answer(void) { return 42; }' >tiny-src/tiny.c
    pack tiny-src
    library_recipe "file://$PWD/tiny-src.tar.gz" "$sha256"
    run recipe/snake.toml
    expect_status 6
    expect_err "inside_of_libpython is defined in libpython$short.a(api.o) of snake and in libtiny.a(tiny.o) of libtiny"
}

run_tests it_has_everything_and_can_be_moved it_exports_the_api_alone it_is_built_once \
    bad_input_is_told_before_it_is_built a_source_that_is_another_is_told a_name_that_two_define_is_told
