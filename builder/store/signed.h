/* Who vouches for a tree that comes from elsewhere. What is signed is that a key's tree has this manifest,
 * which holds every byte of it:
 *
 *     staticbuild-tree 1
 *     key SHA256
 *     manifest SHA256
 *
 * A signature is a line "ed25519 PUBLIC-KEY SIGNATURE", in hexadecimal digits. */
#ifndef STORE_SIGNED_H
#define STORE_SIGNED_H

#include "base/err.h"
#include "base/str.h"

/* Adds the line for a finished tree, by the private key of that PEM file. */
int tree_sign(
    struct strbuf *out, const char *tree, const char *key_text, const char *key_file, struct err *e);

/* Whether one of the lines is a signature of that tree by one of the trusted public keys (hexadecimal
 * digits): 1, 0, or -1. */
int tree_is_vouched_for(
    const char *tree, const char *key_text, const char *lines, const struct strvec *trusted, struct err *e);

#endif
