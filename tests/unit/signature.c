/* Signatures of Ed25519: the published vector, keys as openssl writes them, and who is trusted with a tree.
 */
#include "hash/signature.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/signed.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

/* RFC 8032 7.1, TEST 2: the message is one byte, "r". */
#define KEY "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define SIGNATURE                                                      \
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" \
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"

/* The secret key of the same vector (RFC 8410: SEQUENCE { 0, { 1.3.101.112 }, OCTET STRING }). */
static const char private_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
                                  "-----END PRIVATE KEY-----\n";

static char *folder;

static void setup(void)
{
    folder = scratch_make();
}

static void teardown(void)
{
    scratch_remove(folder);
}

static char *put(const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    char *path = path_join(folder, name);
    ck_assert_msg(file_write(path, text, strlen(text), 0600, &e) == 0, "%s", e.text);
    return path;
}

START_TEST(the_published_vector)
{
    ck_assert(text_is_signed(slice_of(KEY), slice_of(SIGNATURE), "r"));
    ck_assert(!text_is_signed(slice_of(KEY), slice_of(SIGNATURE), "s"));
    ck_assert(!text_is_signed(slice_of(KEY), slice_of(SIGNATURE), ""));
}
END_TEST

START_TEST(digits_may_be_anything)
{
    AUTO_FREE char *changed = xstrdup(SIGNATURE);
    changed[5] = '0';
    ck_assert(!text_is_signed(slice_of(KEY), slice_of(changed), "r"));
    changed[5] = 'g';
    ck_assert(!text_is_signed(slice_of(KEY), slice_of(changed), "r"));
    ck_assert(!text_is_signed(slice_of(KEY), slice_of(KEY), "r"));
    ck_assert(!text_is_signed(slice_of(""), slice_of(SIGNATURE), "r"));
    ck_assert(!text_is_signed(slice_of(SIGNATURE), slice_of(SIGNATURE), "r"));
}
END_TEST

START_TEST(keys_are_files)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = put("key.pem", private_pem);
    char key[PUBLIC_KEY_DIGITS + 1], signature[SIGNATURE_DIGITS + 1];
    ck_assert_msg(text_sign(key, signature, path, "r", &e) == 0, "%s", e.text);
    ck_assert_str_eq(key, KEY);
    ck_assert_str_eq(signature, SIGNATURE);
    ck_assert_int_eq(public_key_read(key, path, &e), 0); /* it holds that too */
    ck_assert_str_eq(key, KEY);
    AUTO_FREE char *other = put("other.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    ck_assert_int_eq(public_key_read(key, other, &e), -1);
    ck_assert_int_eq(e.kind, ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(e.text, "other.pem: holds no public key of Ed25519"));
    err_release(&e);
    AUTO_FREE char *missing = path_join(folder, "missing.pem");
    ck_assert_int_eq(text_sign(key, signature, missing, "r", &e), -1);
    ck_assert_int_eq(e.kind, ERR_USAGE);
}
END_TEST

/* A signature is of one key's tree with one manifest, and one of several lines is enough. */
START_TEST(a_tree_is_vouched_for)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf lines = {0};
    AUTO(strvec) struct strvec trusted = {0};
    AUTO_FREE char *key_file = put("key.pem", private_pem), *inside = path_join(folder, ".staticbuild");
    ck_assert_int_eq(folder_make(inside, &e), 0);
    AUTO_FREE char *manifest = put(".staticbuild/manifest", "all of it\n");
    strbuf_adds(&lines, "rsa 00 00\nnonsense\n");
    ck_assert_int_eq(tree_sign(&lines, folder, "step: a\n", key_file, &e), 0);
    ck_assert_int_eq(tree_is_vouched_for(folder, "step: a\n", lines.ptr, &trusted, &e), 0);
    strvec_push(&trusted, "0000000000000000000000000000000000000000000000000000000000000000");
    ck_assert_int_eq(tree_is_vouched_for(folder, "step: a\n", lines.ptr, &trusted, &e), 0);
    strvec_push(&trusted, KEY);
    ck_assert_int_eq(tree_is_vouched_for(folder, "step: a\n", lines.ptr, &trusted, &e), 1);
    ck_assert_int_eq(tree_is_vouched_for(folder, "step: b\n", lines.ptr, &trusted, &e), 0);
    ck_assert_int_eq(tree_is_vouched_for(folder, "step: a\n", "", &trusted, &e), 0);
    AUTO_FREE char *again = put(".staticbuild/manifest", "more of it\n");
    ck_assert_int_eq(tree_is_vouched_for(folder, "step: a\n", lines.ptr, &trusted, &e), 0);
}
END_TEST

Suite *signature_suite(void)
{
    Suite *s = suite_create("signature");
    TCase *t = tcase_create("signature");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_published_vector);
    tcase_add_test(t, digits_may_be_anything);
    tcase_add_test(t, keys_are_files);
    tcase_add_test(t, a_tree_is_vouched_for);
    suite_add_tcase(s, t);
    return s;
}
