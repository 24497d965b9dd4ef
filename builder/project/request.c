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
static void add_setting(struct strbuf *out, struct slice key, const char *value)
{
    AUTO_FREE char *name = xstrndup(key.ptr, key.len);
    AUTO(strbuf) struct strbuf plain = {0};
    for (; *value; value++) {
        if (*value == '{' || *value == '}')
            strbuf_addc(&plain, *value);
        strbuf_addc(&plain, *value);
    }
    json_quote(name, out);
    strbuf_adds(out, " = ");
    json_quote(strbuf_str(&plain), out);
    strbuf_addc(out, '\n');
}

static int add_settings(struct strbuf *out, const struct strvec *settings, struct err *e)
{
    if (!settings || !settings->len)
        return 0;
    strbuf_adds(out, "\n[build.options]\n");
    for (size_t i = 0; i < settings->len; i++) {
        struct slice rest = slice_of(settings->items[i]), key = slice_cut(&rest, '=');
        if (!rest.ptr)
            return err_set(e, ERR_USAGE, "--config-setting %s: write KEY=VALUE", settings->items[i]);
        add_setting(out, key, rest.ptr);
    }
    return 0;
}

int project_request_recipe(struct strbuf *out, const struct project_request *r, struct err *e)
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
    if (r->libraries && r->libraries->len) {
        strbuf_adds(out, "\n[requires]\nlibraries = [");
        for (size_t i = 0; i < r->libraries->len; i++) {
            strbuf_adds(out, i ? ", " : "");
            json_quote(r->libraries->items[i], out);
        }
        strbuf_adds(out, "]\n");
    }
    strbuf_adds(out, "\n[build]\nsystem = \"pep517\"\n");
    if (add_settings(out, r->settings, e) < 0)
        return -1;
    if (r->requires_python && *r->requires_python) {
        strbuf_adds(out, "\n[python]\n");
        add_text(out, "requires", r->requires_python);
    }
    return 0;
}
