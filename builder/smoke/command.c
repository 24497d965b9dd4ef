/* The command that imports a finished wheel and runs its test in a fresh process. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "smoke/smoke.h"
#include "sys/environment.h"
#include "template/template.h"

#define LARGEST_FILE ((uint64_t)1 << 30) /* that a test may write */

static void add_environment(struct strvec *env, const struct smoke_request *r)
{
    AUTO_FREE char *programs = xstrf("%s/bin:" SYSTEM_PATH, r->site); /* those of the wheel come first */
    environment_clean(env, programs, LOCALE_UTF8, r->scratch, r->scratch);
    strvec_push(env, "PYTHONDONTWRITEBYTECODE=1");
    strvec_push(env, "PYTHONFAULTHANDLER=1");
    if (!r->test->command.len)
        return;
    AUTO(strbuf) struct strbuf path = {0};
    strbuf_addf(&path, "PYTHONPATH=%s", r->site);
    for (size_t i = 0; i < r->with.len; i++)
        strbuf_addf(&path, ":%s", r->with.items[i]);
    strvec_push(env, strbuf_str(&path));
    strvec_push(env, "PYTHONNOUSERSITE=1");
}

static void push_python(struct strvec *argv, const struct interpreter *p)
{
    for (size_t i = 0; p->runner && p->runner[i]; i++)
        strvec_push(argv, p->runner[i]);
    strvec_push(argv, p->path);
}

/* Nothing is there but the standard library, the wheel, and the wheels that the test requires: what is
 * installed on this machine is not looked at, so that a try ends the same everywhere. */
static int add_try(struct strvec *argv, const struct smoke_request *r, struct err *e)
{
    const struct test_spec *t = r->test;
    if (t->command.len) {
        for (size_t i = 0; i < t->command.len; i++)
            if (strcmp(t->command.items[i], "{python}") == 0)
                push_python(argv, r->python);
            else
                strvec_push(argv, t->command.items[i]);
        return 0;
    }
    AUTO_FREE char *driver = template_path("python/import.py", e);
    if (!driver)
        return -1;
    push_python(argv, r->python);
    strvec_push(
        argv, "-I"); /* nothing of the user's: no PYTHON* variables, no user site, no current folder */
    strvec_push(argv, "-B"); /* nothing is written beside the modules; -I ignores the variable for it */
    strvec_push(argv, "-u"); /* what was printed last stands last in the log */
    strvec_push(argv, "-X");
    strvec_push(argv, "faulthandler");
    strvec_push(argv, "-S"); /* nor what is installed for this interpreter */
    strvec_push(argv, driver);
    strvec_push(argv, r->site);
    strvec_push(argv, t->script ? t->script : "");
    strvec_pushf(argv, "%zu", r->with.len);
    strvec_pushf(argv, "%zu", t->imports.len);
    strvec_push(argv, r->guessed ? "guessed" : "");
    for (size_t i = 0; i < r->with.len; i++)
        strvec_push(argv, r->with.items[i]);
    for (size_t i = 0; i < t->imports.len; i++)
        strvec_push(argv, t->imports.items[i]);
    for (size_t i = 0; i < r->module_count; i++) /* "pkg.__init__" is imported as pkg */
        strvec_pushn(argv, r->modules[i],
            strlen(r->modules[i]) - (str_ends(r->modules[i], ".__init__") ? strlen(".__init__") : 0));
    return 0;
}

int smoke_command(struct command *c, const struct smoke_request *r, struct err *e)
{
    if (add_try(&c->argv, r, e) < 0)
        return -1;
    add_environment(&c->env, r);
    c->dir = xstrdup(r->scratch);
    c->log = xstrdup(r->log);
    c->file_bytes = LARGEST_FILE;
    c->timeout_ms = SMOKE_SECONDS * 1000;
    c->end = r->end;
    return 0;
}
