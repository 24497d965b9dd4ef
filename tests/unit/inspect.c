/* Recognising code of others: scanning, patterns, names, and what witnesses come to. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "inspect/marks.h"
#include "inspect/pattern.h"
#include "inspect/recognise.h"

enum { BYTES = 5000 };

struct found {
    const char *base;
    bool at[BYTES];
};

static void note(void *arg, const char *text, size_t room)
{
    struct found *found = arg;
    ck_assert_uint_eq(room, BYTES - (size_t)(text - found->base));
    found->at[text - found->base] = true;
}

static bool is_character(const char *bytes, size_t i)
{
    return (bytes[i] >= ' ' && bytes[i] < 0x7f) || (bytes[i] >= '\t' && bytes[i] <= '\r');
}

/* Against a slow reader that knows nothing of words and blocks. */
START_TEST(texts_are_found_where_they_begin)
{
    static struct scan_filter filter;
    static char bytes[BYTES];
    scan_want(&filter, "OpenSSL ");
    scan_want_first(&filter, '/');
    srandom((unsigned)_i);
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (char)(random() % 3 ? random() : random() % 5 ? 'a' : 0);
    for (size_t i = 0; i + 20 < BYTES; i += 1 + (size_t)random() % 90)
        memcpy(bytes + i, random() % 2 ? "OpenSSL 3" : "/tmp/x", random() % 2 ? 9 : 6);
    struct found found = {.base = bytes};
    scan_texts(&filter, bytes, BYTES, note, &found);
    size_t expected = 0;
    for (size_t i = 0; i + 8 <= BYTES; i++) {
        bool begins = (i == 0 || !is_character(bytes, i - 1)) && is_character(bytes, i), text = begins;
        for (size_t k = 0; k < 4; k++)
            text = text && is_character(bytes, i + k);
        bool wanted = text && (memcmp(bytes + i, "Open", 4) == 0 || bytes[i] == '/');
        expected += wanted;
        ck_assert_msg(!wanted || found.at[i], "byte %zu", i);
        ck_assert_msg(begins || !found.at[i], "byte %zu is none", i);
    }
    ck_assert_uint_gt(expected, 20);
}
END_TEST

static const struct {
    const char *pattern, *text, *version; /* version NULL: it does not match */
} patterns[] = {
    {"OpenSSL {v} {d}", "OpenSSL 3.0.14 4 Jun 2024", "3.0.14"},
    {"OpenSSL {v} {d}", "OpenSSL 1.1.1w  11 Sep 2023", "1.1.1w"},
    {"OpenSSL {v} {d}", "OpenSSL 1.1.1 or newer is required", NULL},
    {"OpenSSL {v} {d}", "OpenSSL 3.0.14 4 Jun 2024 is old", NULL},
    {"OpenSSL {v} {d}", "OpenSSL 3.0.14", NULL},
    {"OpenSSL {v} {d}", "OpenSSL 3.0.14 4", NULL},
    {"Rel. {v}, {d}", "Rel. 9.1.1, December 1st, 2022", "9.1.1"},
    {"Rel. {v}, {d}", "Rel. 1.2, see manual", NULL},
    {"LMDB {v}: ({d})", "LMDB 0.9.90: (May 1, 2017)", "0.9.90"},
    {"{v} {d}", "10.42 2022-12-11", "10.42"},
    {"libcurl/{v}", "libcurl/7.88.1", "7.88.1"},
    {"libcurl/{v}", "libcurl/7.88.1-DEV", "7.88.1-DEV"},
    {"libcurl/{v}", "libcurl/7.10 or later needed", NULL},
    {"libcurl/{v}", "libcurl/7.10.", NULL},
    {"{v}", "5.3.0-1-ge13ca993e8cc", "5.3.0"},
    {"{v}", "5.3.0-1-e", "5.3.0-1-e"},
    {"{v}", "5.3.0-1-g", "5.3.0-1-g"},
    {"libcurl/{v}", "libcurl/7", NULL},
    {"x264 - core {n} r{*}", "x264 - core 164 r3095", ""},
    {"x264 - core {n} r{*}", "x264 - core 0000", NULL},
    {"HB_SHAPER_LIST", "HB_SHAPER_LIST", ""},
    {"HB_SHAPER_LIST", "HB_SHAPER_LISTS", NULL},
};

START_TEST(patterns_match)
{
    struct slice version;
    const char *text = patterns[_i].text;
    bool matches = pattern_match(patterns[_i].pattern, text, strlen(text) + 1, &version);
    ck_assert_msg(matches == (patterns[_i].version != NULL), "%s against %s", patterns[_i].pattern, text);
    if (matches)
        ck_assert_msg(
            slice_is(version, patterns[_i].version), "%s: %.*s", text, (int)version.len, version.ptr);
    for (size_t room = 0; room < strlen(text); room++) /* nothing behind the end is looked at */
        pattern_match(patterns[_i].pattern, text, room, &version);
}
END_TEST

START_TEST(versions_lie_in_a_span)
{
    ck_assert(version_between(slice_of("1.5.4"), "1.0", "1.5"));
    ck_assert(!version_between(slice_of("1.9.4"), "1.0", "1.5"));
    ck_assert(version_between(slice_of("1.10.0"), "1.8", "1.10"));
    ck_assert(!version_between(slice_of("2.0"), "1.8", "1.10"));
}
END_TEST

static const struct {
    const char *file, *package, *library; /* one of file and package is NULL */
} names[] = {
    {"libcrypto.so.3", NULL, "openssl"},
    {"x.libs/libcrypto-7c3c55df.so.3", NULL, "openssl"},
    {"libldap-2-062bb940.5.so.0.1.8", NULL, "openldap"},
    {"libgfortran-040039e1-0352e75f.so.5.0.0", NULL, "gcc"},
    {"libopenblasp-r0-59ffcd50.3.15.so", NULL, "openblas"},
    {"libcom_err-04a6d4a9.so.3.0", NULL, "com_err"},
    {NULL, "tikv-jemalloc-sys", "jemalloc"},
    {NULL, "openblas-threads", "openblas"},
    {"libtiff-fb65e6fb.so.6.0.2", NULL, "libtiff"},
    {"libpng16-37c0cf6a.so.16.44.0", NULL, "libpng"},
    {"libscipy_openblas64_-56d6093b.so", NULL, "openblas"},
    {"libunknown-7c3c55df.so.3", NULL, NULL},
    {"crypto", NULL, NULL},
    {NULL, "libssl3", "openssl"},
    {NULL, "openssl-libs", "openssl"},
    {NULL, "openssl", "openssl"},
    {NULL, "libpcre2-8-0", "pcre2"},
    {NULL, "libpcre3", "pcre"},
    {NULL, "libpng16-16", "libpng"},
    {NULL, "libnghttp2-14", "nghttp2"},
    {NULL, "libx264-164", "x264"},
    {NULL, "zlib1g", "zlib"},
    {NULL, "libsqlite3-sys", "sqlite"},
    {NULL, "krb5-libs", "krb5"},
    {NULL, "libcrypto3", "openssl"},
    {NULL, "crypto-common", NULL}, /* crates */
    {NULL, "crypto", NULL},
    {NULL, "event-listener", NULL},
    {NULL, "libyaml-rs", "libyaml"},
    {NULL, "ahash", NULL},
    {NULL, "", NULL},
};

START_TEST(names_lead_to_libraries)
{
    const struct library *found =
        names[_i].file ? library_of_file(names[_i].file) : library_of_package(names[_i].package);
    const char *name = names[_i].file ? names[_i].file : names[_i].package;
    if (names[_i].library)
        ck_assert_msg(
            found && strcmp(found->name, names[_i].library) == 0, "%s: %s", name, found ? found->name : "");
    else
        ck_assert_msg(!found, "%s: %s", name, found ? found->name : "");
}
END_TEST

START_TEST(the_tables_are_sound)
{
    size_t count;
    const struct mark *marks = marks_all(&count);
    ck_assert_uint_gt(count, 1000); /* those that were learnt are there */
    for (size_t i = 0; i < count; i++) {
        ck_assert(marks[i].weight <= 3);
        if (marks[i].kind == MARK_TEXT)
            ck_assert_msg(pattern_beginning(marks[i].text).len >= SCAN_LEAST, "%s", marks[i].text);
    }
    for (size_t i = 1; library_at(i); i++)
        ck_assert_msg(strcmp(library_at(i - 1)->name, library_at(i)->name) < 0, "%s", library_at(i)->name);
}
END_TEST

/* Texts, parted by bars, and what they come to. */
static const struct {
    const char *texts, *expected;
} witnesses[] = {
    {"OpenSSL 3.0.14 4 Jun 2024", "openssl 3.0.14"},
    {"OpenSSL 1.1.1 or newer is required", ""},
    {"$argon2id", ""},
    {"leveldb.BytewiseComparator", ""},
    {"google/protobuf/descriptor.proto", ""},
    {"inproc://zeromq.zap.01", ""},
    {"Frame requires too much memory for decoding|1.5.4", "zstd 1.5.4 (likely)"},
    {"Frame requires too much memory for decoding|1.9.4", "zstd"},
    {"Frame requires too much memory for decoding|1.5.4|1.4.0", "zstd"},
    {"Frame requires too much memory for decoding|a1.5.7",
        "zstd 1.5.7 (likely)"}, /* behind a table that ends in 'a' */
    {"Frame requires too much memory for decoding|v1.5.7", "zstd"},
    {"string contains forbidden two hyphens pattern|2.3.8|2.3.8-2", "libidn2 2.3.8 (likely)"},
    {"SQLITE_TMPDIR|3.40.1", "sqlite 3.40.1 (likely)"},
    {"10.42 2022-12-11|POSIX named classes are supported only within a class", "pcre2 10.42"},
    {"8.39 2016-06-14|POSIX named classes are supported only within a class", "pcre 8.39"},
    {"POSIX named classes are supported only within a class", ""},
    {"libcurl/7.88.1|OpenSSL 3.0.14 4 Jun 2024|OpenSSL 1.1.1w  11 Sep 2023",
        "curl 7.88.1, openssl 3.0.14, openssl 1.1.1w"},
    {"BoringSSL|Lavc59.37.100", "boringssl"},
};

START_TEST(witnesses_are_weighed)
{
    AUTO(arena) struct arena arena = {0};
    AUTO(strbuf) struct strbuf told = {0};
    struct recogniser *r = recogniser_new(&arena);
    for (struct slice rest = slice_of(witnesses[_i].texts); rest.ptr;) {
        struct slice one = slice_cut(&rest, '|');
        const char *text = arena_strndup(&arena, one.ptr, one.len);
        recogniser_text(r, text, one.len + 1);
        recogniser_text(r, text, one.len + 1); /* a second time counts nothing */
    }
    size_t count;
    struct recognised *found = recogniser_settle(r, NULL, &count);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&told, "%s%s%s%s%s", i ? ", " : "", found[i].library->name, *found[i].version ? " " : "",
            found[i].version, found[i].likely ? " (likely)" : "");
    ck_assert_str_eq(strbuf_str(&told), witnesses[_i].expected);
}
END_TEST

/* What an archive left in a module without its texts: names, tables. */
/* What knows all libraries, as this program does, has none of them inside but those whose texts say a
 * version. */
START_TEST(a_list_of_marks_is_no_library)
{
    AUTO(arena) struct arena arena = {0};
    struct recogniser *r = recogniser_new(&arena);
    size_t marks, count;
    const struct mark *all = marks_all(&marks);
    for (size_t i = 0; i < marks; i++)
        if (all[i].kind == MARK_TEXT)
            recogniser_text(r, all[i].text, strlen(all[i].text));
    recogniser_text(r, "libcurl/7.88.1", strlen("libcurl/7.88.1"));
    struct recognised *found = recogniser_settle(r, NULL, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(found[0].library->name, "curl");
    ck_assert_str_eq(found[0].version, "7.88.1");
}
END_TEST

START_TEST(names_and_tables_count)
{
    AUTO(arena) struct arena arena = {0};
    size_t count, found_count, symbols = 0, tables = 0;
    const struct mark *marks = marks_all(&count);
    struct recogniser *by_names = recogniser_new(&arena), *by_tables = recogniser_new(&arena);
    const struct library *sodium = library_find("libsodium"), *opus = library_find("opus");
    char bytes[64] __attribute__((aligned(16)));
    for (size_t i = 0; i < count; i++) {
        if (marks[i].kind == MARK_SYMBOL && library_at(marks[i].library) == sodium && symbols++ < 3)
            recogniser_symbol(by_names, marks[i].text);
        if (marks[i].kind != MARK_TABLE || library_at(marks[i].library) != opus || tables++ >= 3)
            continue;
        memset(bytes, 0, sizeof bytes);
        memcpy(bytes + 16, marks[i].text, MARK_TABLE_BYTES);
        recogniser_tables(by_tables, bytes, sizeof bytes, 0x1000);
        recogniser_tables(by_tables, bytes, 16 + MARK_TABLE_BYTES - 1, 0x1000); /* cut off */
    }
    struct recognised *found = recogniser_settle(by_names, NULL, &found_count);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_ptr_eq(found[0].library, sodium);
    ck_assert_uint_eq(found[0].witness_count, 3);
    found = recogniser_settle(by_tables, NULL, &found_count);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_ptr_eq(found[0].library, opus);
}
END_TEST

Suite *inspect_suite(void)
{
    Suite *s = suite_create("inspect");
    TCase *t = tcase_create("inspect");
    tcase_add_loop_test(t, texts_are_found_where_they_begin, 0, 20);
    tcase_add_loop_test(t, patterns_match, 0, COUNT(patterns));
    tcase_add_test(t, versions_lie_in_a_span);
    tcase_add_loop_test(t, names_lead_to_libraries, 0, COUNT(names));
    tcase_add_test(t, the_tables_are_sound);
    tcase_add_loop_test(t, witnesses_are_weighed, 0, COUNT(witnesses));
    tcase_add_test(t, a_list_of_marks_is_no_library);
    tcase_add_test(t, names_and_tables_count);
    suite_add_tcase(s, t);
    return s;
}
