#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static char *format_text(const char *format, va_list ap)
{
    char *text = NULL;
    return vasprintf(&text, format, ap) < 0 ? xstrdup("out of memory") : text;
}

int err_set(struct err *e, enum err_kind kind, const char *format, ...)
{
    assert(!e->text && kind != ERR_NONE);
    va_list ap;
    va_start(ap, format);
    e->text = format_text(format, ap);
    va_end(ap);
    e->kind = kind;
    return -1;
}

static int is_environment(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EACCES || number == EPERM || number == EROFS ||
           number == EMFILE || number == ENFILE || number == ENOMEM || number == EIO;
}

int err_errno(struct err *e, enum err_kind kind, const char *format, ...)
{
    int number = errno;
    assert(!e->text && kind != ERR_NONE);
    va_list ap;
    va_start(ap, format);
    char *what = format_text(format, ap);
    va_end(ap);
    e->text = xstrf("%s: %s", what, strerror(number));
    e->kind = is_environment(number) ? ERR_ENVIRONMENT : kind;
    e->number = number;
    free(what);
    return -1;
}

int err_wrap(struct err *e, const char *format, ...)
{
    assert(e->text);
    va_list ap;
    va_start(ap, format);
    char *context = format_text(format, ap);
    va_end(ap);
    char *text = xstrf("%s: %s", context, e->text);
    free(context);
    free(e->text);
    e->text = text;
    return -1;
}

int err_add(struct err *e, enum err_kind kind, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *line = format_text(format, ap);
    va_end(ap);
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
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (e->number == numbers[i])
            return true;
    return false;
}

void err_release(struct err *e)
{
    free(e->text);
    *e = (struct err)ERR_INIT;
}
