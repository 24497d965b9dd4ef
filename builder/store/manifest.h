/* What a tree is: every entry, and what the action that made it found out. It stands in the tree as
 * .staticbuild/manifest, a line each, with tabs between the words:
 *
 *     staticbuild-manifest 3
 *     fact    NAME    JSON in one line
 *     folder  MODE    PATH
 *     file    MODE    SIZE    SHA256  PATH
 *     link    PATH    TARGET
 *
 * Entries are in the order of their paths' bytes; the manifest itself is none of them. In a path and a target
 * a backslash, a tab and a newline are written \\, \t and \n, so that any name can be told.
 *
 * Who comes later reads this: which modules there are, what is in them, what a wheel is called. */
#ifndef STORE_MANIFEST_H
#define STORE_MANIFEST_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "json/json.h"

#define MANIFEST_PATH ".staticbuild/manifest"

enum entry_kind { ENTRY_FOLDER, ENTRY_FILE, ENTRY_LINK };

struct manifest_entry {
    enum entry_kind kind;
    const char *path;    /* below the tree: "lib/libz.a" */
    unsigned mode;       /* the permission bits of a finished tree; of a link 0 */
    uint64_t size_bytes; /* of a file */
    const char *content; /* of a file its SHA-256, of a link where it leads, of a folder "" */
};

struct manifest {
    struct arena *arena; /* holds the entries */
    struct json *facts;  /* an object, owned */
    struct manifest_entry *entries;
    size_t entry_count;
};

const char *entry_kind_word(enum entry_kind kind);

/* An empty one whose entries will live in the arena. */
void manifest_init(struct manifest *m, struct arena *a);
void manifest_release(struct manifest *m);

/* manifest_take.c: adds every entry below folder, and takes the right to write from all of them but the
 * folder itself and .staticbuild, where the manifest is to be. Anything but files, folders and links is
 * refused. */
int manifest_take(struct manifest *m, const char *folder, struct err *e);

/* The entry of that path, or NULL. */
const struct manifest_entry *manifest_find(const struct manifest *m, const char *path);

void manifest_write(const struct manifest *m, struct strbuf *out);

/* Adds the facts and entries of a text; name is for messages. Fails (ERR_ENVIRONMENT) for anything that
 * manifest_write does not write. */
int manifest_parse(struct manifest *m, const char *name, struct slice text, struct err *e);

/* The manifest of a tree: 1, 0 when it has none, or -1. */
int manifest_read(struct manifest *m, const char *tree, struct err *e);

enum manifest_trust {
    TRUST_TIMES, /* read what may have been changed: the kernel sets a file's ctime at each change, nothing
                    sets it back, and the manifest was written last */
    TRUST_NOTHING,
};

/* manifest_check.c: whether the tree is as its manifest says. 1; 0 when it is not, and *what then says what
 * differs first ("lib/libz.a: has other content", owned by the caller); or -1. Rights to write, and what
 * others than the owner may do, are no difference. */
int manifest_holds(
    const struct manifest *m, const char *tree, enum manifest_trust trust, char **what, struct err *e);

/* Adds all that differs, by reading everything. */
int manifest_differences(const struct manifest *m, const char *tree, struct strvec *out, struct err *e);

#endif
