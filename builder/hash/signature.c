/* Signing and checking, by libcrypto. */
#include "hash/signature.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "hash/internal.h"
#include "sys/fs.h"

enum { KEY_BYTES = 32, SIGNATURE_BYTES = 64, FILE_BYTES_MAX = 64 << 10 };

static bool read_digits(unsigned char *out, size_t len, struct slice text)
{
    static const char digits[] = "0123456789abcdef";
    if (text.len != 2 * len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = text.ptr[i] ? strchr(digits, text.ptr[i]) : NULL;
        if (!digit)
            return false;
        out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] << 4 | (digit - digits) : digit - digits);
    }
    return true;
}

/* A key with a passphrase is none: there is nobody to ask. */
static int no_passphrase(char *buffer, int size, int writing, void *arg)
{
    (void)buffer, (void)size, (void)writing, (void)arg;
    return 0;
}

/* NULL when the file holds none of that kind. */
static EVP_PKEY *parse(const struct strbuf *text, bool private)
{
    BIO *bio = BIO_new_mem_buf(strbuf_str(text), (int)text->len);
    EVP_PKEY *key = bio && private ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
                    : bio          ? PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL)
                                   : NULL;
    BIO_free(bio);
    if (key && EVP_PKEY_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

static EVP_PKEY *read_key(const char *path, bool private, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, FILE_BYTES_MAX, e) < 0) {
        e->kind = ERR_USAGE;
        return NULL;
    }
    EVP_PKEY *key = parse(&text, private);
    if (!key && !private)
        key = parse(&text, true);
    if (text.len)
        memset(text.ptr, 0, text.len);
    if (!key)
        err_set(e, ERR_USAGE,
            "%s: holds no %s key of Ed25519 in PEM (`openssl genpkey -algorithm ed25519` makes one)", path,
            private ? "private" : "public");
    return key;
}

static void say_key(char digits[PUBLIC_KEY_DIGITS + 1], EVP_PKEY *key)
{
    unsigned char raw[KEY_BYTES];
    size_t len = sizeof raw;
    if (EVP_PKEY_get_raw_public_key(key, raw, &len) != 1 || len != sizeof raw)
        abort(); /* out of memory */
    hex_write(raw, len, digits);
}

int public_key_read(char digits[PUBLIC_KEY_DIGITS + 1], const char *path, struct err *e)
{
    EVP_PKEY *key = read_key(path, false, e);
    if (!key)
        return -1;
    say_key(digits, key);
    EVP_PKEY_free(key);
    return 0;
}

int text_sign(char key_digits[PUBLIC_KEY_DIGITS + 1], char signature[SIGNATURE_DIGITS + 1], const char *path,
    const char *text, struct err *e)
{
    unsigned char raw[SIGNATURE_BYTES];
    size_t len = sizeof raw;
    EVP_PKEY *key = read_key(path, true, e);
    if (!key)
        return -1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestSign(context, raw, &len, (const unsigned char *)text, strlen(text)) == 1;
    EVP_MD_CTX_free(context);
    say_key(key_digits, key);
    EVP_PKEY_free(key);
    if (!good)
        return err_set(e, ERR_USAGE, "%s: cannot be signed with", path);
    hex_write(raw, len, signature);
    return 0;
}

bool text_is_signed(struct slice key_digits, struct slice signature, const char *text)
{
    unsigned char raw_key[KEY_BYTES], raw[SIGNATURE_BYTES];
    if (!read_digits(raw_key, sizeof raw_key, key_digits) || !read_digits(raw, sizeof raw, signature))
        return false;
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw_key, sizeof raw_key);
    EVP_MD_CTX *context = key ? EVP_MD_CTX_new() : NULL;
    bool good = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(context, raw, sizeof raw, (const unsigned char *)text, strlen(text)) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}
