/* A folder of installed distributions as a whole: which of them bring the same library, and which file is
 * whose. */
#include "audit/environment.h"

#include <stdlib.h>
#include <string.h>

#include "audit/rules.h"
#include "audit/wheel.h"
#include "audit/wheel_facts.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/record.h"

enum { RECORD_LIMIT = 64 << 20, CARRIED_MAX = 20000 };

/* "pyzmq-27.1.0.dist-info" is "pyzmq 27.1.0". */
static const char *distribution_name(struct arena *a, const char *folder)
{
    const char *end = strrchr(folder, '.'), *dash = strchr(folder, '-');
    if (!dash || dash > end)
        return arena_strndup(a, folder, (size_t)(end - folder));
    const char *version_end = memchr(dash + 1, '-', (size_t)(end - dash - 1)); /* "-py3.11.egg-info" */
    version_end = version_end ? version_end : end;
    return arena_strf(a, "%.*s %.*s", (int)(dash - folder), folder, (int)(version_end - dash - 1), dash + 1);
}

/* Libraries and modules alone are kept of RECORD. */
static void read_record(struct environment *env, const char *distribution, const char *info)
{
    AUTO_FREE char *path = xstrf("%s/%s/RECORD", env->folder, info);
    AUTO(strbuf) struct strbuf text = {0};
    struct err ignored = ERR_INIT;
    if (file_read(&text, path, RECORD_LIMIT, &ignored) < 0 || memchr(strbuf_str(&text), 0, text.len)) {
        err_release(&ignored);
        return;
    }
    struct slice rest = {strbuf_str(&text), text.len};
    struct arena lines = {0};
    struct record_entry entry;
    const char *message;
    for (int got, count = 1; (got = record_next(&rest, &lines, &entry, &message)) != 0; count++) {
        if (got > 0 && is_shared_name(entry.path))
            map_set(&env->owners, entry.path, (void *)distribution);
        if (count % 256 == 0)
            arena_release(&lines);
    }
    arena_release(&lines);
}

int environment_open(struct environment *env, const char *folder, struct err *e)
{
    *env = (struct environment){0};
    env->folder = arena_strdup(&env->arena, folder);
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++)
        if (str_ends(names.items[i], ".dist-info"))
            read_record(env, distribution_name(&env->arena, names.items[i]), names.items[i]);
    return 0;
}

/* The owner by RECORD, else the top folder, of which "numpy.libs" is that of numpy. */
static const char *owner_of(struct environment *env, const char *file)
{
    const char *owner = env->owner ? env->owner : map_get(&env->owners, file);
    if (owner)
        return owner;
    const char *slash = strchr(file, '/');
    size_t len = slash ? (size_t)(slash - file) : strcspn(file, ".");
    if (len > 5 && memcmp(file + len - 5, ".libs", 5) == 0)
        len -= 5;
    return arena_strndup(&env->arena, file, len);
}

static void add_carried(struct environment *env, const char *library, const char *version, const char *file)
{
    if (env->carried.len == CARRIED_MAX)
        return;
    struct carried c = {arena_strdup(&env->arena, library), arena_strdup(&env->arena, version),
        owner_of(env, file), arena_strdup(&env->arena, file)};
    vec_push(&env->carried, c);
}

static struct held_name held(struct environment *env, const char *name, const char *file)
{
    return (struct held_name){
        arena_strdup(&env->arena, name), owner_of(env, file), arena_strdup(&env->arena, file)};
}

/* What the loader makes one of: libraries by their soname, and the symbols that the rule of a file has told.
 */
static void add_names(struct environment *env, const struct audit_report *r, const char *file)
{
    if (r->role == AUDIT_LIBRARY && r->soname && env->sonames.len < CARRIED_MAX)
        vec_push(&env->sonames, held(env, r->soname, file));
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];
        for (size_t k = 0; strcmp(f->rule->id, "unique-symbol") == 0 && k < f->evidence_count; k++)
            if (env->unique.len < CARRIED_MAX)
                vec_push(&env->unique, held(env, f->evidence[k], file));
    }
}

static void add_report(struct environment *env, const struct audit_report *r, const char *file)
{
    add_names(env, r, file);
    for (size_t i = 0; i < r->embedded_count; i++)
        add_carried(env, r->embedded[i].name, r->embedded[i].version, file);
    if (is_library_of_others(r, file) && is_shared_name(file)) {
        if (r->itself.name)
            add_carried(env, r->itself.name, r->itself.version, file);
        else
            add_carried(env, library_plain_name(&env->arena, file), "", file);
    }
}

/* "pyzmq-27.1.0-cp311-….whl" is pyzmq 27.1.0. */
static const char *distribution_of_wheel(struct arena *a, const char *path)
{
    const char *base = path_base(path), *dash = strchr(base, '-'), *end = dash ? strchr(dash + 1, '-') : NULL;
    return end ? arena_strf(a, "%.*s %.*s", (int)(dash - base), base, (int)(end - dash - 1), dash + 1)
               : arena_strdup(a, base);
}

void environment_begin(struct environment *env)
{
    *env = (struct environment){0};
    env->folder = "together";
}

static void add_wheel(struct environment *env, const struct audited *a)
{
    env->owner = distribution_of_wheel(&env->arena, a->path);
    for (size_t i = 0; i < a->module_count; i++)
        add_report(env, &a->modules[i], a->modules[i].subject);
    env->owner = NULL;
}

void environment_add(struct environment *env, const struct audited *a)
{
    size_t root = strlen(env->folder);
    if (a->kind == AUDITED_WHEEL && !a->unreadable.kind)
        add_wheel(env, a);
    if (a->kind != AUDITED_MODULE || !a->module_count || strncmp(a->path, env->folder, root) != 0)
        return;
    const char *file = a->path + root;
    while (*file == '/')
        file++;
    add_report(env, &a->modules[0], file);
}

static int by_library(const void *a, const void *b)
{
    const struct carried *x = a, *y = b;
    int order = strcmp(x->library, y->library);
    order = order ? order : strcmp(x->distribution, y->distribution);
    return order ? order : strcmp(x->file, y->file);
}

static int by_name(const void *a, const void *b)
{
    const struct held_name *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    order = order ? order : strcmp(x->distribution, y->distribution);
    return order ? order : strcmp(x->file, y->file);
}

void environment_judge(struct environment *env, struct audited *a, const struct audit_options *options)
{
    AUTO(arena) struct arena scratch = {0};
    if (env->carried.len)
        qsort(env->carried.items, env->carried.len, sizeof *env->carried.items, by_library);
    if (env->sonames.len)
        qsort(env->sonames.items, env->sonames.len, sizeof *env->sonames.items, by_name);
    if (env->unique.len)
        qsort(env->unique.items, env->unique.len, sizeof *env->unique.items, by_name);
    a->kind = AUDITED_ENVIRONMENT;
    a->path = arena_strdup(&a->whole.arena, env->folder);
    a->whole.subject = a->path;
    struct audit_context context = context_of(options, a->path);
    struct check c = {.context = &context, .environment = env, .report = &a->whole, .scratch = &scratch};
    run_rules(&c, SCOPE_ENVIRONMENT);
    a->parts = arena_alloc(&a->whole.arena, env->carried.len * sizeof *a->parts);
    for (size_t i = 0; i < env->carried.len; i++)
        a->parts[a->part_count++] = (struct audited_part){
            .name = arena_strdup(&a->whole.arena, env->carried.items[i].library),
            .version = arena_strdup(&a->whole.arena, env->carried.items[i].version),
            .source = arena_strdup(&a->whole.arena, env->carried.items[i].distribution),
            .subject = arena_strdup(&a->whole.arena, env->carried.items[i].file),
        };
    audited_conclude(a);
}

void environment_release(struct environment *env)
{
    map_release(&env->owners);
    vec_release(&env->carried);
    vec_release(&env->sonames);
    vec_release(&env->unique);
    arena_release(&env->arena);
    *env = (struct environment){0};
}
