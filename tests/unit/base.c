#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/map.h"
#include "base/needles.h"
#include "base/set.h"
#include "base/str.h"
#include "base/texts.h"
#include "base/vec.h"

START_TEST(errors_gain_context_and_keep_their_kind)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(err_set(&e, ERR_FETCH, "status %d", 404), -1);
    err_wrap(&e, "fetching %s", "zlib");
    ck_assert_str_eq(e.text, "fetching zlib: status 404");
    ck_assert_int_eq(e.kind, ERR_FETCH);
}
END_TEST

START_TEST(what_the_system_says_tells_why)
{
    static const struct {
        int number;
        enum err_kind given, kind;
    } cases[] = {
        {ENOSPC, ERR_BUILD, ERR_REFUSED},
        {EACCES, ERR_ENVIRONMENT, ERR_REFUSED},
        {ENOENT, ERR_ENVIRONMENT, ERR_MISSING},
        {ENOTDIR, ERR_ENVIRONMENT, ERR_MISSING},
        {ENOENT, ERR_USAGE, ERR_USAGE}, /* who asked for it knows more */
        {ELOOP, ERR_ENVIRONMENT, ERR_ENVIRONMENT},
        {ELOOP, ERR_FETCH, ERR_FETCH},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        errno = cases[i].number;
        err_errno(&e, cases[i].given, "writing x");
        ck_assert_int_eq(e.kind, cases[i].kind);
        AUTO_FREE char *text = xstrf("writing x: %s", strerror(cases[i].number));
        ck_assert_str_eq(e.text, text);
    }
}
END_TEST

START_TEST(mistakes_are_collected_a_line_each)
{
    AUTO(err) struct err e = ERR_INIT;
    err_add(&e, ERR_RECIPE, "one");
    err_add(&e, ERR_RECIPE, "two");
    ck_assert_str_eq(e.text, "one\ntwo");
}
END_TEST

START_TEST(places_are_fields_and_stay_in_front)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(err) struct err other = ERR_INIT;
    ck_assert_int_eq(err_at(&e, ERR_RECIPE, "r/x.toml", 3, 14, "no %s", "file"), -1);
    err_wrap(&e, "source %s", "x");
    ck_assert_str_eq(e.text, "r/x.toml:3:14: source x: no file");
    err_at(&e, ERR_RECIPE, "r/x.toml", 0, 0, "of unknown place");
    err_at(&other, ERR_BUILD, "r/y.toml", 7, 1, "other");
    err_join(&e, &other);
    ck_assert_ptr_null(other.text);
    ck_assert_str_eq(
        e.text, "r/x.toml:3:14: source x: no file\nr/x.toml: of unknown place\nr/y.toml:7:1: other");
    ck_assert_uint_eq(e.place_count, 2);
    ck_assert_str_eq(e.places[0].message, "no file");
    ck_assert_str_eq(e.places[1].file, "r/y.toml");
    ck_assert_uint_eq(e.places[0].line, 3);
    ck_assert_uint_eq(e.places[0].column, 14);
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    err_move(&other, &e);
    ck_assert_uint_eq(other.place_count, 2);
    ck_assert_uint_eq(e.place_count, 0);
    err_set(&e, ERR_BUILD, "first");
    err_join(&e, &other);
    err_wrap(&e, "step"); /* it begins with no place */
    ck_assert(str_starts(e.text, "step: first\nr/x.toml:3:14: "));
}
END_TEST

START_TEST(arena_blocks_stay_where_they_are)
{
    AUTO(arena) struct arena a = {0};
    char *small = arena_strdup(&a, "small");
    char *large = arena_alloc(&a, 1 << 20);
    for (int i = 0; i < 10000; i++)
        arena_alloc(&a, 24);
    memset(large, 'x', 1 << 20);
    ck_assert_str_eq(small, "small");
    ck_assert_uint_eq((uintptr_t)arena_alloc(&a, 1) % _Alignof(max_align_t), 0);
}
END_TEST

START_TEST(a_cleared_arena_gives_zeroed_memory_again)
{
    static const size_t sizes[] = {1, 40, 900, 5000, 20000, 1 << 20};
    AUTO(arena) struct arena a = {0};
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT(sizes); i++)
            for (int n = 0; n < 20; n++) {
                unsigned char *p = arena_alloc(&a, sizes[i]);
                ck_assert_uint_eq(p[0] | p[sizes[i] / 2] | p[sizes[i] - 1], 0);
                memset(p, 0xff, sizes[i]);
            }
        arena_clear(&a);
    }
    arena_release(&a);
    char *large = arena_alloc(&a, 1 << 20); /* alone: not kept */
    memset(large, 'x', 1 << 20);
    arena_clear(&a);
    ck_assert_ptr_null(a.blocks);
    arena_clear(&a);
}
END_TEST

START_TEST(map_keeps_insertion_order_and_replaces)
{
    AUTO(map) struct map m = {0};
    static int values[1000];
    char key[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "k%d", i);
        ck_assert_ptr_null(map_set(&m, key, &values[i]));
    }
    ck_assert_ptr_eq(map_set(&m, "k7", &values[8]), &values[7]);
    ck_assert_ptr_eq(map_get(&m, "k7"), &values[8]);
    ck_assert_ptr_null(map_get(&m, "k1000"));
    ck_assert_uint_eq(m.len, 1000);
    ck_assert_str_eq(m.entries[999].key, "k999");
}
END_TEST

START_TEST(cutting_gives_every_field)
{
    struct slice rest = slice_of("a,,b");
    ck_assert(slice_is(slice_cut(&rest, ','), "a"));
    ck_assert(slice_is(slice_cut(&rest, ','), ""));
    ck_assert(slice_is(slice_cut(&rest, ','), "b"));
    ck_assert_ptr_null(rest.ptr);
}
END_TEST

START_TEST(distance_counts_edits_up_to_a_limit)
{
    ck_assert_uint_eq(str_distance("depend", "depends", 3), 1);
    ck_assert_uint_eq(str_distance("libs", "libraries", 3), 4);
    ck_assert_uint_eq(str_distance("archive", "archives", 0), 1);
}
END_TEST

START_TEST(strvec_serves_as_argv)
{
    AUTO(strvec) struct strvec v = {0};
    for (int i = 0; i < 20; i++)
        strvec_pushf(&v, "%02d", 19 - i);
    strvec_sort(&v);
    ck_assert_str_eq(v.items[0], "00");
    ck_assert_ptr_null(v.items[20]);
    ck_assert(strvec_has(&v, "07") && !strvec_has(&v, "7"));
}
END_TEST

START_TEST(lists_become_sentences)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strvec) struct strvec words = {0};
    static const char *two[] = {"a", "b"};
    struct texts texts = {two, 2};
    strbuf_add_joined(&text, &words, "-", ", ");
    ck_assert_str_eq(strbuf_str(&text), "");
    strvec_push(&words, "x");
    strbuf_add_joined(&text, &words, "-", ", ");
    strbuf_add_joined(&text, &texts, "+", "; ");
    ck_assert_str_eq(strbuf_str(&text), "-x+a; +b");
}
END_TEST

START_TEST(vectors_grow)
{
    VEC(int) numbers = {0};
    for (int i = 0; i < 100; i++)
        vec_push(&numbers, i);
    int sum = 0;
    vec_each (&numbers, n)
        sum += *n;
    ck_assert_int_eq(sum, 4950);
    vec_release(&numbers);
}
END_TEST

START_TEST(a_set_knows_what_it_saw)
{
    AUTO(set) struct set seen = {0};
    ck_assert(!set_has(&seen, "a"));
    ck_assert(set_add(&seen, "a"));
    ck_assert(!set_add(&seen, "a"));
    ck_assert(set_addn(&seen, "abc", 2));
    ck_assert(set_hasn(&seen, "ab", 2) && set_has(&seen, "ab"));
    ck_assert(!set_has(&seen, "abc"));
    ck_assert_uint_eq(seen.members.len, 2);
}
END_TEST

/* However long: around the length up to which one is written at once. */
START_TEST(texts_are_formatted)
{
    AUTO(arena) struct arena a = {0};
    AUTO_FREE char *word = xcalloc(1, 1001);
    memset(word, 'w', 1000);
    for (int len = 0; len <= 1000; len += len >= 190 && len < 210 ? 1 : 10) {
        AUTO_FREE char *expected = xstrndup(word, (size_t)len), *text = xstrf("%.*s%s", len, word, "!");
        const char *kept = arena_strf(&a, "%.*s%s", len, word, "!");
        ck_assert_uint_eq(strlen(text), (size_t)len + 1);
        ck_assert(strncmp(text, expected, (size_t)len) == 0 && text[len] == '!');
        ck_assert_str_eq(kept, text);
    }
}
END_TEST

START_TEST(texts_grow_in_an_arena)
{
    AUTO(arena) struct arena a = {0};
    static const char *fixed[] = {"one", "two"}; /* not the arena's: it is copied, and stays as it is */
    struct texts texts = {fixed, COUNT(fixed)}, empty = {0};
    texts_add(&texts, &a, "three");
    texts_add_once(&texts, &a, "one");
    texts_add_once(&texts, &a, "four");
    ck_assert_uint_eq(texts.len, 4);
    ck_assert_str_eq(texts.items[0], "one");
    ck_assert_str_eq(texts.items[3], "four");
    ck_assert(texts_have(&texts, "three") && !texts_have(&texts, "five") && !texts_have(&empty, "one"));
    ck_assert_str_eq(fixed[1], "two");
    texts_add(&empty, &a, "first");
    ck_assert_str_eq(empty.items[0], "first");
}
END_TEST

START_TEST(an_array_in_an_arena_grows)
{
    AUTO(arena) struct arena a = {0};
    int *numbers = arena_regrow(&a, NULL, 0, 2, sizeof *numbers);
    numbers[0] = 7;
    numbers[1] = 8;
    int *more = arena_regrow(&a, numbers, 2, 4, sizeof *more);
    ck_assert(more[0] == 7 && more[1] == 8 && more[2] == 0 && more[3] == 0);
}
END_TEST

/* Against a reader that looks at every byte; the bytes are few, so that what is looked for is there often. */
START_TEST(needles_are_found_wherever_they_are)
{
    enum { BYTES = 400 };
    static const char *const wanted[] = {"ab", "ba\0", "abcab", "cc"};
    static const size_t lengths[] = {2, 3, 5, 2};
    struct needles n = {.count = 0};
    char bytes[BYTES];
    size_t which = 9, found = 0;
    for (size_t i = 0; i < COUNT(wanted); i++)
        ck_assert(needles_add(&n, (struct slice){wanted[i], lengths[i]}));
    srandom((unsigned)_i);
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = "abc\0xyz\xff"[random() % 8];
    const char *next = bytes, *end = bytes + BYTES - _i % 40;
    for (const char *at = bytes; at < end; at++) {
        size_t is = 0;
        while (is < COUNT(wanted) &&
               ((size_t)(end - at) < lengths[is] || memcmp(at, wanted[is], lengths[is]) != 0))
            is++;
        if (is == COUNT(wanted))
            continue;
        next = needles_find(&n, next, end, &which);
        ck_assert_ptr_eq(next++, at);
        ck_assert_uint_eq(which, is);
        found++;
    }
    ck_assert_ptr_null(needles_find(&n, next, end, &which));
    ck_assert_uint_gt(found, 5);
}
END_TEST

START_TEST(bits_are_those_of_bytes)
{
    uint8_t bytes[BYTES16 + 1] = {0};
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i % 3 ? i : 7);
    unsigned expected = 0;
    for (unsigned i = 0; i < BYTES16; i++)
        expected |= (unsigned)(bytes[i + 1] == 7) << i;
    ck_assert_uint_eq(bytes16_bits((bytes16)(bytes16_at(bytes + 1) == 7)), expected);
}
END_TEST

Suite *base_suite(void)
{
    Suite *s = suite_create("base");
    TCase *t = tcase_create("base");
    tcase_add_test(t, errors_gain_context_and_keep_their_kind);
    tcase_add_test(t, what_the_system_says_tells_why);
    tcase_add_test(t, mistakes_are_collected_a_line_each);
    tcase_add_test(t, places_are_fields_and_stay_in_front);
    tcase_add_test(t, arena_blocks_stay_where_they_are);
    tcase_add_test(t, a_cleared_arena_gives_zeroed_memory_again);
    tcase_add_test(t, map_keeps_insertion_order_and_replaces);
    tcase_add_test(t, cutting_gives_every_field);
    tcase_add_test(t, distance_counts_edits_up_to_a_limit);
    tcase_add_test(t, strvec_serves_as_argv);
    tcase_add_test(t, lists_become_sentences);
    tcase_add_test(t, vectors_grow);
    tcase_add_test(t, a_set_knows_what_it_saw);
    tcase_add_test(t, texts_are_formatted);
    tcase_add_test(t, texts_grow_in_an_arena);
    tcase_add_test(t, an_array_in_an_arena_grows);
    tcase_add_loop_test(t, needles_are_found_wherever_they_are, 0, 50);
    tcase_add_test(t, bits_are_those_of_bytes);
    suite_add_tcase(s, t);
    return s;
}
