/* The launchers that are known, and what they are told. */
#include "toolchain/launcher.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "sys/dirs.h"
#include "sys/environment.h"
#include "sys/path.h"

static const struct launcher launchers[] = {
#define LAUNCHER(...) {__VA_ARGS__},
#include "toolchain/launchers.def"
#undef LAUNCHER
};

const struct launcher *launcher_find(const char *name)
{
    for (size_t i = 0; i < COUNT(launchers); i++)
        if (strcmp(launchers[i].name, name) == 0)
            return &launchers[i];
    return NULL;
}

void launcher_names(struct strbuf *out)
{
    for (size_t i = 0; i < COUNT(launchers); i++)
        strbuf_addf(out, "%s%s", i ? ", " : "", launchers[i].name);
}

char *launcher_folder(const struct launcher *l)
{
    const char *said = l->folder_variable ? getenv(l->folder_variable) : NULL;
    if (said && *said)
        return path_absolute(said);
    AUTO_FREE char *home = dirs_home();
    return *l->folder == '/' ? xstrdup(l->folder) : home ? path_join(home, l->folder) : NULL;
}

static bool is_meant(const struct launcher *l, const char *entry)
{
    struct slice rest = slice_of(l->variables);
    while (rest.ptr) {
        struct slice word = slice_cut(&rest, ' ');
        if (strncmp(entry, word.ptr, word.len) == 0)
            return true;
    }
    return false;
}

/* "NAME=VALUE" takes the place of what was there. */
static void set(struct strvec *env, const char *entry, size_t len)
{
    const char *equals = memchr(entry, '=', len);
    if (!equals)
        return;
    AUTO_FREE char *name = xstrndup(entry, (size_t)(equals - entry));
    AUTO_FREE char *value = xstrndup(equals + 1, len - (size_t)(equals + 1 - entry));
    environment_set(env, name, value);
}

void launcher_environment(
    struct strvec *env, const struct launcher *l, const char *program, const char *folder)
{
    for (char **entry = environ; entry && *entry; entry++)
        if (is_meant(l, *entry))
            set(env, *entry, strlen(*entry));
    struct slice rest = slice_of(l->fixed);
    while (rest.ptr) {
        struct slice word = slice_cut(&rest, ' ');
        set(env, word.ptr, word.len);
    }
    if (folder && l->folder_variable)
        environment_set(env, l->folder_variable, folder);
    environment_set(env, LAUNCH_VARIABLE, program);
}
