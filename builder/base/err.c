/* Errors: a kind and a text, to which callers add what they were doing. */
#include "base/count.h"
#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

int err_set(struct err *e, enum err_kind kind, const char *format, ...)
{
    assert(!e->text && kind != ERR_NONE);
    va_list ap;
    va_start(ap, format);
    e->text = xvstrf(format, ap);
    va_end(ap);
    e->kind = kind;
    return -1;
}

static bool is_refusal(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EACCES || number == EPERM || number == EROFS ||
           number == EMFILE || number == ENFILE || number == ENOMEM || number == EIO;
}

/* What to do about it, where the words of the system do not tell. */
static const char *remedy_of(int number)
{
    switch (number) {
    case EMFILE:
        return " (ulimit -n raises this limit)";
    case EAGAIN:
        return " (ulimit -u raises the limit of processes)";
    default:
        return "";
    }
}

int err_errno(struct err *e, enum err_kind kind, const char *format, ...)
{
    int number = errno;
    assert(!e->text && kind != ERR_NONE);
    va_list ap;
    va_start(ap, format);
    char *what = xvstrf(format, ap);
    va_end(ap);
    e->text = xstrf("%s: %s%s", what, strerror(number), remedy_of(number));
    bool missing = kind == ERR_ENVIRONMENT && (number == ENOENT || number == ENOTDIR);
    e->kind = is_refusal(number) ? ERR_REFUSED : missing ? ERR_MISSING : kind;
    e->number = number;
    free(what);
    return -1;
}

/* "recipe/x.toml:12:3: ", when the text begins with the first place; else "". The caller frees it. */
static char *leading_place(const struct err *e)
{
    const struct err_place *p = e->places;
    char *prefix = p ? xstrf("%s:%u:%u: ", p->file, p->line, p->column) : xstrdup("");
    if (strncmp(e->text, prefix, strlen(prefix)) != 0)
        prefix[0] = '\0';
    return prefix;
}

int err_wrap(struct err *e, const char *format, ...)
{
    assert(e->text);
    va_list ap;
    va_start(ap, format);
    char *context = xvstrf(format, ap);
    va_end(ap);
    char *place = leading_place(e);
    char *text = xstrf("%s%s: %s", place, context, e->text + strlen(place));
    free(place);
    free(context);
    free(e->text);
    e->text = text;
    return -1;
}

/* Takes line over. */
static int add_line(struct err *e, enum err_kind kind, char *line)
{
    if (!e->text) {
        e->text = line;
        e->kind = kind;
        return -1;
    }
    char *text = xstrf("%s\n%s", e->text, line);
    free(line);
    free(e->text);
    e->text = text;
    return -1;
}

int err_add(struct err *e, enum err_kind kind, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *line = xvstrf(format, ap);
    va_end(ap);
    return add_line(e, kind, line);
}

static void add_place(struct err *e, struct err_place place)
{
    e->places = xrealloc(e->places, e->place_count + 1, sizeof *e->places);
    e->places[e->place_count++] = place;
}

int err_vat(struct err *e, enum err_kind kind, const char *file, unsigned line, unsigned column,
    const char *format, va_list ap)
{
    char *message = xvstrf(format, ap);
    if (!line) {
        add_line(e, kind, xstrf("%s: %s", file, message));
        free(message);
        return -1;
    }
    add_line(e, kind, xstrf("%s:%u:%u: %s", file, line, column, message));
    add_place(e, (struct err_place){xstrdup(file), message, line, column});
    return -1;
}

int err_at(struct err *e, enum err_kind kind, const char *file, unsigned line, unsigned column,
    const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    err_vat(e, kind, file, line, column, format, ap);
    va_end(ap);
    return -1;
}

int err_join(struct err *to, struct err *from)
{
    if (!to->text)
        return err_move(to, from);
    add_line(to, from->kind, from->text);
    for (size_t i = 0; i < from->place_count; i++)
        add_place(to, from->places[i]);
    free(from->places);
    *from = (struct err)ERR_INIT;
    return -1;
}

int err_move(struct err *to, struct err *from)
{
    assert(!to->text && from->text);
    *to = *from;
    *from = (struct err)ERR_INIT;
    return -1;
}

bool err_is_of_machine(const struct err *e)
{
    static const int numbers[] = {EIO, EMFILE, ENFILE, ENOMEM, EAGAIN, ENOSPC, EDQUOT};
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (e->number == numbers[i])
            return true;
    return false;
}

void err_release(struct err *e)
{
    for (size_t i = 0; i < e->place_count; i++) {
        free(e->places[i].file);
        free(e->places[i].message);
    }
    free(e->places);
    free(e->text);
    *e = (struct err)ERR_INIT;
}
