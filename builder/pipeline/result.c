/* What a finished wheel remembers of itself: kept as JSON beside it in the store, told again when nothing is
 * to do. */
#include <string.h>

#include "audit/finding.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "pipeline/internal.h"
#include "sys/fs.h"

static const char *const outcome_names[] = {
    [SMOKE_PASSED] = "passed", [SMOKE_FAILED] = "failed", [SMOKE_NOT_RUN] = "not-run"};

const char *wheel_untried(struct arena *a, const struct wheel_result *w)
{
    if (!w->smoke_len)
        return "no interpreter here takes it";
    for (size_t i = 0; i < w->smoke_len; i++)
        if (w->smoke[i].outcome == SMOKE_NOT_RUN)
            return arena_strf(a, "with CPython %s (%s): %s", w->smoke[i].python, w->smoke[i].path,
                w->smoke[i].why ? w->smoke[i].why : "nothing is known of the try");
    return NULL;
}

void wheel_result_put(struct json *object, const struct wheel_result *w)
{
    json_set_text(object, "extension", w->extension);
    json_set_text(object, "file", w->file_name);
    json_set_text(object, "sha256", w->sha256);
    json_set_int(object, "size", (int64_t)w->size);
    json_set_text(object, "tag", w->tag);
    json_set_text(object, "policy", w->policy);
    struct json *inside = json_set_array(object, "inside");
    for (size_t i = 0; i < w->inside_len; i++) {
        struct json *one = json_add_object(inside);
        json_set_text(one, "name", w->inside[i].name);
        json_set_text(one, "version", w->inside[i].version);
        json_set_text(one, "license", w->inside[i].license);
        json_set_int(one, "members", (int64_t)w->inside[i].members);
    }
    struct json *needed = json_set_array(object, "needed");
    for (size_t i = 0; i < w->needed.len; i++)
        json_add_text(needed, w->needed.items[i]);
    struct json *smoke = json_set_array(object, "smoke");
    for (size_t i = 0; i < w->smoke_len; i++) {
        struct json *one = json_add_object(smoke);
        json_set_text(one, "python", w->smoke[i].python);
        json_set_text(one, "path", w->smoke[i].path);
        json_set_text(one, "outcome", outcome_names[w->smoke[i].outcome]);
        json_set_text(one, "why", w->smoke[i].why);
    }
    findings_set(object, w->findings, w->finding_count);
}

int wheel_result_save(const struct wheel_result *w, const char *path, struct err *e)
{
    AUTO_JSON struct json *top = json_new_object();
    wheel_result_put(top, w);
    AUTO(strbuf) struct strbuf text = {0};
    json_write(top, JSON_ONE_LINE, &text);
    return file_write(path, text.ptr, text.len, 0644, e);
}

static const char *text_of(struct arena *a, const struct json *object, const char *key)
{
    const char *text = json_get_text(object, key);
    return text ? arena_strdup(a, text) : NULL;
}

static const char *required(struct arena *a, const struct json *object, const char *key)
{
    const char *text = text_of(a, object, key);
    return text ? text : "";
}

static void load_lists(struct wheel_result *w, struct arena *a, const struct json *top)
{
    const struct json *inside = json_get(top, "inside"), *needed = json_get(top, "needed");
    const struct json *smoke = json_get(top, "smoke");
    w->inside_len = json_len(inside);
    w->inside = arena_alloc(a, (w->inside_len + 1) * sizeof *w->inside);
    for (size_t i = 0; i < w->inside_len; i++) {
        const struct json *one = json_at(inside, i);
        w->inside[i] = (struct inside){required(a, one, "name"), required(a, one, "version"),
            required(a, one, "license"), (size_t)json_get_int(one, "members", 0)};
    }
    w->needed.len = json_len(needed);
    w->needed.items = arena_alloc(a, (w->needed.len + 1) * sizeof *w->needed.items);
    for (size_t i = 0; i < w->needed.len; i++) {
        const char *name = json_text(json_at(needed, i));
        w->needed.items[i] = arena_strdup(a, name ? name : "");
    }
    w->smoke_len = json_len(smoke);
    w->smoke = arena_alloc(a, (w->smoke_len + 1) * sizeof *w->smoke);
    for (size_t i = 0; i < w->smoke_len; i++) {
        const struct json *one = json_at(smoke, i);
        const char *outcome = json_get_text(one, "outcome");
        w->smoke[i] = (struct smoke_result){.python = required(a, one, "python"),
            .path = required(a, one, "path"),
            .outcome = outcome && strcmp(outcome, "passed") == 0   ? SMOKE_PASSED
                       : outcome && strcmp(outcome, "failed") == 0 ? SMOKE_FAILED
                                                                   : SMOKE_NOT_RUN,
            .why = text_of(a, one, "why")};
    }
    w->findings = findings_get(top, &w->finding_count, a);
}

int wheel_result_load(struct wheel_result *w, struct arena *a, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, 16 << 20, e) < 0)
        return -1;
    AUTO_JSON struct json *top = json_parse(path, strbuf_str(&text), text.len, e);
    if (!top)
        return -1;
    *w = (struct wheel_result){
        .extension = required(a, top, "extension"),
        .file_name = required(a, top, "file"),
        .sha256 = required(a, top, "sha256"),
        .size = (uint64_t)json_get_int(top, "size", 0),
        .tag = required(a, top, "tag"),
        .policy = required(a, top, "policy"),
    };
    load_lists(w, a, top);
    return 0;
}
