/* Members of a wheel bind to each other as they would when the wheel is installed: a module's own libraries
 * first, then theirs, breadth first. What stands outside the wheel is not followed. */
#include <string.h>

#include "base/cleanup.h"
#include "loader/inquiry.h"
#include "loader/internal.h"
#include "sys/path.h"
#include "target/target.h"

enum { MOST_MEMBERS = 10000, MOST_NEEDED = 1000, MOST_HIDDEN = 50, MOST_STEPS = 1 << 22 };

static bool is_musl(const struct elf_image *image)
{
    for (size_t i = 0; i < image->needed_count; i++)
        if (libc_of_soname(image->needed[i]) == LIBC_MUSL)
            return true;
    return false;
}

static void add_member(
    struct inquiry *q, const char *subject, const char *path, const struct elf_image *image)
{
    struct inquiry_member m = {
        .subject = arena_strdup(&q->arena, subject),
        .base = arena_strdup(&q->arena, path_base(path)),
        .soname = image->soname ? arena_strdup(&q->arena, image->soname) : NULL,
        .musl = is_musl(image),
        .first_definition = q->definitions.len,
        .first_need = q->needs.len,
    };
    m.needed_count = image->needed_count < MOST_NEEDED ? image->needed_count : MOST_NEEDED;
    m.needed = arena_alloc(&q->arena, m.needed_count * sizeof *m.needed);
    for (size_t i = 0; i < m.needed_count; i++)
        m.needed[i] = arena_strdup(&q->arena, image->needed[i]);
    vec_push(&q->members, m);
}

void inquiry_ask_member(
    struct inquiry *q, const char *wheel, const char *path, const void *bytes, size_t size)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(arena) struct arena scratch = {0};
    AUTO_FREE char *subject = xstrf("%s: %s", wheel, path);
    struct elf_image image;
    bool linked = q->members.len < MOST_MEMBERS && elf_identify(bytes, size) == ELF_KIND_LINKED &&
                  elf_open(&image, &scratch, bytes, size, &ignored) == 0;
    if (linked)
        add_member(q, subject, path, &image);
    inquiry_ask_bytes(q, subject, bytes, size);
    if (linked) {
        struct inquiry_member *m = &q->members.items[q->members.len - 1];
        m->definition_count = q->definitions.len - m->first_definition;
        m->need_count = q->needs.len - m->first_need;
    }
}

/* One need on its way through the libraries. */
struct binding_walk {
    struct inquiry *q;
    const struct map *by_name; /* number of a member + 1 */
    struct inquiry_need *need;
    bool *seen;
    size_t *queue;
    size_t steps; /* of all needs together; a dishonest wheel could ask for more than anybody waits for */
};

static struct definition choose(const struct inquiry *q, const struct inquiry_member *m, const char *version)
{
    AUTO(arena) struct arena scratch = {0};
    struct elf_symbol *symbols = arena_alloc(&scratch, m->definition_count * sizeof *symbols);
    for (size_t i = 0; i < m->definition_count; i++)
        symbols[i] = q->definitions.items[m->first_definition + i].symbol;
    return definition_choose(symbols, m->definition_count, version, m->musl);
}

static void look_at_member(struct binding_walk *w, const struct inquiry_member *m)
{
    struct inquiry_need *n = w->need;
    struct definition d = choose(w->q, m, n->version);
    bool expected =
        n->library && (strcmp(n->library, m->base) == 0 || (m->soname && strcmp(n->library, m->soname) == 0));
    const struct elf_version *v = d.fit != DEFINES_NOT ? d.symbol.version : NULL;
    const char *version = v && !(v->flags & VER_FLG_BASE) ? v->name : NULL;
    if (d.fit == DEFINES_IT && !n->provider) {
        n->provider = m->subject;
        n->provider_version = version;
        n->outcome = OUTCOME_BOUND;
    } else if (d.fit == DEFINES_IT && n->beaten_count < MOST_HIDDEN) {
        if (!n->beaten)
            n->beaten = arena_alloc(&w->q->arena, MOST_HIDDEN * sizeof *n->beaten);
        n->beaten[n->beaten_count++] = m->subject;
    } else if (expected) {
        n->expected = m->subject;
        n->expected_fit = d.fit;
        n->expected_version = version;
    }
}

static void bind_need(struct binding_walk *w, size_t from)
{
    const struct inquiry_member *members = w->q->members.items;
    size_t begin = 0, end = 0;
    memset(w->seen, 0, w->q->members.len * sizeof *w->seen);
    w->seen[from] = true;
    w->queue[end++] = from;
    while (begin < end) {
        const struct inquiry_member *m = &members[w->queue[begin++]];
        look_at_member(w, m);
        w->steps += m->needed_count + m->definition_count;
        for (size_t i = 0; i < m->needed_count && w->steps < MOST_STEPS; i++) {
            uintptr_t number = (uintptr_t)map_get(w->by_name, m->needed[i]);
            if (!number || w->seen[number - 1])
                continue;
            w->seen[number - 1] = true;
            w->queue[end++] = number - 1;
        }
    }
    struct inquiry_need *n = w->need;
    if (n->provider)
        return;
    if (is_exported_by_python(w->q->name))
        n->outcome = OUTCOME_PYTHON;
    else if (n->expected) /* the library is here, and lacks it */
        n->outcome = n->weak ? OUTCOME_WEAK : OUTCOME_NOBODY;
}

static void note_name(struct map *by_name, const char *name, size_t member)
{
    if (name && !map_get(by_name, name))
        map_set(by_name, name, (void *)(uintptr_t)(member + 1));
}

void inquiry_bind_members(struct inquiry *q)
{
    AUTO(map) struct map by_name = {0};
    AUTO(arena) struct arena scratch = {0};
    for (size_t i = 0; i < q->members.len; i++)
        note_name(&by_name, q->members.items[i].soname, i);
    for (size_t i = 0; i < q->members.len; i++)
        note_name(&by_name, q->members.items[i].base, i);
    struct binding_walk w = {.q = q, .by_name = &by_name};
    w.seen = arena_alloc(&scratch, q->members.len * sizeof *w.seen);
    w.queue = arena_alloc(&scratch, q->members.len * sizeof *w.queue);
    for (size_t i = 0; i < q->members.len; i++)
        for (size_t k = 0; k < q->members.items[i].need_count; k++) {
            w.need = &q->needs.items[q->members.items[i].first_need + k];
            bind_need(&w, i);
        }
    q->members.len = 0;
}
