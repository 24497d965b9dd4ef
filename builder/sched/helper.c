/* The program starts itself as a helper: how a request is written, and read on the other side. */
#include "sched/helper.h"

#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/tasks.h"
#include "sys/dirs.h"
#include "sys/read.h"

enum { LARGEST_REQUEST = 64 << 20 };

void command_set_helper(struct command *c, const struct helper *h, const void *request)
{
    AUTO_FREE char *program = dirs_program();
    AUTO_JSON struct json *object = json_new_object();
    struct strbuf text = {0};
    fields_write(object, h->fields, h->field_count, request);
    json_write(object, JSON_ONE_LINE, &text);
    strvec_push(&c->argv, program);
    strvec_push(&c->argv, h->word);
    c->input = strbuf_steal(&text);
    c->itself = true;
    c->helper = h->starts_nothing;
}

static int read_all(struct strbuf *text, const char *name, struct err *e)
{
    char bytes[16384];
    ssize_t n;
    while ((n = file_take(STDIN_FILENO, bytes, sizeof bytes, -1, name, e)) > 0) {
        strbuf_add(text, bytes, (size_t)n);
        if (text->len > LARGEST_REQUEST)
            return err_set(
                e, ERR_ENVIRONMENT, "%s: the request is larger than %d bytes", name, LARGEST_REQUEST);
    }
    return (int)n;
}

int helper_run(const struct helper *h, struct slice request, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    AUTO_JSON struct json *object = json_parse(h->word, request.ptr, request.len, e);
    void *filled = arena_alloc(&a, h->request_bytes);
    if (!object || fields_read(filled, &a, h->word, object, h->fields, h->field_count, e) < 0)
        return -1;
    return h->run(filled, e);
}

int helper_main(const struct helper *h)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    if (read_all(&text, h->word, &e) == 0 &&
        helper_run(h, (struct slice){strbuf_str(&text), text.len}, &e) == 0)
        return 0;
    fprintf(stderr, "error: %s\n", e.text);
    return 1;
}
