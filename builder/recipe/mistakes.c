/* Gathers all mistakes of a recipe with their places, and guesses what was meant. */
#include "recipe/mistakes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

void mistake_add(struct mistakes *m, struct toml_pos at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = xvstrf(format, args);
    va_end(args);
    vec_push(&m->list, ((struct mistake){at, text}));
}

static int by_place(const void *a, const void *b)
{
    const struct mistake *x = a, *y = b;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    if (x->at.column != y->at.column)
        return x->at.column < y->at.column ? -1 : 1;
    return strcmp(x->text, y->text);
}

int mistakes_report(struct mistakes *m, struct err *e)
{
    if (m->list.len == 0)
        return 0;
    qsort(m->list.items, m->list.len, sizeof *m->list.items, by_place);
    const struct mistake *last = NULL;
    vec_each (&m->list, it) {
        if (last && by_place(last, it) == 0)
            continue;
        err_at(e, ERR_RECIPE, m->file, it->at.line, it->at.column, "%s", it->text);
        last = it;
    }
    return -1;
}

void mistakes_release(struct mistakes *m)
{
    vec_each (&m->list, it)
        free(it->text);
    vec_release(&m->list);
}

void guess_consider(struct guess *g, const char *candidate)
{
    size_t len = strlen(g->word), limit = len < 4 ? 1 : len < 8 ? 2 : 3;
    size_t distance = str_distance(g->word, candidate, limit);
    if (distance <= limit && (!g->best || distance < g->distance)) {
        g->best = candidate;
        g->distance = distance;
    }
}

const char *guess_text(struct arena *a, const struct guess *g)
{
    return g->best ? arena_strf(a, " (did you mean \"%s\"?)", g->best) : "";
}
