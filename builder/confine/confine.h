/* A command that runs apart: it reads what it was given, writes into its own folder and reaches no network.
 * By bubblewrap (bwrap(1)), in namespaces of users, processes, mounts, IPC and the network, without
 * capabilities.
 *
 * This keeps builds honest and machines alike. It is no wall against somebody who wants through. */
#ifndef CONFINE_CONFINE_H
#define CONFINE_CONFINE_H

#include "confine/view.h"

struct confinement {
    const char *bwrap; /* absolute path */
    const char *init;  /* of the first process inside: the wrapper (wrapper/first_process.h) */
    struct host_view view;
};

/* What one step may have besides the view. Paths are absolute and the same inside; what is below /usr is seen
 * anyway. */
struct confined {
    const char *work;          /* read and written */
    const char *kept;          /* the same, or NULL */
    const char *launcher;      /* the same: the folder of what calls compilers, or NULL */
    const struct strvec *read; /* files and folders, read only; what is not there is passed over */
    bool network;
};

/* Adds the words to be put before each command of the step; what follows them is made by confined_start. */
void confined_words(struct strvec *out, const struct confinement *c, const struct confined *s);

/* Adds the last of them, for a command that runs in the folder dir. */
void confined_start(struct strvec *out, const char *dir);

/* Whether a path is seen by every step, where it is. */
bool confined_sees(const char *path);

/* Adds the folders that a program needs which stands outside of /usr: its own, and where it is one of a whole
 * ("PREFIX/bin/x"), PREFIX; of a user's home no more than bin and lib. */
void confined_program(struct strvec *out, const char *program);

/* Tries the whole of it once, with a program that does nothing. 1; or 0 and *why (the caller frees it): what
 * bwrap said, and what can be done; or -1. */
int confinement_works(const struct confinement *c, char **why, struct err *e);

#endif
