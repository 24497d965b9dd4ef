#!/bin/sh
# Everything that can be wrong with what a run is given, each with its status and its words.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

STATICBUILD_RETRY_DELAY=0.05 STATICBUILD_STALL_TIMEOUT=1 STATICBUILD_CONNECT_TIMEOUT=2
export STATICBUILD_RETRY_DELAY STATICBUILD_STALL_TIMEOUT STATICBUILD_CONNECT_TIMEOUT
unset STATICBUILD_MIRROR http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY

# refused STATUS [WORD...]: the run of the project ends so, says so, and makes no wheel.
refused() {
    wanted=$1
    shift
    run tiny --target native --python "${python:=$(system_python)}"
    expect_status "$wanted"
    expect_err "$@"
    [ ! -d dist ] || [ -z "$(ls -A dist)" ] || fail 'something is in dist'
    expect_equal "$(find . -name core)" ''
}

mistakes_in_a_recipe_all_at_once() {
    project
    edit recipe/lib/libtiny.toml 's/^summary.*/sumary = "Knows"/; s/^license-files.*/license-files = 7/; /^sha256/d; s/"make"/"mkae"/'
    refused 3 'recipe/lib/libtiny.toml:5:1: unknown key "sumary" in [recipe] (did you mean "summary"?)' \
        'recipe/lib/libtiny.toml:7:' 'sha256' '(did you mean "make"?)'
    [ "$(grep -c '^recipe/lib/libtiny.toml:[0-9]*:[0-9]*: ' "$TEST_FILES/err")" -ge 4 ] ||
        fail 'not all mistakes were told with their place'
}

a_syntax_error() {
    project
    printf '\n[recipe\n' >>recipe/tiny.toml
    refused 3 'recipe/tiny.toml:'
}

no_such_recipe() {
    project
    rm recipe/lib/libtiny.toml
    refused 3 'recipe/tiny.toml:13:14: there is no recipe for the library libtiny'
    run nothing-of-that-name
    expect_status 3
    expect_err nothing-of-that-name
}

a_cycle() {
    project
    cp recipe/lib/libtiny.toml recipe/lib/libround.toml
    edit recipe/lib/libround.toml 's/"libtiny"/"libround"/'
    printf '\n[requires]\nlibraries = ["libtiny"]\n' >>recipe/lib/libround.toml
    printf '\n[requires]\nlibraries = ["libround"]\n' >>recipe/lib/libtiny.toml
    refused 3 'needs itself' 'libtiny -> libround -> libtiny'
}

a_version_conflict() {
    project
    cp recipe/lib/libtiny.toml recipe/lib/libother.toml
    edit recipe/lib/libother.toml 's/"libtiny"/"libother"/'
    printf '\n[requires]\nlibraries = ["libtiny < 1.0"]\n' >>recipe/lib/libother.toml
    edit recipe/tiny.toml 's/\["libtiny"\]/["libtiny >= 1.0", "libother"]/'
    refused 3 libtiny '< 1.0' libother
}

a_wrong_hash() {
    project
    edit recipe/lib/libtiny.toml 's/^sha256 = "....../sha256 = "000000/'
    refused 4 'libtiny-1.0.tar.gz' "$sha256" "000000$(echo "$sha256" | cut -c 7-)"
    expect_clean_store
    [ -z "$(ls -A "$STATICBUILD_CACHE/downloads" 2>/dev/null)" ] || fail 'what came was kept'
}

# from_server HOW...: the archive comes from the test server only.
from_server() {
    project
    server_start
    urls=
    for how; do
        urls="$urls${urls:+, }\"$url/$how/libtiny-1.0.tar.gz\""
    done
    edit recipe/lib/libtiny.toml "s|^urls.*|urls = [$urls]|"
}

found_nowhere() {
    from_server gone gone/again
    refused 4 404 "$url/gone/libtiny-1.0.tar.gz" "$url/gone/again/libtiny-1.0.tar.gz"
}

a_download_that_is_cut() {
    from_server cut
    refused 4 "$url/cut/libtiny-1.0.tar.gz"
    expect_clean_store
}

a_cut_download_goes_on() {
    from_server cut-once
    run tiny --python "$(system_python)"
    expect_status 0
    server_log | grep -q 'cut-once/libtiny-1.0.tar.gz bytes=' || fail 'it began from the start'
}

a_busy_server_is_asked_again() {
    from_server flaky
    run tiny --python "$(system_python)"
    expect_status 0
}

a_server_that_stalls() {
    from_server stall
    begin=$(date +%s)
    refused 4 "$url/stall/libtiny-1.0.tar.gz"
    [ $(($(date +%s) - begin)) -lt 60 ] || fail 'it waited too long'
    expect_clean_store
}

the_next_location() {
    from_server wrong gone ok
    run tiny --python "$(system_python)"
    expect_status 0
    expect_err warning "$url/wrong"
}

redirects_without_end() {
    from_server round
    refused 4 redirect
}

# hostile ARCHIVE: libtiny's source is that file.
hostile() {
    hash=$(sha256sum "$1" | cut -d ' ' -f 1)
    library_recipe "file://$PWD/$1" "$hash"
}

an_archive_that_climbs_out() {
    project
    python3 - <<'PY'
import io, tarfile
def tar(name, *entries):
    with tarfile.open(name, "w:gz") as t:
        for path, kind, link in entries:
            info = tarfile.TarInfo(path)
            info.type, info.linkname, info.size = kind, link, 4 if kind == tarfile.REGTYPE else 0
            t.addfile(info, io.BytesIO(b"evil") if info.size else None)
R, S, L, C = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE
tar("dots.tar.gz", ("a/ok", R, ""), ("a/../../evil", R, ""))
tar("root.tar.gz", ("/tmp/evil-absolute", R, ""))
tar("link.tar.gz", ("a/here", S, "/tmp"), ("a/here/evil", R, ""))
tar("hard.tar.gz", ("a/here", L, "/etc/passwd"))
tar("twice.tar.gz", ("a/x", R, ""), ("a/x", R, ""))
tar("device.tar.gz", ("a/null", C, ""))
PY
    for archive in dots root link hard twice device; do
        hostile "$archive.tar.gz"
        refused 5 "$archive.tar.gz"
        rm -f "$archive.tar.gz"
        expect_no_file evil ../evil /tmp/evil /tmp/evil-absolute
        found=$(find "$TEST_FILES" . -name 'evil*' | head -n 3)
        expect_equal "$found" ''
    done
}

an_archive_that_is_none() {
    project
    echo 'certainly not' >libtiny-1.0.tar.gz
    hostile libtiny-1.0.tar.gz
    refused 5 libtiny-1.0.tar.gz
    : >libtiny-1.0.tar.gz
    hostile libtiny-1.0.tar.gz
    refused 5 libtiny-1.0.tar.gz
}

an_archive_that_is_cut() {
    library_source libtiny-1.0
    head -c 200000 /dev/urandom >libtiny-1.0/noise
    extension
    pack libtiny-1.0
    head -c 100000 libtiny-1.0.tar.gz >cut.tar.gz
    hostile cut.tar.gz
    refused 5 cut.tar.gz
}

a_missing_tool() {
    project
    missing=
    for tool in nasm yasm gperf tclsh gtkdocize; do
        command -v "$tool" >/dev/null 2>&1 || missing=$tool
    done
    [ -n "$missing" ] || skip 'every tool that could be missing is installed'
    printf '\n[requires]\ntools = ["%s", "no-such-tool-at-all >= 2"]\n' "$missing" >>recipe/lib/libtiny.toml
    refused 7 "$missing" no-such-tool-at-all libtiny package
}

a_tool_too_old() {
    project
    printf '\n[requires]\ntools = ["make >= 99"]\n' >>recipe/lib/libtiny.toml
    refused 7 make 99
}

a_compiler_error_in_the_library() {
    library_source libtiny-1.0
    echo 'int broken( { return 1; }' >>libtiny-1.0/tiny.c
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    extension
    refused 5 'build libtiny 1.0' 'tiny.c:3' error command: log:
    log=$(sed -n 's/^ *log: *//p' "$TEST_FILES/err" | head -n 1)
    expect_file "$log"
}

a_compiler_error_in_the_module() {
    project
    echo 'int broken( {' >>source/tiny.c
    refused 6 'module tiny 1.0' tiny.c error log:
}

an_archive_that_is_not_position_independent() {
    case $(uname -m) in x86_64) ;; *) skip 'written for x86_64' ;; esac
    library_source libtiny-1.0
    echo 'int tiny_value; int *tiny_where(void) { return &tiny_value; }' >>libtiny-1.0/tiny.c
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    edit recipe/lib/libtiny.toml 's/CFLAGS = "{cflags}"/CFLAGS = "-O2 -fno-pic -fno-pie"/'
    extension
    refused 5 libtiny.a tiny.o
}

a_promise_that_is_not_kept() {
    project
    edit recipe/lib/libtiny.toml 's|^archives.*|archives = ["lib/libtiny.a", "lib/libmore.a"]|'
    refused 5 lib/libmore.a
    project
    edit recipe/lib/libtiny.toml 's|^headers.*|headers = ["include/more.h"]|'
    refused 5 include/more.h
}

a_shared_library_left_over() {
    library_source libtiny-1.0
    cat >libtiny-1.0/Makefile <<'MAKE'
libtiny.a: tiny.o
	$(AR) rcs $@ $^
	$(CC) -shared -o libtiny.so $^
MAKE
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    edit recipe/lib/libtiny.toml 's|^install.*|install = { "lib/libtiny.a" = "libtiny.a", "lib/libtiny.so" = "libtiny.so", "include/tiny.h" = "tiny.h" }|'
    extension
    run tiny --python "$(system_python)"
    if [ "$status" = 0 ]; then # it may be taken away rather than refused: the module must not need it
        run audit dist/*.whl
        expect_status 0
        refuse_out 'libtiny.so'
    else
        expect_status 5
        expect_err libtiny.so
    fi
}

still_needs_a_shared_library() {
    STATICBUILD_SANDBOX=none # where builds are confined the library is not found
    export STATICBUILD_SANDBOX
    library_source libtiny-1.0
    echo 'void *json_object(void); void *tiny_json(void) { return json_object(); }' >>libtiny-1.0/tiny.c
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    echo 'system-libraries = ["jansson"]' >>recipe/lib/libtiny.toml
    extension
    edit source/tiny.c 's/return PyLong_FromLong/extern void *tiny_json(void); tiny_json(); return PyLong_FromLong/'
    refused 1 unwanted-library libjansson.so
}

a_symbol_nobody_has() {
    project
    edit source/tiny.c 's/return PyLong_FromLong/extern void nobody_has_this(void); nobody_has_this(); return PyLong_FromLong/'
    python=$(system_python)
    run tiny --python "$python"
    [ "$status" = 1 ] || [ "$status" = 6 ] || fail "status $status"
    expect_err nobody_has_this
    expect_no_file dist/*.whl
}

no_interpreter() {
    project
    printf '#!/bin/sh\necho hello\n' >python3.99
    chmod +x python3.99
    run tiny --python "$PWD/python3.99"
    expect_status 2
    expect_err python3.99
    run tiny --python "$PWD/not-there"
    [ "$status" = 2 ] || [ "$status" = 7 ] || fail "status $status"
    expect_err not-there
    run tiny --python /bin/true
    expect_status 2
    run tiny --python "$PWD"
    [ "$status" = 2 ] || [ "$status" = 7 ] || fail "status $status"
}

# Root may write anywhere; then somebody else has to try.
as_nobody() {
    if [ "$(id -u)" != 0 ]; then
        run_command "$@"
        return
    fi
    need setpriv
    cp "$STATICBUILD" "$TEST_FILES/staticbuild"
    chmod 755 "$(dirname "$TEST_FILES")" "$TEST_FILES" "$TEST_FILES/staticbuild" "$(dirname "$(dirname "$TEST_FILES")")"
    STATICBUILD_DATA=$ROOT HOME=/nonexistent run_command setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

a_cache_that_cannot_be_written() {
    project
    mkdir "$TEST_FILES/cache"
    chmod 555 "$TEST_FILES/cache"
    chmod -R a+rX .
    program=$STATICBUILD
    [ "$(id -u)" != 0 ] || program=$TEST_FILES/staticbuild
    as_nobody "$program" tiny --python "$(system_python)" -o "$TEST_FILES/dist"
    case $err in *'cannot open shared object'*) skip 'a sanitizer runtime that nobody can read' ;; esac
    expect_status 7
    expect_err "$TEST_FILES/cache" STATICBUILD_CACHE
    chmod 755 "$TEST_FILES/cache"
}

# Whoever can change the store decides which programs are run.
a_cache_that_others_may_write() {
    project
    mkdir -m 777 "$TEST_FILES/cache"
    chmod 777 "$TEST_FILES/cache"
    run build recipe/lib/libtiny.toml
    expect_status 7
    expect_err "$TEST_FILES/cache: others may write to it" "chmod go-w $TEST_FILES/cache" STATICBUILD_CACHE
    chmod go-w "$TEST_FILES/cache"
    run build recipe/lib/libtiny.toml
    expect_status 0
}

# The working folder may be a checkout of somebody's: what Python would import from it is not run.
nothing_of_the_working_folder_is_run() {
    need python3
    python3 -c 'import pip' 2>/dev/null || python3 -c 'import ensurepip' 2>/dev/null || skip 'python3 has no pip'
    library_recipe 'pypi:tiny/tiny-1.0.tar.gz' 0000000000000000000000000000000000000000000000000000000000000000
    for name in glob os json pip; do
        printf 'open("%s/%s-was-run", "w")\n' "$PWD" "$name" >"$name.py"
    done
    export PIP_CONFIG_FILE=/dev/null http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1
    PYTHONPATH=$PWD STATICBUILD_RETRY_DELAY=0.01 run fetch libtiny
    expect_status 4
    expect_err '/tiny/: ' # pip's index was found, and asked
    expect_no_file ./*-was-run
}

a_dist_that_cannot_be_written() {
    project
    echo file >dist
    run tiny --python "$(system_python)"
    [ "$status" = 7 ] || [ "$status" = 2 ] || fail "status $status"
    expect_err dist
    expect_equal "$(cat dist)" file
}

no_space_left() {
    project
    unshare -rm true 2>/dev/null || skip 'no user namespaces here: no small file system can be mounted'
    mkdir "$TEST_FILES/cache"
    python=$(system_python)
    # shellcheck disable=SC2016 # for the inner shell
    run_command unshare -rm sh -c 'mount -t tmpfs -o mode=700,size=64k none "$STATICBUILD_CACHE" && exec "$@"' sh \
        "$STATICBUILD" tiny --python "$python"
    case $err in *'mount:'*) skip "no tmpfs: $err" ;; esac
    expect_status 7
    expect_err 'No space left'
    expect_no_file dist/*.whl
}

no_space_left_while_building() {
    library_source libtiny-1.0
    printf '\thead -c 8000000 /dev/zero >ballast\n' >>libtiny-1.0/Makefile
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    unshare -rm true 2>/dev/null || skip 'no user namespaces here: no small file system can be mounted'
    mkdir "$TEST_FILES/cache"
    # shellcheck disable=SC2016 # for the inner shell
    run_command unshare -rm sh -c 'mount -t tmpfs -o mode=700,size=2m none "$STATICBUILD_CACHE" && exec "$@"' sh \
        "$STATICBUILD" build recipe/lib/libtiny.toml
    case $err in *'mount:'*) skip "no tmpfs: $err" ;; esac
    expect_status 7
    expect_err 'No space left'
}

two_at_once() {
    project
    python=$(system_python)
    edit recipe/lib/libtiny.toml 's/^variables = {/variables = { SLOW = "yes",/'
    "$STATICBUILD" tiny --python "$python" -o a >"$TEST_FILES/a" 2>&1 &
    first=$!
    run tiny --python "$python" -o b
    expect_status 0
    wait "$first" || { cat "$TEST_FILES/a"; fail 'the other run failed'; }
    expect_equal "$(cd a && sha256sum ./*.whl)" "$(cd b && sha256sum ./*.whl)"
    expect_clean_store
}

# A library whose build takes until it is ended, and says its number to who looks. (tests/cli/confine.sh ends confined ones.)
endless_library() {
    STATICBUILD_SANDBOX=none
    export STATICBUILD_SANDBOX
    library_source libtiny-1.0
    printf 'libtiny.a:\n\techo $$$$ >%s/pid; exec sleep 300\n' "$TEST_FILES" >libtiny-1.0/Makefile
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    extension
}

interrupted() {
    endless_library
    python=$(system_python)
    for signal in INT TERM QUIT; do
        rm -f "$TEST_FILES/pid"
        # A shell without job control starts background commands with SIGINT and SIGQUIT ignored.
        python3 -c 'import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); signal.signal(signal.SIGQUIT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])' \
            "$STATICBUILD" tiny --python "$python" >"$TEST_FILES/out" 2>"$TEST_FILES/err" &
        runner=$!
        within 60 test -s "$TEST_FILES/pid" || fail 'the build did not begin'
        kill "-$signal" "$runner"
        status=0
        wait "$runner" || status=$?
        last_command="kill -$signal"
        expect_status 130
        sleeper=$(cat "$TEST_FILES/pid")
        ! kill -0 "$sleeper" 2>/dev/null || fail 'a child is still there'
        expect_no_file dist/*.whl
        left=$(find "$STATICBUILD_CACHE/trees" -name 'libtiny*' 2>/dev/null)
        expect_equal "$left" ''
    done
}

# Some shells and CI launchers ignore SIGCHLD, and children inherit that.
a_parent_that_ignores_its_children() {
    project
    echo 'import tiny; assert False, "the test fails"' >recipe/test_tiny.py
    run_command python3 -c 'import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])' \
        "$STATICBUILD" tiny --target native --python "$(system_python)"
    expect_status 1
    expect_no_file dist/*.whl
}

ended() {
    ! kill -0 "$1" 2>/dev/null
}

killed_and_begun_again() {
    endless_library
    python=$(system_python)
    "$STATICBUILD" tiny --python "$python" >/dev/null 2>&1 &
    runner=$!
    within 60 test -s "$TEST_FILES/pid" || fail 'the build did not begin'
    kill -KILL "$runner"
    wait "$runner" 2>/dev/null || true
    within 10 ended "$(cat "$TEST_FILES/pid")" || fail 'what it had started is still there'
    project
    run tiny --python "$python"
    expect_status 0
    expect_file dist/tiny-*.whl
    expect_clean_store
    expect_equal "$(ls -A "$STATICBUILD_CACHE/locks")" ''
}

run_tests mistakes_in_a_recipe_all_at_once a_syntax_error no_such_recipe a_cycle a_version_conflict a_wrong_hash \
    found_nowhere a_download_that_is_cut a_cut_download_goes_on a_busy_server_is_asked_again a_server_that_stalls \
    the_next_location redirects_without_end an_archive_that_climbs_out an_archive_that_is_none an_archive_that_is_cut \
    a_missing_tool a_tool_too_old a_compiler_error_in_the_library a_compiler_error_in_the_module \
    an_archive_that_is_not_position_independent a_promise_that_is_not_kept a_shared_library_left_over \
    still_needs_a_shared_library a_symbol_nobody_has no_interpreter a_cache_that_cannot_be_written \
    a_cache_that_others_may_write nothing_of_the_working_folder_is_run a_dist_that_cannot_be_written no_space_left \
    no_space_left_while_building two_at_once interrupted a_parent_that_ignores_its_children killed_and_begun_again
