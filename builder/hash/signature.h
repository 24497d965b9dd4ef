/* Ed25519 signatures (RFC 8032), with keys as files that `openssl genpkey -algorithm ed25519` writes. */
#ifndef HASH_SIGNATURE_H
#define HASH_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum { PUBLIC_KEY_DIGITS = 64, SIGNATURE_DIGITS = 128 };

/* Reads the public key of a PEM file (also of one that holds a private key) as hexadecimal digits. Fails
 * (ERR_USAGE). */
int public_key_read(char digits[PUBLIC_KEY_DIGITS + 1], const char *path, struct err *e);

/* Signs with the private key of a PEM file, and says with which. Fails (ERR_USAGE). */
int text_sign(char key[PUBLIC_KEY_DIGITS + 1], char signature[SIGNATURE_DIGITS + 1], const char *path,
    const char *text, struct err *e);

/* Whether that key made that signature of the text; digits may be anything. */
bool text_is_signed(struct slice key, struct slice signature, const char *text);

#endif
