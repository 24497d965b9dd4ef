#!/bin/sh
# The OpenSSL that goes into wheels, on machines it has never seen: /etc of each is laid over this one's in a mount
# namespace, with its openssl.cnf and its certificates.
# timeout: 3000
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$(dirname "$0")/../delivered.sh"

# Builds the library once, and a program with it.
program() {
    need cc
    need openssl
    unshare -rm true 2>/dev/null || skip 'no user namespaces here: no other /etc can be shown'
    sources_of openssl
    [ -x "$SHARED_CACHE/elsewhere" ] && return
    run build openssl
    expect_status 0
    tree=$(find "$SHARED_CACHE/trees" -maxdepth 1 -name 'openssl-*' | head -n 1)
    run_command cc -O2 -I"$tree/include" "$ROOT/tests/fixtures/openssl/elsewhere.c" "$tree/lib/libssl.a" \
        "$tree/lib/libcrypto.a" -pthread -ldl -o "$SHARED_CACHE/elsewhere"
    expect_status 0
}

# elsewhere FOLDER [NAME=VALUE...]: runs the program where FOLDER is /etc.
elsewhere() {
    etc=$1
    shift
    # shellcheck disable=SC2016 # the inner shell expands it
    run_command env -i "$@" unshare -rm sh -c 'mount --bind "$1" /etc && exec "$2"' sh "$etc" "$SHARED_CACHE/elsewhere"
}

# everywhere FILE: as each distribution's openssl.cnf.
everywhere() {
    for place in etc/ssl etc/pki/tls etc/ssl/openssl etc; do
        mkdir -p "$place"
        cp "$1" "$place/openssl.cnf"
    done
}

no_configuration_of_the_host() {
    program
    cat >fips.cnf <<'CNF'
config_diagnostics = 1
openssl_conf = all
[all]
providers = chosen
alg_section = properties
[chosen]
fips = on
[on]
activate = 1
[properties]
default_properties = fips=yes
CNF
    cat >newer.cnf <<'CNF'
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = system
[system]
MinProtocol = TLSv1.3
OfTheNextRelease = yes
CNF
    cat >broken.cnf <<'CNF'
config_diagnostics = 1
openssl_conf = all
[all]
providers = chosen
[chosen]
gone = it
[it]
module = /nowhere/provider.so
activate = 1
CNF
    for kind in fips newer broken; do
        rm -rf etc
        everywhere "$kind.cnf"
        elsewhere "$PWD/etc"
        expect_equal "$status" 0 "$kind: $out"
        # Who asks for it gets it: so the file is one that would have done harm.
        elsewhere "$PWD/etc" OPENSSL_CONF="/etc/ssl/openssl.cnf"
        [ "$status" != 0 ] || fail "$kind: the configuration that was asked for did nothing"
    done
}

certificates_are_found() {
    program
    run_command openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2
    expect_status 0
    for place in ssl/certs/ca-certificates.crt pki/ca-trust/extracted/pem/tls-ca-bundle.pem \
        pki/tls/certs/ca-bundle.crt ssl/ca-bundle.pem ssl/cert.pem; do
        rm -rf etc
        mkdir -p "etc/$(dirname "$place")"
        cp cert.pem "etc/$place"
        elsewhere "$PWD/etc"
        expect_status 0
        expect_out "/etc/$place " ' 1'
    done
    # What the user names comes first.
    mkdir etc/mine
    cat cert.pem >etc/mine/two.pem
    run_command openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out second.pem -subj /CN=second -days 2
    cat second.pem >>etc/mine/two.pem
    elsewhere "$PWD/etc" SSL_CERT_FILE=/etc/mine/two.pem
    expect_status 0
    expect_out ' 2'
    rm -rf etc
    mkdir etc
    elsewhere "$PWD/etc" # a machine without certificates
    expect_status 0
    expect_out ' 0'
}

run_tests no_configuration_of_the_host certificates_are_found
