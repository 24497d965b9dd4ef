#!/bin/sh
# Projects of the package index that need libraries, as they are and by their names alone, each against a server that
# runs here: psycopg2 (PostgreSQL, by TLS, TCP and its sockets, with the project's own suite), mysqlclient (MariaDB, the
# same), python-ldap (slapd), pycurl (HTTPS on loopback), lxml. What libraries of theirs look for on the machine is shown to them in other places.
# timeout: 6000
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/delivered.sh
. "$ROOT/tests/cli/delivered.sh"

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# key.pem and its certificate for localhost, good.pem; and another's, other.pem.
certificates() {
    need openssl
    for name in good other; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
            -keyout "$name.key" -out "$name.pem" >/dev/null 2>&1 || fail "openssl makes no certificate"
    done
}

# used PYTHON-STATEMENTS [NAME=VALUE...]: by what published_project put into ./site.
used() {
    code=$1
    shift
    run_command env -u SSL_CERT_FILE -u SSL_CERT_DIR PYTHONPATH="site:more" "$@" "$python" -c "$code"
    expect_status 0
}

# elsewhere FILE TEXT PYTHON-STATEMENTS: where FILE of /etc says so and is the only one there.
elsewhere() {
    unshare -rm true 2>/dev/null || return 0 # no user namespaces here: no other /etc can be shown
    rm -rf etc
    mkdir -p "etc/$(dirname "$1")"
    echo "root:x:0:0::/:/bin/sh" >etc/passwd
    echo "127.0.0.1 localhost" >etc/hosts
    printf '%s\n' "$2" >"etc/$1"
    # shellcheck disable=SC2016 # the inner shell expands it
    run_command env -i PYTHONPATH="site:more" unshare -rm sh -c 'mount --bind etc /etc && exec "$1" -c "$2"' sh "$python" "$3"
    expect_status 0
}

# As a user who may run a server: PostgreSQL refuses root.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        need setpriv
        setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
    else
        "$@"
    fi
}

postgres_start() {
    for bin in /usr/lib/postgresql/*/bin; do :; done
    [ -x "$bin/pg_ctl" ] || skip "SKIPPED LOUDLY: no PostgreSQL server is installed (postgresql)"
    certificates
    port=$(free_port)
    server=$(mktemp -d /tmp/sb-pg.XXXXXX)
    cp good.pem good.key "$server/"
    echo secret >"$server/password"
    chmod 755 "$server"
    [ "$(id -u)" != 0 ] || chown -R 65534:65534 "$server"
    chmod 600 "$server/good.key"
    (cd "$server" && as_server "$bin/initdb" -D data -U tester -A scram-sha-256 --pwfile=password -E UTF8 --locale=C >log 2>&1) ||
        fail "initdb: $(tail -n 3 "$server/log")"
    (cd "$server" && as_server "$bin/pg_ctl" -D data -w -l log2 -o "-p $port -c listen_addresses=127.0.0.1 -c fsync=off -c ssl=on \
        -c ssl_cert_file=$server/good.pem -c ssl_key_file=$server/good.key -c unix_socket_directories=/tmp \
        -c max_prepared_transactions=10" start >log 2>&1) || fail "the server does not start: $(cat "$server/log" "$server/log2")"
    # shellcheck disable=SC2064 # the folder of now
    trap "(cd $server && as_server $bin/pg_ctl -D data -m immediate stop >/dev/null 2>&1); rm -rf $server" EXIT
}

psycopg2() {
    published_project psycopg2 2.9.13 '
import psycopg2
assert psycopg2.__libpq_version__ >= 150000 and "lo64" in psycopg2.__version__, psycopg2.__version__
try:
    psycopg2.connect(host="127.0.0.1", port=1, connect_timeout=5)
except psycopg2.OperationalError as e:
    assert "refused" in str(e), e'
    postgres_start
    used '
import os, psycopg2, psycopg2.extras, psycopg2.errors
where = dict(port=os.environ["PORT"], dbname="postgres", user="tester", password="secret")
c = psycopg2.connect(host="localhost", sslmode="verify-full", sslrootcert="good.pem", **where)
assert c.info.ssl_in_use and c.info.ssl_attribute("library") == "OpenSSL", c.info.ssl_attributes
for wrong in ({"sslrootcert": "other.pem"}, {"sslrootcert": "good.pem", "password": "no"}):
    try:
        psycopg2.connect(**dict(where, host="localhost", sslmode="verify-full", **wrong))
    except psycopg2.OperationalError as e:
        assert "certificate verify failed" in str(e) or "password authentication failed" in str(e), e
    else:
        raise SystemExit("connected with %s" % wrong)
u = c.cursor(cursor_factory=psycopg2.extras.DictCursor)
u.execute("create table t (a int primary key, b text, c jsonb)")
psycopg2.extras.execute_values(u, "insert into t values %s", [(i, "é%d" % i, psycopg2.extras.Json({"n": i})) for i in range(1000)])
u.execute("select * from t where a = any(%s) order by a", ([7, 8],))
assert [dict(r) for r in u] == [{"a": 7, "b": "é7", "c": {"n": 7}}, {"a": 8, "b": "é8", "c": {"n": 8}}]
import io
u.copy_expert("copy t to stdout", out := io.StringIO())
assert out.getvalue().count("\n") == 1000
try:
    u.execute("insert into t values (1)")
except psycopg2.errors.UniqueViolation:
    c.rollback()
else:
    raise SystemExit("no error")
big = c.lobject(); big.write(b"x" * 100000); big.seek(0); assert len(big.read()) == 100000
# Without a host: the socket, which is in /tmp here and in /var/run/postgresql elsewhere.
s = psycopg2.connect(**where)
assert s.info.host == "/tmp" and not s.info.ssl_in_use, s.info.host' PORT="$port"
    elsewhere sysconfig/pgsql/pg_service.conf "[there]
host=/tmp
port=$port
dbname=postgres
user=tester
password=secret" '
import psycopg2
c = psycopg2.connect("service=there").cursor()
c.execute("select 1")
assert c.fetchone() == (1,)'
    # The suite of the project, but for the class that calls a function which modules of ours do not export.
    for source in "$SHARED_CACHE"/trees/psycopg2-2.9.13-src-*/src; do :; done
    mkdir suite
    cp -R "$source/tests" suite/
    run_command env PYTHONPATH="site:suite" PSYCOPG2_TESTDB=postgres PSYCOPG2_TESTDB_HOST=/tmp PSYCOPG2_TESTDB_PORT="$port" \
        PSYCOPG2_TESTDB_USER=tester PSYCOPG2_TESTDB_PASSWORD=secret \
        "$python" -c 'import tests, tests.test_types_basic
del tests.test_types_basic.ByteaParserTest
tests.unittest.main(defaultTest="tests.test_suite")'
    expect_err "Ran 7"
    expect_status 0
    echo "# psycopg2: $(echo "$err" | tail -n 3 | tr '\n' ' ')"
}

# slapd_start [LDIF]: with these entries.
slapd_start() {
    slapd=$(PATH=$PATH:/usr/sbin:/usr/lib/openldap command -v slapd) || skip "SKIPPED LOUDLY: no LDAP server is installed (slapd)"
    root=${slapd%/usr/sbin/slapd}
    certificates
    port=$(free_port)
    mkdir database
    cat >slapd.conf <<CONF
include $root/etc/ldap/schema/core.schema
include $root/etc/ldap/schema/cosine.schema
include $root/etc/ldap/schema/inetorgperson.schema
modulepath $root/usr/lib/ldap
moduleload back_mdb
TLSCertificateFile $PWD/good.pem
TLSCertificateKeyFile $PWD/good.key
database mdb
directory $PWD/database
suffix "dc=example,dc=org"
rootdn "cn=admin,dc=example,dc=org"
rootpw secret
CONF
    [ -z "${1-}" ] || "$slapd" -Tadd -f slapd.conf -l "$1" >slapd.log 2>&1 || fail "slapadd: $(cat slapd.log)"
    socket=$(echo "$PWD/ldapi" | sed 's|/|%2F|g')
    "$slapd" -f slapd.conf -d 0 -h "ldap://127.0.0.1:$port ldapi://$socket" >slapd.log 2>&1 &
    server=$!
    trap 'kill $server 2>/dev/null' EXIT
    within 20 python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" || fail "slapd does not start: $(cat slapd.log)"
}

# A service that a directory lists.
psycopg2_asks_a_directory() {
    published_project psycopg2 2.9.13 'import psycopg2'
    cat >entries.ldif <<'LDIF'
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: cn=mine,dc=example,dc=org
objectClass: device
cn: mine
description: host=127.0.0.1
description: port=1
LDIF
    slapd_start entries.ldif
    printf '[there]\nldap://127.0.0.1:%s/dc=example,dc=org?description?one?(cn=mine)\n' "$port" >services
    used '
import psycopg2
try:
    psycopg2.connect("service=there")
except psycopg2.OperationalError as e:
    assert "\"127.0.0.1\", port 1 failed" in str(e), e
else:
    raise SystemExit("connected")' PGSERVICEFILE="$PWD/services"
}

mariadb_start() {
    server_program=$(PATH=$PATH:/usr/sbin command -v mariadbd) || skip "SKIPPED LOUDLY: no MariaDB server is installed (mariadb-server)"
    certificates
    port=$(free_port)
    server=$(mktemp -d /tmp/sb-my.XXXXXX)
    cp good.pem good.key "$server/"
    [ "$(id -u)" != 0 ] || chown -R 65534:65534 "$server"
    chmod 755 "$server"
    (cd "$server" && as_server mariadb-install-db --no-defaults --datadir="$server/data" --skip-test-db \
        --auth-root-authentication-method=normal >log 2>&1) || fail "mariadb-install-db: $(tail -n 3 "$server/log")"
    (cd "$server" && as_server "$server_program" --no-defaults --datadir="$server/data" --socket="$server/socket" --port="$port" \
        --bind-address=127.0.0.1 --ssl-cert="$server/good.pem" --ssl-key="$server/good.key" --pid-file="$server/pid" \
        --plugin-load-add=auth_ed25519 --innodb-flush-log-at-trx-commit=0 >log2 2>&1) &
    # shellcheck disable=SC2064 # the folder of now
    trap "kill \$(cat $server/pid) 2>/dev/null; wait; rm -rf $server" EXIT
    within 30 mariadb --no-defaults -S "$server/socket" -u root -e "create database test character set utf8mb4;
        create user tester identified by 'secret'; grant all on *.* to tester;
        create user newer identified via ed25519 using password('curve'); grant all on *.* to newer" || fail "the server does not start: $(tail -n 5 "$server/log2")"
}

mysqlclient() {
    published_project mysqlclient 2.3.2 '
import MySQLdb
try:
    MySQLdb.connect(host="127.0.0.1", port=1)
except MySQLdb.OperationalError as e:
    assert e.args[0] == 2002, e
try:
    MySQLdb.connect()
except MySQLdb.OperationalError as e:
    assert "/run/mysqld/mysqld.sock" in str(e), e'
    mariadb_start
    used '
import os, MySQLdb, MySQLdb.cursors
where = dict(host="127.0.0.1", port=int(os.environ["PORT"]), db="test")
def connect(**more):
    return MySQLdb.connect(**dict(where, user="tester", passwd="secret", **more))
c = connect(ssl_mode="VERIFY_CA", ssl={"ca": "good.pem"})
u = c.cursor(MySQLdb.cursors.DictCursor)
u.execute("show status like \"Ssl_version\"")
assert u.fetchone()["Value"] == "TLSv1.3"
u.execute("create table t (a int primary key, b varchar(20) character set utf8mb4)")
u.executemany("insert into t values (%s, %s)", [(i, "é%d" % i) for i in range(1000)])
u.execute("select * from t where a in %s order by a", ([7, 8],))
assert list(u) == [{"a": 7, "b": "é7"}, {"a": 8, "b": "é8"}]
try:
    u.execute("insert into t values (1, null)")
except MySQLdb.IntegrityError as e:
    assert e.args[0] == 1062, e
else:
    raise SystemExit("no error")
for wrong, code in (({"ssl_mode": "VERIFY_CA", "ssl": {"ca": "other.pem"}}, 2026), ({"passwd": "no"}, 1045)):
    try:
        MySQLdb.connect(**dict(where, user="tester", **dict({"passwd": "secret"}, **wrong)))
    except MySQLdb.OperationalError as e:
        assert e.args[0] == code, e
    else:
        raise SystemExit("connected with %s" % wrong)
# What the server asks for is inside, and a packed connection.
assert MySQLdb.connect(**dict(where, user="newer", passwd="curve", ssl={"ca": "good.pem"}, compress=True)).get_server_info()
c.commit()
u = MySQLdb.connect(unix_socket=os.environ["SOCKET"], user="root", db="test").cursor()
u.execute("select count(*) from t")
assert u.fetchone() == (1000,)' PORT="$port" SOCKET="$server/socket"
    for source in "$SHARED_CACHE"/trees/mysqlclient-2.3.2-src-*/src; do :; done
    "$python" -m pip install --quiet --target more pytest sqlalchemy 2>/dev/null || skip "pytest cannot be had here"
    cp -R "$source/tests" suite
    printf '[MySQLdb-tests]\nhost=127.0.0.1\nport=%s\nuser=tester\npassword=secret\ndatabase=test\ndefault-character-set=utf8mb4\n' \
        "$port" >own.cnf
    run_command env PYTHONPATH="$PWD/site:$PWD/more" TESTDB="$PWD/own.cnf" "$python" -m pytest -q -p no:cacheprovider suite
    expect_status 0
    echo "# mysqlclient: $(echo "$out" | tail -n 1)"
}

python_ldap() {
    published_project python-ldap 3.4.8 'import _ldap; assert _ldap.SASL_AVAIL and _ldap.TLS_AVAIL'
    "$python" -m pip install --quiet --target more pyasn1 pyasn1_modules 2>/dev/null || skip "pyasn1 cannot be had here"
    slapd_start
    used '
import ldap, ldap.modlist, os
uri, base = "ldap://127.0.0.1:" + os.environ["PORT"], "dc=example,dc=org"
def connect(certificate):
    c = ldap.initialize(uri)
    c.set_option(ldap.OPT_NETWORK_TIMEOUT, 10)
    c.set_option(ldap.OPT_X_TLS_CACERTFILE, certificate)
    c.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    c.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    c.start_tls_s()
    return c
try:
    connect("other.pem")
except ldap.CONNECT_ERROR as e:
    assert "certificate verify failed" in str(e), e
else:
    raise SystemExit("connected to a server of another name")
c = connect("good.pem")
try:
    c.simple_bind_s("cn=admin," + base, "wrong")
except ldap.INVALID_CREDENTIALS:
    pass
else:
    raise SystemExit("bound with a wrong password")
c.simple_bind_s("cn=admin," + base, "secret")
c.add_s(base, [("objectClass", [b"dcObject", b"organization"]), ("dc", b"example"), ("o", b"Example")])
for i in range(20):
    c.add_s("cn=p%d,%s" % (i, base), ldap.modlist.addModlist({"objectClass": [b"inetOrgPerson"], "cn": [b"p%d" % i], "sn": ["é".encode()]}))
found = c.search_s(base, ldap.SCOPE_SUBTREE, "(cn=p1*)", ["sn"])
assert len(found) == 11 and found[0][1]["sn"] == ["é".encode()], found
page = ldap.controls.SimplePagedResultsControl(True, size=5, cookie="")
kind, data, _, controls = c.result3(c.search_ext(base, ldap.SCOPE_ONELEVEL, "(objectClass=*)", serverctrls=[page]))
assert len(data) == 5 and controls[0].cookie
c.modify_s("cn=p1," + base, [(ldap.MOD_REPLACE, "sn", b"other")])
c.delete_s("cn=p2," + base)
assert c.whoami_s() == "dn:cn=admin," + base
s = ldap.initialize("ldapi://" + os.environ["SOCKET"])
s.sasl_non_interactive_bind_s("EXTERNAL")
assert "cn=peercred,cn=external,cn=auth" in s.whoami_s(), s.whoami_s()' PORT="$port" SOCKET="$socket"
    # ldap.conf is where the distribution has it.
    for folder in ldap openldap; do
        elsewhere "$folder/ldap.conf" "URI ldap://from.$folder.test" "
import ldap
assert ldap.get_option(ldap.OPT_URI) == 'ldap://from.$folder.test:389', ldap.get_option(ldap.OPT_URI)"
    done
}

pycurl() {
    published_project pycurl 7.49.0 '
import pycurl
has = set(pycurl.version_info()[8])
assert {"https", "ftps", "scp", "sftp", "imaps", "smtps", "wss"} <= has, has
assert all(n in pycurl.version for n in ("OpenSSL/", "zlib/", "brotli/", "zstd/", "nghttp2/", "libssh2/")), pycurl.version'
    certificates
    cat >server.py <<'PY'
import gzip, http.server, ssl, sys
class Pages(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass
    def do_GET(self):
        body = gzip.compress(b"compressed")
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))[::-1]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("good.pem", "good.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PY
    python3 server.py &
    server=$!
    trap 'kill $server 2>/dev/null' EXIT
    within 10 test -s port || fail "the server did not start"
    ask='
import io, os, pycurl, sys
def ask(certificate=None, post=None):
    c, out = pycurl.Curl(), io.BytesIO()
    c.setopt(c.URL, "https://localhost:" + open("port").read())
    c.setopt(c.WRITEDATA, out)
    c.setopt(c.ACCEPT_ENCODING, "")
    if certificate:
        c.setopt(c.CAINFO, certificate)
    if post is not None:
        c.setopt(c.POSTFIELDS, post)
    try:
        c.perform()
    except pycurl.error as e:
        return e.args[0]
    return out.getvalue()
'
    used "$ask"'
assert ask("good.pem") == b"compressed"
assert ask("good.pem", "a" * 9999 + "b") == b"b" + b"a" * 9999
assert ask("other.pem") == ask() == pycurl.E_PEER_FAILED_VERIFICATION
m = pycurl.CurlMulti(); m.close()'
    used "$ask"'
assert ask() == b"compressed"' SSL_CERT_FILE=good.pem
    # Certificates are where the distribution has them.
    for place in ssl/certs/ca-certificates.crt pki/ca-trust/extracted/pem/tls-ca-bundle.pem ssl/ca-bundle.pem; do
        elsewhere "$place" "$(cat good.pem)" "$ask"'
assert ask() == b"compressed", ask()'
    done
}

lxml() {
    published_project lxml 6.1.3 '
from lxml import etree, html, objectify, isoschematron
assert {"catalog", "html", "iconv", "regexp", "schematron", "xmlschema", "xpath", "zlib"} <= set(etree.LIBXML_FEATURES), etree.LIBXML_FEATURES
t = etree.fromstring("<?xml version=\"1.0\" encoding=\"iso-8859-15\"?><r><a n=\"1\">\u20ac</a><a n=\"2\"/></r>".encode("iso-8859-15"))
assert t.xpath("sum(//a/@n)") == 3 and t[0].text == "\u20ac"
style = etree.XSLT(etree.XML("""<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform" xmlns:e="http://exslt.org/strings">
<x:template match="/"><o><x:value-of select="e:replace(string(//a), &quot;\u20ac&quot;, &quot;EUR&quot;)"/></o></x:template></x:stylesheet>"""))
assert str(style(t)).strip().endswith(">EUR</o>"), str(style(t))
schema = etree.XMLSchema(etree.XML("""<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="r" type="s:int"/></s:schema>"""))
assert schema.validate(etree.XML("<r>1</r>")) and not schema.validate(etree.XML("<r>x</r>"))
assert html.fromstring("<p>a<b>c").text_content() == "ac"
o = objectify.fromstring("<r><n>3</n></r>")
assert o.n + 1 == 4 and etree.tostring(o) == b"<r><n>3</n></r>"
try:
    etree.fromstring("<r>")
except etree.XMLSyntaxError as e:
    assert e.lineno == 1
rules = isoschematron.Schematron(etree.XML("""<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="r"><assert test="a">no a</assert></rule></pattern></schema>"""))
assert rules.validate(etree.XML("<r><a/></r>")) and not rules.validate(etree.XML("<r/>"))'
}

run_tests psycopg2 psycopg2_asks_a_directory mysqlclient python_ldap pycurl lxml
