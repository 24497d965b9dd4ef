/* A recipe for what has none. */
#include "project/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "python/pep440.h"
#include "python/pep508.h"

int project_request_index(
    const char **name, const char **version, struct arena *a, const char *text, struct err *e)
{
    static const char scheme[] = "pypi:";
    if (!str_starts(text, scheme))
        return 0;
    const char *begin = text + sizeof scheme - 1, *equals = strstr(begin, "==");
    struct slice named = {begin, equals ? (size_t)(equals - begin) : strlen(begin)};
    struct pep440_version parsed;
    *version = NULL;
    if (!python_name_is_valid(named))
        return err_set(e, ERR_USAGE, "%s: write pypi:NAME or pypi:NAME==VERSION", text);
    *name = arena_strndup(a, named.ptr, named.len);
    if (!equals)
        return 1;
    AUTO(err) struct err why = ERR_INIT;
    if (pep440_parse(&parsed, equals + 2, &why) < 0)
        return err_set(e, ERR_USAGE, "%s: %s", text, why.text);
    AUTO_FREE char *normal = pep440_format(&parsed);
    *version = arena_strdup(a, normal);
    return 1;
}

/* Basic strings of TOML are texts of JSON. */
static void add_text(struct strbuf *out, const char *key, const char *value)
{
    strbuf_addf(out, "%s = ", key);
    json_quote(value, out);
    strbuf_addc(out, '\n');
}

/* What stands in braces would be taken for a placeholder. */
static char *without_placeholders(const char *text)
{
    struct strbuf plain = {0};
    for (; *text; text++) {
        if (*text == '{' || *text == '}')
            strbuf_addc(&plain, *text);
        strbuf_addc(&plain, *text);
    }
    return strbuf_steal(&plain);
}

static void add_quoted(struct strbuf *out, const char *key, const char *value)
{
    json_quote(key, out);
    strbuf_adds(out, " = ");
    json_quote(value, out);
    strbuf_addc(out, '\n');
}

static void add_value(struct strbuf *out, const struct option *o)
{
    AUTO_FREE char *plain = o->type == OPTION_TEXT ? without_placeholders(o->text) : NULL;
    if (plain)
        json_quote(plain, out);
    else
        strbuf_adds(out, o->type == OPTION_INT ? o->text : o->yes ? "true" : "false");
}

/* All that is said of a key of settings, where it is said first. */
static void add_setting(struct strbuf *out, const struct project_said *s, size_t first)
{
    const struct said_word *words = s->settings.items;
    bool is_list = words[first].value.is_listed, is_next = false;
    for (size_t i = 0; i < first; i++)
        if (strcmp(words[i].key, words[first].key) == 0)
            return;
    json_quote(words[first].key, out);
    strbuf_adds(out, is_list ? " = [" : " = ");
    for (size_t i = first; i < (is_list ? s->settings.len : first + 1); i++)
        if (strcmp(words[i].key, words[first].key) == 0) {
            strbuf_adds(out, is_next ? ", " : "");
            add_value(out, &words[i].value);
            is_next = true;
        }
    strbuf_adds(out, is_list ? "]\n" : "\n");
}

static void add_build(struct strbuf *out, const struct project_request *r)
{
    const struct project_said *s = r->said;
    strbuf_addf(out, "\n[build]\nsystem = \"%s\"\n", r->is_wheel ? "wheel" : "pep517");
    if (s && s->env.len)
        strbuf_adds(out, "\n[build.env]\n");
    for (size_t i = 0; s && i < s->env.len; i++)
        add_quoted(out, s->env.items[i].key, s->env.items[i].value.text);
    if (s && s->settings.len)
        strbuf_adds(out, "\n[build.options]\n");
    for (size_t i = 0; s && i < s->settings.len; i++)
        add_setting(out, s, i);
}

static void add_list(struct strbuf *out, const char *key, const struct texts *list)
{
    if (!list->len)
        return;
    strbuf_addf(out, "%s = [", key);
    for (size_t i = 0; i < list->len; i++) {
        strbuf_adds(out, i ? ", " : "");
        json_quote(list->items[i], out);
    }
    strbuf_adds(out, "]\n");
}

static void add_libraries(struct strbuf *out, const struct project_said *s)
{
    if (!s->libraries.len)
        return;
    strbuf_adds(out, "\n[requires]\nlibraries = [");
    for (size_t i = 0; i < s->libraries.len; i++) {
        strbuf_adds(out, i ? ", " : "");
        json_quote(s->libraries.items[i].value.text, out);
    }
    strbuf_adds(out, "]\n");
}

static void add_patches(struct strbuf *out, const struct project_said *s)
{
    for (size_t i = 0; i < s->patch_count; i++) {
        strbuf_adds(out, "\n[[patch]]\n");
        add_text(out, "file", s->patches[i].file);
        if (s->patches[i].strip)
            strbuf_addf(out, "strip = %u\n", s->patches[i].strip);
        add_list(out, "fixes", &s->patches[i].fixes);
    }
}

static void add_test(struct strbuf *out, const struct project_said *s)
{
    if (!s->test_by)
        return;
    strbuf_adds(out, "\n[test]\n");
    add_list(out, "imports", &s->imports);
    if (s->script)
        add_text(out, "script", s->script);
    add_list(out, "command", &s->command);
    add_list(out, "requires", &s->test_requires);
}

void project_request_recipe(struct strbuf *out, const struct project_request *r)
{
    strbuf_adds(out, "[recipe]\n");
    add_text(out, "name", r->name);
    strbuf_adds(out, "kind = \"extension\"\n");
    add_text(out, "version", r->version);
    strbuf_adds(out, "\n[[source]]\n");
    if (r->folder) {
        add_text(out, "path", ".");
    } else {
        strbuf_adds(out, "urls = [");
        json_quote(r->url, out);
        strbuf_adds(out, "]\n");
        add_text(out, "sha256", r->sha256);
    }
    if (r->said) {
        add_libraries(out, r->said);
        add_patches(out, r->said);
    }
    add_build(out, r);
    const char *abi3 = r->said ? r->said->abi3 : NULL;
    if ((r->requires_python && *r->requires_python) || abi3)
        strbuf_adds(out, "\n[python]\n");
    if (r->requires_python && *r->requires_python)
        add_text(out, "requires", r->requires_python);
    if (abi3)
        add_text(out, "abi3", abi3);
    if (r->said)
        add_test(out, r->said);
}
