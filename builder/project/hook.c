/* What the driver is asked, and what it answers. */
#include "project/hook.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "python/pep508.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { ANSWER_LIMIT = 1 << 20 };

void hook_write(struct strbuf *out, const struct hook *h)
{
    AUTO_JSON struct json *request = json_new_object();
    json_set_text(request, "backend", h->build->backend);
    struct json *path = json_set_array(request, "path");
    for (size_t i = 0; i < h->build->path.len; i++)
        json_add_text(path, h->build->path.items[i]);
    json_set_text(request, "hook", h->name);
    struct json *settings = json_set_object(request, "settings");
    for (size_t i = 0; i < h->options_len; i++)
        json_set_text(settings, h->options[i].key,
            h->options[i].type == OPTION_BOOL ? (h->options[i].yes ? "true" : "false") : h->options[i].text);
    json_set_text(request, "folder", h->folder);
    json_set_text(request, "answer", h->answer);
    json_write(request, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}

int hook_command(struct command *c, const char *environment, const char *request, struct err *e)
{
    AUTO_FREE char *templates = dirs_data("templates");
    if (!templates)
        return err_set(e, ERR_ENVIRONMENT, "the templates folder that comes with staticbuild is not there");
    strvec_pushf(&c->argv, "%s/bin/python", environment);
    strvec_pushf(&c->argv, "%s/project/driver.py", templates);
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
