/* Versions that code says, in images made by hand: two segments, one of code and one of constants. */
#include "inspect/answers.h"

#include <check.h>
#include <elf.h>
#include <endian.h>
#include <string.h>

#include "base/cleanup.h"
#include "inspect/recognise.h"

enum { CODE = 0x100, DATA = 0x300, SIZE = 0x400, APART = 0x1000 };

/* Where the constants are, seen from an instruction that ends so many bytes into the code. */
#define FROM(end)                                         \
    (unsigned char)((DATA + APART - CODE - (end)) & 255), \
        (unsigned char)((DATA + APART - CODE - (end)) >> 8), 0, 0

struct made {
    struct elf_image image;
    unsigned char bytes[SIZE];
};

static void make(
    struct made *m, uint16_t machine, const void *code, size_t code_size, const void *data, size_t data_size)
{
    Elf64_Phdr headers[] = {
        {.p_type = htole32(PT_LOAD),
            .p_flags = htole32(PF_R | PF_X),
            .p_offset = htole64(CODE),
            .p_vaddr = htole64(CODE),
            .p_filesz = htole64(code_size)},
        {.p_type = htole32(PT_LOAD),
            .p_flags = htole32(PF_R),
            .p_offset = htole64(DATA),
            .p_vaddr = htole64(DATA + APART),
            .p_filesz = htole64(data_size)},
    };
    ck_assert_uint_le(code_size, DATA - CODE);
    ck_assert_uint_le(data_size, SIZE - DATA);
    *m = (struct made){
        .image = {.bytes = m->bytes, .size = SIZE, .wide = true, .machine = machine, .segment_count = 2}};
    memcpy(m->bytes, headers, sizeof headers);
    memcpy(m->bytes + CODE, code, code_size);
    memcpy(m->bytes + DATA, data, data_size);
}

static const struct answer_case {
    const char *what, *library, *version; /* NULL: none is said */
    unsigned char code[64], data[24];
} cases[] = {
    {"a function returns it", "xxhash", "0.8.3", {0xb8, 0x23, 3, 0, 0, 0xc3, 0x90}, {0}},
    {"and is the last", "xxhash", "0.8.3", {[58] = 0xb8, 0x23, 3, 0, 0, 0xc3}, {0}},
    {"a number on the way is no answer", "xxhash", NULL, {0xb8, 0x23, 3, 0, 0, 0x90, 0xc3}, {0}},
    {"two that can be it", "xxhash", NULL, {0xb8, 0x23, 3, 0, 0, 0xc3, 0xb8, 0xbc, 2, 0, 0, 0xc3}, {0}},
    {"the same twice", "xxhash", "0.8.3", {0xb8, 0x23, 3, 0, 0, 0xc3, 0xb8, 0x23, 3, 0, 0, 0xc3}, {0}},
    {"one that cannot", "xxhash", NULL, {0xb8, 0x23, 0x30, 0, 0, 0xc3}, {0}},
    {"a release", "librdkafka", "2.8.0", {0xb8, 0xff, 0, 8, 2, 0xc3}, {0}},
    {"none", "librdkafka", NULL, {0xb8, 1, 0, 8, 2, 0xc3}, {0}},
    {"neighbours", "leveldb", "1.23", {0xb8, 1, 0, 0, 0, 0xc3, [16] = 0xb8, 23, 0, 0, 0, 0xc3}, {0}},
    {"not neighbours", "leveldb", NULL, {0xb8, 1, 0, 0, 0, 0xc3, [32] = 0xb8, 23, 0, 0, 0, 0xc3}, {0}},
    {"through arguments", "libzmq", "4.3.5",
        {0xc7, 7, 4, 0, 0, 0, 0xc7, 6, 3, 0, 0, 0, 0xc7, 2, 5, 0, 0, 0, 0xc3}, {0}},
    {"with something between", "libzmq", NULL,
        {0xc7, 7, 4, 0, 0, 0, 0xc7, 6, 3, 0, 0, 0, 0x90, 0xc7, 2, 5, 0, 0, 0, 0xc3}, {0}},
    {"stored", "openldap", "2.6.10", {0x41, 0xc7, 0x44, 0x24, 0x20, 0x82, 0x50, 0, 0}, {0}},
    {"handed on", "openldap", NULL, {0xbe, 0x82, 0x50, 0, 0}, {0}},
    {"the address of three", "libseccomp", "2.6.0", {0x48, 0x8d, 5, FROM(7), 0xc3},
        {2, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0}},
    {"beside two", "freetype", "2.13.3",
        {0x48, 0x8b, 5, FROM(7), 0x48, 0x89, 0x1a, 0xc7, 0x42, 0x10, 3, 0, 0, 0}, {2, 0, 0, 0, 13}},
    {"beside two in one", "freetype", "2.14.3",
        {0x48, 0xb9, 2, 0, 0, 0, 14, 0, 0, 0, 0x48, 0x89, 0x0a, 0xc7, 0x42, 0x10, 3, 0, 0, 0, 0xc7, 0x42,
            0x14, 1, 0, 0, 0},
        {0}},
    {"two in one, and nothing beside", "freetype", NULL,
        {0x48, 0xb9, 2, 0, 0, 0, 14, 0, 0, 0, [40] = 0xc7, 0x42, 0x10, 3, 0, 0, 0}, {0}},
    {"printed, with two on the stack", "leptonica", "1.86.0",
        {[6] = 0x6a, 0, 0xba, 1, 0, 0, 0, 0x41, 0xb9, 1, 0, 0, 0, 0x6a, 86, [48] = 0x4c, 0x8d, 5, FROM(55)},
        "leptonica-%d.%d.%d"},
    {"printed, all in registers", "leptonica", "1.84.1",
        {[20] = 0x41,
            0xb9,
            1,
            0,
            0,
            0,
            0x41,
            0xb8,
            84,
            0,
            0,
            0,
            0xb9,
            1,
            0,
            0,
            0,
            [48] = 0x48,
            0x8d,
            0x15,
            FROM(55)},
        "leptonica-%d.%d.%d"},
    {"something else printed", "leptonica", NULL,
        {[20] = 0x41,
            0xb9,
            1,
            0,
            0,
            0,
            0x41,
            0xb8,
            84,
            0,
            0,
            0,
            0xb9,
            1,
            0,
            0,
            0,
            [48] = 0x48,
            0x8d,
            0x15,
            FROM(55)},
        "leptonica %d.%d.%d"},
    {"a float", "cfitsio", "4.6.2", {0xf3, 0x0f, 0x10, 5, FROM(8), 0xf3, 0x0f, 0x11, 7, 0xc3},
        {0x2d, 0xed, 0x81, 0x40}},
};

START_TEST(numbers_are_versions)
{
    const struct answer_case *c = &cases[_i];
    AUTO(arena) struct arena a = {0};
    struct made m;
    make(&m, EM_X86_64, c->code, sizeof c->code, c->data, sizeof c->data);
    const char *version = answers_version(answers_read(&m.image, &a, NULL, NULL, NULL), c->library);
    ck_assert_msg(c->version ? version && strcmp(version, c->version) == 0 : !version, "%s: %s", c->what,
        version ? version : "none");
}
END_TEST

enum {
    MOVZ_W0 = 0x52800000,
    MOVK_W0_UPPER = 0x72a00000,
    RETURN = (int)0xd65f03c0,
    ADRP_X0 = (int)0x90000000,
    ADD_X0_X0 = (int)0x91000000,
    NOP = (int)0xd503201f
};

static const struct {
    const char *library, *version;
    int words[6];
} aarch64[] = {
    {"xxhash", "0.8.3", {MOVZ_W0 | 803 << 5, RETURN}},
    {"xxhash", NULL, {MOVZ_W0 | 803 << 5, NOP, RETURN}},
    {"librdkafka", "2.8.0", {MOVZ_W0 | 0x00ff << 5, MOVK_W0_UPPER | 0x0208 << 5, RETURN}},
    /* One page on, which is bit 29 */
    {"libseccomp", "2.6.0", {ADRP_X0 | 1 << 29, ADD_X0_X0 | DATA << 10, RETURN}},
    {"libseccomp", NULL, {ADD_X0_X0 | DATA << 10, RETURN}},
};

START_TEST(numbers_are_versions_on_aarch64)
{
    AUTO(arena) struct arena a = {0};
    struct made m;
    static const unsigned char data[] = {2, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0};
    uint32_t code[COUNT(aarch64[0].words)];
    for (size_t i = 0; i < COUNT(code); i++)
        code[i] = htole32((uint32_t)aarch64[_i].words[i]);
    make(&m, EM_AARCH64, code, sizeof code, data, sizeof data);
    const char *version = answers_version(answers_read(&m.image, &a, NULL, NULL, NULL), aarch64[_i].library);
    ck_assert_pstr_eq(version, aarch64[_i].version);
}
END_TEST

/* What was seen of a library, what stands among the constants, and which version it comes to. pointed: code
 * takes the address of byte 4 of them; returned: a function returns it. */
static const struct {
    const char *what, *library, *seen[3], *data, *version;
    bool pointed, returned;
} texts[] = {
    {"behind the end of a table", "c-ares", {"CARES_HOSTS"}, "89.-1.34.9", "1.34.9", false, true},
    {"a function returns it, another is somewhere", "c-ares", {"CARES_HOSTS", "1.12.0"}, "89.-1.34.9",
        "1.34.9", false, true},
    {"something points to it, another is somewhere", "c-ares", {"CARES_HOSTS", "1.12.0"}, "89.-1.34.9", "",
        true, false},
    {"nothing points to it", "c-ares", {"CARES_HOSTS"}, "89.-1.34.9", "", false, false},
    {"three characters", "libev", {"LIBEV_FLAGS"}, "\0\0\0\0004.4", "4.4", true, false},
    {"three characters, and longer ones", "libev", {"LIBEV_FLAGS", "4.33"}, "\0\0\0\0004.4", "4.33", true,
        false},
    {"three characters where versions have three parts", "c-ares", {"CARES_HOSTS"}, "\0\0\0\0001.9", "", true,
        false},
    {"words with the version behind a table", "lmdb", {"MDB_KEYEXIST: Key/data pair already exists"},
        "9.-LMDB 0.9.24: (July 24, 2019)", "0.9.24", false, false},
    {"in a sentence", "lmdb", {"MDB_KEYEXIST: Key/data pair already exists"},
        "not LMDB 0.9.24: (July 24, 2019)", "", false, false},
};

START_TEST(texts_are_looked_for_closer)
{
    AUTO(arena) struct arena a = {0};
    struct made m;
    unsigned char code[] = {0x48, 0x8d, 5, FROM(7 - 4), texts[_i].returned ? 0xc3 : 0x90};
    char data[64] = {0};
    memcpy(data, texts[_i].data, 4 + strlen(texts[_i].data + 4));
    make(&m, EM_X86_64, code, texts[_i].pointed || texts[_i].returned ? sizeof code : 0, data, sizeof data);
    struct recogniser *r = recogniser_new(&a);
    for (size_t i = 0; i < COUNT(texts[_i].seen) && texts[_i].seen[i]; i++)
        recogniser_text(r, texts[_i].seen[i], strlen(texts[_i].seen[i]) + 1);
    size_t count;
    struct recognised *found = recogniser_settle(r, &m.image, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(found->library->name, texts[_i].library);
    ck_assert_msg(strcmp(found->version, texts[_i].version) == 0, "%s: %s", texts[_i].what, found->version);
}
END_TEST

Suite *answers_suite(void)
{
    Suite *s = suite_create("answers");
    TCase *t = tcase_create("answers");
    tcase_add_loop_test(t, numbers_are_versions, 0, COUNT(cases));
    tcase_add_loop_test(t, numbers_are_versions_on_aarch64, 0, COUNT(aarch64));
    tcase_add_loop_test(t, texts_are_looked_for_closer, 0, COUNT(texts));
    suite_add_tcase(s, t);
    return s;
}
