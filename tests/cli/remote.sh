#!/bin/sh
# A cache on a server: what one made, another takes; and a server that misbehaves is never more than a warning.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# So that what a server leaves us waiting for is short.
STATICBUILD_CONNECT_TIMEOUT=3
STATICBUILD_STALL_TIMEOUT=2
STATICBUILD_RETRY_DELAY=0.05
export STATICBUILD_CONNECT_TIMEOUT STATICBUILD_STALL_TIMEOUT STATICBUILD_RETRY_DELAY

start() {
    unset STATICBUILD_MIRROR STATICBUILD_SHARE_TOKEN STATICBUILD_SHARE_TOKEN_FILE
    mkdir -p kept
    server_start cache_server.py "$PWD/kept"
}

# user NAME: whose cache is used from here on; dist is fresh.
user() {
    STATICBUILD_CACHE=$TEST_FILES/cache-$1
    STATICBUILD_SANDBOX=none
    export STATICBUILD_CACHE STATICBUILD_SANDBOX
    wipe dist "$STATICBUILD_CACHE"
    if [ -d "$TEST_FILES/cache-one/facts" ]; then # what the machine is was found out before
        mkdir -p "$STATICBUILD_CACHE"
        chmod 700 "$STATICBUILD_CACHE"
        cp -Rp "$TEST_FILES/cache-one/facts" "$STATICBUILD_CACHE"
    fi
}

# share HOW [ARGUMENT...]
share() {
    python=$(system_python)
    how=$1
    shift
    run tiny --python "$python" --target native --share "$url/$how" "$@"
    expect_status 0
    expect_file dist/tiny-1.0-*.whl
}

filled() {
    project
    start
    user one
    share ok
    refuse_err 'warning' 'pack '
    expect_out '5 steps done'
    mv dist first
}

trees() {
    (cd "$STATICBUILD_CACHE/trees" && echo *) | sed 's/-[0-9a-f]\{16\}//g'
}

# once TEXT: the warning is there, and no other.
once() {
    expect_err "$1"
    expect_equal "$(grep -c 'warning' "$TEST_FILES/err")" 1 "$err"
}

another_takes_it() {
    filled
    expect_equal "$(ls kept/ac | wc -l)" 5
    expect_equal "$(ls kept/cas | wc -l)" 6 # and the source
    expect_file "kept/cas/$sha256"
    for blob in kept/cas/*; do
        expect_equal "$(sha256sum <"$blob" | cut -d ' ' -f 1)" "${blob##*/}"
    done
    server_log >before
    user two
    HOME=$TEST_FILES/other-home
    mkdir "$HOME"
    rm libtiny-1.0.tar.gz
    share ok -v
    expect_err ': taken from http://127.0.0.1:'
    refuse_err 'begin  build' 'begin  module'
    expect_equal "$(trees)" 'tiny-1.0-try tiny-1.0-whl' # and nothing else was asked for
    expect_equal "$(server_log | tail -n "+$(($(wc -l <before) + 1))" | sed 's/[0-9a-f]\{64\}.*//; /log/d')" 'GET /ok/ac/
GET /ok/ac/
GET /ok/cas/
GET /ok/cas/'
    cmp dist/*.whl first/*.whl || fail 'another wheel'
    expect_clean_store
    expect_equal "$(find "$STATICBUILD_CACHE/trees" -mindepth 1 ! -type l -perm /222)" ''
    run cache verify
    expect_status 0
}

# The wheel is another one; what it needs comes from there, and the source of what is built anew.
what_has_changed_is_made() {
    filled
    user two
    edit recipe/tiny.toml 's/^summary = .*/summary = "Another word"/'
    share ok -v
    expect_err 'module tiny 1.0 cp3' 'source tiny 1.0: taken from' 'begin  wheel tiny'
    refuse_err 'begin  build libtiny'
    user three
    rm libtiny-1.0.tar.gz
    wipe kept/ac
    share ok -v
    expect_err 'begin  build libtiny'
    refuse_err warning
}

nothing_is_given_if_so_wished() {
    project
    start
    user one
    share ok --share-read-only
    expect_no_file kept/ac kept/cas
    refuse_err 'pack '
    # Without a network nobody is asked, and nobody told.
    share ok --offline
    expect_equal "$(server_log | grep -c PUT)" 0
}

# Asked for, but not what it should be: made here, and said why; from another user's cache each time.
what_is_wrong_is_not_used() {
    filled
    for case in 'wrong:wrong content' 'garbage:what is said to be there is no tree' 'swapped:is of another key'; do
        user "${case%%:*}"
        share "${case%%:*}" --share-read-only
        expect_err 'what http://127.0.0.1:' 'is not used' "${case#*:}"
        cmp dist/*.whl first/*.whl || fail "another wheel: $case"
        expect_equal "$(ls "$STATICBUILD_CACHE/work")" ''
    done
}

# It is a help and no need: one warning, and it is made here.
a_server_that_fails() {
    filled
    for case in 'broken:status 500' 'refused:' 'silent:nothing came for 2 s' 'headers:' 'round:redirects more than 10 times' \
        'token:status 401' 'endless:its answer is larger than it can be'; do
        user "${case%%:*}"
        share "${case%%:*}"
        once 'the shared place is not used any more: http://127.0.0.1:'
        expect_err "${case#*:}"
        cmp dist/*.whl first/*.whl || fail "another wheel: $case"
    done
    kill "$server"
    wait "$server" 2>/dev/null || true
    trap - EXIT
    user down
    share ok
    once 'the shared place is not used any more: http://127.0.0.1:'
}

# It answered what it has, and then gives up in the middle.
a_server_that_fails_half_way() {
    filled
    for how in stall cut; do
        user "$how"
        share "$how" --share-read-only
        once 'the shared place is not used any more: http://127.0.0.1:'
        cmp dist/*.whl first/*.whl || fail "another wheel: $how"
        expect_equal "$(ls "$STATICBUILD_CACHE/work")" ''
    done
}

a_server_that_is_full() {
    project
    start
    user one
    share full
    once 'is given nothing more: status 507: it is full'
    user two
    share small
    once 'does not take everything: '
    expect_err ': status 413: larger than it allows'
    expect_no_file kept/ac
}

the_token_is_told_to_nobody_else() {
    project
    start
    user one
    STATICBUILD_SHARE_TOKEN=sesame
    export STATICBUILD_SHARE_TOKEN
    share token -v
    refuse_err sesame warning
    expect_equal "$(ls kept/ac | wc -l)" 5
    unset STATICBUILD_SHARE_TOKEN
    echo sesame >token
    user two
    STATICBUILD_SHARE_TOKEN_FILE=token share token -v
    expect_err 'taken from'
    refuse_err sesame
    server_log >before
    user three
    STATICBUILD_SHARE_TOKEN=sesame share moved -v --share-read-only
    expect_err 'taken from'
    user four
    STATICBUILD_SHARE_TOKEN=sesame share away -v --share-read-only
    expect_err 'taken from'
    server_log | tail -n "+$(($(wc -l <before) + 1))" >after
    grep -q '^GET /away/.* Bearer sesame' after || fail "not told to the server itself: $(cat after)"
    ! grep '^GET /ok/.* Bearer' after || fail 'told elsewhere'
    ! grep -r sesame "$STATICBUILD_CACHE" dist || fail 'it is kept'
    user five
    printf 'a\nb' >token
    STATICBUILD_SHARE_TOKEN_FILE=token run tiny --target native --share "$url/ok"
    expect_status 2
    expect_err 'token: has a control character'
}

# key NAME: NAME.pem and NAME.pub.
key() {
    openssl genpkey -algorithm ed25519 -out "$1.pem" 2>openssl.err || fail "$(cat openssl.err)"
    openssl pkey -in "$1.pem" -pubout -out "$1.pub"
}

# take LOCATION ARGUMENT...
take() {
    where=$1
    shift
    run tiny --python "$python" --target native --share "$where" --share-read-only -v "$@"
    expect_status 0
    cmp dist/*.whl first/*.whl || fail 'another wheel'
}

only_what_is_signed_is_taken() {
    need openssl
    project
    start
    key ours
    key theirs
    python=$(system_python)
    mkdir folder
    for where in "$url/ok" folder; do
        user one
        wipe first
        run tiny --python "$python" --target native --share "$where" --cache-sign ours.pem
        expect_status 0
        mv dist first
        user two
        take "$where" --cache-trust theirs.pub --cache-trust ours.pub
        expect_err "wheel tiny 1.0 cp3" ': taken from '
        refuse_err warning
        user three
        take "$where" --cache-trust theirs.pub
        expect_err 'nobody who is trusted (--cache-trust) has signed it' 'begin  build libtiny'
        refuse_err 'libtiny 1.0: taken from' 'cp311: taken from'
        expect_equal "$(ls "$STATICBUILD_CACHE/work")" ''
        user four
        take "$where"
        expect_err 'taken from '
    done
    # Without a signature too.
    wipe kept/ac folder
    mkdir folder
    for where in "$url/ok" folder; do
        user one
        run tiny --python "$python" --target native --share "$where"
        expect_status 0
        user two
        take "$where" --cache-trust ours.pub
        expect_err 'nobody who is trusted (--cache-trust) has signed it'
    done
    run tiny --target native --share folder --cache-trust recipe/tiny.toml
    expect_status 2
    expect_err 'recipe/tiny.toml: holds no public key of Ed25519'
    run tiny --target native --share folder --cache-sign ours.pub
    expect_status 2
    expect_err 'ours.pub: holds no private key of Ed25519'
}

what_is_said_wrongly() {
    project
    run tiny --share ftp://127.0.0.1/x
    expect_status 2
    expect_err 'nothing that keeps trees can be reached there (known: http://… and https://…, s3://BUCKET/…, the path of a folder)'
    run tiny --share 'http://127.0.0.1/x?key=secret'
    expect_status 2
    refuse_err secret
    AWS_ACCESS_KEY_ID='' run tiny --share s3://bucket
    expect_status 2
    expect_err 'AWS_ENDPOINT_URL'
}

# served LOCATION: what one gives there, another takes.
served() {
    user one
    python=$(system_python)
    run tiny --python "$python" --target native --share "$1"
    expect_status 0
    refuse_err warning
    mv dist first
    user two
    mv libtiny-1.0.tar.gz kept.tar.gz
    run tiny --python "$python" --target native --share "$1" -v
    expect_status 0
    expect_err 'wheel tiny 1.0 cp3' ": taken from $1"
    refuse_err warning 'begin  build'
    cmp dist/*.whl first/*.whl || fail 'another wheel'
    user three
    edit recipe/tiny.toml 's/^summary = .*/summary = "Another word"/'
    run tiny --python "$python" --target native --share "$1" -v
    expect_status 0
    expect_err 'module tiny 1.0 cp3' 'source tiny 1.0: taken from'
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

answers() {
    python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1"
}

nginx_with_webdav() {
    PATH=$PATH:/usr/sbin
    need nginx python3
    nginx -V 2>&1 | grep -q http_dav_module || skip 'this nginx has no WebDAV'
    unset STATICBUILD_MIRROR STATICBUILD_SHARE_TOKEN STATICBUILD_SHARE_TOKEN_FILE
    project
    port=$(free_port)
    mkdir -p served/tmp served/logs
    cat >nginx.conf <<CONF
$([ "$(id -u)" != 0 ] || echo 'user root;')
daemon off;
pid $PWD/served/pid;
error_log $PWD/served/logs/error.log;
events {}
http {
    access_log $PWD/served/logs/access.log;
    client_body_temp_path $PWD/served/tmp;
    proxy_temp_path $PWD/served/tmp;
    fastcgi_temp_path $PWD/served/tmp;
    uwsgi_temp_path $PWD/served/tmp;
    scgi_temp_path $PWD/served/tmp;
    server {
        listen 127.0.0.1:$port;
        root $PWD/served;
        location /team/ {
            dav_methods PUT;
            create_full_put_path on;
            client_max_body_size 0;
        }
    }
}
CONF
    nginx -p "$PWD/served" -c "$PWD/nginx.conf" 2>nginx.err &
    server=$!
    trap 'kill $server 2>/dev/null' EXIT
    within 10 answers "$port" || fail "nginx did not start: $(cat nginx.err)"
    served "http://127.0.0.1:$port/team"
    expect_file "served/team/cas/$sha256" served/team/ac
}

# A real S3 server: `go install github.com/versity/versitygw/cmd/versitygw@latest`, in PATH or named by VERSITYGW.
s3_signed() {
    gateway=${VERSITYGW:-versitygw}
    need python3 "$gateway"
    project
    port=$(free_port)
    mkdir -p buckets/team
    "$gateway" --access tester --secret sesame+/= --port "127.0.0.1:$port" posix "$PWD/buckets" >gateway.log 2>&1 &
    server=$!
    trap 'kill $server 2>/dev/null' EXIT
    within 20 answers "$port" || fail "the S3 server did not start: $(cat gateway.log)"
    AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=tester AWS_SECRET_ACCESS_KEY=sesame+/=
    export AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    served s3://team/builds
    refuse_err sesame
    expect_file "buckets/team/builds/cas/$sha256"
    user four
    mv kept.tar.gz libtiny-1.0.tar.gz
    AWS_SECRET_ACCESS_KEY=other run tiny --python "$python" --target native --share s3://team/builds
    expect_status 0
    once 'the shared place is not used any more: s3://team/builds: status 403'
}

run_tests another_takes_it what_has_changed_is_made nothing_is_given_if_so_wished what_is_wrong_is_not_used \
    a_server_that_fails a_server_that_fails_half_way a_server_that_is_full the_token_is_told_to_nobody_else \
    only_what_is_signed_is_taken what_is_said_wrongly nginx_with_webdav s3_signed
