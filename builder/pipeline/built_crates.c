/* Which crates came into the modules of a project in Rust: what the log of the compiler says of the libraries
 * that Python loads, and of what those take in. Crates that only helped to compile (procedural macros, build
 * scripts) are not among them, since nothing that is loaded takes them in as a library. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/set.h"
#include "pipeline/internal.h"
#include "project/links.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/metadata.h"

static const struct linked_crate *find(const struct links *links, struct slice file)
{
    for (size_t i = links->crates.len; i-- > 0;)
        if (slice_is(file, links->crates.items[i].file))
            return &links->crates.items[i];
    return NULL;
}

/* Adds the crate and all that it takes in. */
static void mark(struct set *inside, const struct links *links, const struct linked_crate *crate)
{
    struct slice rest = crate->externs;
    if (strcmp(crate->kind, "proc-macro") == 0 || !set_add(inside, crate->file))
        return;
    while (rest.ptr && rest.len) {
        const struct linked_crate *taken = find(links, slice_cut(&rest, ' '));
        if (taken)
            mark(inside, links, taken);
    }
}

/* "MIT/Apache-2.0" is how manifests said "MIT OR Apache-2.0" before SPDX. */
static const char *expression_of(struct arena *a, const char *license)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (const char *p = license; *p; p++)
        if (*p == '/')
            strbuf_adds(&out, " OR ");
        else
            strbuf_addc(&out, *p);
    const char *text = strbuf_str(&out);
    AUTO(err) struct err none = ERR_INIT;
    AUTO_FREE char *valid = *text ? license_join(&text, 1, &none) : NULL;
    return valid ? arena_strdup(a, text) : NULL;
}

static int keep_texts(struct built_crate *c, struct step_run *s, const char *folder, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return -1;
    strvec_sort(&names);
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *from = path_join(folder, names.items[i]);
        AUTO_FREE char *below = xstrf("%s/" CRATE_LICENCES "/%s-%s", s->draft.stage, c->name, c->version);
        AUTO_FREE char *to = path_join(below, names.items[i]);
        int is_text = license_is_text(names.items[i]) ? path_is_file(from, e) : 0;
        if (is_text < 0 || (is_text && (folder_make(below, e) < 0 || file_copy(from, to, e) < 0)))
            return -1;
        if (is_text)
            texts_add(&c->license_files, s->run->arena, arena_strdup(s->run->arena, names.items[i]));
    }
    return 0;
}

static int by_name(const void *pa, const void *pb)
{
    const struct built_crate *a = pa, *b = pb;
    int order = strcmp(a->name, b->name);
    return order ? order : strcmp(a->version, b->version);
}

static bool has(const struct built *b, const struct linked_crate *crate)
{
    for (size_t i = 0; i < b->crate_count; i++)
        if (strcmp(b->crates[i].name, crate->name) == 0 && strcmp(b->crates[i].version, crate->version) == 0)
            return true;
    return false;
}

int built_keep_crates(struct built *b, struct step_run *s, const struct links *links, struct err *e)
{
    struct arena *a = s->run->arena;
    AUTO(set) struct set inside = {0};
    AUTO_FREE char *own = s->src ? xstrf("%s/", s->src) : xstrdup("/");
    vec_each (&links->crates, c) {
        if (strstr(c->kind, "dylib"))
            mark(&inside, links, c);
    }
    b->crates = arena_alloc(a, (inside.members.len + 1) * sizeof *b->crates);
    vec_each (&links->crates, c) {
        if (!set_has(&inside, c->file) || str_starts(c->folder, own) ||
            (s->src && strcmp(c->folder, s->src) == 0) || has(b, c))
            continue;
        struct built_crate *crate = &b->crates[b->crate_count++];
        *crate = (struct built_crate){c->name, c->version, expression_of(a, c->license), {0}};
        if (keep_texts(crate, s, c->folder, e) < 0)
            return -1;
    }
    if (b->crate_count)
        qsort(b->crates, b->crate_count, sizeof *b->crates, by_name);
    return 0;
}
