#!/bin/sh
# The ELF reader against readelf, on every linked ELF file of this machine: NEEDED, SONAME, RPATH, RUNPATH,
# versions needed and defined, undefined and exported symbols; and against itself without section headers.
# ORACLE_FOLDERS="/usr/lib …" reads less.
# timeout: 3600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"

elf_reader_agrees_with_readelf() {
    cc -std=c11 -O2 -D_GNU_SOURCE -I"$ROOT/builder" -o dump "$ROOT/tests/cli/oracle/elf_dump.c" \
        "$BUILD/libstaticbuild.a" || fail 'the dump program does not build'
    # shellcheck disable=SC2086 # several folders
    python3 "$ROOT/tests/cli/oracle/elf.py" ./dump ${ORACLE_FOLDERS-} >"$TEST_FILES/out" 2>"$TEST_FILES/err" ||
        fail "$(tail -n 1 "$TEST_FILES/out")"
    tail -n 1 "$TEST_FILES/out"
}

run_tests elf_reader_agrees_with_readelf
