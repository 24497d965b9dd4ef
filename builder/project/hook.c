/* What the driver is asked, and what it answers. */
#include "project/hook.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "python/pep508.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

enum { ANSWER_LIMIT = 1 << 20 };

static const char *option_text(const struct option *o)
{
    return o->type != OPTION_BOOL ? o->text : o->yes ? "true" : "false";
}

/* What the project says of a setting. */
static void add_all(struct json *list, const struct hook *h, const char *key)
{
    for (size_t i = 0; i < h->option_count; i++)
        if (strcmp(h->options[i].key, key) == 0)
            json_add_text(list, option_text(&h->options[i]));
}

/* Words for a program that the backend calls are a list, to which the project's are added; anything else that
 * the project says stays. */
static void add_own(struct json *settings, const struct hook *h, const char *setting)
{
    struct slice value = slice_of(setting);
    struct slice key = slice_cut(&value, '=');
    AUTO_FREE char *name = xstrf("%.*s", (int)key.len, key.ptr);
    if (!json_get(settings, name)) {
        json_set_text(settings, name, value.ptr);
    } else if (str_ends(name, "-args")) {
        struct json *both = json_set_array(settings, name);
        json_add_text(both, value.ptr);
        add_all(both, h, name);
    }
}

/* A text, or a list where that is what the project says. */
static void add_setting(struct json *settings, const struct hook *h, const struct option *o)
{
    if (!o->is_listed)
        json_set_text(settings, o->key, option_text(o));
    else if (!json_get(settings, o->key))
        add_all(json_set_array(settings, o->key), h, o->key);
}

void hook_write(struct strbuf *out, const struct hook *h)
{
    AUTO_JSON struct json *request = json_new_object();
    json_set_text(request, "backend", h->build->backend);
    struct json *path = json_set_array(request, "path");
    for (size_t i = 0; i < h->build->path.len; i++)
        json_add_text(path, h->build->path.items[i]);
    json_set_text(request, "hook", h->name);
    struct json *settings = json_set_object(request, "settings");
    for (size_t i = 0; i < h->option_count; i++)
        add_setting(settings, h, &h->options[i]);
    for (size_t i = 0; h->own && i < h->own->len; i++)
        add_own(settings, h, h->own->items[i]);
    json_set_text(request, "folder", h->folder);
    json_set_text(request, "answer", h->answer);
    json_write(request, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}

int hook_command(struct command *c, const char *environment, const char *request, struct err *e)
{
    AUTO_FREE char *driver = template_path("project/driver.py", e);
    if (!driver)
        return -1;
    strvec_pushf(&c->argv, "%s/bin/python", environment);
    strvec_push(&c->argv, driver);
    strvec_push(&c->argv, request);
    return 0;
}

static struct json *read_answer(const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, ANSWER_LIMIT, e) < 0)
        return NULL;
    return json_parse(path, strbuf_str(&text), text.len, e);
}

int hook_read_requires(struct texts *out, struct arena *a, const char *answer, struct err *e)
{
    AUTO_JSON struct json *whole = read_answer(answer, e);
    if (!whole)
        return -1;
    const struct json *list = json_get(whole, "answer");
    *out = (struct texts){arena_alloc(a, (json_len(list) + 1) * sizeof *out->items), 0};
    for (size_t i = 0; i < json_len(list); i++) {
        struct pep508 parsed;
        const char *text = json_text(json_at(list, i));
        if (!text || pep508_parse(&parsed, a, text, e) < 0)
            return err_wrap(e, "what the backend says it requires");
        out->items[out->len++] = arena_strdup(a, text);
    }
    return 0;
}

int hook_read_wheel(const char **out, struct arena *a, const char *answer, struct err *e)
{
    AUTO_JSON struct json *whole = read_answer(answer, e);
    if (!whole)
        return -1;
    const char *name = json_get_text(whole, "answer");
    if (!name || path_base(name) != name || !str_ends(name, ".whl"))
        return err_set(e, ERR_BUILD, "the backend says that it made \"%s\", which is no wheel's file name",
            name ? name : "");
    *out = arena_strdup(a, name);
    return 0;
}
