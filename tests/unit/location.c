#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/crates.h"
#include "fetch/index.h"
#include "fetch/listing.h"
#include "fetch/location.h"
#include "fetch/policy.h"
#include "fetch/url.h"
#include "recipe/location_shown.h"
#include "recipe/texts.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

static char *folder;

static void set_up(void)
{
    folder = scratch_make();
    static const char *const names[] = {"STATICBUILD_DEBIAN_MIRROR", "PIP_INDEX_URL", "PIP_CONFIG_FILE",
        "VIRTUAL_ENV", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"};
    for (size_t i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
    setenv("HOME", folder, 1);
}

static void tear_down(void)
{
    scratch_remove(folder);
}

static void put(const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    AUTO_FREE char *parent = path_dir(path);
    ck_assert_int_eq(folder_make(parent, &e), 0);
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
}

START_TEST(locations_are_read)
{
    static const struct {
        const char *text;
        enum location_kind kind;
        const char *where, *file;
    } cases[] = {
        {"https://example.org/a.tar.gz", LOCATION_HTTP, "https://example.org/a.tar.gz", NULL},
        {"HTTP://user:pw@example.org:8080/a?b=c", LOCATION_HTTP, "HTTP://user:pw@example.org:8080/a?b=c",
            NULL},
        {"file:///srv/a%20b.tar.gz", LOCATION_FILE, "/srv/a b.tar.gz", NULL},
        {"file:/srv/a", LOCATION_FILE, "/srv/a", NULL},
        {"file://localhost/srv/a", LOCATION_FILE, "/srv/a", NULL},
        {"debian:zeromq3/zeromq3_4.3.4.orig.tar.gz", LOCATION_DEBIAN, "zeromq3", "zeromq3_4.3.4.orig.tar.gz"},
        {"debian:libx+y/libx+y_1~rc1.orig.tar.xz", LOCATION_DEBIAN, "libx+y", "libx+y_1~rc1.orig.tar.xz"},
        {"pypi:PyYAML/pyyaml-6.0.2.tar.gz", LOCATION_PYPI, "PyYAML", "pyyaml-6.0.2.tar.gz"},
        {"crates:libz-sys/1.1.20+zlib", LOCATION_CRATES, "libz-sys", "1.1.20+zlib"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(location) struct location l = {0};
        AUTO(err) struct err e = ERR_INIT;
        ck_assert_msg(location_parse(&l, cases[i].text, &e) == 0, "%s", e.text);
        ck_assert_int_eq(l.kind, cases[i].kind);
        ck_assert_str_eq(l.where, cases[i].where);
        ck_assert_pstr_eq(l.file, cases[i].file);
        ck_assert_msg(!check_location(NULL, cases[i].text), "a recipe cannot say %s", cases[i].text);
    }
}
END_TEST

START_TEST(what_is_no_location_is_refused)
{
    static const char *const cases[] = {"", "ftp://example.org/a", "example.org/a", "https://", "https:///a",
        "https://example.org/a b", "https://example.org/a\nHost: x", "file:relative", "file://otherhost/a",
        "file:///a%00b", "debian:zlib", "debian:/x", "debian:zlib/", "debian:../x", "debian:zlib/../../x",
        "debian:zlib/a/b", "debian:-x/y", "pypi:a", "pypi:a/b?c", "pypi:a b/c", "pypi:a/..", "crates:a",
        "crates:a/1/2", "crates:a/\"1"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(location) struct location l = {0};
        AUTO(err) struct err e = ERR_INIT;
        ck_assert_msg(location_parse(&l, cases[i], &e) == -1, "%s", cases[i]);
        ck_assert_int_eq(e.kind, ERR_RECIPE);
        ck_assert_msg(check_location(NULL, cases[i]), "a recipe can say %s", cases[i]);
    }
    static const char *const nameless[] = {"https://example.org", "https://example.org/",
        "https://example.org/a/", "https://example.org?a/b", "file:///srv/"};
    for (size_t i = 0; i < COUNT(nameless); i++)
        ck_assert_msg(check_location(NULL, nameless[i]), "a recipe can say %s", nameless[i]);
}
END_TEST

START_TEST(messages_show_no_credentials)
{
    static const char *const cases[][2] = {
        {"https://user:pa@ss@example.org/a/b", "https://example.org/a/b"},
        {"https://token@example.org", "https://example.org"},
        {"https://example.org/a@b", "https://example.org/a@b"},
        {"https://example.org/a?key=secret#x", "https://example.org/a?..."},
        {"https://example.org?u=a@b", "https://example.org?..."},
        {"https://example.org/a\033[2J", "https://example.org/a?[2J"},
        {"https://example.org:8080/a", "https://example.org:8080/a"},
        {"https://[::1]:80/a", "https://[::1]:80/a"},
        {"https://user:pw@[2001:db8::1]/a", "https://[2001:db8::1]/a"},
        {"https://example.org/@scope/a", "https://example.org/@scope/a"},
        {"https://example.org:4873/@scope/a", "https://example.org:4873/@scope/a"},
        /* malformed, because the password was not escaped */
        {"https://user:s3c/ret@example.org/a", "https://..."},
        {"https://user:123/ret@example.org/a", "https://..."},
        {"https://user:s3c?ret@example.org/a", "https://..."},
        {"https://user:s3c#ret@example.org/a", "https://..."},
        {"https://user:s@3c/ret@example.org/a", "https://..."},
        {"https://user:s3c/ret%40example.org/a", "https://..."},
        {"https:user:s3cret@example.org/a", "...@example.org/a"},
        {"user:s3cret@example.org/a", "...@example.org/a"},
        {"file:///home/somebody/a.tar.gz", "file:a.tar.gz"},
        {"FILE:/home/somebody/a.tar.gz?x", "file:a.tar.gz"},
        {"debian:a/b", "debian:a/b"},
        {"/srv/x@y/z", "/srv/x@y/z"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *shown = location_shown(cases[i][0]);
        ck_assert_str_eq(shown, cases[i][1]);
    }
    AUTO(location) struct location l = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(location_parse(&l, "ftp://user:secret@example.org/a", &e), -1);
    ck_assert_ptr_null(strstr(e.text, "secret"));
}
END_TEST

START_TEST(files_are_called_by_their_names)
{
    static const char *const cases[][2] = {
        {"https://user:pw@example.org/a/b-1.tar.gz?token=x/y#z", "b-1.tar.gz"},
        {"https://user:s3c?ret@example.org/a", "..."},
        {"file:///home/somebody/a.tar.gz", "a.tar.gz"},
        {"debian:zlib/zlib_1.orig.tar.gz", "zlib_1.orig.tar.gz"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *name = location_file_name(cases[i][0]);
        ck_assert_str_eq(name, cases[i][1]);
    }
}
END_TEST

START_TEST(links_are_resolved_and_keep_credentials_at_home)
{
    static const char *const cases[][3] = {
        {"https://u:p@h.example/simple/x/", "../../files/x.tar.gz#sha256=1",
            "https://u:p@h.example/files/x.tar.gz"},
        {"https://u:p@h.example/simple/x/", "https://h.example/f", "https://u:p@h.example/f"},
        {"https://u:p@h.example/simple/x/", "https://h.example:443/f", "https://u:p@h.example:443/f"},
        {"https://u:p@h.example/simple/x/", "https://h.example:444/f", "https://h.example:444/f"},
        {"https://u:p@h.example/simple/x/", "http://h.example/f", "http://h.example/f"},
        {"https://u:p@h.example/simple/x/", "https://other.example/f", "https://other.example/f"},
        {"https://u:p@h.example/simple/x/", "//other.example/f", "https://other.example/f"},
        {"https://h.example/simple/x/", "f?a=b", "https://h.example/simple/x/f?a=b"},
        {"https://h.example/simple/x/", "file:///etc/passwd", NULL},
        {"https://h.example/simple/x/", "f\r\nX: y", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *url = url_resolve(cases[i][0], cases[i][1]);
        ck_assert_pstr_eq(url, cases[i][2]);
    }
}
END_TEST

/* apt */

static void assert_bases(const char *wanted)
{
    AUTO(strvec) struct strvec bases = {0};
    AUTO(strbuf) struct strbuf got = {0};
    AUTO_FREE char *apt = path_join(folder, "apt");
    apt_bases(&bases, apt);
    for (size_t i = 0; i < bases.len; i++)
        strbuf_addf(&got, "%s ", bases.items[i]);
    ck_assert_str_eq(strbuf_str(&got), wanted);
}

START_TEST(one_line_style_is_read)
{
    put("apt/sources.list",
        "# deb http://commented.example/debian bookworm main\n"
        "deb http://one.example/debian/ bookworm main contrib # deb http://x/debian a main\n"
        "deb [arch=amd64 signed-by=/usr/share/k.gpg] http://two.example/debian bookworm main\n"
        "deb [ arch=amd64 ] http://three.example/debian bookworm main\n"
        "deb-src http://one.example/debian bookworm main\n"
        "deb http://vendor.example/ubuntu jammy main\n"
        "deb http://tools.example/linux/debian bookworm stable\n"
        "deb cdrom:[Debian]/ bookworm main\n"
        "deb\n"
        "deb file:/srv/debian bookworm main\n");
    assert_bases(
        "http://one.example/debian http://two.example/debian http://three.example/debian file:/srv/debian ");
}
END_TEST

START_TEST(deb822_style_is_read)
{
    put("apt/sources.list.d/a.sources", "Types: deb\n"
                                        "# a comment\n"
                                        "URIs: http://one.example/debian\n"
                                        "  http://two.example/debian/\n"
                                        "Suites: bookworm bookworm-updates\n"
                                        "Components: main\n"
                                        "\n"
                                        "types: deb deb-src\n"
                                        "uris: http://one.example/debian-security\n"
                                        "suites: bookworm-security\n"
                                        "components: contrib\n"
                                        "\tmain\n"
                                        "\n"
                                        "Enabled: no\n"
                                        "Types: deb\n"
                                        "URIs: http://off.example/debian\n"
                                        "Suites: x\n"
                                        "Components: main\n"
                                        "\n\n"
                                        "URIs: http://untyped.example/debian\n"
                                        "Components: main");
    put("apt/sources.list.d/b.list", "deb http://three.example/debian sid main\n");
    put("apt/sources.list.d/c.list.disabled", "deb http://four.example/debian sid main\n");
    put("apt/sources.list.d/nested/d.list", "deb http://five.example/debian sid main\n");
    assert_bases("http://one.example/debian http://two.example/debian http://one.example/debian-security "
                 "http://three.example/debian ");
}
END_TEST

START_TEST(mirror_lists_are_read)
{
    AUTO_FREE char *text = xstrf("deb mirror+file:%s/mirrors bookworm main\n", folder);
    put("apt/sources.list", text);
    put("mirrors", "# ours\nhttp://near.example/debian priority:1\n\nhttp://far.example/debian\n");
    assert_bases("http://near.example/debian http://far.example/debian ");
}
END_TEST

START_TEST(the_environment_replaces_what_apt_says)
{
    put("apt/sources.list", "deb http://one.example/debian bookworm main\n");
    setenv("STATICBUILD_DEBIAN_MIRROR", " http://mine.example/ http://mine.example/debian-security ", 1);
    assert_bases("http://mine.example http://mine.example/debian-security ");
    unsetenv("STATICBUILD_DEBIAN_MIRROR");
    assert_bases("http://one.example/debian ");
}
END_TEST

START_TEST(no_apt_at_all_gives_no_bases)
{
    assert_bases("");
    put("apt/sources.list.d/a.sources", "");
    put("apt/sources.list", "\n\ndeb [");
    assert_bases("");
}
END_TEST

START_TEST(pool_urls)
{
    static const struct {
        const char *package, *file, *wanted;
    } cases[] = {
        {"zeromq3", "zeromq3_4.3.4.orig.tar.gz",
            "http://h.example/debian/pool/main/z/zeromq3/zeromq3_4.3.4.orig.tar.gz\n"
            "http://h.example/debian-security/pool/updates/main/z/zeromq3/zeromq3_4.3.4.orig.tar.gz\n"},
        {"libsodium", "f",
            "http://h.example/debian/pool/main/libs/libsodium/f\n"
            "http://h.example/debian-security/pool/updates/main/libs/libsodium/f\n"},
        {"lib", "f",
            "http://h.example/debian/pool/main/l/lib/f\n"
            "http://h.example/debian-security/pool/updates/main/l/lib/f\n"},
    };
    AUTO(strvec) struct strvec bases = {0};
    strvec_push(&bases, "http://h.example/debian");
    strvec_push(&bases, "http://h.example/debian-security");
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strvec) struct strvec urls = {0};
        AUTO(strbuf) struct strbuf got = {0};
        debian_urls(&urls, &bases, cases[i].package, cases[i].file);
        for (size_t k = 0; k < urls.len; k++)
            strbuf_addf(&got, "%s\n", urls.items[k]);
        ck_assert_str_eq(got.ptr, cases[i].wanted);
    }
}
END_TEST

/* The package index */

static void assert_index(const char *wanted)
{
    AUTO_FREE char *etc = path_join(folder, "etc");
    AUTO_FREE char *got = index_configured(etc);
    ck_assert_pstr_eq(got, wanted);
}

START_TEST(pips_files_are_asked_in_pips_order)
{
    assert_index(NULL);
    put("etc/pip.conf",
        "# x\n[global]\ntimeout = 3\nindex-url = https://etc.example/simple\n[list]\nindex-url = no\n");
    assert_index("https://etc.example/simple");
    put(".pip/pip.conf", "[global]\nIndex_URL: https://old.example/simple\n");
    assert_index("https://old.example/simple");
    put(".config/pip/pip.conf",
        "[download]\nindex-url=https://download.example/s\n[global]\nindex-url=https://g/s\n");
    assert_index("https://download.example/s");
    AUTO_FREE char *venv = path_join(folder, "venv");
    put("venv/pip.conf", "[global]\nindex-url = https://venv.example/simple\n");
    setenv("VIRTUAL_ENV", venv, 1);
    assert_index("https://venv.example/simple");
    AUTO_FREE char *own = path_join(folder, "own.conf");
    put("own.conf", "[global]\ntimeout = 1\n");
    setenv("PIP_CONFIG_FILE", own, 1);
    assert_index("https://venv.example/simple");
    unsetenv("VIRTUAL_ENV");
    assert_index("https://etc.example/simple"); /* the user's files do not count any more */
    put("own.conf", "[global]\nindex-url = https://own.example/simple\n");
    assert_index("https://own.example/simple");
    setenv("PIP_CONFIG_FILE", "/dev/null", 1);
    assert_index(NULL);
    setenv("PIP_INDEX_URL", "https://env.example/simple//", 1);
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *url = index_url(&e);
    ck_assert_pstr_eq(url, "https://env.example/simple");
}
END_TEST

/* A python3 of ours that says this instead of what pip would. */
static void put_python(const char *script)
{
    put("bin/python3", script);
    AUTO_FREE char *path = path_join(folder, "bin/python3");
    AUTO_FREE char *bin = path_join(folder, "bin");
    ck_assert_int_eq(chmod(path, 0755), 0);
    setenv("PATH", bin, 1);
    setenv("PIP_CONFIG_FILE", "/dev/null", 1);
}

START_TEST(without_configuration_pip_itself_is_asked_once)
{
    put_python("#!/bin/sh\n[ \"$1 $3 $(pwd)\" = '-I  /' ] && [ -f \"$2\" ] || exit 1\necho "
               "https://default.example/simple/\n");
    for (int i = 0; i < 2; i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO_FREE char *url = index_url(&e);
        ck_assert_pstr_eq(url, "https://default.example/simple");
        put_python("#!/bin/sh\nexit 1\n");
    }
}
END_TEST

START_TEST(without_pip_there_is_no_index)
{
    static const char *const scripts[] = {"#!/bin/sh\nexit 1\n", "#!/bin/sh\necho no url\n",
        "#!/bin/sh\nwhile :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done\n"};
    put_python(scripts[_i]);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_ptr_null(index_url(&e));
    ck_assert_int_eq(e.kind, ERR_MISSING);
    ck_assert_ptr_nonnull(strstr(e.text, "PIP_INDEX_URL"));
}
END_TEST

START_TEST(pages_have_normalized_names)
{
    static const char *const cases[][2] = {{"PyYAML", "i/pyyaml/"}, {"zope.interface", "i/zope-interface/"},
        {"A__b-.-c", "i/a-b-c/"}, {"x", "i/x/"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *url = index_page_url("i", cases[i][0]);
        ck_assert_str_eq(url, cases[i][1]);
    }
}
END_TEST

START_TEST(links_are_found_on_pages)
{
    static const struct {
        const char *page, *wanted;
    } cases[] = {
        {"<a href=\"../f/x-1.tar.gz#sha256=0\">x-1.tar.gz</a>", "../f/x-1.tar.gz#sha256=0"},
        {"<A data-x='>' HREF = '../f/x-1.tar.gz?a=1&amp;b=&#50;&#x33;'>y</A>", "../f/x-1.tar.gz?a=1&b=23"},
        {"<a href=x-1.tar.gz>x</a>", "x-1.tar.gz"},
        {"<a href='x%2D1.tar%2egz'>x</a>", "x%2D1.tar%2egz"},
        {"<a name=q href='x-1.tar.gz.asc'></a><a\thref='x-1.tar.gz'></a>", "x-1.tar.gz"},
        {"<!-- <a href='old/x-1.tar.gz'> --><a href='new/x-1.tar.gz'>", "new/x-1.tar.gz"},
        {"<abbr href='x-1.tar.gz'>", NULL},
        {"<a title='href=x-1.tar.gz'>", NULL},
        {"<a href='x-1.tar.gzip'><a href='y/x-1.tar.gz/'>", NULL},
        {"<a href='?x-1.tar.gz'>", NULL},
        {"<a href='x-1.tar.gz", "x-1.tar.gz"},
        {"<a href=", NULL},
        {"<a ", NULL},
        {"<a =''='' / / href='x-1.tar.gz'>", "x-1.tar.gz"},
        {"<!-- <a href='x-1.tar.gz'>", NULL},
        {"", NULL},
        {" {\"files\": [{\"filename\": \"y\", \"url\": \"u\"}, {\"filename\": \"x-1.tar.gz\", \"url\": "
         "\"v\"}]}",
            "v"},
        {"{\"files\": [{\"filename\": \"x-1.tar.gz\"}, 7, null]}", NULL},
        {"{\"files\": 3}", NULL},
        {"{broken", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        /* A copy of the exact size: reading past the end is seen by the sanitizer. */
        size_t len = strlen(cases[i].page);
        AUTO_FREE char *page = xmalloc(len + 1);
        memcpy(page, cases[i].page, len);
        AUTO_FREE char *exact = len ? memcpy(xmalloc(len), page, len) : NULL;
        AUTO_FREE char *got = index_find(exact ? exact : "", len, "x-1.tar.gz");
        ck_assert_msg((!got && !cases[i].wanted) || (got && cases[i].wanted && !strcmp(got, cases[i].wanted)),
            "%s gave %s", cases[i].page, got ? got : "nothing");
    }
}
END_TEST

START_TEST(files_are_listed_by_their_links)
{
    static const struct {
        const char *page, *wanted;
    } cases[] = {
        {"<a href='../f/x-1.tar.gz#sha256=0'>x</a><a href=\"x%2d2.tar.gz?C=1\">", "x-1.tar.gz x-2.tar.gz"},
        {"<a href='../'>up</a><a href=\"?C=N;O=D\">Name</a><a href=x_1%2Bdfsg.orig.tar.xz>",
            "x_1+dfsg.orig.tar.xz"},
        {"<a href='a' data-yanked='it breaks'><a data-yanked href='b'><a DATA-YANKED='' href='c'><a href=d>",
            "d"},
        {"<a href='a%00b'><a href='c'>", "c"},
        {"{\"files\": [{\"filename\": \"a\", \"url\": \"u\", \"yanked\": false}, {\"filename\": \"b\", "
         "\"url\": "
         "\"u\", \"yanked\": true}, {\"filename\": \"c\", \"url\": \"u\", \"yanked\": \"why\"}]}",
            "a"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strvec) struct strvec files = {0};
        AUTO(strbuf) struct strbuf got = {0};
        listing_read(&files, slice_of(cases[i].page));
        for (size_t k = 0; k < files.len; k++)
            strbuf_addf(&got, "%s%s", k ? " " : "", files.items[k]);
        ck_assert_str_eq(strbuf_str(&got), cases[i].wanted);
    }
}
END_TEST

/* Policy */

/* As the index of a registry says it: with markers or without; what is not known is not guessed. */
START_TEST(crates_are_where_their_registry_says)
{
    static const char *const rows[][2] = {
        {"https://example.org/crates", "https://example.org/crates/libz-sys/1.1.20/download"},
        {"https://example.org/{crate}/{version}.crate", "https://example.org/libz-sys/1.1.20.crate"},
        {"https://example.org/{prefix}/{crate}", NULL},
        {"https://example.org/{crate", "https://example.org/{crate/libz-sys/1.1.20/download"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO_FREE char *url = crates_fill(rows[i][0], "libz-sys", "1.1.20");
        ck_assert_pstr_eq(url, rows[i][1]);
    }
    ck_assert_ptr_null(crates_known(folder));
    put("registry/index/of-git/HEAD", "");
    put("registry/index/damaged/config.json", "{");
    put("registry/index/other/config.json", "{\"dl\": \"file:///crates\"}");
    ck_assert_ptr_null(crates_known(folder));
    put("registry/index/one/config.json", "{\"dl\": \"https://one.example/crates\"}");
    usleep(20000);
    put("registry/index/a-later/config.json", "{\"dl\": \"https://two.example/crates\"}");
    AUTO_FREE char *known = crates_known(folder);
    ck_assert_str_eq(known, "https://two.example/crates");
    setenv("CARGO_HOME", folder, 1);
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *url = crates_url("a", "1", &e);
    unsetenv("CARGO_HOME");
    ck_assert_str_eq(url, "https://two.example/crates/a/1/download");
    AUTO_FREE char *name = location_file_name("crates:libz-sys/1.1.20+zlib");
    ck_assert_str_eq(name, "libz-sys-1.1.20+zlib.crate");
}
END_TEST

START_TEST(redirects_never_go_from_https_to_http)
{
    static const struct {
        const char *from, *to;
        bool allowed;
    } cases[] = {
        {"https://a/x", "https://b/y", true},
        {"http://a/x", "https://b/y", true},
        {"http://a/x", "http://b/y", true},
        {"https://a/x", "http://a/x", false},
        {"HTTPS://a/x", "HTTP://a/x", false},
        {"http://a/x", "file:///etc/passwd", false},
        {"http://a/x", "ftp://a/x", false},
        {"https://a/x", "gopher://a/x", false},
        {"http://a/x", "httpsx://a", false},
        {"http://a/x", "", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_msg((redirect_refusal(cases[i].from, cases[i].to) == NULL) == cases[i].allowed, "%s -> %s",
            cases[i].from, cases[i].to);
}
END_TEST

START_TEST(statuses_that_may_pass)
{
    static const long passing[] = {408, 429, 500, 502, 503, 504},
                      lasting[] = {400, 401, 403, 404, 410, 416, 501, 505};
    for (size_t i = 0; i < COUNT(passing); i++)
        ck_assert(status_may_pass(passing[i]));
    for (size_t i = 0; i < COUNT(lasting); i++)
        ck_assert(!status_may_pass(lasting[i]));
}
END_TEST

START_TEST(delays_double_up_to_a_bound)
{
    ck_assert_int_eq(retry_delay(500, 2, 0), 500);
    ck_assert_int_eq(retry_delay(500, 3, 0), 1000);
    ck_assert_int_eq(retry_delay(500, 4, 0), 2000);
    ck_assert_int_eq(retry_delay(500, 2, 0.5), 625);
    ck_assert_int_eq(retry_delay(500, 4000000000U, 0.999999) / 1000, 44);
}
END_TEST

START_TEST(content_ranges_are_read)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t first, total;
    } cases[] = {
        {"bytes 0-9/10", true, 0, 10},
        {"Bytes 5-9/*", true, 5, 0},
        {"bytes 5-9/10", true, 5, 10},
        {"bytes 9-5/10", false, 0, 0},
        {"bytes 5-10/10", false, 0, 0},
        {"bytes */10", false, 0, 0},
        {"bytes 5-9", false, 0, 0},
        {"bytes -5-9/10", false, 0, 0},
        {"bytes 5-9/10x", false, 0, 0},
        {"bytes 99999999999999999999-99999999999999999999/*", false, 0, 0},
        {"items 0-9/10", false, 0, 0},
        {"", false, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t first = 77, total = 77;
        ck_assert_msg(
            content_range_parse(cases[i].text, &first, &total) == cases[i].good, "%s", cases[i].text);
        if (cases[i].good) {
            ck_assert_uint_eq(first, cases[i].first);
            ck_assert_uint_eq(total, cases[i].total);
        }
    }
}
END_TEST

Suite *location_suite(void)
{
    Suite *s = suite_create("location");
    TCase *t = tcase_create("location");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, locations_are_read);
    tcase_add_test(t, what_is_no_location_is_refused);
    tcase_add_test(t, messages_show_no_credentials);
    tcase_add_test(t, files_are_called_by_their_names);
    tcase_add_test(t, links_are_resolved_and_keep_credentials_at_home);
    tcase_add_test(t, one_line_style_is_read);
    tcase_add_test(t, deb822_style_is_read);
    tcase_add_test(t, mirror_lists_are_read);
    tcase_add_test(t, the_environment_replaces_what_apt_says);
    tcase_add_test(t, no_apt_at_all_gives_no_bases);
    tcase_add_test(t, pool_urls);
    tcase_add_test(t, pips_files_are_asked_in_pips_order);
    tcase_add_test(t, without_configuration_pip_itself_is_asked_once);
    tcase_add_loop_test(t, without_pip_there_is_no_index, 0, 3);
    tcase_add_test(t, pages_have_normalized_names);
    tcase_add_test(t, links_are_found_on_pages);
    tcase_add_test(t, files_are_listed_by_their_links);
    tcase_add_test(t, crates_are_where_their_registry_says);
    tcase_add_test(t, redirects_never_go_from_https_to_http);
    tcase_add_test(t, statuses_that_may_pass);
    tcase_add_test(t, delays_double_up_to_a_bound);
    tcase_add_test(t, content_ranges_are_read);
    suite_add_tcase(s, t);
    return s;
}
