/* What is known of a finished wheel, told again when nothing is to do: the fact "wheel" of its tree's
 * manifest, and the fact "smoke" of its try's. */
#include <string.h>

#include "audit/finding.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "pipeline/internal.h"
#include "store/manifest.h"

static const char *const outcome_names[] = {
    [SMOKE_PASSED] = "passed", [SMOKE_FAILED] = "failed", [SMOKE_NOT_RUN] = "not-run"};

const char *wheel_untried(struct arena *a, const struct wheel_result *w)
{
    if (!w->smoke_count)
        return "no interpreter here takes it";
    for (size_t i = 0; i < w->smoke_count; i++)
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
    for (size_t i = 0; i < w->inside_count; i++) {
        struct json *one = json_add_object(inside);
        json_set_text(one, "name", w->inside[i].name);
        json_set_text(one, "version", w->inside[i].version);
        json_set_text(one, "license", w->inside[i].license);
        json_set_int(one, "members", (int64_t)w->inside[i].members);
    }
    json_set_bool(object, "recognised", w->recognised);
    struct json *needed = json_set_array(object, "needed");
    for (size_t i = 0; i < w->needed.len; i++)
        json_add_text(needed, w->needed.items[i]);
    findings_set(object, w->findings, w->finding_count);
}

void wheel_tries_put(struct json *object, const struct wheel_result *w)
{
    struct json *smoke = json_set_array(object, "smoke");
    for (size_t i = 0; i < w->smoke_count; i++) {
        struct json *one = json_add_object(smoke);
        json_set_text(one, "python", w->smoke[i].python);
        json_set_text(one, "path", w->smoke[i].path);
        json_set_text(one, "outcome", outcome_names[w->smoke[i].outcome]);
        json_set_text(one, "why", w->smoke[i].why);
    }
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
    w->inside_count = json_len(inside);
    w->inside = arena_alloc(a, (w->inside_count + 1) * sizeof *w->inside);
    for (size_t i = 0; i < w->inside_count; i++) {
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
    w->findings = findings_get(top, &w->finding_count, a);
}

void wheel_tries_get(struct wheel_result *w, struct arena *a, const struct json *facts)
{
    const struct json *smoke = json_get(facts, "smoke");
    w->smoke_count = json_len(smoke);
    w->smoke = arena_alloc(a, (w->smoke_count + 1) * sizeof *w->smoke);
    for (size_t i = 0; i < w->smoke_count; i++) {
        const struct json *one = json_at(smoke, i);
        const char *outcome = json_get_text(one, "outcome");
        w->smoke[i] = (struct smoke_result){.python = required(a, one, "python"),
            .path = required(a, one, "path"),
            .outcome = outcome && strcmp(outcome, "passed") == 0   ? SMOKE_PASSED
                       : outcome && strcmp(outcome, "failed") == 0 ? SMOKE_FAILED
                                                                   : SMOKE_NOT_RUN,
            .why = text_of(a, one, "why")};
    }
}

void wheel_result_get(struct wheel_result *w, struct arena *a, const struct json *fact)
{
    *w = (struct wheel_result){
        .extension = required(a, fact, "extension"),
        .file_name = required(a, fact, "file"),
        .sha256 = required(a, fact, "sha256"),
        .size = (uint64_t)json_get_int(fact, "size", 0),
        .tag = required(a, fact, "tag"),
        .policy = required(a, fact, "policy"),
        .recognised = json_get_bool(fact, "recognised", false),
    };
    load_lists(w, a, fact);
}

int step_wheel_result(struct wheel_result *w, struct run *r, const struct step *s, struct err *e)
{
    const struct manifest *m = step_manifest(r, s, e);
    if (!m)
        return -1;
    wheel_result_get(w, r->arena, json_get(m->facts, "wheel"));
    if (manifest_find(m, w->file_name))
        return 0;
    AUTO_FREE char *tree = step_tree(r, s);
    return err_set(e, ERR_DAMAGED, "%s: its manifest names no wheel that is in it", tree);
}
