/* Draws which distributions were imported in which order, and how each child ended. */
#include "ui/audit/proof.h"

#include <string.h>

#include "base/cleanup.h"
#include "json/json.h"

static const char *const end_names[] = {
    [TOGETHER_WORKS] = "works", [TOGETHER_FAILS] = "fails", [TOGETHER_DIES] = "dies"};

static void add_end(struct strbuf *out, const struct together_try *try, struct style style)
{
    tone_add(out, style, try->end == TOGETHER_WORKS ? TONE_GOOD : TONE_BAD, end_names[try->end]);
    if (try->signal)
        strbuf_addf(out, " of signal %d (%s)", try->signal, strsignal(try->signal));
    if (try->said && *try->said) {
        strbuf_adds(out, ": ");
        text_add_safe(out, try->said, 300);
    }
    strbuf_addc(out, '\n');
}

void report_proof(struct strbuf *out, const struct together *t, struct style style)
{
    strbuf_adds(out, "imported by ");
    text_add_safe(out, t->python->path, 0);
    if (t->confined)
        strbuf_adds(out, ", confined: nothing can be written, no network is reached\n");
    else
        strbuf_addf(out, ", NOT confined: %s\n", t->why_not);
    for (size_t i = 0; i < t->member_count; i++) {
        strbuf_adds(out, "  ");
        text_add_safe(out, t->members[i].label, 0);
        strbuf_adds(out, " alone ");
        add_end(out, &t->alone[i], style);
    }
    for (size_t i = 0; i < t->order_count; i++) {
        strbuf_adds(out, "  ");
        text_add_safe(out, t->members[t->orders[i].first].label, 0);
        strbuf_adds(out, ", then ");
        text_add_safe(out, t->members[t->orders[i].second].label, 0);
        strbuf_addc(out, ' ');
        add_end(out, &t->orders[i], style);
    }
}

static void add_try(struct json *list, const struct together *t, const struct together_try *try)
{
    struct json *object = json_add_object(list);
    struct json *imported = json_set_array(object, "imported");
    json_add_text(imported, t->members[try->first].label);
    if (try->second != SIZE_MAX)
        json_add_text(imported, t->members[try->second].label);
    json_set_text(object, "end", end_names[try->end]);
    json_set_int(object, "signal", try->signal);
    json_set_text(object, "said", try->said);
}

void report_proof_json(struct strbuf *out, const struct together *t)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-audit-proof-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    json_set_text(document, "python", t->python->path);
    json_set_bool(document, "confined", t->confined != NULL);
    json_set_text(document, "why_not_confined", t->why_not);
    struct json *tries = json_set_array(document, "tries");
    for (size_t i = 0; i < t->member_count; i++)
        add_try(tries, t, &t->alone[i]);
    for (size_t i = 0; i < t->order_count; i++)
        add_try(tries, t, &t->orders[i]);
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
