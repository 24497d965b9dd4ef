/* What a server keeps under a key, byte by byte as the Remote Execution API has it. */
#include "store/receipt.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define SHA "abababababababababababababababababababababababababababababababab"

/* output_files { path: "tree.tar.zst" digest { hash: SHA size_bytes: 300 } } */
static const char RESULT[] = "\x12\x55\x0a\x0ctree.tar.zst\x12\x45\x0a\x40" SHA "\x10\xac\x02";

static struct arena arena;

static bool read_bytes(struct receipt *out, const char *bytes, size_t len)
{
    return receipt_read(out, &arena, (struct slice){bytes, len});
}

START_TEST(it_is_an_action_result)
{
    AUTO(strbuf) struct strbuf text = {0};
    receipt_write(&(struct receipt){SHA, 300, ""}, &text);
    ck_assert_uint_eq(text.len, sizeof RESULT - 1);
    ck_assert_mem_eq(text.ptr, RESULT, text.len);
    strbuf_clear(&text);
    receipt_write(&(struct receipt){SHA, 1ULL << 40, "signed"}, &text);
    struct receipt r;
    ck_assert(read_bytes(&r, text.ptr, text.len));
    ck_assert_str_eq(r.sha256, SHA);
    ck_assert_uint_eq(r.size_bytes, 1ULL << 40);
    ck_assert_str_eq(r.signature, "signed");
}
END_TEST

/* As a server may fill it in: other files, an exit code (a negative one has ten bytes), what the worker was.
 */
START_TEST(what_others_add_is_passed_over)
{
    static const char more[] = "\x12\x07\x0a\x05other\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
                               "\x4a\x06worker\x39\x01\x02\x03\x04\x05\x06\x07\x08";
    AUTO(strbuf) struct strbuf text = {0};
    struct receipt r;
    strbuf_add(&text, more, sizeof more - 1);
    strbuf_add(&text, RESULT, sizeof RESULT - 1);
    strbuf_add(&text, more, sizeof more - 1);
    ck_assert(read_bytes(&r, text.ptr, text.len));
    ck_assert_str_eq(r.sha256, SHA);
    ck_assert_uint_eq(r.size_bytes, 300);
}
END_TEST

START_TEST(anything_else_is_none)
{
    struct receipt r;
    ck_assert(!read_bytes(&r, "", 0));
    ck_assert(!read_bytes(&r, "<html>", 6));
    for (size_t len = 1; len < sizeof RESULT - 1; len++)
        ck_assert_msg(!read_bytes(&r, RESULT, len), "%zu bytes", len);
    static const char group[] = "\x0b"; /* a kind of field that nobody writes any more */
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_add(&text, group, sizeof group - 1);
    strbuf_add(&text, RESULT, sizeof RESULT - 1);
    ck_assert(!read_bytes(&r, text.ptr, text.len));
    char changed[sizeof RESULT];
    memcpy(changed, RESULT, sizeof RESULT);
    changed[25] = 'X'; /* in the hash */
    ck_assert(!read_bytes(&r, changed, sizeof RESULT - 1));
    memcpy(changed, RESULT, sizeof RESULT);
    changed[6] = 'T'; /* in the path */
    ck_assert(!read_bytes(&r, changed, sizeof RESULT - 1));
}
END_TEST

static void teardown(void)
{
    arena_release(&arena);
}

Suite *receipt_suite(void)
{
    Suite *s = suite_create("receipt");
    TCase *t = tcase_create("receipt");
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_test(t, it_is_an_action_result);
    tcase_add_test(t, what_others_add_is_passed_over);
    tcase_add_test(t, anything_else_is_none);
    suite_add_tcase(s, t);
    return s;
}
