/* What a file gained and lost against an earlier one: two releases of a wheel, two builds of a module. */
#ifndef AUDIT_DIFF_H
#define AUDIT_DIFF_H

#include "audit/files.h"

/* What a change is about, in the order in which changes are told. */
enum change_of {
    CHANGE_OF_TAG,     /* what it earns, claims, and whether it passes */
    CHANGE_OF_FILE,    /* compiled files in it */
    CHANGE_OF_LIBRARY, /* what its files need */
    CHANGE_OF_EXPORT,  /* symbols that its files define for others */
    CHANGE_OF_INSIDE,  /* code of others, with its version */
    CHANGE_OF_SIZE,    /* bytes: of all of it, of files in it, of their sections and static archives */
    CHANGE_OF_RULE,    /* findings of a rule */
    CHANGE_OF_COUNT,
};

/* "tag", "file", "library", "export", "inside", "size", "rule". */
const char *change_of_word(enum change_of of);

/* True where before and after are amounts (bytes, findings) and not texts. */
bool change_is_amount(enum change_of of);

struct audit_change {
    enum change_of of;
    const char *name;           /* "earns", "libz.so.1", ".text", "runpath" */
    const char *file;           /* the compiled file in which, by its newer name; NULL: all of it */
    const char *before, *after; /* NULL: was not there, is not there any more */
    uint64_t amount_before, amount_after;
    enum severity severity; /* CHANGE_OF_RULE */
    const char *example;    /* CHANGE_OF_RULE: a message of it, of the newer file where that has one */
};

struct audit_diff {
    struct arena arena;
    struct audit_change *changes; /* as they are told */
    size_t change_count;
};

/* Compares what audit_file said of both, asked with details. Files in them are the same when they have the
 * same name, or one that differs in what changes with every build: the Python it is for, the hash in the name
 * of a copied library. Texts of the result are its own. */
void audit_diff_make(struct audit_diff *diff, const struct audited *older, const struct audited *newer);
void audit_diff_release(struct audit_diff *diff);

#endif
