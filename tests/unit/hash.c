#include <check.h>

#include "hash/hash.h"

START_TEST(digests_are_sha256)
{
    struct digest d;
    digest_bytes(&d, "abc", 3); /* FIPS 180-2, appendix B.1 */
    ck_assert_str_eq(d.hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct hasher *h = hasher_new();
    hasher_add(h, "a", 1);
    hasher_add(h, "bc", 2);
    struct digest pieces;
    hasher_finish(h, &pieces);
    ck_assert_str_eq(pieces.hex, d.hex);
}
END_TEST

START_TEST(record_digests_are_urlsafe_without_padding)
{
    struct digest d;
    char text[44];
    digest_bytes(&d, "", 0);
    digest_base64url(&d, text);
    ck_assert_str_eq(text, "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}
END_TEST

START_TEST(validity_wants_64_lower_case_digits)
{
    static const struct {
        const char *hex;
        bool valid;
    } cases[] = {
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true},
        {"BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false},
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a", false},
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0", false},
        {"", false},
    };
    ck_assert_int_eq(digest_is_valid(cases[_i].hex), cases[_i].valid);
}
END_TEST

START_TEST(uuid5_agrees_with_the_rfc)
{
    char out[37]; /* RFC 9562, appendix A.4: DNS name space, "www.example.com" */
    uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com", 15, out);
    ck_assert_str_eq(out, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}
END_TEST

Suite *hash_suite(void)
{
    Suite *s = suite_create("hash");
    TCase *t = tcase_create("hash");
    tcase_add_test(t, digests_are_sha256);
    tcase_add_test(t, record_digests_are_urlsafe_without_padding);
    tcase_add_loop_test(t, validity_wants_64_lower_case_digits, 0, 5);
    tcase_add_test(t, uuid5_agrees_with_the_rfc);
    suite_add_tcase(s, t);
    return s;
}
