/* What is printed of many files as text: those that do not pass, as far as a screen or two go, and a line for
 * each of the others. A single file is told whole. */
#ifndef CLI_AUDIT_DIGEST_H
#define CLI_AUDIT_DIGEST_H

#include "base/str.h"

struct audit_digest {
    bool quiet; /* nothing of files that pass */
    size_t files;
    struct strbuf single; /* the first file, until there is a second */
    bool single_told;
    struct strbuf failing, passing;
    size_t failing_lines, passing_lines;
    size_t failing_left, passing_left; /* for which there was no room */
};

/* Adds one file; text is what would be told of it alone. told: more than a line is, among others. */
void audit_digest_add(struct audit_digest *digest, bool told, const char *text);

/* Adds what is to be printed behind the totals. */
void audit_digest_put(const struct audit_digest *digest, struct strbuf *out);
void audit_digest_release(struct audit_digest *digest);

#endif
