/* Lines of the wrappers, by tabs: what, who, words. */
#include "project/links.h"

#include <string.h>

#include "base/cleanup.h"
#include "sys/fs.h"

enum { LOG_LIMIT = 256 << 20 };

static void add_once(struct strvec *list, struct map *seen, struct arena *a, const char *text)
{
    if (map_get(seen, text))
        return;
    map_set(seen, arena_strdup(a, text), list);
    strvec_push(list, text);
}

/* file, kind, name, version, licence, folder, externs. */
static void take_crate(struct links *l, struct arena *a, struct slice line)
{
    enum { FIELDS = 7 };
    struct slice fields[FIELDS] = {{0}};
    const char *texts[FIELDS];
    for (size_t i = 0; i < FIELDS && line.ptr; i++)
        fields[i] = slice_cut(&line, '\t');
    for (size_t i = 0; i < FIELDS; i++)
        texts[i] = fields[i].ptr ? arena_strndup(a, fields[i].ptr, fields[i].len) : "";
    vec_push(&l->crates, ((struct linked_crate){texts[0], texts[1], texts[2], texts[3], texts[4], texts[5],
                             slice_of(texts[6])}));
}

static void take_line(struct links *l, struct map *seen, struct arena *a, struct slice line)
{
    struct slice what = slice_cut(&line, '\t'), who = line.ptr ? slice_cut(&line, '\t') : (struct slice){0};
    if (!line.ptr)
        return;
    if (slice_is(what, "module")) {
        struct slice id = slice_cut(&line, '\t'), map = line.ptr ? slice_cut(&line, '\t') : (struct slice){0};
        struct slice name = line.ptr ? slice_cut(&line, '\t') : (struct slice){0};
        (void)name;
        if (!id.len)
            return;
        const char *key = arena_strndup(a, id.ptr, id.len);
        if (map.len)
            map_set(&l->maps, key, arena_strndup(a, map.ptr, map.len));
        if (line.len)
            map_set(&l->relinks, key, arena_strndup(a, line.ptr, line.len));
        return;
    }
    if (slice_is(what, "crate")) {
        take_crate(l, a, line);
        return;
    }
    if (slice_is(what, "kept")) {
        l->kept++;
        return;
    }
    bool asked = slice_is(what, "asked");
    const char *text = asked ? arena_strf(a, "%.*s %.*s", (int)who.len, who.ptr, (int)line.len, line.ptr)
                             : arena_strf(a, "%.*s %.*s (%.*s)", (int)what.len, what.ptr, (int)line.len,
                                   line.ptr, (int)who.len, who.ptr);
    add_once(asked ? &l->asked : &l->told, seen, a, text);
}

int links_read(struct links *l, struct arena *a, const char *log, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(map) struct map seen = {0};
    *l = (struct links){0};
    int there = path_is_file(log, e);
    if (there <= 0)
        return there;
    if (file_read(&text, log, LOG_LIMIT, e) < 0)
        return -1;
    struct slice rest = {strbuf_str(&text), text.len};
    while (rest.ptr)
        take_line(l, &seen, a, slice_cut(&rest, '\n'));
    return 0;
}

void links_release(struct links *l)
{
    map_release(&l->maps);
    map_release(&l->relinks);
    strvec_release(&l->told);
    strvec_release(&l->asked);
    vec_release(&l->crates);
    *l = (struct links){0};
}
