/* Who takes a symbol from whom: answered for files, trees of libraries and wheels. */
#include "loader/inquiry.h"

#include <string.h>

#include "base/cleanup.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "loader/internal.h"
#include "python/python_symbols.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { MOST_FACTS = 10000, MOST_BEATEN = 50, MOST_ALIKE = 64 };

void inquiry_init(
    struct inquiry *q, const struct loader_machine *machine, const char *name, const char *version)
{
    *q = (struct inquiry){.machine = machine};
    q->name = arena_strdup(&q->arena, name);
    q->version = version ? arena_strdup(&q->arena, version) : NULL;
}

void inquiry_release(struct inquiry *q)
{
    vec_each (&q->trees, t) {
        loader_tree_release(*t);
        free(*t);
    }
    vec_release(&q->trees);
    vec_release(&q->members);
    vec_release(&q->definitions);
    vec_release(&q->needs);
    vec_release(&q->askers);
    vec_release(&q->bindings);
    arena_release(&q->arena);
}

static const char *version_of(const struct elf_symbol *s)
{
    return s->version && !(s->version->flags & VER_FLG_BASE) ? s->version->name : NULL;
}

static const char *keep(struct inquiry *q, const char *text)
{
    return text ? arena_strdup(&q->arena, text) : NULL;
}

static void add_definition(struct inquiry *q, const char *subject, bool given, const struct elf_symbol *s)
{
    if (q->definitions.len >= MOST_FACTS)
        return;
    struct inquiry_definition d = {
        .subject = keep(q, subject),
        .given = given,
        .version = keep(q, version_of(s)),
        .default_version = version_of(s) && !s->version_hidden,
        .visible = s->bind != STB_LOCAL && s->visibility != STV_HIDDEN && s->visibility != STV_INTERNAL,
        .symbol = *s,
    };
    d.symbol.name = NULL;
    if (s->version) {
        struct elf_version *version = arena_memdup(&q->arena, s->version, sizeof *version);
        version->name = keep(q, version->name);
        version->file = NULL;
        d.symbol.version = version;
    }
    vec_push(&q->definitions, d);
}

static struct inquiry_need need_of(
    struct inquiry *q, const char *subject, bool given, const struct elf_symbol *s)
{
    return (struct inquiry_need){
        .subject = keep(q, subject),
        .given = given,
        .version = keep(q, version_of(s)),
        .library = s->version ? keep(q, s->version->file) : NULL,
        .weak = s->bind == STB_WEAK,
        .outcome = OUTCOME_OPEN,
    };
}

static void add_need(struct inquiry *q, const struct inquiry_need *n)
{
    if (q->needs.len < MOST_FACTS)
        vec_push(&q->needs, *n);
}

/* The library that a need names, and what that has of the symbol. */
static void read_expected(struct inquiry *q, const struct loader_tree *t, struct inquiry_need *n)
{
    const struct loader_object *o = n->library ? loader_tree_find(t, n->library) : NULL;
    if (!o || !o->image)
        return;
    struct definition d = definition_find(o->image, q->name, n->version, t->abi.libc == LIBC_MUSL);
    n->expected = keep(q, o->path);
    n->expected_fit = d.fit;
    n->expected_version = d.fit != DEFINES_NOT ? keep(q, version_of(&d.symbol)) : NULL;
}

/* A library that the program has loaded already is not loaded again. */
static bool is_loaded_by(const struct loader_tree *program, const struct loader_object *o)
{
    return loader_tree_find(program, o->path) ||
           (o->via != VIA_ITSELF && loader_tree_find(program, o->name)) ||
           (o->image->soname && loader_tree_find(program, o->image->soname));
}

/* How an object is called: as it was named, or where it was found. */
static const char *label(const struct loader_object *o)
{
    return o->via == VIA_ITSELF ? o->name : o->path;
}

/* Looks through one tree; the first that fits wins, others are beaten. */
static void look_in_tree(
    struct inquiry *q, const struct loader_tree *t, const struct loader_tree *before, struct inquiry_need *n)
{
    for (size_t i = 0; i < t->objects.len; i++) {
        const struct loader_object *o = t->objects.items[t->scope[i]];
        if (!o->image || (before && is_loaded_by(before, o)))
            continue;
        struct definition d = definition_find(o->image, q->name, n->version, t->abi.libc == LIBC_MUSL);
        if (d.fit != DEFINES_IT)
            continue;
        if (!n->provider) {
            n->provider = keep(q, label(o));
            n->provider_version = keep(q, version_of(&d.symbol));
            n->outcome = OUTCOME_BOUND;
        } else if (n->beaten_count < MOST_BEATEN && strcmp(n->provider, label(o)) != 0) {
            if (!n->beaten)
                n->beaten = arena_alloc(&q->arena, MOST_BEATEN * sizeof *n->beaten);
            n->beaten[n->beaten_count++] = keep(q, label(o));
        }
    }
}

bool is_exported_by_python(const char *name)
{
    const struct python_symbol *s = python_symbol_find(name);
    return s && python_symbol_is_exported(s);
}

/* Binds what `from` refers to: its own first where it says so, then the program's scope, then its own. */
static void bind(
    struct inquiry *q, const struct loader_tree *t, const struct loader_object *from, struct inquiry_need *n)
{
    const struct loader_tree *program = q->programs && q->trees.items[0] != t ? q->trees.items[0] : NULL;
    struct definition own = definition_find(from->image, q->name, n->version, t->abi.libc == LIBC_MUSL);
    if (own.fit == DEFINES_IT && (from->image->symbolic || own.symbol.visibility == STV_PROTECTED)) {
        n->provider = keep(q, label(from));
        n->provider_version = keep(q, version_of(&own.symbol));
        n->outcome = OUTCOME_ITSELF;
    }
    enum inquiry_outcome first = n->outcome;
    if (program)
        look_in_tree(q, program, NULL, n);
    look_in_tree(q, t, program, n);
    if (first == OUTCOME_ITSELF)
        n->outcome = first;
    if (n->provider)
        return;
    n->outcome = is_exported_by_python(q->name) ? OUTCOME_PYTHON : n->weak ? OUTCOME_WEAK : OUTCOME_NOBODY;
    if (n->outcome == OUTCOME_NOBODY)
        read_expected(q, t, n);
}

/* Symbols of that name, in their order. tree NULL: a file on its own. */
static void ask_image(struct inquiry *q, const struct elf_image *image, const char *subject, bool given,
    const struct loader_tree *tree, const struct loader_object *object)
{
    size_t len = strlen(q->name) + 1;
    if (!image->strings.len || !memmem(image->strings.ptr, image->strings.len, q->name, len))
        return;
    bool interposable = false, needed = false;
    size_t alike = 0; /* one a version is what an honest file has */
    struct elf_symbol s, own = {0};
    for (size_t i = 1; i < image->symbol_count; i++) {
        if (!elf_symbol_at(image, i, &s) || strcmp(s.name, q->name) != 0 || s.bind == STB_LOCAL)
            continue;
        if (alike++ == MOST_ALIKE)
            break;
        if (s.section != SHN_UNDEF) {
            add_definition(q, subject, given, &s);
            if (!interposable)
                own = s;
            interposable = true;
            continue;
        }
        needed = true;
        struct inquiry_need n = need_of(q, subject, given, &s);
        if (tree && object)
            bind(q, tree, object, &n);
        add_need(q, &n);
    }
    /* Its own calls go through the loader as well, so that another definition may win. */
    if (tree && object && interposable && !needed && own.bind != STB_LOCAL) {
        struct inquiry_need n = need_of(q, subject, given, &own);
        bind(q, tree, object, &n);
        bool itself = n.provider && strcmp(n.provider, label(object)) == 0;
        if (n.beaten_count || !itself) /* itself, and nobody else: nothing to tell */
            add_need(q, &n);
    }
}

static void ask_object(struct inquiry *q, const char *subject, const void *bytes, size_t size)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct elf_object o;
    if (elf_object_open(&o, bytes, size, &ignored) < 0)
        return;
    struct elf_symbol s;
    for (size_t i = 1; i < o.symbol_count; i++) {
        if (!elf_object_symbol_at(&o, i, &s) || strcmp(s.name, q->name) != 0)
            continue;
        if (s.section != SHN_UNDEF) {
            add_definition(q, subject, true, &s);
        } else if (s.bind != STB_LOCAL) {
            struct inquiry_need n = need_of(q, subject, true, &s);
            n.outcome = OUTCOME_LINK;
            add_need(q, &n);
        }
    }
}

static int ask_archive(struct inquiry *q, const char *path, const struct mapping *m, struct err *e)
{
    struct ar_walk walk;
    struct ar_member member;
    if (ar_open(&walk, m->bytes, m->size, e) < 0)
        return err_wrap(e, "%s", path);
    int more;
    while ((more = ar_next(&walk, &member, e)) == 1) {
        AUTO_FREE char *subject = xstrf("%s(%.*s)", path, (int)member.name.len, member.name.ptr);
        if (elf_identify(member.data.ptr, member.data.len) == ELF_KIND_OBJECT)
            ask_object(q, subject, member.data.ptr, member.data.len);
    }
    return more < 0 ? err_wrap(e, "%s", path) : 0;
}

static int ask_linked(struct inquiry *q, const char *path, struct err *e)
{
    struct loader_tree *t = xcalloc(1, sizeof *t);
    if (loader_tree_build(t, q->machine, path, e) < 0) {
        free(t);
        return -1;
    }
    vec_push(&q->trees, t);
    const struct elf_image *first = t->objects.items[0]->image;
    if (q->trees.len == 1 && first->interpreter && !first->soname)
        q->programs = 1;
    for (size_t i = 0; i < t->objects.len; i++) {
        const struct loader_object *o = t->objects.items[i];
        bool again = q->trees.len > 1 && q->programs && o->image && is_loaded_by(q->trees.items[0], o);
        if (o->image && !again)
            ask_image(q, o->image, label(o), i == 0, t, o);
    }
    return 0;
}

int inquiry_ask_file(struct inquiry *q, const char *path, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    AUTO(err) struct err outside = ERR_INIT;
    if (mapping_open(&m, path, &outside) < 0) {
        if (!*q->machine->root)
            return err_move(e, &outside);
        return ask_linked(q, path, e); /* it may be meant inside the root */
    }
    if (ar_is_archive(m.bytes, m.size))
        return ask_archive(q, path, &m, e);
    switch (elf_identify(m.bytes, m.size)) {
    case ELF_KIND_LINKED:
        return ask_linked(q, path, e);
    case ELF_KIND_OBJECT:
        ask_object(q, path, m.bytes, m.size);
        return 0;
    default:
        return err_set(e, ERR_ENVIRONMENT, "%s: not an ELF file, a static archive or a wheel", path);
    }
}

void inquiry_ask_bytes(struct inquiry *q, const char *subject, const void *bytes, size_t size)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(arena) struct arena scratch = {0};
    struct elf_image image;
    if (elf_identify(bytes, size) == ELF_KIND_OBJECT)
        ask_object(q, subject, bytes, size);
    else if (elf_identify(bytes, size) == ELF_KIND_LINKED &&
             elf_open(&image, &scratch, bytes, size, &ignored) == 0)
        ask_image(q, &image, subject, true, NULL, NULL);
}
