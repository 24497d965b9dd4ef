/* Pairs the compiled files of two wheels: releases rename what they carry. */
#include "audit/same_file.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "inspect/library.h"
#include "sys/path.h"

const char *same_file_name(struct arena *arena, const char *path)
{
    const char *base = path_base(path), *so = strstr(base, ".so");
    if (!so)
        return path;
    const char *abi = strchr(base, '.');
    bool of_python = abi < so && (str_starts(abi, ".cpython-") || str_starts(abi, ".abi3"));
    struct slice stem = library_stem(path);
    const char *end = of_python ? abi : stem.ptr + stem.len;
    return arena_strf(arena, "%.*s%s", (int)(end - path), path, so);
}

/* The folder and the stem: what is left when the number of a soname changes as well. */
static const char *stem_name(struct arena *arena, const char *path)
{
    const char *name = same_file_name(arena, path), *so = strstr(path_base(name), ".so");
    return so ? arena_strndup(arena, name, (size_t)(so - name)) : name;
}

static const char *exact_name(struct arena *arena, const char *path)
{
    (void)arena;
    return path;
}

static const char *(*const namings[])(struct arena *, const char *) = {exact_name, same_file_name, stem_name};

static const char **names_of(struct arena *arena, const struct audited *a, size_t naming)
{
    const char **names = arena_alloc(arena, (a->module_count + 1) * sizeof *names);
    for (size_t i = 0; i < a->module_count; i++)
        names[i] = namings[naming](arena, a->modules[i].subject);
    return names;
}

/* Pairs what has no partner yet; taken is by the files of the newer one. */
static void pair_by_name(struct same_file *pairs, bool *taken, const struct audited *older,
    const struct audited *newer, size_t naming)
{
    AUTO(arena) struct arena arena = {0};
    const char **before = names_of(&arena, older, naming), **after = names_of(&arena, newer, naming);
    for (size_t i = 0; i < older->module_count; i++)
        for (size_t k = 0; k < newer->module_count && !pairs[i].reports[1]; k++)
            if (!taken[k] && strcmp(before[i], after[k]) == 0) {
                pairs[i].reports[1] = &newer->modules[k];
                taken[k] = true;
            }
}

struct same_file *same_files_find(
    const struct audited *older, const struct audited *newer, bool alone, size_t *count)
{
    struct same_file *pairs = xcalloc(older->module_count + newer->module_count + 1, sizeof *pairs);
    AUTO_FREE bool *taken = xcalloc(newer->module_count + 1, sizeof *taken);
    for (size_t i = 0; i < older->module_count; i++)
        pairs[i].reports[0] = &older->modules[i];
    if (alone) {
        pairs[0].reports[1] = &newer->modules[0];
        taken[0] = true;
    }
    for (size_t naming = 0; naming < COUNT(namings); naming++)
        pair_by_name(pairs, taken, older, newer, naming);
    *count = older->module_count;
    for (size_t k = 0; k < newer->module_count; k++)
        if (!taken[k])
            pairs[(*count)++].reports[1] = &newer->modules[k];
    return pairs;
}
