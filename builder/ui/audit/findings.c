/* Findings for a reader at a terminal, by severity. */
#include "ui/audit/findings.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* with_remedy: it was not told already. */
static void add_finding(
    struct strbuf *out, const struct finding *f, bool with_remedy, enum tone tone, struct style style)
{
    size_t width = style.width < 40 ? 40 : style.width;
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_adds(out, "  ");
    tone_add(out, style, tone, f->rule->id);
    if (f->subject && *f->subject) {
        strbuf_adds(&text, f->subject);
        strbuf_adds(&text, ": ");
    }
    strbuf_adds(&text, f->message ? f->message : "");
    strbuf_adds(out, "  ");
    text_wrap_safe(out, strbuf_str(&text), 4 + text_columns(f->rule->id), 6, width);
    strbuf_addc(out, '\n');
    if (with_remedy && f->remedy && *f->remedy) {
        strbuf_adds(out, "      ");
        text_wrap_safe(out, f->remedy, 6, 6, width);
        strbuf_addc(out, '\n');
    }
}

static enum tone tone_of(enum severity severity)
{
    return severity == SEVERITY_ERROR ? TONE_BAD : severity == SEVERITY_WARNING ? TONE_WARN : TONE_NAME;
}

static bool same_remedy(const struct finding *a, const struct finding *b)
{
    return a->rule == b->rule && a->remedy && b->remedy && strcmp(a->remedy, b->remedy) == 0;
}

/* The next one of this severity, from i on; count when there is none. */
static size_t next_of(const struct finding *findings, size_t i, size_t count, enum severity severity)
{
    while (i < count && findings[i].severity != severity)
        i++;
    return i;
}

static void add_group(struct strbuf *out, const struct finding *findings, size_t count,
    enum severity severity, struct style style)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += findings[i].severity == severity;
    if (!n)
        return;
    AUTO_FREE char *title = xstrf("%s (%zu)", severity_name(severity), n);
    tone_add(out, style, tone_of(severity), title);
    strbuf_addc(out, '\n');
    for (size_t i = next_of(findings, 0, count, severity), end; i < count; i = end) {
        end = next_of(findings, i + 1, count, severity);
        /* A remedy stands once, below the last finding it is for. */
        bool told_below = end < count && same_remedy(&findings[i], &findings[end]);
        add_finding(out, &findings[i], !told_below, tone_of(severity), style);
    }
}

void report_findings(struct strbuf *out, const struct finding *findings, size_t count, struct style style)
{
    for (int severity = SEVERITY_ERROR; severity > SEVERITY_OFF; severity--)
        add_group(out, findings, count, severity, style);
}
