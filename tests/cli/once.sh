#!/bin/sh
# What is the same for all interpreters is made once for all of them.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# another_python: one that says that it is the next version, and otherwise is the system's; it imports what has no tag.
another_python() {
    python=$(system_python)
    cat >another <<SH
#!/bin/sh
case "\$*" in
*interpreter.py*) ;;
*) exec $python "\$@" ;;
esac
$python "\$@" >"\$0.out.\$\$" || exit
minor=\$(sed 's/.*"minor": \([0-9]*\).*/\1/' "\$0.out.\$\$")
next=\$((minor + 1))
sed -e "s/3\.\$minor\./3.\$next./" -e "s/\"minor\": \$minor/\"minor\": \$next/" -e "s/cpython-3\$minor/cpython-3\$next/" \\
    -e "s/\"ext_suffix\": \"[^\"]*\"/\"ext_suffix\": \".so\"/" -e "s|\"executable\": \"[^\"]*\"|\"executable\": \"\$0\"|" \\
    -e "s|\"base\": \"[^\"]*\"|\"base\": \"\$0\"|" "\$0.out.\$\$"
rm "\$0.out.\$\$"
SH
    chmod +x another
    echo "$PWD/another"
}

# An extension of five files: two need no interpreter, and one of the others only looks as if it needed none.
extension() {
    extension_recipe mixed mixed.c
    edit recipe/mixed.toml 's/sources = .*/sources = ["*.c"]/'
    cat >mixed/mixed.c <<'C'
#include <Python.h>
#include "mixed.h"
static PyObject *sum(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return PyLong_FromLong(one() + two() + three() + looks());
}
static PyMethodDef methods[] = {{"sum", sum, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "mixed", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_mixed(void) { return PyModule_Create(&module); }
C
    echo 'int one(void), two(void), three(void), looks(void);' >mixed/mixed.h
    printf '#include "mixed.h"\nint one(void) { return 1; }\n' >mixed/one.c
    printf '#include <string.h>\n#include "mixed.h"\nint two(void) { return (int)strlen("__"); }\n' >mixed/two.c
    printf '#include <pyconfig.h>\n#include "mixed.h"\nint three(void) { return SIZEOF_SHORT + 1; }\n' >mixed/three.c
    cat >mixed/looks.c <<'C'
#include "mixed.h"
#if __has_include(<Python.h>)
#include <Python.h>
#endif
#ifdef PY_VERSION
int looks(void) { return 40; }
#else
int looks(void) { return 0; }
#endif
C
    cat >recipe/test_mixed.py <<'PY'
import mixed
assert mixed.sum() == 46, mixed.sum()
PY
    printf '[test]\nscript = "test_mixed.py"\n' >>recipe/mixed.toml
    cat >counting-cc <<SH
#!/bin/sh
for word; do
    case \$word in */one.c|*/two.c|*/three.c|*/looks.c|*/mixed.c) echo "\${word##*/}" >>"$PWD/compiled" ;; esac
done
exec gcc "\$@"
SH
    chmod +x counting-cc
    STATICBUILD_CC=$PWD/counting-cc
    export STATICBUILD_CC
}

# compiled FILE: how often.
compiled() {
    grep -c "^$1\$" compiled || true
}

files_that_need_no_interpreter() {
    extension
    another=$(another_python)
    python=$(system_python)
    run mixed --python "$python,$another" --target native --sandbox none -v
    expect_status 0
    expect_equal "$(compiled one.c)" 1
    expect_equal "$(compiled two.c)" 1
    expect_equal "$(compiled mixed.c)" 3 'once in vain, once for each'
    expect_equal "$(compiled three.c)" 3
    expect_equal "$(compiled looks.c)" 3
    expect_err 'objects mixed 1.0: of 5 files 2 need no interpreter'
    expect_out 'passed with CPython'
    mv dist both
    rm compiled
    wipe "$STATICBUILD_CACHE"
    run mixed --python "$python" --target native --sandbox none
    expect_status 0
    expect_equal "$(compiled one.c)$(compiled mixed.c)" 11 'for one nothing is tried in vain'
    cmp dist/*.whl both/"$(basename dist/*.whl)" || fail 'the wheel is another when there is one interpreter'
}

# What is wrong with a file is told as it is without that.
a_mistake_is_told_once() {
    extension
    echo 'int one(void) { return 1 }' >mixed/one.c
    run mixed --python "$(system_python),$(another_python)"
    expect_status 6
    expect_err 'one.c:1:' "expected ';'"
}

run_tests files_that_need_no_interpreter a_mistake_is_told_once
