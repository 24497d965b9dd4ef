#!/bin/sh
# Files that change while a run uses them, and downloads that changed in the cache: never a wheel of the one under
# the hash of the other.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/project.sh"

# editing_project: the library comes from a server, which runs ./edit, once, before it sends it: after the run was
# planned.
editing_project() {
    need python3
    project
    python=$(system_python)
    cat >"$TEST_FILES/server.py" <<'PY'
import http.server, os, subprocess, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if os.path.exists("edit"):
            subprocess.run(["sh", "-e", "./edit"], check=True)
            os.rename("edit", "edited")
        with open(os.path.basename(self.path), "rb") as f:
            data = f.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.timeout = 30
server.handle_request()
PY
    unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY STATICBUILD_MIRROR
    "$python" "$TEST_FILES/server.py" "$TEST_FILES/port" &
    within 10 test -s "$TEST_FILES/port" || fail 'the server does not start'
    library_recipe "http://127.0.0.1:$(cat "$TEST_FILES/port")/libtiny-1.0.tar.gz" "$sha256"
}

# answers: what the wheel's module says.
answers() {
    rm -rf unpacked
    mkdir unpacked
    (cd unpacked && "$python" -m zipfile -e ../dist/*.whl . && "$python" -c 'import tiny; print(tiny.answer())')
}

# The archive that the server gives is of the extension itself: its folder is not copied before.
a_source_edited_meanwhile() {
    editing_project
    server=$(sed -n 's|^urls = \["\(.*\)/libtiny.*|\1|p' recipe/lib/libtiny.toml)
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    mkdir extra
    echo more >extra/note
    pack extra
    cat >>recipe/tiny.toml <<TOML

[[source]]
urls = ["$server/extra.tar.gz"]
sha256 = "$sha256"
into = "extra"
TOML
    cp source/tiny.c old.c
    echo "sed -i 's/tiny_answer()/tiny_answer() + 1/' source/tiny.c; sed -i 's/42/43/' recipe/test_tiny.py" >edit
    run tiny --python "$python" --target native --verbose
    expect_status 0
    expect_err 'source: was edited after this run had begun' 'beginning again'
    expect_equal "$(answers)" 43
    cp old.c source/tiny.c
    edit recipe/test_tiny.py 's/43/42/'
    rm -r dist
    run tiny --python "$python" --target native
    expect_status 0
    expect_equal "$(answers)" 42
}

a_patch_edited_meanwhile() {
    editing_project
    printf '%s\n' '--- a/tiny.c' '+++ b/tiny.c' '@@ -1,2 +1,2 @@' ' #include "tiny.h"' '-int tiny_answer(void) { return 42; }' \
        '+int tiny_answer(void) { return 52; }' >recipe/lib/fix.patch
    cp recipe/lib/fix.patch old.patch
    printf '[[patch]]\nfile = "fix.patch"\n' >>recipe/lib/libtiny.toml
    echo "sed -i 's/52/53/' recipe/lib/fix.patch recipe/test_tiny.py" >edit
    edit recipe/test_tiny.py 's/42/52/'
    run tiny --python "$python" --target native
    expect_status 0
    expect_equal "$(answers)" 53
    cp old.patch recipe/lib/fix.patch
    edit recipe/test_tiny.py 's/53/52/'
    rm -r dist
    run tiny --python "$python" --target native
    expect_status 0
    expect_equal "$(answers)" 52
}

# It was run as it was later, and would have been believed to be what it was before.
a_test_edited_meanwhile() {
    editing_project
    echo "echo '# another' >>recipe/test_tiny.py" >edit
    run tiny --python "$python" --target native
    expect_status 0
    expect_err 'test_tiny.py: was edited after this run had begun' 'beginning again'
    run tiny --python "$python" --target native
    expect_status 0
    expect_out 'up to date'
}

a_download_changed_in_the_cache() {
    project
    python=$(system_python)
    run fetch tiny
    expect_status 0
    mv "$STATICBUILD_CACHE/downloads/$sha256" kept
    library_source libtiny-1.0
    sed -i 's/42/666/' libtiny-1.0/tiny.c
    tar -czf "$STATICBUILD_CACHE/downloads/$sha256" libtiny-1.0
    cp "$STATICBUILD_CACHE/downloads/$sha256" evil
    run tiny --python "$python" --target native
    expect_status 0
    expect_err 'libtiny-1.0.tar.gz: in the cache it is not what was fetched' 'beginning again'
    expect_equal "$(answers)" 42
    cmp kept "$STATICBUILD_CACHE/downloads/$sha256" || fail 'it was not fetched again'
    cmp evil "$STATICBUILD_CACHE/downloads/$sha256.damaged" || fail 'the changed one was not kept aside'

    cp evil "$STATICBUILD_CACHE/downloads/$sha256"
    chmod -R u+w "$STATICBUILD_CACHE/trees"
    rm -rf libtiny-1.0.tar.gz "$STATICBUILD_CACHE"/trees/*
    run tiny --python "$python" --target native --offline
    expect_status 4
    expect_err 'could not be had' 'in the cache it is not what was fetched' "$sha256"
    expect_no_file "$STATICBUILD_CACHE/trees/libtiny"*
}

run_tests a_source_edited_meanwhile a_patch_edited_meanwhile a_test_edited_meanwhile a_download_changed_in_the_cache
