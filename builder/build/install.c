/* [build] install: what a source without an install rule has to offer, copied by name. */
#include <string.h>

#include "build/internal.h"
#include "sys/path.h"

static int check_destination(const struct backend *b, const char *to, struct err *e)
{
    if (path_stays_inside(to))
        return 0;
    return err_set(e, ERR_RECIPE, "build.install: \"%s\" leaves the prefix %s", to, b->request->prefix);
}

static bool seen(const struct strvec *folders, const char *folder)
{
    return strvec_has(folders, folder);
}

int install_commands(struct backend *b, struct err *e)
{
    const struct pairs *install = &b->spec->install;
    if (!install->len)
        return 0;
    AUTO_FREE char *root = xstrf("%s%s", b->request->destdir, b->request->prefix);
    AUTO(strvec) struct strvec folders = {0};
    for (size_t i = 0; i < install->len; i++) {
        if (check_destination(b, install->items[i].key, e) < 0)
            return -1;
        AUTO_FREE char *to = path_join(root, install->items[i].key);
        AUTO_FREE char *folder = path_dir(to);
        if (!seen(&folders, folder))
            strvec_push(&folders, folder);
    }
    struct command *mkdir = backend_command(b, "install", b->directory);
    strvec_push(&mkdir->argv, "mkdir");
    strvec_push(&mkdir->argv, "-p");
    strvec_push_all(&mkdir->argv, &folders);
    for (size_t i = 0; i < install->len; i++) {
        AUTO(strbuf) struct strbuf from = {0};
        if (substitute_text(&from, install->items[i].value, &b->with, e) < 0)
            return -1;
        AUTO_FREE char *source = path_join(b->directory, strbuf_str(&from));
        AUTO_FREE char *to = path_join(root, install->items[i].key);
        /* -T: a folder becomes the destination instead of going into it. */
        struct command *copy = backend_command(b, "install", b->directory);
        strvec_push(&copy->argv, "cp");
        strvec_push(&copy->argv, "-RT");
        strvec_push(&copy->argv, source);
        strvec_push(&copy->argv, to);
    }
    return 0;
}
