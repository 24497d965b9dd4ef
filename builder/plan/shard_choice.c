/* One shard: how it is named, what it is asked for, and how it is shown. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "plan/shard.h"

static bool read_number(unsigned *out, const char **text)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return false;
    errno = 0;
    unsigned long n = strtoul(*text, &end, 10);
    *text = end;
    *out = (unsigned)n;
    return !errno && n <= SHARDS_MAX;
}

int shard_choice_parse(struct shard_choice *out, const char *text, struct err *e)
{
    const char *rest = text;
    bool good =
        read_number(&out->number, &rest) && *rest++ == '/' && read_number(&out->count, &rest) && !*rest;
    if (good && out->count && out->number <= out->count)
        return 0;
    return err_set(e, ERR_USAGE,
        "--shard %s: not I/N, as in 2/4: the second of four; 0/4 is what is made first, because several of "
        "them "
        "need it",
        text);
}

bool shard_asks(const struct shards *s, const struct plan *p, unsigned number, size_t step)
{
    if (number == SHARD_FIRST)
        return s->of[step] == SHARD_FIRST && step_travels(&p->steps[step]);
    if (p->steps[step].kind == STEP_TRY && step)
        return s->goals[step - 1] == number;
    return s->goals[step] == number;
}

void shard_print(
    struct strbuf *out, const struct plan *p, const struct shards *s, unsigned number, bool with_keys)
{
    size_t goals = 0, own = 0;
    for (size_t i = 0; i < p->len; i++) {
        goals += number && s->goals[i] == number && p->steps[i].kind != STEP_TRY;
        own += s->of[i] == number;
    }
    if (number)
        strbuf_addf(out, "shard %u of %u: %zu goal%s, %zu step%s of its own, about %.0f s\n", number,
            s->count, goals, goals == 1 ? "" : "s", own, own == 1 ? "" : "s", s->seconds[number]);
    else
        strbuf_addf(out, "first, for %u shards: %zu step%s that several need, about %.0f s\n", s->count, own,
            own == 1 ? "" : "s", s->seconds[0]);
    for (size_t i = 0; i < p->len; i++)
        if (s->of[i] == number)
            step_print(out, p, i, with_keys);
}
