#!/bin/sh
# `list --outdated`: what is newer where sources are published, asked of an index and pools on this machine.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# recipe NAME VERSION URL
recipe() {
    mkdir -p recipe/lib
    cat >"recipe/lib/$1.toml" <<TOML
[recipe]
name = "$1"
kind = "library"
version = "$2"
summary = "Of the tests"
license = "MIT"
license-files = ["LICENSE"]
[[source]]
urls = ["$3"]
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
[build]
system = "make"
[provides]
archives = ["lib/lib$1.a"]
TOML
}

# What is published, and a server of it: pages as an index makes them, folders as a web server lists them.
world() {
    need python3
    mkdir -p data/recipes data/recipes/lib data/recipes/tool data/recipes/python
    STATICBUILD_DATA=$PWD/data
    export STATICBUILD_DATA
    pool=web/debian/pool/main
    mkdir -p web/simple/tiny-one web/simple/same $pool/t/tinyz $pool/libd/libdull
    cat >web/simple/tiny-one/index.html <<'HTML'
<a href="../../files/tiny_one-1.9.tar.gz#sha256=00">a</a> <a href="../../files/tiny_one-1.10.tar.gz#sha256=00">b</a>
<a href="../../files/tiny_one-1.11.tar.gz" data-yanked="broken">c</a> <a href="../../files/tiny_one-2.0rc1.tar.gz">d</a>
<a href="../../files/tiny_one-3.0-py3-none-any.whl">e</a> <a href="../../files/other-4.0.tar.gz">f</a>
HTML
    echo '<a href="../../files/same-1.0.tar.gz">a</a>' >web/simple/same/index.html
    touch $pool/t/tinyz/tinyz_1.3.dfsg+really1.3.1.orig.tar.gz "$pool/t/tinyz/tinyz_1.4+dfsg.orig.tar.xz" \
        $pool/t/tinyz/tinyz_1.4+dfsg.orig.tar.xz.asc $pool/t/tinyz/tinyz_1.5~rc1.orig.tar.gz \
        $pool/t/tinyz/tinyz_1.9.debian.tar.xz $pool/libd/libdull/libdull_7.orig.tar.gz
    (cd web && exec python3 - "$TEST_FILES/port" <<'PY') &
import http.server, sys, threading
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
threading.Timer(120, server.shutdown).start()
with open(sys.argv[1], "w") as f:
    f.write(str(server.server_port))
server.serve_forever()
PY
    server=$!
    trap 'kill $server 2>/dev/null' EXIT
    within 10 test -s "$TEST_FILES/port" || fail 'the index did not start'
    at=http://127.0.0.1:$(cat "$TEST_FILES/port")
    PIP_INDEX_URL=$at/simple STATICBUILD_DEBIAN_MIRROR=$at/debian
    export PIP_INDEX_URL STATICBUILD_DEBIAN_MIRROR
    recipe same 1.0 pypi:same/same-1.0.tar.gz
    recipe dull 7 debian:libdull/libdull_7.orig.tar.gz
    recipe plain 1 https://example.org/plain-1.tar.gz
}

outdated_recipes() {
    recipe tinyone 1.9 pypi:tiny-one/tiny_one-1.9.tar.gz
    recipe tinyz 1.3.1 debian:tinyz/tinyz_1.3.dfsg+really1.3.1.orig.tar.gz
}

nothing_is_newer() {
    world
    run list --outdated
    expect_status 0
    expect_no_err
    expect_out '0 outdated, 2 as new as what is published, 0 not answered, 1 that cannot be asked' 'cannot be asked: plain'
}

what_is_newer_is_told() {
    world
    outdated_recipes
    run list --outdated
    expect_status 1
    expect_out '2 outdated, 2 as new' 'has 1.10 at pypi:tiny-one' 'has 1.4 at debian:tinyz'
    expect_err '2 recipes are outdated'
    run list --outdated --names
    expect_status 1
    expect_equal "$out" "$(printf 'tinyone\ntinyz')" 'the names of the outdated'
    STATICBUILD_DEBIAN_MIRROR=file://$PWD/web/debian run list --outdated --names
    expect_equal "$out" "$(printf 'tinyone\ntinyz')" 'a pool that is a folder'
}

# Apache shortens what it shows and writes small hexadecimal digits, Caddy begins with "./", others name the whole path.
folders_are_read_as_servers_list_them() {
    world
    recipe tinyz 1.3.1 debian:tinyz/tinyz_1.3.dfsg+really1.3.1.orig.tar.gz
    list=$pool/t/tinyz/index.html
    while read -r link; do
        printf '<html><body><table>\n<a href="?C=N;O=D">Name</a> <a href="/debian/pool/main/t/">Parent Directory</a>\n%s\n' \
            '<tr><td><a href="tinyz_1.3.dfsg%2breally1.3.1.orig.tar.gz">tinyz_1.3.dfsg+rea..&gt;</a></td></tr>' >"$list"
        printf '<td>%s</td><td align="right">2026-01-01 10:00</td></table></body></html>\n' "$link" >>"$list"
        run list --outdated
        expect_status 1
        expect_out 'tinyz' 'has 1.4 at debian:tinyz'
    done <<'LINKS'
<a href="tinyz_1.4%2bdfsg.orig.tar.xz">tinyz_1.4+dfsg.orig..&gt;</a>
<A HREF='tinyz_1.4%2Bdfsg.orig.tar.xz'>tinyz_1.4+dfsg.orig.tar.xz</A>
<a href="./tinyz_1.4+dfsg.orig.tar.xz">tinyz_1.4+dfsg.orig.tar.xz</a>
<a class="file" href="/debian/pool/main/t/tinyz/tinyz_1.4+dfsg.orig.tar.xz" title="x">tinyz_1.4+dfsg.orig.tar.xz</a>
LINKS
}

the_document_is_what_its_schema_says() {
    world
    outdated_recipes
    recipe lost 1 pypi:lost/lost-1.tar.gz
    run list --outdated --format json
    expect_status 1
    python3 "$ROOT/tests/cli/validate.py" "$ROOT/templates/schema/outdated.schema.json" "$TEST_FILES/out" || fail 'schema'
    python3 - "$TEST_FILES/out" <<'PY' || fail 'the document is not what it should be'
import json, sys
said = {r["name"]: (r["version"], r["answer"], r["newest"], r["where"]) for r in json.load(open(sys.argv[1]))["recipes"]}
assert said == {"dull": ("7", "current", None, None), "lost": ("1", "failed", None, None), "plain": ("1", "not-asked", None, None),
                "same": ("1.0", "current", None, None), "tinyone": ("1.9", "outdated", "1.10", "pypi:tiny-one"),
                "tinyz": ("1.3.1", "outdated", "1.4", "debian:tinyz")}, said
PY
}

who_does_not_answer_is_told() {
    world
    recipe lost 1 pypi:lost/lost-1.tar.gz
    run list --outdated
    expect_status 4
    expect_out '1 not answered'
    expect_err 'lost: pypi:lost: the package index has no project "lost"'
    PIP_INDEX_URL=file:///nowhere run list --outdated
    expect_status 4
    expect_err 'is no http or https URL'
}

what_is_of_another_version_says_nothing() {
    world
    recipe tinyz 9 debian:tinyz/tinyz_1.3.dfsg+really1.3.1.orig.tar.gz
    recipe tinyone 1.10 pypi:tiny-one/tiny_one-1.9.tar.gz
    run list --outdated
    expect_status 0
    expect_out 'cannot be asked: plain tinyone tinyz'
}

two_lists_are_one_too_many() {
    run list --outdated --templates
    expect_status 2
    expect_err 'ask for one'
}

run_tests nothing_is_newer what_is_newer_is_told folders_are_read_as_servers_list_them \
    the_document_is_what_its_schema_says who_does_not_answer_is_told \
    what_is_of_another_version_says_nothing two_lists_are_one_too_many
