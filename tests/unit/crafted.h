/* Archives made byte by byte, so that they can be wrong in any way. */
#ifndef TESTS_CRAFTED_H
#define TESTS_CRAFTED_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "sys/fs.h"

/* Tables of them say only what matters about an entry. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* One entry of an archive to be made. */
struct entry {
    const char *name;
    char type;        /* of ustar: '0' file, '1' hard link, '2' link, '3' device, '5' folder, '6' FIFO */
    const char *text; /* content, or target of a link */
    unsigned mode;    /* 0: 0644 */
    uint64_t claims;  /* size written into the header instead of the content's */
    long mtime;
};

static void put_octal(char *field, size_t width, uint64_t value)
{
    for (size_t i = width - 1; i-- > 0; value >>= 3)
        field[i] = (char)('0' + (value & 7));
}

/* POSIX.1-1988 ustar; 12 octal digits of size hold 64 GiB. */
static void add_tar(struct strbuf *out, const struct entry *t)
{
    char h[512] = {0};
    const char *text = t->text ? t->text : "";
    bool is_link = t->type == '1' || t->type == '2';
    uint64_t size = is_link || t->type == '5' ? 0 : strlen(text);
    ck_assert_uint_lt(strlen(t->name), 100);
    memcpy(h, t->name, strlen(t->name));
    put_octal(h + 100, 8, t->mode ? t->mode : 0644);
    put_octal(h + 108, 8, 0);
    put_octal(h + 116, 8, 0);
    put_octal(h + 124, 12, t->claims ? t->claims : size);
    put_octal(h + 136, 12, t->mtime ? (uint64_t)t->mtime : 1000000000);
    memset(h + 148, ' ', 8);
    h[156] = t->type;
    if (is_link)
        memcpy(h + 157, text, strlen(text));
    memcpy(h + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof h; i++)
        sum += (unsigned char)h[i];
    put_octal(h + 148, 7, sum);
    strbuf_add(out, h, sizeof h);
    static const char zeros[512];
    strbuf_add(out, text, size);
    strbuf_add(out, zeros, (512 - size % 512) % 512);
}

static void end_tar(struct strbuf *out)
{
    static const char zeros[1024];
    strbuf_add(out, zeros, sizeof zeros);
}

static void write_archive(const char *path, const struct strbuf *bytes)
{
    struct err e = ERR_INIT;
    ck_assert_int_eq(file_write(path, bytes->ptr, bytes->len, 0644, &e), 0);
}

static void write_tar(const char *path, const struct entry *entries, size_t len)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    for (size_t i = 0; i < len && entries[i].name; i++)
        add_tar(&bytes, &entries[i]);
    end_tar(&bytes);
    write_archive(path, &bytes);
}

static void put(struct strbuf *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8)
        strbuf_addc(out, (char)(value & 255));
}

static uint32_t crc32_of(const char *text, size_t len)
{
    uint32_t crc = ~0U;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)text[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* A zip of stored entries (APPNOTE.TXT 4.3); mode's upper half goes where Unix keeps st_mode. */
struct zip_entry {
    const char *name, *text;
    unsigned mode, flags;
    bool bad_crc;
};

static void write_zip(const char *path, const struct zip_entry *entries, size_t len)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(strbuf) struct strbuf central = {0};
    for (size_t i = 0; i < len; i++) {
        const struct zip_entry *z = &entries[i];
        size_t size = strlen(z->text), at = bytes.len;
        uint32_t crc = crc32_of(z->text, size) + z->bad_crc;
        for (int in_central = 0; in_central < 2; in_central++) {
            struct strbuf *b = in_central ? &central : &bytes;
            put(b, in_central ? 0x02014b50 : 0x04034b50, 4);
            if (in_central)
                put(b, 3 << 8 | 20, 2); /* made by Unix */
            put(b, 20, 2);
            put(b, z->flags, 2);
            put(b, 0, 2);
            put(b, 0x21 << 16 | 0x6000, 4); /* 1980-01-01 12:00 */
            put(b, crc, 4);
            put(b, size, 4);
            put(b, size, 4);
            put(b, strlen(z->name), 2);
            put(b, 0, 2);
            if (in_central) {
                put(b, 0, 6);
                put(b, (uint64_t)z->mode << 16, 4);
                put(b, at, 4);
            }
            strbuf_adds(b, z->name);
        }
        strbuf_adds(&bytes, z->text);
    }
    size_t at = bytes.len;
    strbuf_add(&bytes, central.ptr, central.len);
    put(&bytes, 0x06054b50, 4);
    put(&bytes, 0, 4);
    put(&bytes, len, 2);
    put(&bytes, len, 2);
    put(&bytes, central.len, 4);
    put(&bytes, at, 4);
    put(&bytes, 0, 2);
    write_archive(path, &bytes);
}

#endif
