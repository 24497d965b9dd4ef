#!/bin/sh
# Debian 12's twine knows no core metadata after 2.2. The next Debian's does: it is unpacked, not installed, and
# its checks see what the program makes.
# timeout: 900
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/../delivered.sh"

NEXT=trixie

# Leaves a tree with the twine of $NEXT in ./twine; what else it needs is this system's.
fetch_twine() {
    need apt-get apt-cache dpkg /usr/bin/python3
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | head -n 1)
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -n "$uri" ] && [ -e "$keys" ] || skip 'this is not a Debian system'
    mkdir -p apt/lists/partial apt/cache/archives/partial debs twine
    echo "deb [signed-by=$keys] $uri $NEXT main" >apt/sources
    for option in Dir::Etc::SourceList="$PWD/apt/sources" Dir::Etc::SourceParts=/dev/null \
        Dir::State::Lists="$PWD/apt/lists" Dir::Cache="$PWD/apt/cache" APT::Sandbox::User=root; do
        set -- "$@" -o "$option"
    done
    run_command apt-get "$@" update
    [ "$status" = 0 ] || skip "the mirror has no $NEXT"
    (cd debs && run_command apt-get "$@" download twine python3-packaging python3-id)
    for deb in debs/*.deb; do
        [ -e "$deb" ] || skip "the mirror has no twine of $NEXT"
        dpkg -x "$deb" twine
    done
    run_command env PYTHONPATH="$PWD/twine/usr/lib/python3/dist-packages" /usr/bin/python3 -m twine --version
    [ "$status" = 0 ] || skip "the twine of $NEXT does not run here: $(tail -n 1 "$TEST_FILES/err")"
}

twine_of_the_next_debian() {
    fetch_twine
    sources_of zmq
    run zmq --python /usr/bin/python3 -q
    expect_status 0
    unzip -p dist/*.whl '*/METADATA' >metadata
    grep -qx 'Metadata-Version: 2\.[45]' metadata || fail 'the metadata is older than 2.4'
    run_command env PYTHONPATH="$PWD/twine/usr/lib/python3/dist-packages" NO_COLOR=1 \
        /usr/bin/python3 -m twine check --strict dist/*.whl
    expect_status 0
    expect_out PASSED

    # It would have said no.
    mkdir wrong
    python3 - dist/*.whl wrong <<'PY'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as old, \
        zipfile.ZipFile(os.path.join(sys.argv[2], os.path.basename(sys.argv[1])), "w") as new:
    for info in old.infolist():
        data = old.read(info)
        if info.filename.endswith("/METADATA"):
            data = data.replace(b"License-Expression: ", b"License-Expression: no licence (at all")
        new.writestr(info.filename, data)
PY
    run_command env PYTHONPATH="$PWD/twine/usr/lib/python3/dist-packages" NO_COLOR=1 \
        /usr/bin/python3 -m twine check --strict wrong/*.whl
    [ "$status" != 0 ] || fail 'this twine takes any licence expression'
}

run_tests twine_of_the_next_debian
