/* Draws what two files differ in: as text, aspect by aspect, and as JSON. */
#include "ui/audit/diff.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/json.h"

enum { SHOWN = 8 }; /* of an aspect, unless everything is asked for */

/* In the order of enum change_of. */
static const char *const headings[CHANGE_OF_COUNT] = {
    [CHANGE_OF_TAG] = "tag",
    [CHANGE_OF_FILE] = "files",
    [CHANGE_OF_LIBRARY] = "needed libraries",
    [CHANGE_OF_EXPORT] = "exports",
    [CHANGE_OF_INSIDE] = "code of others",
    [CHANGE_OF_SIZE] = "size",
    [CHANGE_OF_RULE] = "findings",
};

/* Sections follow from the size of their file; they are what explains it. */
static bool is_detail(const struct audit_change *c)
{
    return c->of == CHANGE_OF_SIZE && strcmp(c->name, "file") != 0;
}

static void add_name(struct strbuf *out, const struct audit_change *c)
{
    bool file = c->of == CHANGE_OF_SIZE && !is_detail(c);
    if (file)
        text_add_safe(out, c->file ? c->file : "all of it", 0);
    else
        text_add_safe(out, c->name, 0);
    if (c->of == CHANGE_OF_RULE)
        strbuf_addf(out, " (%s)", severity_name(c->severity));
    if (c->file && !file) {
        strbuf_adds(out, " in ");
        text_add_safe(out, c->file, 0);
    }
}

static void add_amounts(struct strbuf *out, const struct audit_change *c)
{
    strbuf_adds(out, ": ");
    if (c->of == CHANGE_OF_RULE) {
        strbuf_addf(out, "%" PRIu64 " -> %" PRIu64, c->amount_before, c->amount_after);
        return;
    }
    size_add(out, c->amount_before);
    strbuf_adds(out, " -> ");
    size_add(out, c->amount_after);
    if (c->amount_before)
        strbuf_addf(out, " (%+.1f %%)",
            100.0 * ((double)c->amount_after - (double)c->amount_before) / (double)c->amount_before);
}

static void add_change(struct strbuf *out, const struct audit_change *c, struct style style)
{
    AUTO(strbuf) struct strbuf line = {0};
    bool gained = !c->before, lost = !c->after;
    add_name(&line, c);
    if (change_is_amount(c->of)) {
        add_amounts(&line, c);
    } else if (!gained && !lost) {
        strbuf_adds(&line, ": ");
        text_add_safe(&line, *c->before ? c->before : "?", 0);
        strbuf_adds(&line, " -> ");
        text_add_safe(&line, *c->after ? c->after : "?", 0);
    } else if (*(gained ? c->after : c->before)) {
        strbuf_addc(&line, ' ');
        text_add_safe(&line, gained ? c->after : c->before, 0);
    }
    if (c->example) {
        strbuf_adds(&line, ": ");
        text_add_safe(&line, c->example, 0);
    }
    strbuf_addf(out, "    %c ", gained ? '+' : lost ? '-' : ' ');
    text_wrap(out, strbuf_str(&line), 6, 8, style.width < 40 ? 40 : style.width);
    strbuf_addc(out, '\n');
}

static void add_aspect(struct strbuf *out, const struct diff_drawing *d, enum change_of of)
{
    size_t gained = 0, lost = 0, all = 0, told = 0;
    for (size_t i = 0; i < d->diff->change_count; i++) {
        const struct audit_change *c = &d->diff->changes[i];
        if (c->of != of)
            continue;
        all++;
        gained += !c->before;
        lost += !c->after;
    }
    if (!all)
        return;
    strbuf_adds(out, "  ");
    tone_add(out, d->style, TONE_BOLD, headings[of]);
    if (!change_is_amount(of) && gained + lost)
        strbuf_addf(out, ": %zu gained, %zu lost", gained, lost);
    strbuf_addc(out, '\n');
    for (size_t i = 0; i < d->diff->change_count; i++) {
        const struct audit_change *c = &d->diff->changes[i];
        if (c->of != of || (!d->explain && (is_detail(c) || told == SHOWN)))
            continue;
        add_change(out, c, d->style);
        told++;
    }
    if (told < all)
        strbuf_addf(out, "      and %zu more, told by --explain\n", all - told);
}

void report_diff(struct strbuf *out, const struct diff_drawing *d)
{
    size_t count = d->diff->change_count;
    text_add_safe(out, d->older->path, 0);
    strbuf_adds(out, " -> ");
    text_add_safe(out, d->newer->path, 0);
    strbuf_adds(out, ": ");
    if (count)
        strbuf_addf(out, "%zu difference%s\n", count, count == 1 ? "" : "s");
    else
        strbuf_adds(out, "no difference\n");
    for (int of = 0; of < CHANGE_OF_COUNT; of++)
        add_aspect(out, d, of);
}

static void set_side(struct json *document, const char *key, const struct audited *a)
{
    struct json *side = json_set_object(document, key);
    json_set_text(side, "path", a->path);
    json_set_text(side, "kind", audited_kind_name(a->kind));
    json_set_text(side, "earned", a->has_earned ? a->earned.name : NULL);
    json_set_text(side, "tags", a->claim);
    json_set_bool(side, "passes", a->passes);
    json_set_int(side, "size", (int64_t)a->size);
}

static void set_value(
    struct json *object, const char *key, const struct audit_change *c, const char *text, uint64_t amount)
{
    if (text && change_is_amount(c->of))
        json_set_int(object, key, (int64_t)amount);
    else
        json_set_text(object, key, text);
}

void report_diff_json(struct strbuf *out, const struct diff_drawing *d)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-audit-diff-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    json_set_bool(document, "same", !d->diff->change_count);
    set_side(document, "old", d->older);
    set_side(document, "new", d->newer);
    struct json *changes = json_set_array(document, "changes");
    for (size_t i = 0; i < d->diff->change_count; i++) {
        const struct audit_change *c = &d->diff->changes[i];
        struct json *change = json_add_object(changes);
        json_set_text(change, "of", change_of_word(c->of));
        json_set_text(change, "name", c->name);
        json_set_text(change, "file", c->file);
        json_set_text(change, "severity", c->of == CHANGE_OF_RULE ? severity_name(c->severity) : NULL);
        set_value(change, "before", c, c->before, c->amount_before);
        set_value(change, "after", c, c->after, c->amount_after);
        json_set_text(change, "example", c->example);
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
