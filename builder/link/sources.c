/* The sources that a module names: files, and patterns of files (fnmatch(3), "*" stops at a slash) below the
 * source, in the order of their names. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "link/internal.h"
#include "sys/fs.h"

static bool is_pattern(const char *source)
{
    return strpbrk(source, "*?[") != NULL;
}

static bool fits(const char *pattern, const char *file)
{
    return fnmatch(pattern, file, FNM_PATHNAME | FNM_PERIOD) == 0;
}

static size_t add_matches(struct strvec *out, const struct strvec *files, const char *pattern)
{
    size_t found = 0;
    for (size_t i = 0; i < files->len; i++)
        if (fits(pattern, files->items[i])) {
            found++;
            if (!strvec_has(out, files->items[i]))
                strvec_push(out, files->items[i]);
        }
    return found;
}

static int nothing_fits(const struct recipe *recipe, const struct module_spec *m, const char *pattern,
    const char *of, struct err *e)
{
    struct position at = recipe_position(recipe, pattern);
    if (!at.line)
        at = m->at;
    return err_at(e, ERR_RECIPE, at.file ? at.file : recipe->file, (unsigned)at.line, (unsigned)at.column,
        "module %s: no file of %s fits \"%s\"", m->name, of, pattern);
}

/* Takes those that fit the pattern away. */
static size_t leave_out(struct strvec *files, const char *pattern)
{
    size_t kept = 0, len = files->len;
    for (size_t i = 0; i < len; i++) {
        if (fits(pattern, files->items[i]))
            free(files->items[i]);
        else
            files->items[kept++] = files->items[i];
    }
    files->len = kept;
    return len - kept;
}

const struct module_files *module_files_of(const struct module_spec *m, const char *source)
{
    for (size_t i = 0; i < m->file_count; i++)
        for (size_t k = 0; k < m->files[i].files.len; k++)
            if (fits(m->files[i].files.items[k], source))
                return &m->files[i];
    return NULL;
}

int module_sources(const struct recipe *recipe, const struct module_spec *m, const char *src,
    struct strvec *out, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    for (size_t i = 0; i < m->sources.len; i++) {
        const char *source = m->sources.items[i];
        if (!is_pattern(source)) {
            if (!strvec_has(out, source))
                strvec_push(out, source);
            continue;
        }
        if (!files.len && tree_list(src, NULL, NULL, &files, e) < 0)
            return -1;
        if (!add_matches(out, &files, source))
            return nothing_fits(recipe, m, source, "the source", e);
    }
    for (size_t i = 0; i < m->exclude.len; i++)
        if (!leave_out(out, m->exclude.items[i]))
            return nothing_fits(recipe, m, m->exclude.items[i], "its sources", e);
    return 0;
}
