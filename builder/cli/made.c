/* The newest of what was made, or begun, under a name. */
#include "cli/made.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "sys/path.h"
#include "sys/read.h"

void made_release(struct made *m)
{
    store_release(&m->store);
    arena_release(&m->arena);
}

int made_open(struct made *m, struct err *e)
{
    if (store_open(&m->store, NULL, e) < 0)
        return -1;
    return inventory_take(&m->inventory, &m->arena, &m->store, e);
}

/* Of what is not finished nobody wrote down whose it is: "zlib-1.3" is zlib's. */
static bool is_called(const struct stored *item, const char *name)
{
    size_t len = strlen(name);
    return stored_is_called(item, name) || (strncmp(item->name, name, len) == 0 && item->name[len] == '-' &&
                                               isdigit((unsigned char)item->name[len + 1]));
}

const struct stored *made_find(
    const struct made *m, const char *name, const char *below_tree, const char *below_work, char **path)
{
    const struct stored *best = NULL;
    *path = NULL;
    for (size_t i = 0; i < m->inventory.count; i++) {
        const struct stored *item = &m->inventory.items[i];
        const char *below = item->kind == STORED_TREE ? below_tree : below_work;
        if (item->kind == STORED_DOWNLOAD || !below || !is_called(item, name) ||
            (best && best->made_ns >= item->made_ns))
            continue;
        AUTO(err) struct err ignored = ERR_INIT; /* what cannot be looked at is nothing to show */
        AUTO_FREE char *folder = stored_path(item, &m->store);
        AUTO_FREE char *whole = path_join(folder, below);
        if (path_exists(whole, &ignored) != 1)
            continue;
        free(*path);
        *path = steal_ptr(&whole);
        best = item;
    }
    return best;
}
