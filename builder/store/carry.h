/* Trees on their way to and from a server: packed by one helper, unpacked and judged by another. */
#ifndef STORE_CARRY_H
#define STORE_CARRY_H

#include "sched/helper.h"
#include "sched/tasks.h"
#include "store/store.h"

struct pack_request {
    const char *tree;
    const char *archive;  /* that is made */
    const char *key;      /* text of its key */
    const char *sign_key; /* file of a private key; or NULL */
    const char *said; /* file that gets the SHA-256 of the archive, a newline and the signature, or why there
                         is none */
};

struct take_request {
    const char *archive;
    const char *into;      /* an empty folder */
    const char *key;       /* text of the key */
    const char *signature; /* lines, as store/signed.h has them */
    bool has_trusted;      /* one of these has to have signed it */
    struct strvec trusted; /* public keys, in digits */
    const char *said;      /* file that gets why the tree is not what it should be; empty when it is */
};

/* Fill commands. Each ends with status 0 when all is well. */
void pack_command(struct command *c, const struct pack_request *r);
void take_command(struct command *c, const struct take_request *r);

extern const struct helper pack_helper, take_helper;

#endif
