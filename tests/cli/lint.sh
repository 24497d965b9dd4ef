#!/bin/sh
# The rules that `make lint` holds the source to, and which files the Makefile takes: with folders inside folders.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# put FILE LINE...: a source file of the small project in this folder.
put() {
    file=$1
    shift
    case $file in *.c) set -- "/* What $file is for. */" "$@" ;; esac
    mkdir -p "$(dirname "$file")"
    printf '%s\n' "$@" >"$file"
}

project() {
    git init -q .
    put builder/LAYERS '# lowest first' base 'ui/page ui/lines' ui
    put builder/base/a.h '/* a */'
    put builder/base/a.c '#include "base/a.h"'
    put builder/ui/page/page.h '#include "base/a.h"'
    put builder/ui/page/page.c '#include "ui/page/page.h"'
    put builder/ui/page/internal.h '#include "ui/page/page.h"'
    put builder/ui/lines/lines.h '/* lines */'
    put builder/ui/ui.h '#include "ui/page/page.h"' '#include "ui/lines/lines.h"'
    put builder/main.c '#include "ui/ui.h"' '#include "ui/page/page.h"'
}

layers() {
    run_command python3 "$ROOT/tests/lint/layers.py" "$PWD"
}

nested_folders_are_layers() {
    project
    layers
    expect_no_err
    expect_no_out
    expect_status 0
}

# wrong FILE INCLUDED WHAT: with that include the one line said is "FILE:2: WHAT".
wrong() {
    project
    printf '\n#include "%s"\n' "$2" >>"$1"
    layers
    expect_status 1
    expect_no_err
    said=$(echo "$out" | sed "s|^$1:[0-9]*: ||")
    expect_equal "$said" "$3"
    rm -rf builder .git
}

includes_of_nested_folders_point_down() {
    wrong builder/ui/page/page.c ui/ui.h 'ui stands above ui/page in builder/LAYERS'
    wrong builder/base/a.c ui/page/page.h 'ui/page stands above base in builder/LAYERS'
    wrong builder/ui/page/page.c ui/lines/lines.h 'ui/lines and ui/page are siblings in builder/LAYERS'
    wrong builder/ui/ui.h ui/page/internal.h '"ui/page/internal.h" is for its own folder'
    wrong builder/ui/page/page.c page/page.h '"page/page.h" is not there'
    wrong builder/ui/page/page.c page.h '"page.h": name the folder too'
}

a_nested_folder_is_listed() {
    project
    put builder/ui/chart/chart.h '/* chart */'
    layers
    expect_status 1
    expect_equal "$out" 'builder/ui/chart/chart.h:1: builder/ui/chart is not in builder/LAYERS'
    put builder/LAYERS base base 'ui/page ui/lines ui/chart' ui
    layers
    expect_status 1
    expect_equal "$out" 'builder/LAYERS:1: base is named twice'
}

a_third_party_header_has_one_room() {
    wrong builder/ui/page/page.c curl/curl.h '<curl/curl.h> belongs to builder/fetch
"curl/curl.h" is not there'
}

architectures_are_known_in_one_room() {
    project
    put builder/LAYERS 'base arch' 'ui/page ui/lines' ui
    put builder/arch/arches.def 'ARCH(riscv64, .machine = EM_RISCV, .compiler = "riscv64-linux-gnu")'
    put builder/base/a.h '/* riscv64 as an example */' '#define ANY_RISCV "manylinux_2_31_riscv64"'
    layers
    expect_status 0
    put builder/base/a.h '#define OURS "riscv64"' '#define ITS EM_RISCV' '#define PREFIX "riscv64-linux-gnu-gcc"'
    layers
    expect_status 1
    expect_equal "$out" 'builder/base/a.h:1: riscv64 is an architecture: ask builder/arch/
builder/base/a.h:2: EM_RISCV is an architecture: ask builder/arch/
builder/base/a.h:3: riscv64-linux-gnu is an architecture: ask builder/arch/'
}

names_are_words_of_the_field() {
    project
    put builder/base/a.c '/* a wish */ static const char *a = "a crew";' 'int wished, crew_of;'
    layers
    expect_status 1
    expect_equal "$out" 'builder/base/a.c:3: crew is not a word of this field'
}

processes_are_started_in_one_room() {
    project
    put builder/LAYERS base 'sched ui/page ui/lines' ui
    put builder/sched/process.c 'int a(void) { return fork() || waitpid(1, 0, 0) || poll(0, 0, 0); }'
    layers
    expect_status 0
    put builder/ui/page/page.c '/* fork() in words */' 'int a(struct host *h) { return h->wait(h) + my_fork(); }' \
        'int b(void) { return fork(); }' 'int c(void) { return execve("a", 0, 0); }' 'int d(void) { poll(0, 0, 0); }'
    layers
    expect_status 1
    expect_equal "$out" 'builder/ui/page/page.c:4: fork is for sched/: see sched/ask.h and sched/tasks.h
builder/ui/page/page.c:5: execve is for sched/: see sched/ask.h and sched/tasks.h
builder/ui/page/page.c:6: poll is for sched/: see sched/ask.h and sched/tasks.h'
}

a_clean_environment_is_made_in_one_room() {
    project
    put builder/base/a.c 'static const char *a = "an empty PATH";' 'void b(void) { set(env, "PATH=%s", path); }' \
        'void c(void) { environment_set(env, "LC_ALL", "C"); environment_set(env, "PATH", path); }'
    layers
    expect_status 1
    expect_equal "$out" 'builder/base/a.c:3: this is for environment_clean: see sys/environment.h
builder/base/a.c:4: this is for environment_clean: see sys/environment.h'
}

# A page, and what it is held against.
documents_say_what_is_so() {
    mkdir -p docs builder/base
    printf '%s\n' 'static const char *a = "the moon is "' '    "full of %s"; /* "STATICBUILD_MOON" */' >builder/base/a.c
    printf '%s\n' '# Index' '[a](troubleshooting.md#the-moon) [b](environment.md)' >docs/README.md
    printf '%s\n' '# Trouble' '## The moon' '### `the moon is full of …`' >docs/troubleshooting.md
    printf '%s\n' '# Variables' '| `STATICBUILD_MOON` | which |' >docs/environment.md
    run_command python3 "$ROOT/tests/lint/documents.py" "$PWD"
    expect_status 0
    printf '%s\n' '# Other' '[a](b.md) [c](troubleshooting.md#the-sun)' '```' '[d](e.md)' '```' >docs/other.md
    printf '%s\n' '### `the sun is …`' >>docs/troubleshooting.md
    printf '%s\n' '# Variables' '| `STATICBUILD_SUN` | which |' >docs/environment.md
    run_command python3 "$ROOT/tests/lint/documents.py" "$PWD"
    expect_status 1
    expect_equal "$out" 'docs/other.md:2: there is no docs/b.md
docs/other.md:2: docs/troubleshooting.md has no heading #the-sun
docs/README.md: does not list other.md
docs/troubleshooting.md:4: the program does not say "the sun is"
docs/environment.md:2: the program does not ask for STATICBUILD_SUN
docs/environment.md: does not tell of STATICBUILD_MOON'
}

# Without making anything: what would be compiled.
the_library_has_nested_folders() {
    project
    put builder/ui/page/last.cc '// C++'
    cp "$ROOT/Makefile" .
    run_command make -n BUILD=out out/libstaticbuild.a
    expect_status 0
    expect_out 'builder/base/a.c' 'builder/ui/page/page.c' 'builder/ui/page/last.cc' 'out/obj/builder/ui/page/page.o'
}

run_tests nested_folders_are_layers includes_of_nested_folders_point_down a_nested_folder_is_listed \
    a_third_party_header_has_one_room names_are_words_of_the_field processes_are_started_in_one_room a_clean_environment_is_made_in_one_room architectures_are_known_in_one_room \
    documents_say_what_is_so the_library_has_nested_folders
