/* SHA-256, of bytes, files and folders; the only user of libcrypto. */
#include "hash/hash.h"

/* The plain functions, not EVP: EVP starts the whole provider machinery, which costs a run with nothing to do
 * half its time. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/internal.h"
#include "sys/fs.h"

struct hasher {
    SHA256_CTX ctx;
};

struct hasher *hasher_new(void)
{
    struct hasher *h = xmalloc(sizeof *h);
    SHA256_Init(&h->ctx);
    return h;
}

void hasher_add(struct hasher *h, const void *bytes, size_t len)
{
    SHA256_Update(&h->ctx, bytes, len);
}

void hex_write(const unsigned char *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

void hasher_finish(struct hasher *h, struct digest *out)
{
    unsigned char raw[32];
    SHA256_Final(raw, &h->ctx);
    hex_write(raw, sizeof raw, out->hex);
    hasher_free(h);
}

void hasher_free(struct hasher *h)
{
    free(h);
}

void digest_bytes(struct digest *out, const void *bytes, size_t len)
{
    struct hasher *h = hasher_new();
    hasher_add(h, bytes, len);
    hasher_finish(h, out);
}

/* Read, not mapped: a file that somebody cuts meanwhile must not end us. */
static int digest_rest(struct digest *out, int fd, const char *shown, struct err *e)
{
    char bytes[65536];
    ssize_t n;
    struct hasher *h = hasher_new();
    while ((n = file_take(fd, bytes, sizeof bytes, -1, shown, e)) > 0)
        hasher_add(h, bytes, (size_t)n);
    if (n < 0) {
        hasher_free(h);
        return -1;
    }
    hasher_finish(h, out);
    return 0;
}

int digest_descriptor(struct digest *out, int fd, const char *shown, struct err *e)
{
    if (lseek(fd, 0, SEEK_SET) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", shown);
    return digest_rest(out, fd, shown, e);
}

int digest_file(struct digest *out, const char *path, struct err *e)
{
    struct stat st;
    AUTO_CLOSE int fd = file_open_regular(path, &st, e);
    return fd < 0 ? -1 : digest_rest(out, fd, path, e);
}

bool digest_is_valid(const char *hex)
{
    return strspn(hex, "0123456789abcdef") == 64 && hex[64] == '\0';
}

static unsigned nibble(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 32) - 'a' + 10);
}

void digest_base64url(const struct digest *d, char out[44])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char raw[33] = {0};
    for (size_t i = 0; i < 32; i++)
        raw[i] = (unsigned char)(nibble(d->hex[2 * i]) << 4 | nibble(d->hex[2 * i + 1]));
    char *p = out;
    for (size_t i = 0; i < 33; i += 3) {
        uint32_t three = (uint32_t)raw[i] << 16 | (uint32_t)raw[i + 1] << 8 | raw[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            *p++ = alphabet[three >> shift & 63];
    }
    out[43] = '\0';
}

void uuid5(const char namespace_uuid[36], const void *name, size_t len, char out[37])
{
    unsigned char space[16];
    size_t at = 0;
    for (size_t i = 0; i < 36 && at < 16;) {
        if (namespace_uuid[i] == '-') {
            i++;
            continue;
        }
        space[at++] = (unsigned char)(nibble(namespace_uuid[i]) << 4 | nibble(namespace_uuid[i + 1]));
        i += 2;
    }
    SHA_CTX ctx;
    unsigned char raw[20];
    SHA1_Init(&ctx);
    SHA1_Update(&ctx, space, 16);
    SHA1_Update(&ctx, name, len);
    SHA1_Final(raw, &ctx);
    raw[6] = (unsigned char)((raw[6] & 0x0f) | 0x50);
    raw[8] = (unsigned char)((raw[8] & 0x3f) | 0x80);
    char hex[33];
    hex_write(raw, 16, hex);
    char *p = out;
    for (size_t i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            *p++ = '-';
        *p++ = hex[i];
    }
    *p = '\0';
}
