/* A file in the making, hashed while it is written. It has no name while the file system allows that
 * (O_TMPFILE), so that nothing stays behind whatever ends the program. */
#ifndef FETCH_PARTIAL_H
#define FETCH_PARTIAL_H

#include <stdint.h>

#include "hash/hash.h"

struct partial {
    int fd;      /* -1 when not open */
    char *name;  /* NULL: it has none */
    char *final; /* path it gets when it is whole */
    uint64_t size;
    struct hasher *hasher;
};

/* Begins an empty file that is to become final_path; makes the folder. */
int partial_open(struct partial *p, const char *final_path, struct err *e);
int partial_add(struct partial *p, const void *bytes, size_t len, struct err *e);

/* Forgets everything that was added. */
int partial_restart(struct partial *p, struct err *e);

/* Gives the file its final name when its SHA-256 is the wanted one: 0 then. 1 when it is another, which is in
 * *found, and -1 with *e when it cannot be done; p is empty as after partial_restart then. */
int partial_commit(struct partial *p, const char *sha256, struct digest *found, struct err *e);

/* Removes what was not committed. Fine for {.fd = -1}. */
void partial_release(struct partial *p);

#endif
