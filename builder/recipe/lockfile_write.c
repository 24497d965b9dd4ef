/* A lock file is written: one thing a line, so that a review shows what became another. */
#include "base/str.h"
#include "json/json.h"
#include "recipe/lockfile.h"

/* Basic strings of TOML are texts of JSON. */
static void put_text(struct strbuf *out, const char *key, const char *value)
{
    if (!value)
        return;
    strbuf_addf(out, "%s = ", key);
    json_quote(value, out);
    strbuf_addc(out, '\n');
}

static void put_texts(struct strbuf *out, const char *key, const struct texts *list)
{
    strbuf_addf(out, "%s = [", key);
    for (size_t i = 0; i < list->len; i++) {
        strbuf_adds(out, i ? ", " : "");
        json_quote(list->items[i], out);
    }
    strbuf_adds(out, "]\n");
}

static void put_lines(struct strbuf *out, const char *key, const struct texts *list)
{
    strbuf_addf(out, "%s = [", key);
    for (size_t i = 0; i < list->len; i++) {
        strbuf_adds(out, "\n    ");
        json_quote(list->items[i], out);
        strbuf_addc(out, ',');
    }
    strbuf_adds(out, list->len ? "\n]\n" : "]\n");
}

static void put_recipe(struct strbuf *out, const struct locked_recipe *r)
{
    strbuf_adds(out, "\n[[recipe]]\n");
    put_text(out, "name", r->name);
    put_text(out, "kind", recipe_kind_name(r->kind));
    put_text(out, "version", r->version);
    if (r->features.len)
        put_texts(out, "features", &r->features);
    put_text(out, "requires-python", r->requires_python);
    for (size_t i = 0; i < r->source_count; i++) {
        strbuf_adds(out, "\n[[recipe.source]]\n");
        put_text(out, "into", r->sources[i].into);
        put_lines(out, "urls", &r->sources[i].urls);
        put_text(out, "sha256", r->sources[i].sha256);
    }
}

static void put_environment(struct strbuf *out, const struct locked_environment *v)
{
    strbuf_adds(out, "\n[[environment]]\n");
    put_text(out, "project", v->project);
    put_text(out, "platform", v->platform);
    put_text(out, "python", v->python);
    put_texts(out, "requires", &v->requires);
    put_lines(out, "packages", &v->packages);
}

void lockfile_write(struct strbuf *out, const struct lockfile *l)
{
    strbuf_adds(out, "# What `staticbuild lock` chose. To be committed; `staticbuild lock --upgrade` chooses "
                     "anew.\n\n");
    put_texts(out, "goals", &l->goals);
    put_text(out, "from", l->from);
    for (size_t i = 0; i < l->recipe_count; i++)
        put_recipe(out, &l->recipes[i]);
    for (size_t i = 0; i < l->environment_count; i++)
        put_environment(out, &l->environments[i]);
    for (size_t i = 0; i < l->crates_count; i++) {
        strbuf_adds(out, "\n[[crates]]\n");
        put_text(out, "project", l->crates[i].project);
        put_text(out, "file", l->crates[i].file);
        put_text(out, "sha256", l->crates[i].sha256);
    }
}
