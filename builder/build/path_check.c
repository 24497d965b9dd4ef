/* An archive goes into wheels for everybody. So it may not hold a path of the machine that made it (cache,
 * work folder, compiler: such a path differs on the next machine, and tells strangers about this one), and
 * not the prefix that its library believes in either: on the machine where the wheel is loaded, whoever may
 * make that folder decides what the code finds there. */
#include <string.h>

#include "build/internal.h"
#include "elf/ar.h"
#include "sys/fs.h"

enum { SHOWN_MAX = 120 };

/* The printable text around a hit, so that a reader sees which file or setting it is. */
static struct slice text_around(struct elf_range data, const unsigned char *hit)
{
    const unsigned char *begin = hit, *end = hit, *last = data.ptr + data.len;
    while (begin > data.ptr && hit - begin < SHOWN_MAX / 2 && begin[-1] >= ' ' && begin[-1] < 0x7f)
        begin--;
    while (end < last && end - begin < SHOWN_MAX && *end >= ' ' && *end < 0x7f)
        end++;
    return (struct slice){(const char *)begin, (size_t)(end - begin)};
}

/* The first place of data that holds path as a whole folder: "/opt/x" is not in "/opt/xy". */
static const unsigned char *find_folder(struct elf_range data, const char *path)
{
    size_t len = strlen(path);
    const unsigned char *at = data.ptr, *end = data.ptr + data.len;
    while (len && (at = memmem(at, (size_t)(end - at), path, len))) {
        const unsigned char *after = at + len;
        if (after == end || *after == '/' || *after < ' ' || strchr(" :;,\"'", *after))
            return at;
        at++;
    }
    return NULL;
}

static void check_member(
    const struct path_check *c, const struct ar_member *m, const char *label, struct err *e)
{
    for (size_t i = 0; c->machine && i < c->machine->len; i++) {
        const unsigned char *hit = find_folder(m->data, c->machine->items[i]);
        if (!hit)
            continue;
        struct slice text = text_around(m->data, hit);
        err_add(e, ERR_BUILD, "%s(%.*s) holds a path of this machine: \"%.*s\"", label, (int)m->name.len,
            m->name.ptr, (int)text.len, text.ptr);
    }
    const unsigned char *hit = c->prefix ? find_folder(m->data, c->prefix) : NULL;
    if (!hit)
        return;
    struct slice text = text_around(m->data, hit);
    err_add(e, ERR_BUILD,
        "%s(%.*s) holds \"%.*s\", where the library would look on the machine that loads it: give it a place "
        "that "
        "hosts have, or say in the recipe's [provides] why it may stay (prefix-inside = \"reason\")",
        label, (int)m->name.len, m->name.ptr, (int)text.len, text.ptr);
}

int path_check_archive(const struct path_check *c, const char *path, const char *label, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    struct ar_walk walk;
    struct ar_member member;
    struct err inner = ERR_INIT, found = ERR_INIT;
    int more = -1;
    if (mapping_open(&m, path, &inner) == 0 && ar_open(&walk, m.bytes, m.size, &inner) == 0)
        while ((more = ar_next(&walk, &member, &inner)) > 0)
            check_member(c, &member, label, &found);
    if (more < 0)
        err_add(&found, ERR_BUILD, "%s: %s", label, inner.text);
    if (found.text)
        err_add(e, ERR_BUILD, "%s", found.text);
    int status = found.text ? -1 : 0;
    err_release(&inner);
    err_release(&found);
    return status;
}
