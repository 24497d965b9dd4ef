/* Why steps are made again, as text: one step a paragraph, one fact a line. */
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "ui/run/report.h"

/* A hash says no more with 64 digits than with 12. */
enum { DIGITS = 12, HASH = 64 };

static void add_value(struct strbuf *out, const char *value)
{
    if (!value)
        strbuf_adds(out, "nothing");
    else if (!*value)
        strbuf_adds(out, "\"\"");
    while (value && *value) {
        size_t len = strspn(value, "0123456789abcdef");
        if (len == HASH)
            strbuf_addf(out, "%.*s...", DIGITS, value);
        else if (len)
            strbuf_add(out, value, len);
        else
            strbuf_addf(out, *value == '\n' ? "\\n" : "%c", *value);
        value += len ? len : 1;
    }
}

/* The step whose key the value ends with, when it is to be made again: then the value says no more than that.
 */
static const char *maker_of(const struct pipeline_result *result, const char *value)
{
    size_t len = value ? strlen(value) : 0;
    for (size_t i = 0; i < result->plan->len && len >= HASH; i++)
        if (strcmp(value + len - HASH, result->plan->steps[i].key.digest.hex) == 0)
            return result->plan->steps[i].label;
    return NULL;
}

/* The part before the hash: the version of a library. */
static bool same_but_hash(const struct fact_change *c)
{
    size_t before = c->before ? strlen(c->before) : 0, now = c->now ? strlen(c->now) : 0;
    return before == now && now >= HASH && strncmp(c->before, c->now, now - HASH) == 0;
}

static void add_change(struct strbuf *out, const struct pipeline_result *result, const struct fact_change *c)
{
    const char *maker = maker_of(result, c->now);
    strbuf_addf(out, "  %s: ", c->name);
    if (maker && same_but_hash(c)) {
        strbuf_addf(out, "another one (%s)\n", maker);
        return;
    }
    add_value(out, c->before);
    strbuf_adds(out, " -> ");
    add_value(out, c->now);
    strbuf_addc(out, '\n');
}

static void add_time(struct strbuf *out, int64_t ns)
{
    time_t seconds = (time_t)(ns / 1000000000);
    struct tm tm;
    char text[32] = "";
    if (localtime_r(&seconds, &tm))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    strbuf_adds(out, text);
}

static void add_head(struct strbuf *out, const struct reason *r, struct style style)
{
    tone_add(out, style, r->is_there ? TONE_PLAIN : TONE_BOLD, r->label);
    if (r->is_there) {
        strbuf_adds(out, ": is there, made ");
        add_time(out, r->made_ns);
    } else {
        strbuf_adds(out, ": is to be made");
    }
    if (r->was_there) {
        strbuf_adds(out, r->is_there ? "; since the one before, of " : "; since the last one, of ");
        add_time(out, r->before_ns);
        strbuf_adds(out, ", there changed");
    } else {
        strbuf_adds(out, r->is_there ? "; none was there before" : "; none is there");
    }
    strbuf_addc(out, '\n');
}

void report_why(struct strbuf *out, const struct pipeline_result *result, struct style style)
{
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct reason *r = &result->reasons[i];
        add_head(out, r, style);
        for (size_t k = 0; k < r->changes.count; k++)
            add_change(out, result, &r->changes.items[k]);
    }
}
