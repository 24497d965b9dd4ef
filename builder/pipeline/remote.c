/* What taking from a server and giving to it have in common. */
#include "pipeline/remote.h"

#include <string.h>

#include "base/cleanup.h"

bool remote_is_asked(const struct run *r)
{
    return r->share.remote && !r->share_is_off && r->request->goal >= GOAL_BUILD;
}

void remote_give_up(struct run *r, const char *why)
{
    if (!r->share_is_off)
        event_warning(r->sink, "the shared place is not used any more: %s: %s", r->share.location, why);
    r->share_is_off = true;
}

struct exchanger *remote_exchanger(struct run *r)
{
    AUTO(err) struct err why = ERR_INIT;
    if (r->exchanger)
        return r->exchanger;
    if (!r->loop)
        r->loop = loop_new();
    r->exchanger = exchanger_new(r->loop, &r->share.remote->access, &why);
    if (!r->exchanger)
        remote_give_up(r, why.text);
    return r->exchanger;
}

const char *remote_reason(struct run *r, const char *text)
{
    const char *line = strstr(text, "\n  http");
    if (!line)
        return arena_strndup(r->arena, text, strcspn(text, "\n"));
    line += strlen("\n  ");
    return arena_strndup(r->arena, line, strcspn(line, "\n"));
}
