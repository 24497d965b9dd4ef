#include "elf/ar.h"

#include <ar.h>

#include "base/err.h"
#include "compile.h"
#include "elf/object.h"

/* An archive member header with a decimal size; the name is padded by hand. */
static void add_header(struct strbuf *b, const char *name, const char *size)
{
    strbuf_addf(b, "%-16s%-12s%-6s%-6s%-8s%-10s`\n", name, "0", "0", "0", "644", size);
}

static struct ar_walk open_text(const struct strbuf *b)
{
    struct ar_walk walk;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(ar_open(&walk, strbuf_str(b), b->len, &e) == 0, "%s", e.text);
    return walk;
}

START_TEST(short_gnu_and_bsd_names)
{
    AUTO(strbuf) struct strbuf b = {0};
    strbuf_adds(&b, "!<arch>\n");
    add_header(&b, "/", "4");
    strbuf_add(&b, "\0\0\0\0", 4);
    add_header(&b, "//", "45");
    strbuf_adds(&b, "a_name_longer_than_sixteen.o/\nanother_one.o/\n\n"); /* padded */
    add_header(&b, "short.o/", "3");
    strbuf_adds(&b, "one\n"); /* padded to an even offset */
    add_header(&b, "/30", "2");
    strbuf_adds(&b, "22");
    add_header(&b, "/0", "0");
    add_header(&b, "#1/8", "11");
    strbuf_add(&b, "bsd.o\0\0\0xyz\n", 12);
    add_header(&b, "old style.o", "1");
    strbuf_adds(&b, "x");

    static const struct {
        const char *name, *data;
    } expected[] = {{"short.o", "one"}, {"another_one.o", "22"}, {"a_name_longer_than_sixteen.o", ""},
        {"bsd.o", "xyz"}, {"old style.o", "x"}};
    struct ar_walk walk = open_text(&b);
    struct ar_member m;
    AUTO(err) struct err e = ERR_INIT;
    for (size_t i = 0; i < COUNT(expected); i++) {
        ck_assert_msg(ar_next(&walk, &m, &e) == 1, "%s", e.text);
        ck_assert_msg(slice_is(m.name, expected[i].name), "%.*s", (int)m.name.len, m.name.ptr);
        ck_assert_uint_eq(m.data.len, strlen(expected[i].data));
        ck_assert_mem_eq(m.data.ptr, expected[i].data, m.data.len);
    }
    ck_assert_int_eq(ar_next(&walk, &m, &e), 0);
}
END_TEST

static const struct {
    const char *name, *size, *says;
} broken[] = {
    {"a.o/", "100", "100 bytes, but the archive has"},
    {"a.o/", "-1", "damaged header"},
    {"a.o/", "1x", "damaged header"},
    {"a.o/", "", "damaged header"},
    {"/7", "0", "long name outside"},
    {"#1/9", "4", "name longer than"},
};

START_TEST(damage_is_named)
{
    AUTO(strbuf) struct strbuf b = {0};
    strbuf_adds(&b, "!<arch>\n");
    add_header(&b, broken[_i].name, broken[_i].size);
    strbuf_adds(&b, "abcd");
    struct ar_walk walk = open_text(&b);
    struct ar_member m;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(ar_next(&walk, &m, &e), -1);
    ck_assert_msg(strstr(e.text, broken[_i].says) && strstr(e.text, "offset 8"), "%s", e.text);
}
END_TEST

START_TEST(thin_archives_and_other_files_are_refused)
{
    struct ar_walk walk;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert(ar_is_archive("!<thin>\n", 8));
    ck_assert_int_eq(ar_open(&walk, "!<thin>\n", 8, &e), -1);
    ck_assert(strstr(e.text, "thin archive"));
    err_release(&e);
    ck_assert_int_eq(ar_open(&walk, "!<arch>", 7, &e), -1);
    ck_assert(!ar_is_archive("!<arch>", 7));
}
END_TEST

START_TEST(real_archive_at_every_length)
{
    AUTO(built) struct built b = {0};
    build(&b, "int a_function(void) { return 1; } int b_variable = 2;", "-c -fPIC");
    char object[64], archive[64];
    snprintf(object, sizeof object, "%s/out", b.dir);
    snprintf(archive, sizeof archive, "%s/out.a", b.dir);
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, "ar");
    strvec_push(&argv, "rcs");
    strvec_push(&argv, archive);
    strvec_push(&argv, object);
    run_argv(argv.items);
    read_built(&b, "out.a");
    struct ar_index index;
    struct ar_walk walk;
    struct ar_member m;
    struct ar_symbol s;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(ar_index_open(&index, b.bytes, b.size, &e), 1);
    ck_assert_int_eq(ar_open(&walk, b.bytes, b.size, &e), 0);
    ck_assert_int_eq(ar_next(&walk, &m, &e), 1);
    ck_assert(slice_is(m.name, "out"));
    static const char *const names[] = {"a_function", "b_variable"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert(ar_index_next(&index, &s));
        ck_assert_str_eq(s.name, names[i]);
        ck_assert_uint_eq(s.header, m.header);
    }
    ck_assert(!ar_index_next(&index, &s));
    struct elf_object o;
    ck_assert_int_eq(elf_object_open(&o, m.data.ptr, m.data.len, &e), 0);

    for (size_t len = 0; len < b.size; len++) {
        unsigned char *copy = xmalloc(len ? len : 1);
        memcpy(copy, b.bytes, len);
        int got = ar_open(&walk, copy, len, &e) < 0 ? -1 : 1;
        while (got > 0)
            got = ar_next(&walk, &m, &e);
        ck_assert_msg(got < 0 || len == SARMAG || len > 68, "length %zu", len);
        err_release(&e);
        if (ar_index_open(&index, copy, len, &e) > 0)
            while (ar_index_next(&index, &s))
                ck_assert_uint_le(strlen(s.name), len);
        err_release(&e);
        free(copy);
    }
}
END_TEST

Suite *ar_suite(void)
{
    Suite *s = suite_create("ar");
    TCase *t = tcase_create("ar");
    tcase_add_test(t, short_gnu_and_bsd_names);
    tcase_add_loop_test(t, damage_is_named, 0, COUNT(broken));
    tcase_add_test(t, thin_archives_and_other_files_are_refused);
    tcase_add_test(t, real_archive_at_every_length);
    suite_add_tcase(s, t);
    return s;
}
