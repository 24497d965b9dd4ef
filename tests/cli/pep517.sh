#!/bin/sh
# Projects with a build backend of their own, by a recipe with system = "pep517". Nothing is fetched: a build
# requirement is a wheel in a folder that pip is told of.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

# What the backend of these tests is: it compiles tiny.c as it likes, and says what it wants besides.
backend() {
    cat >"$1" <<'PY'
import base64, hashlib, os, subprocess, sys, sysconfig, zipfile
def get_requires_for_build_wheel(settings=None):
    if "TINY_SRC" in os.environ:
        assert os.environ["TINY_SRC"].split(":")[0] == os.getcwd(), os.environ["TINY_SRC"]
    return os.environ.get("TINY_WANTS", "").split()
def build_wheel(folder, settings=None, metadata=None):
    settings = settings or {}
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    name = "Tiny_One-1.0-py3-none-linux_x86_64.whl"
    files = {"tiny_one.py": b"value = 1\n"}
    if settings.get("pure") == "true":
        name = "Tiny_One-1.0-py3-none-any.whl"
    else:
        subprocess.run(os.environ.get("TINY_CC", "gcc").split() + ["-O3", "-g", "-march=native", "-fPIC", "-shared",
                       "-I" + sysconfig.get_path("include"), "-L/usr/lib", "-Wl,-rpath,/opt/x", "tiny.c", "-o",
                       "build.so"], check=True)
        files["_tiny" + suffix] = open("build.so", "rb").read()
    info = "Tiny_One-1.0.dist-info/"
    files["Tiny_One-1.0.data/data/share/tiny.txt"] = b"data\n"
    files[info + "METADATA"] = b"Metadata-Version: 2.1\nName: Tiny.One\nVersion: 1.0\nLicense-File: LICENSE\n"
    files[info + "LICENSE"] = b"Permission is granted.\n"
    files[info + "entry_points.txt"] = b"[console_scripts]\ntiny = tiny_one:main\n"
    files[info + "WHEEL"] = b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: false\nTag: " + (
        b"-".join(name.encode()[:-4].split(b"-")[2:])) + b"\n"
    record = ""
    with zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        for path, data in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += "%s,sha256=%s,%d\n" % (path, digest, len(data))
            z.writestr(path, data)
        z.writestr(info + "RECORD", record + info + "RECORD,,\n")
    return name
PY
}

# project [LINES]: source/ and recipe/tiny-one.toml, with more lines of the recipe.
project() {
    python=$(system_python)
    mkdir -p source recipe
    cat >source/tiny.c <<'C'
#include <Python.h>
int helper(void);
int helper(void) { return 7; }
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_tiny", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__tiny(void) { return helper() ? PyModule_Create(&module) : NULL; }
C
    backend source/own_backend.py
    printf '[build-system]\nrequires = []\nbuild-backend = "own_backend"\nbackend-path = ["."]\n' >source/pyproject.toml
    cat >recipe/tiny-one.toml <<TOML
[recipe]
name = "tiny-one"
kind = "extension"
version = "1.0"

[[source]]
path = "source"

[build]
system = "pep517"
${1-}
TOML
}

# The wheel as a Python dictionary `z` of names and bytes; runs statements.
check_wheel() {
    "$python" - "$1" <<'PY' || fail "the wheel is not what it should be: $1"
import glob, sys, zipfile
path, = glob.glob("dist/*.whl")
archive = zipfile.ZipFile(path)
z = {n: archive.read(n) for n in archive.namelist()}
try:
    exec(sys.argv[1])
except AssertionError:
    print(path, *sorted(z), sep="\n")
    raise
PY
}

make_project() {
    run tiny-one --python "$python" --target "${TARGET:-native}" "$@"
}

what_the_backend_made_is_packed_anew() {
    project
    TARGET=manylinux_2_17 make_project
    expect_status 0
    expect_out "smoke   passed"
    check_wheel '
assert "/tiny_one-1.0-cp3" in path and "manylinux_2_" in path, path
assert z["tiny_one-1.0.dist-info/entry_points.txt"].startswith(b"[console_scripts]")
assert b"Name: Tiny.One" in z["tiny_one-1.0.dist-info/METADATA"]
assert b"License-File: LICENSE" in z["tiny_one-1.0.dist-info/METADATA"]
assert z["tiny_one-1.0.dist-info/licenses/LICENSE"] == b"Permission is granted.\n"
assert "tiny_one-1.0.dist-info/sboms/staticbuild.cdx.json" in z
assert z["tiny_one-1.0.data/data/share/tiny.txt"] == b"data\n"
assert not [n for n in z if n.startswith("Tiny_One")]
module, = [n for n in z if n.startswith("_tiny.")]
assert b"/opt/x" not in z[module] and b"debug_info" not in z[module]
open("module.so", "wb").write(z[module])'
    [ "$(nm -D --defined-only module.so | awk '{print $3}')" = PyInit__tiny ] || fail "it exports $(nm -D --defined-only module.so)"
    run audit dist/*.whl
    expect_status 0
    make_project
    TARGET=manylinux_2_17 make_project
    expect_status 0
    expect_out "nothing to do"
}

# What the sources of a project bring along no recipe tells; it is recognised, and the wheel's bill has it.
what_sources_bring_along_is_in_the_bill() {
    project
    sed -i 's|^int helper(void);|static const char *volatile zlib = " inflate 1.2.13 Copyright 1995-2022 Mark Adler ";|
        s|^int helper.*|static int helper(void) { return *zlib; }|' source/tiny.c
    make_project
    expect_status 0
    expect_out "inside  zlib 1.2.13 (recognised; the sources bring it along)" "no licence text names zlib"
    refuse_out sbom-differs
    check_wheel '
import json
bill = json.loads(z["tiny_one-1.0.dist-info/sboms/staticbuild.cdx.json"])
part, = bill["components"]
assert (part["name"], part["version"], part["purl"]) == ("zlib", "1.2.13", "pkg:generic/zlib@1.2.13"), part
assert [i["field"] for i in part["evidence"]["identity"]] == ["name", "version"], part
assert part["evidence"]["identity"][0]["methods"][0]["technique"] == "binary-analysis", part
assert [p["value"] for p in part["properties"]] == [n for n in z if n.startswith("_tiny.")], part'
    run audit dist/*.whl
    refuse_out sbom-differs
}

# As of modules that are linked here: what of them the backend did not strip itself.
debug_files_are_found_by_build_id() {
    need readelf
    project
    make_project --debug-files symbols
    expect_status 0
    expect_out '  debug   symbols/.build-id/'
    check_wheel '
module, = [n for n in z if n.startswith("_tiny.")]
open("module.so", "wb").write(z[module])'
    id=$(readelf -nW module.so | sed -n 's/.*Build ID: *//p')
    debug=symbols/.build-id/$(echo "$id" | cut -c 1-2)/$(echo "$id" | cut -c 3-).debug
    expect_file "$debug"
    expect_equal "$(readelf -nW "$debug" | sed -n 's/.*Build ID: *//p')" "$id"
    readelf -SW module.so | grep -E '\.symtab|\.strtab' && fail 'a symbol table is in the wheel'
    nm "$debug" | grep -q ' [tT] PyInit__tiny$' || fail 'functions of the module are not in it'
    cp "$debug" first
    rm -r symbols
    make_project --debug-files symbols
    expect_status 0
    cmp "$debug" first || fail 'another debug file of the same module'
}

# Vectors of a newer processor in what a backend compiled; the import reaches them as CALL says.
vectors() {
    project
    cat >source/tiny.c <<C
#include <Python.h>
static int a[64], b[64];
__attribute__((target("avx2"), noinline)) static void add(void) { for (int i = 0; i < 64; i++) a[i] += b[i] * 3; }
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_tiny", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__tiny(void) { b[1] = (int)(long)&module; $1 add(); return PyModule_Create(&module) + 0 * a[1]; }
C
}

code_of_newer_processors_is_asked_for() {
    [ "$(uname -m)" = x86_64 ] || skip 'the code is of x86_64'
    vectors ''
    TARGET=manylinux_2_17 make_project
    expect_status 1
    expect_err 'isa-code' 'no wheel is made'
    [ -d dist ] && [ -n "$(ls dist)" ] && fail "there is a wheel: $(ls dist)"
    vectors 'if (__builtin_cpu_supports("avx2"))'
    TARGET=manylinux_2_17 make_project
    expect_status 0
}

what_was_left_out_is_told() {
    project
    make_project --verbose
    expect_status 0
    expect_err "dropped -march=native (gcc)" "dropped -rpath /opt/x (ld)" "dropped -g (gcc)"
}

every_name_of_a_compiler_is_ours() {
    for name in cc gcc "$(gcc -dumpmachine)-gcc" clang "gcc -fuse-ld=gold" g++; do
        project "env = { TINY_CC = \"$name\" }"
        rm -rf dist
        make_project --verbose
        expect_status 0
        expect_err "dropped -march=native"
    done
}

a_pure_wheel_stays_as_it_is() {
    project 'options = { pure = true }'
    make_project
    expect_status 0
    check_wheel '
assert path == "dist/Tiny_One-1.0-py3-none-any.whl", path
assert "Tiny_One-1.0.dist-info/LICENSE" in z
assert not [n for n in z if "sboms" in n]'
}

requirements_are_locked_and_installed() {
    project 'env = { TINY_WANTS = "helper_two", TINY_SRC = "{src}:{jobs}" }'
    has_pip
    backend backend.py
    wheel_of helper_one 1.0 "$(cat backend.py)"
    wheel_of helper_two 2.0 "import helper_one"
    printf '[build-system]\nrequires = ["helper_one >= 1"]\nbuild-backend = "helper_one"\n' >source/pyproject.toml
    make_project
    expect_status 0
    run plan tiny-one --python "$python" --target native --keys
    expect_status 0
    expect_out "requirement.helper-one==1.0: --hash=sha256:" "requirement.helper-two==2.0: --hash=sha256:"
    make_project
    expect_status 0
    expect_out "nothing to do"
    # Another wheel under the same name is another hash: what was locked stays, and is what the environment has.
    wheel_of helper_two 2.0 "import helper_one, sys"
    make_project
    expect_status 0
    expect_out "nothing to do"
}

one_environment_serves_two_projects() {
    project
    has_pip
    backend backend.py
    wheel_of helper_one 1.0 "$(cat backend.py)"
    printf '[build-system]\nrequires = ["helper_one"]\nbuild-backend = "helper_one"\n' >source/pyproject.toml
    cp -R source source-two
    echo '/* another */' >>source-two/tiny.c
    sed 's/"source"/"source-two"/' recipe/tiny-one.toml >recipe/tiny-two.toml
    make_project
    expect_status 0
    run recipe/tiny-two.toml --python "$python" --target native -o dist-two
    expect_status 0
    set -- "$STATICBUILD_CACHE"/trees/environment-*
    [ $# = 1 ] || fail "environments: $*"
}

what_cannot_be_had_is_said() {
    project
    has_pip
    mkdir -p wheels
    printf '[build-system]\nrequires = ["not_to_be_had >= 1"]\nbuild-backend = "x"\n' >source/pyproject.toml
    make_project
    expect_status 5
    expect_err "a build requirement cannot be had as a wheel" "not_to_be_had"
    printf '[build-system]\nrequires = "x"\n' >source/pyproject.toml
    make_project
    expect_status 6
    expect_err "pyproject.toml:2:12:" "build-system.requires: an array of strings was expected"
}

a_failing_backend_shows_its_words() {
    project
    echo 'def build_wheel(*a): raise SystemExit("the backend says no")' >source/own_backend.py
    make_project
    expect_status 5
    expect_err "the backend says no"
    echo 'def build_wheel(*a): return "../x.whl"' >source/own_backend.py
    make_project
    expect_status 5
    expect_err 'made "../x.whl", which is no wheel'
}

a_library_of_the_machine_is_refused() {
    project
    library=$(gcc -print-file-name=libc.so.6)
    cp "$library" libhost.so 2>/dev/null || skip "there is no C library to copy"
    mkdir -p "$PWD/elsewhere"
    mv libhost.so elsewhere/
    project "env = { TINY_CC = \"gcc $PWD/elsewhere/libhost.so\" }"
    TARGET=manylinux_2_17 make_project
    expect_status 5
    expect_err "elsewhere/libhost.so is a library of this machine"
}

# The same without a recipe, by the command for it.
wheel_command() {
    run wheel "$@" --python "$python" --target native
}

a_folder_needs_no_recipe() {
    project
    rm -r recipe
    printf '[project]\nname = "Tiny.One"\nversion = "1.0"\nlicense = "MIT"\n' >>source/pyproject.toml
    wheel_command source
    expect_status 0
    expect_out "smoke   passed"
    expect_err "built by own_backend of its own"
    check_wheel 'assert "/tiny_one-1.0-cp3" in path, path'
    wheel_command source
    expect_out "nothing to do"
    # What its backend calls it counts, when it is not said without running it.
    sed -i '/^version/d; s/^license.*/dynamic = ["version"]/' source/pyproject.toml
    rm -r dist
    wheel_command source
    expect_status 0
    check_wheel 'assert "/tiny_one-1.0-cp3" in path, path'
    cd source || fail "no source"
    wheel_command . -o ../dist-two
    expect_status 0
    expect_out "../dist-two/tiny_one-1.0-"
}

settings_reach_the_backend() {
    project
    wheel_command source -C pure=true "-C--with-x={y}"
    expect_status 0
    check_wheel 'assert path.endswith("-none-any.whl"), path'
    sed -i "s|^    settings = settings or {}|&\n    assert settings.get('args') in (None, ['-Da', '-Db=c']), settings|" source/own_backend.py
    wheel_command source -C args=-Da -C pure=true -C args=-Db=c
    expect_status 0
    wheel_command source -C args=-Da -C pure=true
    expect_status 5
    wheel_command source -C pure
    expect_status 2
    expect_err "--config-setting pure: write KEY=VALUE"
}

what_is_no_project_is_said() {
    python=$(system_python)
    mkdir empty
    wheel_command empty
    expect_status 2
    expect_err "empty: has no pyproject.toml and no setup.py"
    echo >x.tar.gz
    wheel_command x.tar.gz
    expect_status 2
    expect_err "NAME-VERSION.tar.gz"
    wheel_command 'pypi:x>=2'
    expect_status 2
    expect_err "write pypi:NAME or pypi:NAME==VERSION"
    wheel_command pypi:x==1 --offline
    expect_status 4
    expect_err "the package index is not asked (--offline)"
}

a_source_distribution_is_a_file_or_published() {
    project
    mv source Tiny_One-1.0
    printf 'Metadata-Version: 2.1\nName: Tiny.One\nVersion: 1.0\n' >Tiny_One-1.0/PKG-INFO
    pack Tiny_One-1.0
    wheel_command Tiny_One-1.0.tar.gz
    expect_status 0
    check_wheel 'assert "/tiny_one-1.0-cp3" in path, path'
    rm -rf dist Tiny_One-1.0
    start_index
    rm -rf "$STATICBUILD_CACHE/downloads"
    wheel_command pypi:Tiny.One
    expect_status 0
    expect_out "dist/tiny_one-1.0-cp3"
    rm asked
    wheel_command pypi:Tiny.One==1.0 --offline
    expect_status 0
    expect_out "nothing to do"
    [ -e asked ] && fail "the index was asked again: $(cat asked)"
    wheel_command pypi:tiny-one==2
    expect_status 4
    expect_err "no source distribution of tiny-one 2"
    wheel_command pypi:tiny-two
    expect_status 4
    expect_err 'the package index has no project "tiny-two"'
}

# Links libtiny of tests/cli/project.sh as WAYS say: words for the compiler.
project_with_library() {
    project
    library_source libtiny-1.0
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    sed -i 's/^int helper(void);$/#include <tiny.h>/; s/^int helper.*/static int helper(void) { return tiny_answer() == 42; }/' \
        source/tiny.c
    sed -i 's|"tiny.c", "-o",|"tiny.c", *os.environ["WAYS"].split(), "-o",|' source/own_backend.py
    printf '\n[tool.staticbuild]\nlibraries = ["libtiny"]\n' >>source/pyproject.toml
}

a_library_is_linked_whoever_asks_for_it() {
    for ways in -ltiny '/usr/lib/x86_64-linux-gnu/libtiny.so' '/usr/local/lib/libtiny.a' '-Wl,-Bstatic -ltiny -Wl,-Bdynamic'; do
        project_with_library
        cat >>recipe/tiny-one.toml <<TOML
env = { WAYS = "$ways" }
[requires]
libraries = ["libtiny"]
TOML
        rm -rf dist
        TARGET=manylinux_2_17 make_project
        expect_status 0
        expect_out "libtiny 1.0 (MIT)" "smoke   passed"
        check_wheel '
assert z["tiny_one-1.0.dist-info/licenses/libtiny/COPYING"]
assert b"libtiny" in z["tiny_one-1.0.dist-info/sboms/staticbuild.cdx.json"]'
    done
}

pkg_config_answers_for_the_libraries() {
    project_with_library
    command -v pkg-config >/dev/null || skip "there is no pkg-config here"
    sed -i 's|os.environ\["WAYS"\]|subprocess.check_output(["pkg-config", "--cflags", "--libs", "libtiny"], text=True)|' \
        source/own_backend.py
    printf '[requires]\nlibraries = ["libtiny"]\n' >>recipe/tiny-one.toml
    make_project
    expect_status 0
    expect_out "libtiny 1.0 (MIT)"
}

# No interpreter imports it: what it exports is what the project calls by ctypes. It is hardened as modules are, and what is
# inside is known.
a_shared_object_without_an_entry_point_is_one_of_ours() {
    project_with_library
    cat >source/tiny.c <<'C'
#include <stdio.h>
#include <tiny.h>
int ask(void);
int ask(void) { return printf("%d", tiny_answer()); }
C
    cat >>recipe/tiny-one.toml <<TOML
env = { WAYS = "-ltiny" }
[requires]
libraries = ["libtiny"]
TOML
    TARGET=manylinux_2_17 make_project
    expect_status 0
    expect_out "libtiny 1.0 (MIT)"
    check_wheel '
module, = [n for n in z if n.startswith("_tiny.")]
open("module.so", "wb").write(z[module])'
    expect_equal "$("$python" -c 'import ctypes; ctypes.CDLL("./module.so").ask()')" 42
    nm -D --defined-only module.so | grep -q tiny_answer && fail "it exports what is inside"
    run audit dist/*.whl
    expect_status 0
}

# As h5py's does to ask for a version; what is linked is the archive all the same.
a_build_may_load_a_library() {
    command -v pkg-config >/dev/null || skip "there is no pkg-config here"
    for ways in '-LLIBDIR -ltiny' LIBDIR/libtiny.so /usr/lib/x86_64-linux-gnu/libtiny.so; do
        project_with_library
        sed -i 's/^archives = .*/&\nloaded = true/' recipe/lib/libtiny.toml
        sed -i 's|^def build_wheel.*|&\
    import ctypes\
    libdir = subprocess.check_output(["pkg-config", "--variable=libdir", "libtiny"], text=True).strip()\
    assert ctypes.CDLL(libdir + "/libtiny.so").tiny_answer() == 42|
            s|os.environ\["WAYS"\]|os.environ["WAYS"].replace("LIBDIR", libdir)|' \
            source/own_backend.py
        cat >>recipe/tiny-one.toml <<TOML
env = { WAYS = "$ways" }
[requires]
libraries = ["libtiny"]
TOML
        rm -rf dist
        TARGET=manylinux_2_17 make_project
        expect_status 0
        expect_out "libtiny 1.0 (MIT)" "smoke   passed"
        refuse_out libtiny.so
    done
}

# A build script that takes the place of the compiler in the tests' backend, and makes build.so with libtiny.
project_with_script() {
    project_with_library
    cat >>recipe/tiny-one.toml <<TOML
env = { WAYS = "", TINY_CC = "sh build.sh" }
[requires]
libraries = ["libtiny"]
TOML
    cat >source/build.sh
}

# The CMakeLists.txt of the test makes build.so.
project_by_cmake() {
    command -v cmake >/dev/null && command -v ninja >/dev/null || skip "there is no cmake, or no ninja here"
    project_with_script <<'SH'
set -e
cmake -S . -B b -G Ninja
cmake --build b
cp b/build.so .
SH
}

cmake_finds_compilers_and_libraries() {
    project_by_cmake
    cat >source/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.10)
project(tiny C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBTINY REQUIRED libtiny)
find_library(TINY tiny REQUIRED)
find_library(MATHS m REQUIRED)
find_path(OF_THE_MACHINE NAMES sys/types.h)
if(OF_THE_MACHINE)
  message(FATAL_ERROR "headers of the machine: ${OF_THE_MACHINE}")
endif()
if(NOT CMAKE_C_COMPILER MATCHES "/bin/cc$" OR NOT CMAKE_AR MATCHES "/bin/ar$")
  message(FATAL_ERROR "compilers of the machine: ${CMAKE_C_COMPILER} ${CMAKE_AR}")
endif()
execute_process(COMMAND python -c "import sysconfig; print(sysconfig.get_path('include'), end='')"
  OUTPUT_VARIABLE PYTHON_INCLUDE)
add_library(build MODULE tiny.c)
set_target_properties(build PROPERTIES PREFIX "")
target_include_directories(build PRIVATE ${PYTHON_INCLUDE})
target_link_libraries(build ${TINY} ${MATHS})
CMAKE
    TARGET=manylinux_2_17 make_project
    expect_status 0
    expect_out "libtiny 1.0 (MIT)" "smoke   passed"
}

# The package of libtiny calls its target tiny-static, as a library does that is built static alone.
cmake_finds_a_static_target_by_its_other_name() {
    project_by_cmake
    library_source libtiny-1.0
    cat >libtiny-1.0/tinyConfig.cmake <<'CMAKE'
get_filename_component(prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
add_library(tiny-static STATIC IMPORTED)
set_target_properties(tiny-static PROPERTIES IMPORTED_LOCATION "${prefix}/lib/libtiny.a"
  INTERFACE_INCLUDE_DIRECTORIES "${prefix}/include")
CMAKE
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    sed -i 's|"include/tiny.h" = |"lib/cmake/tiny/tinyConfig.cmake" = "tinyConfig.cmake", &|' recipe/lib/libtiny.toml
    cat >source/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.10)
project(tiny C)
find_package(tiny CONFIG REQUIRED)
if(NOT TARGET tiny)
  message(FATAL_ERROR "no tiny in ${tiny_DIR}")
endif()
execute_process(COMMAND python -c "import sysconfig; print(sysconfig.get_path('include'), end='')"
  OUTPUT_VARIABLE PYTHON_INCLUDE)
add_library(build MODULE tiny.c)
set_target_properties(build PROPERTIES PREFIX "")
target_include_directories(build PRIVATE ${PYTHON_INCLUDE})
target_link_libraries(build tiny)
CMAKE
    TARGET=manylinux_2_17 make_project
    expect_status 0
    expect_out "libtiny 1.0 (MIT)" "smoke   passed"
}

# The backend of Meson's users, as far as its settings go.
meson_is_told_by_a_setting() {
    command -v meson >/dev/null && command -v ninja >/dev/null || skip "there is no meson, or no ninja here"
    project_with_script <<'SH'
set -e
meson setup $SETUP_ARGS "$BUILD_DIR"
ninja -C "$BUILD_DIR"
cp "$BUILD_DIR/build.so" .
SH
    cat >source/meson.build <<'MESON'
project('tiny', 'c')
assert(meson.get_compiler('c').cmd_array()[0].endswith('/bin/cc'), 'another compiler')
assert(get_option('buildtype') == 'release', 'the project is not heard')
assert(find_program('cmake').full_path() == '/bin/false', 'CMake is there')
include = run_command('python', '-c', 'import sysconfig; print(sysconfig.get_path("include"))', check: true)
shared_module('build', 'tiny.c', name_prefix: '', c_args: '-I' + include.stdout().strip(),
  dependencies: dependency('libtiny'))
MESON
    mv source/own_backend.py source/mesonpy.py
    sed -i 's/own_backend/mesonpy/' source/pyproject.toml
    sed -i 's/^    settings = settings or {}$/&\n    os.environ["SETUP_ARGS"] = " ".join(settings["setup-args"])\n    os.environ["BUILD_DIR"] = settings["build-dir"]/' \
        source/mesonpy.py
    sed -i 's/^env = .*/&\noptions = { setup-args = "-Dbuildtype=release" }/' recipe/tiny-one.toml
    TARGET=manylinux_2_17 make_project
    expect_status 0
    expect_out "libtiny 1.0 (MIT)" "smoke   passed"
}

# A machine's own script would tell of the machine's library; the one of libtiny's name tells of ours.
scripts_tell_of_the_libraries() {
    project_with_library
    command -v pkg-config >/dev/null || skip "there is no pkg-config here"
    cat >>source/own_backend.py <<'PY'
def ask(*words):
    return subprocess.run(words, text=True, capture_output=True)
def ways():
    none = ask("curl-config", "--libs")
    assert none.returncode == 1 and "no library of this build has a libcurl.pc" in none.stderr, none
    version = ask("pg_config", "--version")
    assert version.stdout == "PostgreSQL 1.0\n", version
    assert os.path.isfile(ask("pg_config", "--includedir").stdout.strip() + "/tiny.h")
    # -L of it and -ltiny find all that libtiny needs, not its archive alone.
    assert os.path.isfile(ask("pg_config", "--libdir").stdout.strip() + "/libtiny.so")
    return ask("pg_config", "--libs").stdout
PY
    sed -i 's|os.environ\["WAYS"\]|ways()|' source/own_backend.py
    sed 's/"libtiny"/"libpq"/' recipe/lib/libtiny.toml >recipe/lib/libpq.toml
    sed -i 's/"libtiny"/"libpq"/' source/pyproject.toml
    printf '[requires]\nlibraries = ["libpq"]\n' >>recipe/tiny-one.toml
    TARGET=manylinux_2_17 make_project
    expect_status 0
    expect_out "libpq 1.0 (MIT)"
}

requirements_are_those_of_a_bare_machine() {
    project
    has_pip
    for name in cmake ninja patchelf; do
        command -v $name >/dev/null && found=$name
    done
    [ -n "${found-}" ] || skip "there is no cmake, ninja or patchelf here"
    sed -i "s/^    return os.environ.get(\"TINY_WANTS\".*/    import shutil\n    assert shutil.which('sh')\n    return [] if shutil.which('$found') else ['helper_two']/" \
        source/own_backend.py
    wheel_of helper_two 2.0 ""
    make_project
    expect_status 0
    run plan tiny-one --python "$python" --target native --keys
    expect_out "requirement.helper-two==2.0: --hash=sha256:"
}

a_project_names_its_libraries() {
    project_with_library
    sed -i 's|os.environ\["WAYS"\]|"-ltiny"|' source/own_backend.py
    mv recipe/lib lib
    rm -r recipe
    mv lib source/lib
    wheel_command source
    expect_status 0
    expect_out "libtiny 1.0 (MIT)"
    sed -i '/tool.staticbuild/,$d' source/pyproject.toml
    rm -r dist
    wheel_command source --library 'libtiny >= 1'
    expect_status 0
    expect_out "libtiny 1.0 (MIT)"
    wheel_command source --library 'libtiny >= 2'
    expect_status 3
    expect_err "libtiny >= 2"
    wheel_command source
    expect_status 3
    expect_err "recipes have it (libtiny)"
}

# A source distribution that says nothing of what it needs, and folders as the program brings them along.
project_with_row() {
    project_with_library
    sed -i '/tool.staticbuild/,$d' source/pyproject.toml
    sed -i 's/return 7/return 8/' source/tiny.c
    mv source Tiny_One-1.0
    printf 'Metadata-Version: 2.1\nName: Tiny.One\nVersion: 1.0\n' >Tiny_One-1.0/PKG-INFO
    pack Tiny_One-1.0
    mkdir -p data/recipes/data/patches data/recipes/lib
    ln -sfn "$ROOT/templates" data/templates
    cp recipe/lib/libtiny.toml data/recipes/lib/
    rm -rf recipe Tiny_One-1.0
    cat >data/recipes/data/patches/tiny.patch <<'PATCH'
--- a/own_backend.py
+++ b/own_backend.py
@@ -1,3 +1,4 @@
 import base64, hashlib, os, subprocess, sys, sysconfig, zipfile
+patched = True
 def get_requires_for_build_wheel(settings=None):
     if "TINY_SRC" in os.environ:
PATCH
    cat >data/recipes/data/projects.toml <<'TOML'
[other]
libraries = ["libnothing"]
[tiny-one]
libraries = ["libtiny >= 0.9"]
env = { WAYS = "-ltiny" }
config-settings = { with-x = "{y}" }
test.imports = ["_tiny", "tiny_one"]
[[tiny-one.patch]]
file = "patches/tiny.patch"
TOML
    STATICBUILD_DATA=$PWD/data
    export STATICBUILD_DATA
}

a_row_says_what_a_project_needs() {
    project_with_row
    wheel_command Tiny_One-1.0.tar.gz
    expect_status 0
    expect_out "libtiny 1.0 (MIT)" "smoke   passed"
    expect_err "tiny-one 1.0 is built with libtiny >= 0.9 (projects.toml:3), setting with-x (projects.toml:3), variable WAYS (projects.toml:3), patch patches/tiny.patch, test (projects.toml:3)"
    # What stands before it is heard first; what it says of others counts for nothing.
    mkdir recipe
    cat >recipe/tiny-one.toml <<'TOML'
[recipe]
name = "tiny-one"
kind = "extension"
version = "0.1"
[[source]]
path = "nowhere"
[requires]
libraries = ["libtiny"]
[build]
system = "pep517"
env = { WAYS = "-ltiny -lm" }
TOML
    wheel_command Tiny_One-1.0.tar.gz --library 'libtiny >= 1' -C with-x=z
    expect_status 0
    expect_err "built with libtiny >= 1 (--library), libtiny (recipe tiny-one), libtiny >= 0.9 (projects.toml:3), setting with-x (--config-setting), variable WAYS (recipe tiny-one), patch"
    rm -r recipe
    sed -i 's/>= 0.9/>= 2/' data/recipes/data/projects.toml
    wheel_command Tiny_One-1.0.tar.gz
    expect_status 3
    expect_err "libtiny >= 2"
}

mistakes_of_rows_are_told() {
    project_with_row
    printf '[third]\nlibrary = ["x"]\n[Fourth]\nenv = 1\n' >>data/recipes/data/projects.toml
    wheel_command Tiny_One-1.0.tar.gz
    expect_status 3
    expect_err 'projects.toml:11:1: unknown key "library" in [third] (did you mean "libraries"?)' \
        'projects.toml:12:2: "Fourth" is not a project' 'projects.toml:13:7: "env" in [Fourth] must be a table'
}

# setup.py of many a project looks for its libraries, whatever it is asked.
libraries_are_there_when_a_backend_is_asked() {
    project_with_row
    command -v pkg-config >/dev/null || skip "there is no pkg-config here"
    cat >data/recipes/data/patches/tiny.patch <<'PATCH'
--- a/own_backend.py
+++ b/own_backend.py
@@ -3,4 +3,5 @@
     if "TINY_SRC" in os.environ:
         assert os.environ["TINY_SRC"].split(":")[0] == os.getcwd(), os.environ["TINY_SRC"]
+    assert subprocess.check_output(["pkg-config", "--modversion", "libtiny"], text=True) == "1.0\n"
     return os.environ.get("TINY_WANTS", "").split()
 def build_wheel(folder, settings=None, metadata=None):
PATCH
    wheel_command Tiny_One-1.0.tar.gz
    expect_status 0
}

# Plans are made in rounds: a recipe may have been edited between two of them.
a_recipe_that_breaks_while_a_backend_is_asked_is_told() {
    project_with_library
    printf '[requires]\nlibraries = ["libtiny"]\n' >>recipe/tiny-one.toml
    sed -i "s|^def get_requires.*|&\n    open('$PWD/recipe/lib/libtiny.toml', 'w').write('[recipe')|" source/own_backend.py
    make_project --sandbox none
    expect_status 3
    expect_err "recipe/lib/libtiny.toml:1:"
}

a_wheel_without_anything_compiled_is_told() {
    project
    sed -i '/files\["_tiny"/d' source/own_backend.py
    make_project
    expect_status 1
    expect_err "nothing in it is compiled"
}

a_recipe_says_nothing_that_the_backend_decides() {
    project '[[module]]
name = "x"
sources = ["x.c"]
[wheel]
packages = ["x"]'
    make_project
    expect_status 3
    expect_err "the project's backend decides it: [module] has no place here" "\"packages\" has no place here: with system \"pep517\" the project's backend decides it"
    project
    sed -i 's/^version = "1.0"/version = "1.1"/; s/^path = .*/path = "source"/' recipe/tiny-one.toml
    sed -i 's/^name = "tiny-one"/name = "other"/' recipe/tiny-one.toml
    make_project
    expect_status 3
    expect_err 'recipe.name is "other", but the backend made a wheel of "Tiny.One"'
}

run_tests what_the_backend_made_is_packed_anew what_sources_bring_along_is_in_the_bill debug_files_are_found_by_build_id what_was_left_out_is_told code_of_newer_processors_is_asked_for \
    every_name_of_a_compiler_is_ours \
    a_pure_wheel_stays_as_it_is requirements_are_locked_and_installed one_environment_serves_two_projects \
    what_cannot_be_had_is_said a_failing_backend_shows_its_words a_library_of_the_machine_is_refused \
    a_recipe_says_nothing_that_the_backend_decides a_folder_needs_no_recipe settings_reach_the_backend \
    what_is_no_project_is_said a_source_distribution_is_a_file_or_published \
    a_library_is_linked_whoever_asks_for_it pkg_config_answers_for_the_libraries \
    a_shared_object_without_an_entry_point_is_one_of_ours a_build_may_load_a_library a_project_names_its_libraries \
    a_row_says_what_a_project_needs mistakes_of_rows_are_told libraries_are_there_when_a_backend_is_asked \
    a_recipe_that_breaks_while_a_backend_is_asked_is_told a_wheel_without_anything_compiled_is_told \
    cmake_finds_compilers_and_libraries cmake_finds_a_static_target_by_its_other_name meson_is_told_by_a_setting requirements_are_those_of_a_bare_machine \
    scripts_tell_of_the_libraries
