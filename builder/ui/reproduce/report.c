/* Differences, a paragraph each, or that there are none. */
#include "ui/reproduce/report.h"

#include "base/cleanup.h"
#include "json/json.h"

void report_reproduced(
    struct strbuf *out, const struct comparison *c, const char *diffoscope, struct style style)
{
    AUTO_FREE char *compared = xstrf("%zu file%s of %zu step%s", c->file_count, c->file_count == 1 ? "" : "s",
        c->step_count, c->step_count == 1 ? "" : "s");
    vec_each (&c->differences, d) {
        AUTO(strbuf) struct strbuf line = {0};
        strbuf_addf(&line, "%s: %s: %s", d->step, d->path, d->what);
        text_add_safe(out, line.ptr, 0);
        strbuf_addc(out, '\n');
        if (diffoscope)
            strbuf_addf(out, "  diffoscope '%s' '%s'\n", d->first, d->second);
    }
    AUTO(strbuf) struct strbuf text = {0};
    if (c->differences.len)
        strbuf_addf(&text, "%zu of %s differ\n", c->differences.len, compared);
    else
        strbuf_addf(&text, "the same bytes: %s\n", compared);
    tone_add(out, style, TONE_BOLD, text.ptr);
}

void report_reproduced_json(struct strbuf *out, const struct comparison *c)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-reproduce-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    json_set_bool(document, "same", !c->differences.len);
    json_set_int(document, "steps", (int64_t)c->step_count);
    json_set_int(document, "files", (int64_t)c->file_count);
    struct json *list = json_set_array(document, "differences");
    vec_each (&c->differences, d) {
        struct json *one = json_add_object(list);
        json_set_text(one, "step", d->step);
        json_set_text(one, "path", d->path);
        json_set_text(one, "what", d->what);
        json_set_text(one, "first", d->first);
        json_set_text(one, "second", d->second);
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
