#!/bin/sh
# A C++ module, alone in its wheel, does not end the interpreter when frames of libc are unwound: call_once of what throws,
# pthread_exit below a destructor, a daemon thread as the interpreter ends. For the target, and for the machine alone.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"
# shellcheck source=tests/cli/kit.sh
. "$ROOT/tests/cli/kit.sh"

# made TARGET: the wheel, unpacked in $PWD/wheel
made() {
    need g++ readelf unzip
    python=$(system_python)
    run "$ROOT/tests/fixtures/unwind/recipe/unwind.toml" --python "$python" --target "$1"
    expect_status 0
    unzip -q dist/unwind-*.whl -d wheel
    run_command readelf -d wheel/unwind*.so
    expect_out 'libgcc_s.so.1'
    refuse_out 'libstdc++'
}

tried() {
    for case in once exits daemon; do
        run_command env PYTHONPATH=wheel timeout 60 "$python" -B "$ROOT/tests/fixtures/unwind/try.py" "$case"
        expect_status 0
    done
}

for_the_target() {
    target=manylinux_2_17_$(uname -m)
    run target show "$target"
    case $out in *'not here'*) skip "$target cannot be built for here" ;; esac
    expect_out "unwinder    the platform's libgcc_s.so.1"
    made "$target"
    tried
    run audit --target "$target" dist/unwind-*.whl
    expect_status 0
}

for_the_machine() {
    run target show native
    case $out in *"unwinder    the platform's"*) ;; *) skip 'this is no machine with glibc' ;; esac
    made native
    tried
}

# Where a project asks for the static one: the platform's all the same.
by_flags() {
    target=manylinux_2_17_$(uname -m)
    run target show "$target"
    case $out in *'not here'*) skip "$target cannot be built for here" ;; esac
    need readelf "$1"
    python=$(system_python)
    STATICBUILD_CC=$1
    export STATICBUILD_CC
    make_kit "$target" "$PWD/its-kit"
    mkdir wheel
    run_command its-kit/bin/c++ -O1 -fPIC -shared -static-libgcc -static-libstdc++ \
        -I"$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')" \
        "$ROOT/tests/fixtures/unwind/source/unwind.cc" -o wheel/unwind.so
    expect_status 0
    run_command readelf -d wheel/unwind.so
    expect_out 'libgcc_s.so.1'
    tried
}

by_flags_of_gcc() {
    by_flags gcc
}

by_flags_of_clang() {
    by_flags clang
}

run_tests for_the_target for_the_machine by_flags_of_gcc by_flags_of_clang
