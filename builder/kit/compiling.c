/* The compilers of a kit are asked like any program, in an environment that is the same for all. */
#include "kit/compiling.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "sched/ask.h"
#include "sys/environment.h"

enum { LONGEST_MS = 120000, QUOTED_BYTES = 4000, PRINTED_MAX = 256 << 20 };

/* Where programs are looked for, and no language but C. */
static int fill_environment(struct strvec *env, struct err *e)
{
    AUTO(strvec) struct strvec folders = {0};
    const struct host_tools none = {0};
    if (host_path(&folders, &none, "", e) < 0)
        return -1;
    AUTO_FREE char *search = host_path_join(&folders);
    environment_clean(env, search, LOCALE_C, NULL, NULL);
    return 0;
}

static int tell_failure(const struct compiling *j, struct err *e)
{
    AUTO_FREE char *words = process_words(j->argv.items);
    const char *said =
        j->said.len ? strbuf_str((struct strbuf *)&j->said) : strbuf_str((struct strbuf *)&j->text);
    return err_set(e, ERR_ENVIRONMENT, "`%s` failed:\n%.*s", words, QUOTED_BYTES, said);
}

int compiling_run(
    struct compiling *list, size_t count, const struct kit_request *r, const char *dir, struct err *e)
{
    AUTO(strvec) struct strvec env = {0};
    if (fill_environment(&env, e) < 0)
        return -1;
    struct question *questions = xcalloc(count + 1, sizeof *questions);
    for (size_t i = 0; i < count; i++)
        questions[i] = (struct question){.spec = {.argv = list[i].argv.items,
                                             .env = env.items,
                                             .dir = dir,
                                             .input = list[i].input,
                                             .in = -1,
                                             .out = -1,
                                             .err = -1},
            .keeps_errors = true,
            .bytes_max = PRINTED_MAX,
            .timeout_ms = LONGEST_MS};
    int status = questions_ask(questions, count, r->jobs, e);
    for (size_t i = 0; i < count; i++) {
        list[i].text = questions[i].out;
        list[i].said = questions[i].said;
        if (status == 0 && questions[i].end.status != 0)
            status = tell_failure(&list[i], e);
    }
    free(questions);
    return status;
}

void compiling_release(struct compiling *j)
{
    strvec_release(&j->argv);
    strbuf_release(&j->text);
    strbuf_release(&j->said);
}
