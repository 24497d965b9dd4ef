/* What --explain found: who takes what from whom, and where it came from. */
#include "ui/audit/explain.h"

#include <string.h>

#include "base/cleanup.h"

enum { REASONS_SHOWN = 6, SYMBOLS_SHOWN = 12 };

static void put(struct strbuf *out, struct style style, enum tone tone, const char *text)
{
    AUTO(strbuf) struct strbuf safe = {0};
    text_add_safe(&safe, text, 0);
    tone_add(out, style, tone, strbuf_str(&safe));
}

static void draw_reason(struct strbuf *out, const struct audit_reason *r, struct style style)
{
    strbuf_adds(out, "        ");
    if (r->kind == REASON_SECTION)
        strbuf_adds(out, "section ");
    put(out, style, r->kind == REASON_MEMBER ? TONE_NAME : TONE_PLAIN, r->name);
    if (r->function) {
        strbuf_adds(out, " in ");
        put(out, style, TONE_PLAIN, r->function);
    }
    if (r->functions > 1)
        strbuf_addf(out, " and %zu more function%s", r->functions - 1, r->functions == 2 ? "" : "s");
    if (r->places > 1)
        strbuf_addf(out, ", %zu places", r->places);
    strbuf_addc(out, '\n');
}

static void draw_symbol(struct strbuf *out, const struct audit_symbol *s, struct style style)
{
    strbuf_adds(out, "      ");
    put(out, style, TONE_PLAIN, s->symbol);
    strbuf_addc(out, '@');
    put(out, style, TONE_PLAIN, s->version);
    strbuf_adds(out, " of ");
    put(out, style, TONE_PLAIN, s->library);
    strbuf_addc(out, '\n');
    size_t shown = s->reason_count < REASONS_SHOWN ? s->reason_count : REASONS_SHOWN;
    for (size_t i = 0; i < shown; i++)
        draw_reason(out, &s->reasons[i], style);
    if (s->reason_total > shown)
        strbuf_addf(out, "        and %zu more\n", s->reason_total - shown);
}

static bool same_policy(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void draw_symbols(struct strbuf *out, const struct audit_report *r, struct style style)
{
    if (!r->symbol_count)
        return;
    tone_add(out, style, TONE_BOLD, "  what keeps it from older platforms");
    strbuf_addc(out, '\n');
    for (size_t i = 0; i < r->symbol_count; i++) {
        const struct audit_symbol *s = &r->symbols[i];
        if (!i || !same_policy(s->policy, r->symbols[i - 1].policy))
            strbuf_addf(out, "    %s\n", s->policy ? s->policy : "no known platform");
        draw_symbol(out, s, style);
    }
    if (r->map) {
        strbuf_adds(out, "    told by the link map ");
        put(out, style, TONE_DIM, r->map);
        strbuf_addc(out, '\n');
    }
    if (r->map_trouble) {
        strbuf_adds(out, "    ");
        put(out, style, TONE_WARN, r->map_trouble);
        strbuf_addc(out, '\n');
    }
}

static void draw_taken(struct strbuf *out, const struct audit_needed *n, struct style style)
{
    strbuf_adds(out, "    ");
    put(out, style, n->use == AUDIT_UNUSED ? TONE_WARN : TONE_NAME, n->library);
    strbuf_adds(out, ": ");
    if (n->use == AUDIT_UNUSED)
        tone_add(out, style, TONE_WARN, "nothing: it need not be linked");
    else if (n->use == AUDIT_USE_UNKNOWN)
        strbuf_adds(out, "not known, for it is not on this machine");
    size_t shown = n->taken_count < SYMBOLS_SHOWN ? n->taken_count : SYMBOLS_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        strbuf_adds(out, i ? ", " : "");
        put(out, style, TONE_PLAIN, n->taken[i]);
    }
    if (n->taken_total > shown)
        strbuf_addf(out, " and %zu more", n->taken_total - shown);
    strbuf_addc(out, '\n');
}

void explain_draw(struct strbuf *out, const struct audit_report *r, bool named, struct style style)
{
    if (named && (r->symbol_count || r->needed_count)) {
        strbuf_adds(out, "  ");
        put(out, style, TONE_BOLD, r->subject);
        strbuf_addc(out, '\n');
    }
    draw_symbols(out, r, style);
    if (r->needed_count) {
        tone_add(out, style, TONE_BOLD, "  what it takes from each library");
        strbuf_addc(out, '\n');
    }
    for (size_t i = 0; i < r->needed_count; i++)
        draw_taken(out, &r->needed[i], style);
}

void explain_symbol_json(struct json *object, const struct audit_symbol *symbol)
{
    static const char *const kinds[] = {
        [REASON_MEMBER] = "member",
        [REASON_FUNCTION] = "function",
        [REASON_SECTION] = "section",
    };
    json_set_int(object, "reasons_total", (int64_t)symbol->reason_total);
    struct json *reasons = json_set_array(object, "reasons");
    for (size_t i = 0; i < symbol->reason_count; i++) {
        struct json *r = json_add_object(reasons);
        json_set_text(r, "kind", kinds[symbol->reasons[i].kind]);
        json_set_text(r, "name", symbol->reasons[i].name);
        json_set_text(r, "function", symbol->reasons[i].function);
        json_set_int(r, "functions", (int64_t)symbol->reasons[i].functions);
        json_set_int(r, "places", (int64_t)symbol->reasons[i].places);
    }
}

void explain_needed_json(struct json *object, const struct audit_needed *n)
{
    static const char *const uses[] = {
        [AUDIT_USE_UNKNOWN] = NULL,
        [AUDIT_USED] = "used",
        [AUDIT_UNUSED] = "unused",
    };
    json_set_text(object, "use", uses[n->use]);
    json_set_text(object, "found", n->found);
    json_set_int(object, "taken_total", (int64_t)n->taken_total);
    struct json *taken = json_set_array(object, "taken");
    for (size_t i = 0; i < n->taken_count; i++)
        json_add_text(taken, n->taken[i]);
}

void explain_module_json(struct json *object, const struct audit_report *report)
{
    json_set_text(object, "map", report->map);
}
