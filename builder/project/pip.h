/* The commands that make a build environment: a virtual environment, filled by pip with wheels whose hashes
 * are known. */
#ifndef PROJECT_PIP_H
#define PROJECT_PIP_H

#include "python/interpreter.h"
#include "recipe/recipe.h"
#include "sched/tasks.h"

struct pip {
    const struct interpreter *python; /* runs pip, and is what the environment is of */
    const char *environment;          /* the folder; pip_resolve needs none */
    const char *logs;
    const char *dir;         /* to run in */
    const char *path;        /* PATH */
    const char *constraints; /* a file of versions that are to be taken; or NULL */
    const char *links;       /* a folder that has wheels too; or NULL */
    bool offline;
};

/* Makes the empty environment. */
void pip_make_environment(const struct pip *p, struct commands *out);

/* Writes a report of what would be installed for these requirements, as wheels. Nothing of them is run. */
void pip_resolve(const struct pip *p, const struct texts *requires, const char *report, struct commands *out);

/* Installs what the lock says, by its hashes. */
void pip_install(const struct pip *p, const char *lock, struct commands *out);

/* Puts what the lock says into the folder, as wheels. */
void pip_download(const struct pip *p, const char *lock, const char *folder, struct commands *out);

/* What a command of pip's that failed should be told as, from its log: no network, no pip. NULL when nothing
 * better than the log is known. */
const char *pip_explain(const char *log_text);

/* Scripts of an environment name the folder that it was made in: says the one that it was moved to. */
int environment_moved(const char *environment, const char *made_as, const char *moved_to, struct err *e);

#endif
