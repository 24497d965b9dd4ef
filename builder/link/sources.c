/* The sources that a module names: files, and patterns of files (fnmatch(3), "*" stops at a slash) below the
 * source, in the order of their names. */
#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "link/internal.h"
#include "sys/fs.h"

static bool is_pattern(const char *source)
{
    return strpbrk(source, "*?[") != NULL;
}

static size_t add_matches(struct strvec *out, const struct strvec *files, const char *pattern)
{
    size_t found = 0;
    for (size_t i = 0; i < files->len; i++)
        if (fnmatch(pattern, files->items[i], FNM_PATHNAME | FNM_PERIOD) == 0) {
            found++;
            if (!strvec_has(out, files->items[i]))
                strvec_push(out, files->items[i]);
        }
    return found;
}

int module_sources(const struct recipe *recipe, const struct module_spec *m, const char *src,
    struct strvec *out, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    for (size_t i = 0; i < m->sources.len; i++) {
        const char *source = m->sources.items[i];
        if (!is_pattern(source)) {
            strvec_push(out, source);
            continue;
        }
        if (!files.len && tree_list(src, NULL, NULL, &files, e) < 0)
            return -1;
        if (!add_matches(out, &files, source))
            return err_set(e, ERR_RECIPE, "%s:%d:%d: module %s: no file of the source fits \"%s\"",
                m->at.file ? m->at.file : recipe->file, m->at.line, m->at.column, m->name, source);
    }
    return 0;
}
