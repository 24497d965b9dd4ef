/* Python versions and specifier sets (PEP 440, the living text at packaging.python.org "Version specifiers").
 */
#ifndef PYTHON_PEP440_H
#define PYTHON_PEP440_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    PEP440_RELEASE_MAX = 16, /* parts of "1.2.3"; more are refused */
    PEP440_LOCAL_MAX = 63,   /* bytes of the part behind "+"; more are refused */
};

struct pep440_version {
    uint64_t epoch;
    uint64_t release[PEP440_RELEASE_MAX];
    size_t release_count;
    enum { PEP440_FINAL, PEP440_ALPHA, PEP440_BETA, PEP440_CANDIDATE } pre;
    uint64_t pre_number;
    bool is_post, is_dev;
    uint64_t post, dev;
    char local[PEP440_LOCAL_MAX + 1]; /* lower case, dotted, without the plus; "" for none */
};

/* Reads any spelling that PEP 440 takes ("v1.0-Alpha1"). Fails (ERR_PACKAGE) saying what was found. */
int pep440_parse(struct pep440_version *v, const char *text, struct err *e);

/* Below 0, 0, above 0, as PEP 440 orders versions, local parts included. */
int pep440_compare(const struct pep440_version *a, const struct pep440_version *b);

/* An alpha, beta, candidate or development release. */
bool pep440_is_prerelease(const struct pep440_version *v);

/* The normal form, "1.0a1"; the caller frees it. */
char *pep440_format(const struct pep440_version *v);

/* One clause of a specifier set. */
struct pep440_clause {
    enum pep440_operator {
        PEP440_COMPATIBLE, /* ~= */
        PEP440_EQUAL,      /* == */
        PEP440_NOT_EQUAL,  /* != */
        PEP440_AT_MOST,    /* <= */
        PEP440_AT_LEAST,   /* >= */
        PEP440_BELOW,      /* <  */
        PEP440_ABOVE,      /* >  */
        PEP440_IDENTICAL,  /* === */
    } op;
    bool prefix;                   /* == or != with .* */
    struct pep440_version version; /* not for === */
    char *text;                    /* owned: of === */
};

/* ">=3.8,!=3.9.*"; zeroed is the empty set, which every version is in. */
struct pep440_specifiers {
    struct pep440_clause *clauses;
    size_t len, cap;
};

int pep440_specifiers_parse(struct pep440_specifiers *s, const char *text, struct err *e);
void pep440_specifiers_release(struct pep440_specifiers *s);

/* Whether the version is in the set. Pre-releases are in it only when prereleases is true or a clause names
 * one. */
bool pep440_specifiers_match(
    const struct pep440_specifiers *s, const struct pep440_version *v, bool prereleases);

/* 1 when the version is in the set, 0 when not, -1 with *e set when either text is malformed. Pre-releases
 * count, as they do for Requires-Python. */
int pep440_satisfies(const char *version, const char *specifiers, struct err *e);

#endif
