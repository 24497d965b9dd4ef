# Modules made by the C compiler for tests of the audit, read after lib.sh.
# shellcheck shell=sh

# module FILE [C TEXT] [FLAG...]: a module called m.
module() {
    file=$1
    text=$2
    shift 2
    printf '%s\n' '__attribute__((visibility("default"))) void *PyInit_m(void) { return 0; }' "$text" >source.c
    cc -shared -fPIC -fvisibility=hidden -O1 -o "$file" source.c "$@" || fail "cc: $file"
}
