/* What --python chooses. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "python/abi/abi.h"
#include "python/internal.h"
#include "python/pep440.h"
#include "sys/path.h"

struct choosing {
    struct arena *a;
    const struct interpreters *found, *packs;
    const char *requires_python; /* "" for any */
    const struct fact_memory *memory;
    VEC(struct interpreter) chosen;
    VEC(const char *) skipped;
};

static bool same_slot(const struct interpreter *p, const struct interpreter *q)
{
    return p->abi.minor == q->abi.minor && strcmp(p->abi_tag, q->abi_tag) == 0;
}

static bool has_slot(const struct choosing *c, const struct interpreter *p)
{
    for (size_t i = 0; i < c->chosen.len; i++)
        if (same_slot(&c->chosen.items[i], p))
            return true;
    return false;
}

/* Why it cannot be built for, whatever the recipe says; NULL when it can. */
static const char *defect(const struct interpreter *p)
{
    if (!p->is_absent && !p->root && p->is_64bit != (sizeof(void *) == 8))
        return p->is_64bit ? "is a 64-bit program, this is a 32-bit one"
                           : "is a 32-bit program, this is a 64-bit one";
    if (!p->has_headers)
        return "has no Python.h and pyconfig.h: install its development package (python3-dev, "
               "python3-devel), or have a "
               "recipe of its headers (kind \"python-abi\")";
    return NULL;
}

static void skip(struct choosing *c, const struct interpreter *p, const char *why)
{
    vec_push(&c->skipped, arena_strf(c->a, "%s (%s): %s", p->version, p->path, why));
}

static const struct interpreter *pack_for(const struct choosing *c, const struct interpreter *p)
{
    for (size_t i = 0; i < c->packs->len; i++)
        if (same_slot(&c->packs->items[i], p))
            return &c->packs->items[i];
    return NULL;
}

/* The interpreter with headers that are not its own. Those of one version are the same for all its releases.
 */
static struct interpreter with_headers_of(const struct interpreter *p, const struct interpreter *pack)
{
    struct interpreter both = *p;
    both.pack = pack->pack;
    both.include = pack->include;
    both.platinclude = pack->platinclude;
    both.has_headers = true;
    return both;
}

/* The same where it lacks nothing but headers, and these can be had; else as it is. */
static struct interpreter completed(const struct choosing *c, const struct interpreter *p)
{
    const struct interpreter *pack = p->has_headers || p->abi.debug ? NULL : pack_for(c, p);
    return pack ? with_headers_of(p, pack) : *p;
}

/* Takes it when it fits: 1, 0 with *reason why it is not among those of which none is named, or -1. */
static int take(struct choosing *c, const struct interpreter *p, const char **reason, struct err *e)
{
    int inside = pep440_satisfies(p->version, c->requires_python, e);
    if (inside < 0)
        return -1;
    *reason = !inside        ? arena_strf(c->a, "outside requires %s", c->requires_python)
              : p->abi.debug ? "is a debug build"
                             : defect(p);
    if (*reason)
        return 0;
    vec_push(&c->chosen, *p);
    return 1;
}

/* Of those of one version and ABI the first that fits; else the first of all, with headers that are not its
 * own. */
static int choose_slot(
    struct choosing *c, const struct interpreter *first, size_t len, bool with_packs, struct err *e)
{
    const char *first_reason = NULL, *reason = NULL;
    int taken = 0;
    for (size_t i = 0; i < len && !taken; i++) {
        taken = take(c, &first[i], &reason, e);
        first_reason = first_reason ? first_reason : reason;
    }
    if (!taken && with_packs) {
        const struct interpreter both = completed(c, first);
        taken = take(c, &both, &reason, e);
    }
    if (!taken)
        skip(c, first, first_reason);
    return taken < 0 ? -1 : 0;
}

/* The Pythons that are not here. */
static int choose_packs(struct choosing *c, struct err *e)
{
    const char *ignored = NULL;
    for (size_t i = 0; i < c->packs->len; i++)
        if (!has_slot(c, &c->packs->items[i]) && take(c, &c->packs->items[i], &ignored, e) < 0)
            return -1;
    return 0;
}

static int choose_all(struct choosing *c, bool with_packs, struct err *e)
{
    for (size_t i = 0, end; i < c->found->len; i = end) {
        for (end = i + 1; end < c->found->len && same_slot(&c->found->items[end], &c->found->items[i]); end++)
            ;
        if (choose_slot(c, &c->found->items[i], end - i, with_packs, e) < 0)
            return -1;
    }
    if (with_packs && choose_packs(c, e) < 0)
        return -1;
    if (c->chosen.len)
        return 0;
    err_set(e, ERR_MISSING, "no Python on this machine can be built for (requires %s)",
        *c->requires_python ? c->requires_python : "any");
    for (size_t i = 0; i < c->skipped.len; i++)
        err_add(e, ERR_MISSING, "  %s", c->skipped.items[i]);
    return -1;
}

/* "3.9" fits 3.9.18, "3.9.18" only that, "3.13t" the free-threaded 3.13. */
static bool fits(const struct interpreter *p, struct slice wanted)
{
    struct python_abi abi;
    if (python_abi_parse(&abi, wanted))
        return p->abi.minor == abi.minor && p->abi.free_threaded == abi.free_threaded;
    bool free_threaded = wanted.len && wanted.ptr[wanted.len - 1] == 't';
    wanted.len -= free_threaded;
    return p->abi.free_threaded == free_threaded && slice_is(wanted, p->version);
}

static bool is_version(struct slice text)
{
    if (!text.len || !isdigit((unsigned char)text.ptr[0]))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!isalnum((unsigned char)text.ptr[i]) && text.ptr[i] != '.')
            return false;
    return true;
}

static int not_here(const struct choosing *c, const char *wanted, struct err *e)
{
    AUTO(strbuf) struct strbuf there = {0};
    for (size_t i = 0; i < c->found->len; i++) {
        const struct interpreter *p = &c->found->items[i];
        strbuf_addf(&there, "%s%s%s", i ? ", " : "", p->version, p->abi.free_threaded ? "t" : "");
    }
    AUTO(strbuf) struct strbuf had = {0};
    for (size_t i = 0; i < c->packs->len; i++)
        strbuf_addf(&had, "%s%s",
            i ? ", " : "; there are recipes of the headers of: ", c->packs->items[i].pack + strlen("python"));
    return err_set(e, ERR_MISSING, "--python: no CPython %s on this machine; there is: %s%s", wanted,
        there.len ? there.ptr : "none", strbuf_str(&had));
}

/* The best of those that fit: without a defect if there is one. NULL when none fits. */
static const struct interpreter *best(const struct choosing *c, struct slice wanted)
{
    const struct interpreter *first = NULL;
    for (size_t i = 0; i < c->found->len; i++) {
        const struct interpreter *p = &c->found->items[i];
        if (!fits(p, wanted) || p->abi.debug)
            continue;
        if (!defect(p))
            return p;
        first = first ? first : p;
    }
    return first;
}

static int add_named(struct choosing *c, const struct interpreter *as_found, struct err *e)
{
    const struct interpreter whole = completed(c, as_found), *p = &whole;
    int inside = pep440_satisfies(p->version, c->requires_python, e);
    if (inside < 0)
        return -1;
    if (!inside)
        return err_set(e, ERR_RECIPE,
            "--python: CPython %s (%s) is outside what the recipe's [python] requires: %s", p->version,
            p->path, c->requires_python);
    if (defect(p))
        return err_set(e, ERR_ENVIRONMENT, "--python: CPython %s (%s) %s", p->version, p->path, defect(p));
    if (!has_slot(c, p))
        vec_push(&c->chosen, *p);
    return 0;
}

/* "3.9" in "3.9", "python3.9" and ".../shims/python3.9" (which runs what its environment says); else the item
 * itself. */
static struct slice version_part(const char *item)
{
    static const char prefix[] = "python";
    const char *base = path_base(item);
    AUTO_FREE char *folder = path_dir(item);
    bool is_name = base == item || str_ends(folder, "/shims");
    return slice_of(is_name && str_starts(base, prefix) ? base + strlen(prefix) : item);
}

static int choose_one(struct choosing *c, const char *item, struct err *e)
{
    struct slice version = version_part(item);
    const struct interpreter *known = is_version(version) ? best(c, version) : NULL;
    for (size_t i = 0; !known && i < c->packs->len; i++) {
        const struct interpreter *p = &c->packs->items[i];
        bool meant = strcmp(p->path, item) == 0 || (is_version(version) && fits(p, version));
        known = meant ? p : NULL;
    }
    if (known)
        return add_named(c, known, e);
    if (str_ends(item, ".toml"))
        return err_set(e, ERR_USAGE,
            "--python: %s: is not a recipe of the headers of a Python (kind \"python-abi\") for what is "
            "built here",
            item);
    if (is_version(slice_of(item)))
        return not_here(c, item, e);
    struct interpreter probed;
    if (interpreter_probe(&probed, c->a, item, c->memory, e) < 0)
        return err_wrap(e, "--python");
    return add_named(c, &probed, e);
}

static int choose_listed(struct choosing *c, const char *spec, struct err *e)
{
    struct slice rest = slice_of(spec);
    while (rest.ptr) {
        struct slice item = slice_trim(slice_cut(&rest, ','));
        if (!item.len)
            return err_set(e, ERR_USAGE,
                "--python: \"%s\" has an empty part: give versions and paths, as 3.9,3.13t,/usr/bin/python3",
                spec);
        if (slice_is(item, "all"))
            return err_set(e, ERR_USAGE, "--python: \"all\" stands alone, without other versions");
        AUTO_FREE char *text = xstrndup(item.ptr, item.len);
        if (choose_one(c, text, e) < 0)
            return -1;
    }
    return 0;
}

static int oldest_first(const void *pa, const void *pb)
{
    const struct interpreter *a = pa, *b = pb;
    if (a->abi.minor != b->abi.minor)
        return a->abi.minor < b->abi.minor ? -1 : 1;
    return strcmp(a->abi_tag, b->abi_tag);
}

int interpreters_choose(struct interpreter_choice *out, struct arena *a, const struct interpreters *found,
    const struct interpreters *packs, const char *spec, const char *requires_python,
    const struct fact_memory *memory, struct err *e)
{
    static const struct interpreters none = {0};
    struct choosing c = {.a = a,
        .found = found,
        .packs = packs ? packs : &none,
        .requires_python = requires_python ? requires_python : "",
        .memory = memory};
    bool all = spec && strcmp(spec, "all") == 0;
    int failed = !spec || all ? choose_all(&c, all, e) : choose_listed(&c, spec, e);
    if (!failed) {
        qsort(c.chosen.items, c.chosen.len, sizeof *c.chosen.items, oldest_first);
        *out = (struct interpreter_choice){
            .items = arena_memdup(a, c.chosen.items, c.chosen.len * sizeof *c.chosen.items),
            .len = c.chosen.len,
        };
        if (c.skipped.len) {
            out->skipped.items = arena_memdup(a, c.skipped.items, c.skipped.len * sizeof *c.skipped.items);
            out->skipped.len = c.skipped.len;
        }
    }
    vec_release(&c.chosen);
    vec_release(&c.skipped);
    return failed;
}
