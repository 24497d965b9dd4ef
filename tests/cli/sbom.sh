#!/bin/sh
# `staticbuild sbom`: what is inside of wheels and modules, with the evidence; who holds an old version of something.
# sanitized: yes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# module FILE TEXT: a module that holds a text.
module() {
    mkdir -p "$(dirname "$1")"
    printf 'const char *PyInit_m(void) { return "%s"; }\n' "$2" >source.c
    cc -shared -fPIC -O1 -s -o "$1" source.c || fail "cc: $1"
}

a_bill_with_evidence() {
    need python3
    module m.so 'OpenSSL 3.0.14 4 Jun 2024'
    run sbom m.so
    expect_status 0
    printf '%s' "$out" >first
    python3 - first <<'PY' || fail 'the bill of materials'
import json, sys
bom = json.load(open(sys.argv[1]))
assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6"), bom
part, = bom["components"]
assert (part["name"], part["version"], part["purl"]) == ("openssl", "3.0.14", "pkg:generic/openssl@3.0.14"), part
fields = {i["field"]: i for i in part["evidence"]["identity"]}
assert set(fields) == {"name", "version"}, fields
assert fields["version"]["methods"][0]["technique"] == "binary-analysis", fields
assert "OpenSSL 3.0.14 4 Jun 2024" in fields["version"]["methods"][0]["value"], fields
assert part["evidence"]["occurrences"] == [{"location": "m.so"}], part
PY
    run sbom m.so
    printf '%s' "$out" | cmp -s - first || fail 'two bills of one file differ'
    run sbom m.so m.so
    expect_status 2
}

who_holds_it() {
    module site/old/m.so 'OpenSSL 3.0.14 4 Jun 2024'
    module site/new/m.so 'OpenSSL 3.5.9 4 Aug 2026'
    run sbom --holds 'openssl < 3.5.8' site
    expect_status 1
    expect_out 'site/old/m.so: openssl 3.0.14'
    refuse_out site/new
    run sbom --holds 'libssl3 < 3.0.2' site
    expect_status 0
    [ -z "$out" ] || fail "$out"
    run sbom --holds 'openssl <' site
    expect_status 2
    expect_err --holds
    run sbom --holds 'openssl < 3' missing
    expect_status 7
}

what_a_bill_lacks() {
    need python3
    w=t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    module tree/t/m.so 'OpenSSL 3.0.14 4 Jun 2024'
    python3 "$ROOT/tests/cli/make_wheel.py" $w tree
    run sbom --check $w
    expect_status 1
    expect_out 'no bill of materials'
    run sbom --check --holds 'x < 1' $w
    expect_status 2
}

# Crates have versions of their own: who asks for a library is told of it, not of what is called alike.
crates_are_not_libraries() {
    need python3
    w=t-1.0-cp311-cp311-manylinux_2_38_x86_64.whl
    module tree/t/m.so 'OpenSSL 3.5.9 4 Aug 2026'
    mkdir -p tree/t-1.0.dist-info/sboms
    python3 - tree/t-1.0.dist-info/sboms/t.cdx.json <<'PY'
import json, sys
crates = ["openssl@0.10.81", "openssl-sys@0.9.117", "openssl-src@300.6.0+3.6.2", "crypto-common@0.1.7", "zlib-rs@0.6.7",
          "zstd-sys@2.0.13+zstd.1.5.6", "tikv-jemalloc-sys@0.7.1+5.3.1-0-g81034ce1", "bzip2-sys@0.1.13"]
json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
    {"name": c.split("@")[0], "version": c.split("@")[1], "purl": "pkg:cargo/" + c} for c in crates]}, open(sys.argv[1], "w"))
PY
    python3 "$ROOT/tests/cli/make_wheel.py" $w tree
    for question in 'openssl < 3.5.8' 'zlib < 1.3' 'jemalloc < 5.3' 'zstd > 1.5.6'; do
        run sbom --holds "$question" $w
        expect_status 0
    done
    for question in 'openssl == 3.6.2' 'openssl == 3.5.9' 'zstd < 1.5.7' 'jemalloc == 5.3.1' 'zlib-rs < 0.7' 'bzip2 < 1.0.8' \
        'crypto-common < 0.2'; do
        run sbom --holds "$question" $w
        expect_status 1
    done
    run sbom $w
    expect_out '"pkg:cargo/zlib-rs@0.6.7"' '"pkg:generic/zstd@1.5.6"'
}

# Sections as cargo auditable and Go write them: what only built the program, and the program itself, are no parts of it.
lists_that_programs_bring() {
    need python3 objcopy
    module m.so ''
    python3 - <<'PY'
import json, zlib
crates = [{"name": "me", "version": "1.0.0", "root": True}, {"name": "cc", "version": "1.2.0", "kind": "build"},
          {"name": "ring", "version": "0.17.14", "source": "registry"}, {"name": "openssl-src", "version": "300.5.0+3.5.0"}]
open("crates", "wb").write(zlib.compress(json.dumps({"packages": crates}).encode()))
text = b"path\tx.org/me\nmod\tx.org/me\t(devel)\t\ndep\tx.org/net\tv0.21.0\th1:x=\ndep\tx.org/old\tv1.0.0\n=>\tx.org/new\tv9.0.0\t\n"
text = b"\x30" * 16 + text * 2 + b"\xf9" * 16
length = bytes([len(text) & 0x7f | 0x80, len(text) >> 7])
open("go", "wb").write(b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\x08go1.22.1" + length + text)
open("damaged", "wb").write(open("crates", "rb").read()[:-9])
PY
    objcopy --add-section .dep-v0=crates --add-section .go.buildinfo=go m.so listed.so || fail 'objcopy'
    run sbom listed.so
    expect_status 0
    expect_out '"pkg:cargo/ring@0.17.14"' '"pkg:golang/x.org/net@v0.21.0"' '"pkg:golang/x.org/new@v9.0.0"' '"pkg:generic/openssl@3.5.0"' '"location": "listed.so"'
    case $out in *'"me"'* | *'"cc"'* | *'"x.org/me"'* | *x.org/old*) fail 'what is no part of it is listed' ;; esac
    run sbom --holds 'ring < 0.18' listed.so
    expect_status 1
    expect_out 'listed.so: ring 0.17.14'
    objcopy --add-section .dep-v0=damaged m.so damaged.so || fail 'objcopy'
    run sbom damaged.so
    expect_status 0
    case $out in *ring*) fail 'a damaged list is believed' ;; esac
}

run_tests a_bill_with_evidence who_holds_it what_a_bill_lacks crates_are_not_libraries lists_that_programs_bring
