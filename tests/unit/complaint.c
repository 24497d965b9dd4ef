#include "loader/complaint.h"

#include <check.h>
#include <string.h>
#include <unistd.h>

#include "base/count.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"

/* Lines as they are written; NULL: the line does not say it. */
static const struct {
    const char *line;
    enum complaint_kind kind;
    const char *file, *symbol, *version, *library;
} lines[] = {
    {"ImportError: /x/y.so: undefined symbol: EVP_foo, version OPENSSL_3.0.0", COMPLAINT_SYMBOL, "/x/y.so",
        "EVP_foo", "OPENSSL_3.0.0", NULL},
    {"ImportError: /x/y.so: undefined symbol: EVP_foo", COMPLAINT_SYMBOL, "/x/y.so", "EVP_foo", NULL, NULL},
    {"/x/y.so: undefined symbol: _ZN1aC1Ev", COMPLAINT_SYMBOL, "/x/y.so", "_ZN1aC1Ev", NULL, NULL},
    {"python3: symbol lookup error: /x/a b.so: undefined symbol: f, version V", COMPLAINT_SYMBOL, "/x/a b.so",
        "f", "V", NULL},
    {"OSError('./m.so: undefined symbol: f')", COMPLAINT_SYMBOL, "./m.so", "f", NULL, NULL},
    {"./p: symbol lookup error: ./p: undefined symbol: f", COMPLAINT_SYMBOL, "./p", "f", NULL, NULL},
    {"ImportError: /x/y.so: symbol g, version V_2 not defined in file libz.so.1 with link time reference",
        COMPLAINT_SYMBOL, "/x/y.so", "g", "V_2", "libz.so.1"},
    {"./p: relocation error: ./p: symbol g, version V_2 not defined in file libz.so.1 with link time "
     "reference",
        COMPLAINT_SYMBOL, "./p", "g", "V_2", "libz.so.1"},
    {"Error relocating /x/y.so: EVP_foo: symbol not found", COMPLAINT_SYMBOL, "/x/y.so", "EVP_foo", NULL,
        NULL},
    {"ImportError: Error relocating /x/y.so: EVP_foo: symbol not found", COMPLAINT_SYMBOL, "/x/y.so",
        "EVP_foo", NULL, NULL},
    {"ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /x/y.so)",
        COMPLAINT_VERSION, "/x/y.so", NULL, "GLIBC_2.38", "/lib/x86_64-linux-gnu/libc.so.6"},
    {"./p: /lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by ./p)", COMPLAINT_VERSION,
        "./p", NULL, "GLIBCXX_3.4.30", "/lib/libstdc++.so.6"},
    {"ImportError: libfoo.so.1: cannot open shared object file: No such file or directory", COMPLAINT_LIBRARY,
        NULL, NULL, NULL, "libfoo.so.1"},
    {"./p: error while loading shared libraries: libfoo.so.1: cannot open shared object file: No such file",
        COMPLAINT_LIBRARY, NULL, NULL, NULL, "libfoo.so.1"},
    {"Error loading shared library libfoo.so.1: No such file or directory (needed by /x/y.so)",
        COMPLAINT_LIBRARY, "/x/y.so", NULL, NULL, "libfoo.so.1"},
    {"/usr/bin/ld: a.o: in function `main': a.c:(.text+0x5): undefined reference to `EVP_foo'",
        COMPLAINT_SYMBOL, NULL, "EVP_foo", NULL, NULL},
    {"ImportError: /srv/x.so: invalid ELF header", COMPLAINT_MEANING, "/srv/x.so", NULL, NULL, NULL},
    {"OSError: /lib/libgomp.so.1: cannot allocate memory in static TLS block", COMPLAINT_MEANING,
        "/lib/libgomp.so.1", NULL, NULL, NULL},
    {"ImportError: dynamic module does not define module export function (PyInit_foo)", COMPLAINT_MEANING,
        NULL, "PyInit_foo", NULL, NULL},
    {"ModuleNotFoundError: No module named 'm'", COMPLAINT_MEANING, NULL, NULL, NULL, NULL},
    {"ImportError: Error loading shared library /x/y.so: Exec format error", COMPLAINT_MEANING, "/x/y.so",
        NULL, NULL, NULL},
    {"ValueError: nobody knows this one", COMPLAINT_UNKNOWN, NULL, NULL, NULL, NULL},
    {"operator new(unsigned long)", COMPLAINT_NONE, NULL, "operator new(unsigned long)", NULL, NULL},
    {"deflate", COMPLAINT_NONE, NULL, "deflate", NULL, NULL},
    {" deflate\n", COMPLAINT_NONE, NULL, "deflate", NULL, NULL},
    {"memcpy@GLIBC_2.14", COMPLAINT_NONE, NULL, "memcpy", "GLIBC_2.14", NULL},
    {"memcpy@@GLIBC_2.14", COMPLAINT_NONE, NULL, "memcpy", "GLIBC_2.14", NULL},
    {"memcpy, version GLIBC_2.14", COMPLAINT_NONE, NULL, "memcpy", "GLIBC_2.14", NULL},
    {"", COMPLAINT_NONE, NULL, "", NULL, NULL},
    {"undefined symbol: ", COMPLAINT_NONE, NULL, "undefined symbol:", NULL, NULL},
    {"@", COMPLAINT_NONE, NULL, "@", NULL, NULL},
};

START_TEST(lines_are_understood)
{
    AUTO(complaint) struct complaint c;
    complaint_parse(&c, lines[_i].line);
    ck_assert_int_eq(c.kind, lines[_i].kind);
    ck_assert_pstr_eq(c.file, lines[_i].file);
    ck_assert_pstr_eq(c.symbol, lines[_i].symbol);
    ck_assert_pstr_eq(c.version, lines[_i].version);
    ck_assert_pstr_eq(c.library, lines[_i].library);
}
END_TEST

/* Every line cut anywhere gives an answer; the sanitizers watch the bounds. */
START_TEST(cuts_are_answered)
{
    size_t len = strlen(lines[_i].line);
    for (size_t n = 0; n <= len; n++) {
        AUTO_FREE char *cut = xstrndup(lines[_i].line, n);
        AUTO(complaint) struct complaint c;
        complaint_parse(&c, cut);
        ck_assert(c.symbol || c.library || c.version || c.meaning || c.kind == COMPLAINT_UNKNOWN);
        ck_assert(!c.meaning == !c.remedy);
    }
}
END_TEST

/* Where this machine's loader is, NULL: somewhere else. */
static const char *own_loader(void)
{
    static const char *const paths[] = {
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-linux-riscv64-lp64d.so.1"};
    for (size_t i = 0; i < COUNT(paths); i++)
        if (access(paths[i], R_OK) == 0)
            return paths[i];
    return NULL;
}

/* Whether a text of the loader's is what it says of a file: such texts begin so. Those of programs that it
 * starts, and of its own command line, are none. */
static bool is_about_file(const char *text)
{
    static const char *const begins[] = {"ELF file ", "ELF load command ", "cannot ", "object file has ",
        "only ET_DYN", "invalid ELF", "file too short", "shared object cannot", "unexpected "};
    static const char *const others[] = {"cannot set", "for initial thread", "ABORT", "auxiliary",
        "ELF file ABI", "cannot open", "capabilit", "cannot allocate memory for thread"};
    bool is = false;
    for (size_t i = 0; i < COUNT(begins); i++)
        is |= strncmp(text, begins[i], strlen(begins[i])) == 0;
    for (size_t i = 0; i < COUNT(others); i++)
        is &= !strstr(text, others[i]);
    return is && !strstr(text, "%");
}

/* The texts are taken from the loader of the machine that the tests run on: a newer one with a new text
 * fails. */
START_TEST(what_the_loader_can_say_is_known)
{
    enum { LOADER_MOST = 4 << 20 };
    const char *path = own_loader();
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(err) struct err e = ERR_INIT;
    if (!path)
        return; /* another C library's */
    ck_assert_int_eq(file_read(&bytes, path, LOADER_MOST, &e), 0);
    size_t known = 0;
    for (size_t at = 0; at < bytes.len; at += strlen(bytes.ptr + at) + 1) {
        if (!is_about_file(bytes.ptr + at))
            continue;
        AUTO_FREE char *line = xstrf("ImportError: /x/y.so: %s", bytes.ptr + at);
        AUTO(complaint) struct complaint c;
        complaint_parse(&c, line);
        ck_assert_msg(c.kind == COMPLAINT_MEANING && strcmp(c.file, "/x/y.so") == 0, "%s", line);
        known++;
    }
    ck_assert_uint_gt(known, 20);
}
END_TEST

Suite *complaint_suite(void)
{
    Suite *s = suite_create("complaint");
    TCase *t = tcase_create("complaint");
    tcase_add_loop_test(t, lines_are_understood, 0, COUNT(lines));
    tcase_add_loop_test(t, cuts_are_answered, 0, COUNT(lines));
    tcase_add_test(t, what_the_loader_can_say_is_known);
    suite_add_tcase(s, t);
    return s;
}
