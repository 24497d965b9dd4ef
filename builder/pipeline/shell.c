/* Where a command of a step stood, written down and read again. */
#include "pipeline/shell.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "sys/fs.h"

enum { RECORD_MAX = 16 << 20 };

static void put(struct json *record, const char *name, const struct strvec *words)
{
    struct json *array = json_set_array(record, name);
    for (size_t i = 0; i < words->len; i++)
        json_add_text(array, words->items[i]);
}

int stand_write(const char *path, const struct command *c, struct err *e)
{
    AUTO_JSON struct json *record = json_new_object();
    AUTO(strbuf) struct strbuf text = {0};
    put(record, "before", &c->before);
    put(record, "environment", &c->env);
    put(record, "command", &c->argv);
    json_set_text(record, "folder", c->dir ? c->dir : "/");
    json_write(record, JSON_INDENTED, &text);
    return file_write(path, strbuf_str(&text), text.len, 0600, e);
}

static void take(struct strvec *words, const struct json *record, const char *name)
{
    const struct json *array = json_get(record, name);
    for (size_t i = 0; i < json_len(array); i++) {
        const char *word = json_text(json_at(array, i));
        if (word)
            strvec_push(words, word);
    }
}

int stand_read(struct stand *s, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    *s = (struct stand){.dir = NULL};
    if (file_read(&text, path, RECORD_MAX, e) < 0)
        return -1;
    AUTO_JSON struct json *record = json_parse(path, strbuf_str(&text), text.len, e);
    const char *dir = json_get_text(record, "folder");
    if (!record)
        return -1;
    take(&s->before, record, "before");
    take(&s->env, record, "environment");
    take(&s->argv, record, "command");
    s->dir = xstrdup(dir ? dir : "/");
    return 0;
}

void stand_release(struct stand *s)
{
    strvec_release(&s->before);
    strvec_release(&s->env);
    strvec_release(&s->argv);
    free(s->dir);
}
