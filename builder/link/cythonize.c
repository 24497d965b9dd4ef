/* Cython sources to C: once a source, not once an interpreter. Run in the source with relative names, so that
 * what it writes into the C does not depend on where it ran. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "link/internal.h"
#include "sys/path.h"
#include "template/template.h"

static void push_language(struct strvec *argv, const struct module_spec *m)
{
    const char *level = m->cython.language_level;
    if (level && strcmp(level, "3str") == 0)
        strvec_push(argv, "--3str");
    else if (level)
        strvec_pushf(argv, "-%s", level);
    if (m->cplus || m->cython.cplus)
        strvec_push(argv, "--cplus");
    for (size_t i = 0; i < m->cython.directives.len; i++)
        strvec_pushf(argv, "--directive=%s=%s", m->cython.directives.items[i].key,
            m->cython.directives.items[i].value);
}

static int add_source(const struct module_spec *m, const char *source, const char *src, const char *python,
    const char *logs, const struct strvec *env, struct commands *out, struct err *e)
{
    AUTO_FREE char *driver = template_path("python/cythonize.py", e);
    if (!driver)
        return -1;
    AUTO_FREE char *made = cython_output(m, source);
    AUTO_FREE char *folder = path_dir(made);
    struct command *c = link_command(out, "cythonize", src, logs, NULL, env);
    strvec_push(&c->argv, "mkdir");
    strvec_push(&c->argv, "-p");
    strvec_push(&c->argv, folder);

    c = link_command(out, "cythonize", src, logs, NULL, env);
    strvec_push(&c->argv, python);
    strvec_push(&c->argv, "-s");
    strvec_push(&c->argv, driver);
    push_language(&c->argv, m);
    strvec_pushf(&c->argv, "--module-name=%s", m->name);
    for (size_t i = 0; i < m->include.len; i++)
        strvec_pushf(&c->argv, "-I%s", m->include.items[i]);
    strvec_push(&c->argv, "--output-file");
    strvec_push(&c->argv, made);
    strvec_push(&c->argv, source);
    return 0;
}

int cythonize_commands(const struct recipe *recipe, const char *src, const char *python, const char *logs,
    const struct strvec *env, struct commands *out, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    for (size_t i = 0; i < recipe->module_count; i++) {
        const struct module_spec *m = module_as_spoken(&a, recipe, &recipe->modules[i], src, e);
        const char *first = NULL;
        AUTO(strvec) struct strvec sources = {0};
        if (!m || module_sources(recipe, m, src, &sources, e) < 0)
            return -1;
        for (size_t k = 0; k < sources.len; k++) {
            const char *source = sources.items[k];
            if (!source_is_cython(source))
                continue;
            if (first)
                return err_at(e, ERR_RECIPE, m->at.file ? m->at.file : recipe->file, (unsigned)m->at.line,
                    (unsigned)m->at.column,
                    "module %s has two Cython sources, %s and %s (each makes a module of its own)", m->name,
                    first, source);
            first = source;
            if (add_source(m, source, src, python, logs, env, out, e) < 0)
                return -1;
        }
    }
    return 0;
}
