/* What taking from a server and giving to it have in common. */
#include "pipeline/remote.h"

#include <string.h>

#include "base/cleanup.h"

bool remote_is_asked(const struct run *r)
{
    return r->shared.place.remote && !r->shared.is_off && r->request->goal >= GOAL_BUILD;
}

void remote_give_up(struct run *r, const char *why)
{
    if (!r->shared.is_off)
        event_warning(
            r->sink, "the shared place is not used any more: %s: %s", r->shared.place.location, why);
    r->shared.is_off = true;
}

struct exchanger *remote_exchanger(struct run *r)
{
    AUTO(err) struct err why = ERR_INIT;
    if (r->shared.exchanger)
        return r->shared.exchanger;
    if (!r->loop)
        r->loop = loop_new();
    r->shared.exchanger = exchanger_new(r->loop, &r->shared.place.remote->access, &why);
    if (!r->shared.exchanger)
        remote_give_up(r, why.text);
    return r->shared.exchanger;
}

const char *remote_reason(struct run *r, const char *text)
{
    const char *line = strstr(text, "\n  http");
    if (!line)
        return arena_strndup(r->arena, text, strcspn(text, "\n"));
    line += strlen("\n  ");
    return arena_strndup(r->arena, line, strcspn(line, "\n"));
}
