#include <check.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "zip/format.h"
#include "zip/name.h"
#include "zip/reader.h"
#include "zip/writer.h"

static const int64_t NOON = 1706702400; /* 2024-01-31 12:00:00 UTC */

struct file {
    const char *name;
    bool executable;
    const char *text;
};

/* Packs the files and gives the archive's bytes. */
static void pack(struct strbuf *out, const struct file *files, size_t len, int64_t time_s)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_CLOSE int fd = memfd_create("zip", MFD_CLOEXEC);
    struct zip_writer *w = zip_writer_new(fd, "t.whl", time_s, ZIP_LEVEL_DEFAULT);
    for (size_t i = 0; i < len; i++)
        ck_assert_int_eq(
            zip_writer_add(w, files[i].name, files[i].executable, files[i].text, strlen(files[i].text), &e),
            0);
    ck_assert_int_eq(zip_writer_finish(w, &e), 0);
    zip_writer_free(w);
    char buffer[4096];
    ssize_t n;
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        strbuf_add(out, buffer, (size_t)n);
}

static const struct file two[] = {
    {"a.py", false, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {"p/b.so", true, "bc"},
};

static void pack_two(struct strbuf *out)
{
    pack(out, two, 2, NOON);
}

static unsigned char *bytes_of(struct strbuf *b)
{
    return (unsigned char *)b->ptr;
}

/* Where the nth header of this kind starts. */
static unsigned char *header(struct strbuf *b, uint32_t magic, int nth)
{
    for (size_t i = 0; i + 4 <= b->len; i++)
        if (little32(bytes_of(b) + i) == magic && nth-- == 0)
            return bytes_of(b) + i;
    ck_abort_msg("no header %08x", (unsigned)magic);
    return NULL;
}

static unsigned char *end_of(struct strbuf *b)
{
    return bytes_of(b) + b->len - END_SIZE;
}

/* Puts bytes in at a place before the central directory's offset is read, and moves that offset. */
static void insert(struct strbuf *b, size_t at, const char *bytes, size_t len)
{
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_add(&out, b->ptr, at);
    strbuf_add(&out, bytes, len);
    strbuf_add(&out, b->ptr + at, b->len - at);
    strbuf_release(b);
    *b = out;
    out = (struct strbuf){0};
}

START_TEST(what_was_packed_is_read_back)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf b = {0};
    pack_two(&b);
    AUTO(zip) struct zip z;
    ck_assert_int_eq(zip_parse(&z, "t.whl", b.ptr, b.len, &e), 0);
    ck_assert_uint_eq(z.len, 2);
    ck_assert_uint_eq(z.facts | z.all_facts, 0);
    ck_assert_uint_eq(z.total_plain_bytes, strlen(two[0].text) + 2);
    ck_assert_int_eq(z.members[0].method, METHOD_DEFLATED);
    ck_assert_int_eq(z.members[1].method, METHOD_STORED);
    ck_assert_uint_eq(z.members[0].mode, 0100644);
    ck_assert_uint_eq(z.members[1].mode, 0100755);
    AUTO(zip_scratch) struct zip_scratch s = {0};
    for (size_t i = 0; i < 2; i++) {
        struct slice text;
        ck_assert_int_eq(zip_read(zip_find(&z, two[i].name), 1000, &s, &text, &e), 0);
        ck_assert(slice_is(text, two[i].text));
    }
    ck_assert_ptr_null(zip_find(&z, "a.pyc"));
}
END_TEST

START_TEST(local_headers_hold_everything)
{
    AUTO(strbuf) struct strbuf b = {0};
    pack_two(&b);
    unsigned char *p = header(&b, LOCAL_MAGIC, 1);
    ck_assert_uint_eq(little16(p + LOCAL_FLAGS), 0);
    ck_assert_uint_eq(little16(p + LOCAL_EXTRA_LEN), 0);
    ck_assert_uint_eq(little32(p + LOCAL_PLAIN), 2);
    ck_assert_uint_eq(little32(p + LOCAL_CRC), 0xc2a92b38); /* crc32(b"bc") */
    ck_assert_uint_eq(little16(end_of(&b) + END_COMMENT_LEN), 0);
}
END_TEST

START_TEST(the_same_members_give_the_same_bytes_in_any_zone)
{
    AUTO(strbuf) struct strbuf here = {0}, there = {0};
    setenv("TZ", "UTC", 1);
    tzset();
    pack_two(&here);
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    pack_two(&there);
    unsetenv("TZ");
    tzset();
    ck_assert_uint_eq(here.len, there.len);
    ck_assert_mem_eq(here.ptr, there.ptr, here.len);
}
END_TEST

static const struct {
    int64_t time_s;
    unsigned date, time;
} times[] = {
    {0, 1 << 5 | 1, 0},                                            /* before 1980: the first moment */
    {NOON, 44 << 9 | 1 << 5 | 31, 12 << 11},                       /* an ordinary one */
    {NOON + 3, 44 << 9 | 1 << 5 | 31, 12 << 11 | 1},               /* odd seconds go down */
    {INT64_MAX, 127 << 9 | 12 << 5 | 31, 23 << 11 | 59 << 5 | 29}, /* after 2107: the last moment */
};

START_TEST(times_are_clamped_to_what_a_zip_can_say)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf b = {0};
    pack(&b, two, 2, times[_i].time_s);
    AUTO(zip) struct zip z;
    ck_assert_int_eq(zip_parse(&z, "t", b.ptr, b.len, &e), 0);
    ck_assert_uint_eq(z.members[0].dos_date, times[_i].date);
    ck_assert_uint_eq(z.members[0].dos_time, times[_i].time);
}
END_TEST

static const char *const bad_names[] = {"", "/a", "../a", "a/../b", "a//b", "./a", "a/", "a\\b", "a\nb",
    "C:a", "\xff", "\xc0\x80", "\xed\xa0\x80", "a.py" /* added twice */};

START_TEST(names_that_could_mislead_are_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_CLOSE int fd = memfd_create("zip", MFD_CLOEXEC);
    struct zip_writer *w = zip_writer_new(fd, "t.whl", 0, 1);
    ck_assert_int_eq(zip_writer_add(w, "a.py", false, "", 0, &e), 0);
    ck_assert_int_eq(zip_writer_add(w, bad_names[_i], false, "", 0, &e), -1);
    ck_assert_int_eq(e.kind, ERR_PACKAGE);
    ck_assert_ptr_nonnull(strstr(e.text, "t.whl: member"));
    zip_writer_free(w);
}
END_TEST

START_TEST(the_utf8_flag_is_set_only_when_needed)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf b = {0};
    const struct file files[] = {{"a", false, ""}, {"\xc3\xa9", false, ""}};
    pack(&b, files, 2, 0);
    AUTO(zip) struct zip z;
    ck_assert_int_eq(zip_parse(&z, "t", b.ptr, b.len, &e), 0);
    ck_assert_uint_eq(z.members[0].flags, 0);
    ck_assert_uint_eq(z.members[1].flags, FLAG_UTF8);
    ck_assert_uint_eq(z.all_facts, 0);
}
END_TEST

START_TEST(four_gigabytes_are_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_CLOSE int fd = memfd_create("zip", MFD_CLOEXEC);
    struct zip_writer *w = zip_writer_new(fd, "t.whl", 0, 1);
    ck_assert_int_eq(zip_writer_add(w, "a", false, "", (size_t)1 << 32, &e), -1); /* not looked at */
    ck_assert_ptr_nonnull(strstr(e.text, "4 GiB"));
    zip_writer_free(w);
}
END_TEST

START_TEST(a_full_disk_is_the_systems_no)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_CLOSE int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct zip_writer *w = zip_writer_new(fd, "t.whl", 0, 1);
    ck_assert_int_eq(zip_writer_add(w, "a", false, "x", 1, &e), -1);
    ck_assert_int_eq(e.kind, ERR_REFUSED);
    zip_writer_free(w);
}
END_TEST

/* Each changes an archive of two and says what must be seen. */
static void descriptor_flag(struct strbuf *b)
{
    put16(header(b, LOCAL_MAGIC, 0) + LOCAL_FLAGS, FLAG_DESCRIPTOR);
    put16(header(b, CENTRAL_MAGIC, 0) + CENTRAL_FLAGS, FLAG_DESCRIPTOR);
}
static void other_local_name(struct strbuf *b)
{
    header(b, LOCAL_MAGIC, 1)[LOCAL_SIZE] = 'q';
}
static void other_local_crc(struct strbuf *b)
{
    header(b, LOCAL_MAGIC, 1)[LOCAL_CRC] ^= 1;
}
static void other_local_size(struct strbuf *b)
{
    header(b, LOCAL_MAGIC, 1)[LOCAL_PLAIN] ^= 1;
}
static void other_local_method(struct strbuf *b)
{
    header(b, LOCAL_MAGIC, 1)[LOCAL_METHOD] = METHOD_DEFLATED;
}
static void symlink_mode(struct strbuf *b)
{
    put16(header(b, CENTRAL_MAGIC, 1) + CENTRAL_ATTRIBUTES + 2, 0120777);
}
static void device_mode(struct strbuf *b)
{
    put16(header(b, CENTRAL_MAGIC, 1) + CENTRAL_ATTRIBUTES + 2, 0060644);
}
static void setuid_mode(struct strbuf *b)
{
    put16(header(b, CENTRAL_MAGIC, 1) + CENTRAL_ATTRIBUTES + 2, 0104755);
}
static void rename_both(struct strbuf *b, int nth, const char *name)
{
    memcpy(header(b, LOCAL_MAGIC, nth) + LOCAL_SIZE, name, strlen(name));
    memcpy(header(b, CENTRAL_MAGIC, nth) + CENTRAL_SIZE, name, strlen(name));
}
static void absolute_name(struct strbuf *b)
{
    rename_both(b, 1, "/etc/x");
}
static void parent_name(struct strbuf *b)
{
    rename_both(b, 1, "../b.x");
}
static void folder_name(struct strbuf *b)
{
    rename_both(b, 1, "folde/");
}
static void odd_name(struct strbuf *b)
{
    rename_both(b, 1, "a\\b.so");
}
static void local_offset_wrong(struct strbuf *b)
{
    put32(header(b, CENTRAL_MAGIC, 1) + CENTRAL_OFFSET, 7);
}
static void local_offset_huge(struct strbuf *b)
{
    put32(header(b, CENTRAL_MAGIC, 1) + CENTRAL_OFFSET, 0xfffffff0u);
}
static void packed_huge(struct strbuf *b)
{
    put32(header(b, CENTRAL_MAGIC, 0) + CENTRAL_PACKED, 0xfffffff0u);
}
static void two_members_one_data(struct strbuf *b)
{
    size_t offset = little32(header(b, CENTRAL_MAGIC, 0) + CENTRAL_OFFSET);
    put32(header(b, CENTRAL_MAGIC, 1) + CENTRAL_OFFSET, (uint32_t)offset);
}
static void encrypted(struct strbuf *b)
{
    header(b, CENTRAL_MAGIC, 1)[CENTRAL_FLAGS] |= FLAG_ENCRYPTED;
}
static void lzma(struct strbuf *b)
{
    header(b, CENTRAL_MAGIC, 1)[CENTRAL_METHOD] = 14;
}
static void impossible_size(struct strbuf *b)
{
    put32(header(b, CENTRAL_MAGIC, 0) + CENTRAL_PLAIN, 1u << 30);
}
static void utf8_flag(struct strbuf *b)
{
    put16(header(b, LOCAL_MAGIC, 0) + LOCAL_FLAGS, FLAG_UTF8);
    put16(header(b, CENTRAL_MAGIC, 0) + CENTRAL_FLAGS, FLAG_UTF8);
}
static void central_extra(struct strbuf *b)
{
    unsigned char *p = header(b, CENTRAL_MAGIC, 1);
    put16(p + CENTRAL_EXTRA_LEN, 4);
    put32(end_of(b) + END_DIRECTORY_SIZE, little32(end_of(b) + END_DIRECTORY_SIZE) + 4);
    insert(b, b->len - END_SIZE, "\xaa\x55\0\0", 4);
}
static void local_extra(struct strbuf *b)
{
    unsigned char *p = header(b, LOCAL_MAGIC, 1);
    put16(p + LOCAL_EXTRA_LEN, 4);
    put32(end_of(b) + END_DIRECTORY_OFFSET, little32(end_of(b) + END_DIRECTORY_OFFSET) + 4);
    insert(b, (size_t)(p - bytes_of(b)) + LOCAL_SIZE + 6, "\xaa\x55\0\0", 4);
}
static void member_comment(struct strbuf *b)
{
    put16(header(b, CENTRAL_MAGIC, 1) + CENTRAL_COMMENT_LEN, 2);
    put32(end_of(b) + END_DIRECTORY_SIZE, little32(end_of(b) + END_DIRECTORY_SIZE) + 2);
    insert(b, b->len - END_SIZE, "hi", 2);
}
static void nul_in_name(struct strbuf *b)
{
    header(b, LOCAL_MAGIC, 1)[LOCAL_SIZE + 2] = 0;
    header(b, CENTRAL_MAGIC, 1)[CENTRAL_SIZE + 2] = 0;
}
static void archive_comment(struct strbuf *b)
{
    put16(end_of(b) + END_COMMENT_LEN, 2);
    strbuf_adds(b, "hi");
}
static void trailing(struct strbuf *b)
{
    strbuf_adds(b, "hi");
}
static void second_end(struct strbuf *b)
{
    AUTO(strbuf) struct strbuf copy = {0};
    strbuf_add(&copy, b->ptr, b->len);
    put16(end_of(b) + END_COMMENT_LEN, (unsigned)copy.len + 1);
    strbuf_add(b, copy.ptr, copy.len);
    strbuf_adds(b, "x");
}
static void prefix(struct strbuf *b)
{
    insert(b, 0, "#!/bin/sh\n", 10);
}
static void gap(struct strbuf *b)
{
    size_t at = (size_t)(header(b, CENTRAL_MAGIC, 0) - bytes_of(b));
    put32(end_of(b) + END_DIRECTORY_OFFSET, (uint32_t)at + 3);
    insert(b, at, "xyz", 3);
}
static void wrong_count(struct strbuf *b)
{
    put16(end_of(b) + END_COUNT, 3);
    put16(end_of(b) + END_COUNT_DISK, 3);
}
static void disks(struct strbuf *b)
{
    put16(end_of(b) + END_DISK, 1);
}

static const struct {
    void (*change)(struct strbuf *b);
    uint32_t member_facts, facts;
    bool readable; /* the second member, still */
} tricks[] = {
    {descriptor_flag, ZIP_DESCRIPTOR, 0, true},
    {other_local_name, ZIP_LOCAL_DIFFERS, 0, true},
    {other_local_crc, ZIP_LOCAL_DIFFERS, 0, true},
    {other_local_size, ZIP_LOCAL_DIFFERS, 0, true},
    {other_local_method, ZIP_LOCAL_DIFFERS, 0, true},
    {symlink_mode, ZIP_SYMLINK, 0, true},
    {device_mode, ZIP_SPECIAL, 0, true},
    {setuid_mode, ZIP_SETUID, 0, true},
    {absolute_name, ZIP_ABSOLUTE, 0, true},
    {parent_name, ZIP_PARENT, 0, true},
    {folder_name, ZIP_FOLDER, 0, true},
    {odd_name, ZIP_NAME, 0, true},
    {nul_in_name, ZIP_NAME, 0, true},
    {local_offset_wrong, ZIP_LOCAL_MISSING, ZIP_GAP, false},
    {local_offset_huge, ZIP_LOCAL_MISSING, ZIP_GAP, false},
    {packed_huge, ZIP_LOCAL_MISSING, ZIP_GAP, true},
    {two_members_one_data, ZIP_OVERLAP | ZIP_LOCAL_DIFFERS, ZIP_GAP, false},
    {encrypted, ZIP_ENCRYPTED | ZIP_LOCAL_DIFFERS, 0, false},
    {lzma, ZIP_METHOD | ZIP_LOCAL_DIFFERS, 0, false},
    {impossible_size, ZIP_SIZE | ZIP_BOMB | ZIP_LOCAL_DIFFERS, 0, true},
    {utf8_flag, ZIP_UTF8_FLAG, 0, true},
    {central_extra, ZIP_EXTRA, 0, true},
    {local_extra, ZIP_EXTRA, 0, true},
    {member_comment, ZIP_MEMBER_COMMENT, 0, true},
    {archive_comment, 0, ZIP_COMMENT, true},
    {trailing, 0, ZIP_TRAILING, true},
    {second_end, 0, ZIP_TRAILING | ZIP_TWO_ENDS | ZIP_PREFIX, true},
    {prefix, 0, ZIP_PREFIX, true},
    {gap, 0, ZIP_GAP, true},
    {wrong_count, 0, ZIP_COUNT, true},
    {disks, 0, ZIP_DISKS, true},
};

START_TEST(each_trick_is_a_fact)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf b = {0};
    pack_two(&b);
    tricks[_i].change(&b);
    AUTO(zip) struct zip z;
    ck_assert_msg(zip_parse(&z, "t", b.ptr, b.len, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(z.all_facts, tricks[_i].member_facts);
    ck_assert_uint_eq(z.facts, tricks[_i].facts);
    AUTO(zip_scratch) struct zip_scratch s = {0};
    struct slice text = {0};
    ck_assert_int_eq(zip_read(&z.members[1], 1000, &s, &text, &e), tricks[_i].readable ? 0 : -1);
}
END_TEST

START_TEST(the_same_name_twice_is_a_fact)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf b = {0};
    const struct file files[] = {{"a", false, "1"}, {"b", false, "2"}, {"c", false, "3"}};
    pack(&b, files, 3, 0);
    rename_both(&b, 2, "a");
    AUTO(zip) struct zip z;
    ck_assert_int_eq(zip_parse(&z, "t", b.ptr, b.len, &e), 0);
    ck_assert_uint_eq(z.members[0].facts, 0);
    ck_assert_uint_eq(z.members[2].facts, ZIP_DUPLICATE);
    ck_assert_ptr_eq(zip_find(&z, "a"), &z.members[2]);
}
END_TEST

START_TEST(contents_are_checked)
{
    AUTO(strbuf) struct strbuf b = {0};
    pack_two(&b);
    static const struct {
        int nth, at;
        const char *says;
    } changes[] = {
        {0, CENTRAL_CRC, "CRC-32"},
        {1, CENTRAL_CRC, "CRC-32"},
        {0, CENTRAL_PLAIN, "bytes the directory says"},
        {0, CENTRAL_PACKED, "damaged"},
    };
    for (size_t i = 0; i < COUNT(changes); i++) {
        AUTO(err) struct err e = ERR_INIT;
        unsigned char *p = header(&b, CENTRAL_MAGIC, changes[i].nth) + changes[i].at;
        *p -= 1;
        AUTO(zip) struct zip z;
        AUTO(zip_scratch) struct zip_scratch s = {0};
        struct slice text;
        ck_assert_int_eq(zip_parse(&z, "t", b.ptr, b.len, &e), 0);
        ck_assert_int_eq(zip_read(&z.members[changes[i].nth], 1000, &s, &text, &e), -1);
        ck_assert_msg(strstr(e.text, changes[i].says) != NULL, "%s", e.text);
        *p += 1;
    }
}
END_TEST

START_TEST(a_member_over_the_limit_is_not_inflated)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf b = {0};
    pack_two(&b);
    AUTO(zip) struct zip z;
    AUTO(zip_scratch) struct zip_scratch s = {0};
    struct slice text;
    ck_assert_int_eq(zip_parse(&z, "t", b.ptr, b.len, &e), 0);
    ck_assert_int_eq(zip_read(&z.members[0], 10, &s, &text, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "limit of 10"));
    ck_assert_ptr_null(s.buffer);
}
END_TEST

START_TEST(an_archive_cut_anywhere_is_an_error)
{
    AUTO(strbuf) struct strbuf b = {0};
    pack_two(&b);
    for (size_t len = 0; len < b.len; len++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO_FREE char *copy = malloc(len ? len : 1); /* so that ASan sees a read past the end */
        memcpy(copy, b.ptr, len);
        struct zip z;
        ck_assert_int_eq(zip_parse(&z, "t.whl", copy, len, &e), -1);
        ck_assert_int_eq(e.kind, ERR_PACKAGE);
        ck_assert(str_starts(e.text, "t.whl: "));
    }
}
END_TEST

START_TEST(any_byte_changed_gives_facts_or_an_error)
{
    static const unsigned char values[] = {0, 0x7f, 0xff};
    AUTO(strbuf) struct strbuf b = {0};
    pack_two(&b);
    for (size_t at = 0; at < b.len; at++)
        for (size_t v = 0; v < sizeof values; v++) {
            AUTO(err) struct err e = ERR_INIT;
            unsigned char before = bytes_of(&b)[at];
            bytes_of(&b)[at] = values[v];
            AUTO(zip) struct zip z;
            if (zip_parse(&z, "t", b.ptr, b.len, &e) == 0)
                for (size_t i = 0; i < z.len; i++) {
                    AUTO(zip_scratch) struct zip_scratch s = {0};
                    AUTO(err) struct err ignored = ERR_INIT;
                    struct slice text;
                    if (zip_read(&z.members[i], 1000, &s, &text, &ignored) == 0)
                        ck_assert_uint_le(text.len, 1000);
                }
            bytes_of(&b)[at] = before;
        }
}
END_TEST

START_TEST(zip64_is_read)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf b = {0};
    const struct file one[] = {{"a", false, "hello"}};
    pack(&b, one, 1, 0);
    unsigned char *central = header(&b, CENTRAL_MAGIC, 0), *end = end_of(&b);
    size_t directory = little32(end + END_DIRECTORY_OFFSET), at = (size_t)(end - bytes_of(&b));
    unsigned char extra[12] = {1, 0, 8, 0, 5};
    unsigned char tail[END64_SIZE + LOCATOR64_SIZE] = {0};
    put32(central + CENTRAL_PLAIN, UINT32_MAX);
    put16(central + CENTRAL_EXTRA_LEN, sizeof extra);
    put32(end + END_DIRECTORY_OFFSET, UINT32_MAX);
    put32(tail, END64_MAGIC);
    tail[24] = tail[32] = 1;
    put32(tail + 40, (uint32_t)(at - directory + sizeof extra));
    put32(tail + 48, (uint32_t)directory);
    put32(tail + END64_SIZE, LOCATOR64_MAGIC);
    put32(tail + END64_SIZE + 8, (uint32_t)(at + sizeof extra));
    insert(&b, at, (char *)tail, sizeof tail);
    insert(&b, at, (char *)extra, sizeof extra);
    AUTO(zip) struct zip z;
    ck_assert_msg(zip_parse(&z, "t", b.ptr, b.len, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(z.facts, ZIP_ZIP64);
    ck_assert_uint_eq(z.all_facts, ZIP_MEMBER_ZIP64 | ZIP_EXTRA);
    AUTO(zip_scratch) struct zip_scratch s = {0};
    struct slice text;
    ck_assert_int_eq(zip_read(&z.members[0], 1000, &s, &text, &e), 0);
    ck_assert(slice_is(text, "hello"));
}
END_TEST

START_TEST(every_fact_has_words)
{
    for (int i = 0; i < ZIP_MEMBER_FACTS; i++)
        ck_assert_str_ne(zip_member_fact_text(UINT32_C(1) << i), "");
    for (int i = 0; i < ZIP_FACTS; i++)
        ck_assert_str_ne(zip_fact_text(UINT32_C(1) << i), "");
}
END_TEST

Suite *zip_suite(void)
{
    Suite *s = suite_create("zip");
    TCase *t = tcase_create("writer");
    tcase_add_test(t, what_was_packed_is_read_back);
    tcase_add_test(t, local_headers_hold_everything);
    tcase_add_test(t, the_same_members_give_the_same_bytes_in_any_zone);
    tcase_add_loop_test(t, times_are_clamped_to_what_a_zip_can_say, 0, COUNT(times));
    tcase_add_loop_test(t, names_that_could_mislead_are_refused, 0, COUNT(bad_names));
    tcase_add_test(t, the_utf8_flag_is_set_only_when_needed);
    tcase_add_test(t, four_gigabytes_are_refused);
    tcase_add_test(t, a_full_disk_is_the_systems_no);
    suite_add_tcase(s, t);
    t = tcase_create("reader");
    tcase_add_loop_test(t, each_trick_is_a_fact, 0, COUNT(tricks));
    tcase_add_test(t, the_same_name_twice_is_a_fact);
    tcase_add_test(t, contents_are_checked);
    tcase_add_test(t, a_member_over_the_limit_is_not_inflated);
    tcase_add_test(t, an_archive_cut_anywhere_is_an_error);
    tcase_add_test(t, any_byte_changed_gives_facts_or_an_error);
    tcase_add_test(t, zip64_is_read);
    tcase_add_test(t, every_fact_has_words);
    suite_add_tcase(s, t);
    return s;
}
