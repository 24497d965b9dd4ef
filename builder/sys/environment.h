/* The environment of the commands that we run: what stands here, and nothing of the user's, so that no
 * shell's settings change what is made. */
#ifndef SYS_ENVIRONMENT_H
#define SYS_ENVIRONMENT_H

#include "base/str.h"

/* Where programs are looked for when nothing else is said. */
#define SYSTEM_PATH "/usr/local/bin:/usr/bin:/bin"

enum environment_locale {
    LOCALE_C,    /* messages are in English, and names of files bytes */
    LOCALE_UTF8, /* the same for programs that want characters, as Python does */
};

/* Adds PATH (path, or SYSTEM_PATH when it is NULL), the locale and the time zone UTC to an empty environment;
 * with home also HOME, with scratch TMPDIR: folders of the command's own, or NULL. */
void environment_clean(struct strvec *env, const char *path, enum environment_locale locale, const char *home,
    const char *scratch);

/* What an interpreter is told that works for us: it writes nothing beside what it reads, looks for nothing of
 * the user's, and its sets are in the same order in every run. */
void environment_python(struct strvec *env);

/* Whether an entry of the user's environment says how the network is reached: proxies, certificates,
 * passwords. */
bool environment_is_network(const char *entry);

/* Sets NAME=VALUE, in the place of what was there. */
void environment_set(struct strvec *env, const char *name, const char *value);

#endif
