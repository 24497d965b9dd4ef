/* The same as JSON. */
#include "base/cleanup.h"
#include "json/json.h"
#include "ui/loader/symbol.h"

static const char *const outcomes[] = {
    [OUTCOME_BOUND] = "bound",
    [OUTCOME_ITSELF] = "itself",
    [OUTCOME_PYTHON] = "python",
    [OUTCOME_WEAK] = "weak",
    [OUTCOME_NOBODY] = "nobody",
    [OUTCOME_LINK] = "link",
    [OUTCOME_OPEN] = "open",
};

static const char *bind_name(uint8_t bind)
{
    return bind == STB_WEAK         ? "weak"
           : bind == STB_GNU_UNIQUE ? "unique"
           : bind == STB_LOCAL      ? "local"
                                    : "global";
}

static void add_definition(struct json *list, const struct inquiry_definition *d)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "subject", d->subject);
    json_set_bool(object, "given", d->given);
    json_set_text(object, "version", d->version);
    json_set_bool(object, "default_version", d->default_version);
    json_set_bool(object, "visible", d->visible);
    json_set_bool(object, "protected", d->symbol.visibility == STV_PROTECTED);
    json_set_text(object, "binding", bind_name(d->symbol.bind));
    json_set_int(object, "size", d->symbol.size > INT64_MAX ? INT64_MAX : (int64_t)d->symbol.size);
}

static void add_need(struct json *list, const struct inquiry_need *n)
{
    static const char *const fits[] = {
        [DEFINES_NOT] = "no",
        [DEFINES_HIDDEN] = "hidden",
        [DEFINES_OTHER] = "other-version",
        [DEFINES_IT] = "yes",
    };
    struct json *object = json_add_object(list);
    json_set_text(object, "subject", n->subject);
    json_set_bool(object, "given", n->given);
    json_set_text(object, "version", n->version);
    json_set_text(object, "library", n->library);
    json_set_bool(object, "weak", n->weak);
    json_set_text(object, "outcome", outcomes[n->outcome]);
    json_set_text(object, "provider", n->provider);
    json_set_text(object, "provider_version", n->provider_version);
    struct json *beaten = json_set_array(object, "hides");
    for (size_t i = 0; i < n->beaten_count; i++)
        json_add_text(beaten, n->beaten[i]);
    json_set_text(object, "expected", n->expected);
    json_set_text(object, "expected_has", n->expected ? fits[n->expected_fit] : NULL);
    json_set_text(object, "expected_version", n->expected_version);
}

static void add_asker(struct json *list, const struct inquiry_asker *a)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "subject", a->subject);
    json_set_bool(object, "given", a->given);
    json_set_text(object, "library", a->library);
    json_set_text(object, "path", a->path);
    json_set_text(object, "passed_over", a->passed_over);
    json_set_bool(object, "has_version", a->has_version);
    json_set_text(object, "newest_version", a->newest_version);
    struct json *symbols = json_set_array(object, "symbols");
    for (size_t i = 0; i < a->symbol_count; i++)
        json_add_text(symbols, a->symbols[i]);
}

static void add_provider(struct json *list, const struct provider *v)
{
    static const char *const kinds[] = {
        [PROVIDER_LIBRARY] = "library",
        [PROVIDER_ARCHIVE] = "archive",
        [PROVIDER_RECIPE] = "recipe",
    };
    struct json *object = json_add_object(list);
    json_set_text(object, "kind", kinds[v->kind]);
    json_set_text(object, "path", v->path);
    json_set_text(object, "soname", v->soname);
    json_set_text(object, "version", v->version);
    json_set_bool(object, "fits", v->fits);
    json_set_text(object, "recipe", v->recipe);
    json_set_text(object, "member", v->member);
}

static void add_binding(struct json *list, const struct inquiry_binding *b)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "symbol", b->symbol);
    json_set_text(object, "version", b->version);
    json_set_text(object, "outcome", outcomes[b->outcome]);
    json_set_text(object, "provider", b->provider);
    json_set_text(object, "provider_version", b->provider_version);
}

void report_symbol_json(struct strbuf *out, const struct symbol_answer *answer)
{
    const struct inquiry *q = answer->inquiry;
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-symbol-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    struct json *asked = json_set_object(document, "asked");
    json_set_text(asked, "symbol", answer->asked->symbol);
    json_set_text(asked, "version", answer->asked->version);
    json_set_text(asked, "library", answer->asked->library);
    json_set_text(asked, "file", answer->asked->file);
    json_set_text(asked, "meaning", answer->asked->meaning);
    json_set_text(asked, "remedy", answer->asked->remedy);
    struct json *defined = json_set_array(document, "defined");
    vec_each (&q->definitions, d)
        add_definition(defined, d);
    struct json *needed = json_set_array(document, "needed");
    vec_each (&q->needs, n)
        add_need(needed, n);
    struct json *askers = json_set_array(document, "askers");
    vec_each (&q->askers, a)
        add_asker(askers, a);
    struct json *bindings = json_set_array(document, "bindings");
    vec_each (&q->bindings, b)
        add_binding(bindings, b);
    struct json *providers = json_set_array(document, "providers");
    vec_each (&answer->providers->items, v)
        add_provider(providers, v);
    json_set_text(document, "earliest", answer->earliest);
    json_set_text(document, "remark", answer->remark);
    json_set_bool(document, "complete", !answer->providers->cut);
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
