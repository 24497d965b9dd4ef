/* What stands for the linker: every link of a build passes here, whoever asked for it. */
#ifndef WRAPPER_LINKER_H
#define WRAPPER_LINKER_H

#include "wrapper/config.h"

struct linking {
    struct words argv;  /* what is run */
    bool shared;        /* it makes a shared object */
    bool module;        /* it makes an extension module, which is one */
    const char *output; /* of the words that were given */
    char *map;          /* the link map of a shared object, or NULL */
    char *refused;      /* why nothing is run, or NULL */
};

/* Fills *l for argv, which comes without its first word and must live as long. */
void linking_init(struct linking *l, const struct config *c, const char *who, const struct words *argv);
void linking_release(struct linking *l);

/* After the link of a shared object: its build ID, its map, its name and where its inputs are kept go into
 * the log, so that it is known again whatever it is called later. */
void linking_note(const struct linking *l, const struct config *c, const char *who);

#endif
