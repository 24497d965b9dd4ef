#!/bin/sh
# What protects modules, what profilers see of them, and what a recipe turns off.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# A library with assembler in it, and a module that has it inside.
project() {
    need readelf
    python=$(system_python)
    mkdir -p recipe/lib guarded steep
    cat >steep/steep.c <<'C'
int jump(int);
int steep(const char *text);
int steep(const char *text)
{
    char copy[64];
    int n = 0;
    for (; text[n] && n < 63; n++)
        copy[n] = text[n];
    return jump(copy[n / 2]);
}
C
    # Without the note that places are marked.
    cat >steep/jump.s <<'S'
    .text
    .globl jump
    .type jump, @function
jump:
    ret
    .size jump, . - jump
    .section .note.GNU-stack, "", %progbits
S
    cat >steep/Makefile <<'M'
libsteep.a: steep.o jump.o
	$(AR) rc $@ steep.o jump.o
M
    cat >guarded/guarded.c <<'C'
#include <Python.h>
int steep(const char *text);
static PyObject *run(PyObject *self, PyObject *arg)
{
    const char *text = PyUnicode_AsUTF8(arg);
    (void)self;
    return text ? PyLong_FromLong(steep(text)) : NULL;
}
static PyMethodDef methods[] = {{"run", run, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "guarded", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_guarded(void) { return PyModule_Create(&module); }
C
    echo 'Permission is granted.' | tee steep/LICENSE >guarded/LICENSE
    cat >recipe/lib/steep.toml <<'T'
[recipe]
name = "steep"
kind = "library"
version = "2.0"
license = "MIT"
license-files = ["LICENSE"]
[[source]]
path = "../../steep"
[build]
system = "make"
variables = { CFLAGS = "{cflags}", CC = "{cc}", AR = "{ar}" }
install = { "lib/libsteep.a" = "libsteep.a" }
[provides]
archives = ["lib/libsteep.a"]
T
    cat >recipe/guarded.toml <<'T'
[recipe]
name = "guarded"
kind = "extension"
version = "1.0"
license = "MIT"
license-files = ["LICENSE"]
[[source]]
path = "guarded"
[requires]
libraries = ["steep"]
[[module]]
name = "guarded"
sources = ["guarded.c"]
[test]
imports = ["guarded"]
T
}

# The module as it is in the wheel.
unpacked() {
    rm -rf unpacked
    mkdir unpacked
    (cd unpacked && unzip -q ../dist/guarded-*.whl)
    find unpacked -name 'guarded*.so'
}

build_id() {
    readelf -nW "$1" | sed -n 's/.*Build ID: //p'
}

a_module_has_no_symbol_table() {
    project
    run guarded --python "$python"
    expect_status 0
    module=$(unpacked)
    readelf -SW "$module" >sections
    ! grep -E '\.symtab|\.strtab' sections || fail 'a symbol table is in the wheel'
    readelf -dW "$module" >dynamic
    grep -q 'BIND_NOW' dynamic || fail 'functions are bound late'
}

debug_files_are_found_by_build_id() {
    project
    run guarded --python "$python" --debug-files symbols
    expect_status 0
    expect_out '  debug   symbols/.build-id/'
    id=$(build_id "$(unpacked)")
    debug=symbols/.build-id/$(echo "$id" | cut -c 1-2)/$(echo "$id" | cut -c 3-).debug
    expect_file "$debug"
    expect_equal "$(build_id "$debug")" "$id"
    readelf -sW "$debug" >names
    grep -q ' steep$' names || fail 'functions of the library are not in it'
    cp "$debug" first
    rm -r symbols
    run guarded --python "$python" --debug-files symbols --format json
    expect_status 0
    expect_out "\"$debug\""
    cmp "$debug" first || fail 'another debug file of the same module'
}

# One object of assembler has no marks, and takes them from the module: it is named.
what_is_not_marked_is_named() {
    project
    [ "$(uname -m)" = x86_64 ] || skip 'on other machines the compiler'"'"'s own objects may lack the marks'
    run guarded --python "$python"
    expect_status 0
    expect_out 'control-flow' 'libsteep.a(jump.o)'
    cat >>steep/jump.s <<'S'
    .section .note.gnu.property, "a"
    .balign 8
    .long 4, 16, 5
    .asciz "GNU"
    .long 0xc0000002, 4, 3, 0
S
    rm -r dist
    run guarded --python "$python"
    expect_status 0
    refuse_out 'control-flow'
    readelf -nW "$(unpacked)" >notes
    grep -q 'IBT, SHSTK' notes || fail 'the marks were lost'
}

a_reason_is_repeated() {
    project
    cat >>recipe/lib/steep.toml <<'T'
[hardening]
off = { stack-protector = "its frames are walked by hand", control-flow = "it jumps about" }
T
    run guarded --python "$python" --debug-files symbols
    expect_status 0
    expect_out 'mind    steep 2.0, without stack-protector' 'walked by hand' 'it jumps about'
    refuse_out 'libsteep.a(jump.o)'
    run guarded --python "$python" --format json
    expect_out '"hardening-off"' 'its frames are walked by hand'
    readelf -dW "$(unpacked)" >dynamic
    run audit --explain dist/guarded-*.whl
    expect_out 'control-flow'
    edit recipe/lib/steep.toml 's/by hand/by foot/'
    run guarded --python "$python"
    expect_status 0
    expect_out 'by foot'
    expect_err 'wheel guarded'
    refuse_err 'build steep' 'module guarded'
}

run_tests what_is_not_marked_is_named a_reason_is_repeated a_module_has_no_symbol_table debug_files_are_found_by_build_id
